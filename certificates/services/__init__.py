"""Writes about certificates: award, issue, e-mail, reconcile. Each is safe to repeat."""

from certificates.services.awards import award_if_earned
from certificates.services.issuing import email_certificate, issue_certificate, start_delivery
from certificates.services.mending import Mended, reconcile

__all__ = [
    "Mended",
    "award_if_earned",
    "email_certificate",
    "issue_certificate",
    "reconcile",
    "start_delivery",
]
