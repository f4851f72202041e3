"""Finds and mends what a crash, a lost task or an emptied broker left behind."""

import logging
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused

from certificates import queries
from certificates.sealing import SealUnavailable
from certificates.services.awards import award_if_earned
from certificates.services.issuing import email_certificate, issue_certificate

logger = logging.getLogger(__name__)

#: How many awards and how many certificates one run looks at.
RECONCILE_AT_MOST = 200


@dataclass
class Mended:
    """How many of each reconcile put right."""

    awards: int = 0
    certificates: int = 0
    emails: int = 0


def reconcile() -> Mended:
    """Make the awards, drawings and letters that should exist and do not; a bounded number a run.

    One that fails is logged and left for the next run. A mail server that cannot be reached ends the sending,
    and a seal that cannot be made the drawing.
    """
    mended = Mended()
    for enrolment in queries.perhaps_unawarded()[:RECONCILE_AT_MOST]:
        try:
            mended.awards += bool(award_if_earned(enrolment))
        except Exception:
            logger.exception("Reconcile could not award enrolment %s", enrolment.pk)
    can_send = can_seal = True
    for waiting in queries.undelivered()[:RECONCILE_AT_MOST]:
        if waiting.is_pending and not can_seal:
            continue
        try:
            certificate = issue_certificate(waiting.award)
            mended.certificates += certificate.is_issued and not waiting.is_issued
            mended.emails += can_send and email_certificate(certificate)
        except SMTPRecipientsRefused:
            logger.warning("Certificate %s: the mail server refused the address", waiting.number)
        except SealUnavailable:
            logger.exception("Certificate %s could not be sealed", waiting.number)
            can_seal = False
        except OSError:
            logger.exception("Certificate %s could not be stored or sent", waiting.number)
            can_send = False
        except Exception:
            logger.exception("Reconcile could not deliver certificate %s", waiting.number)
    return mended
