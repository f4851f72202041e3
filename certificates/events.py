"""Adds to the history of certificates. Nothing here or elsewhere changes what was added."""

from certificates.models import Certificate, CertificateEvent


def record(certificate: Certificate, kind: CertificateEvent.Kind, *, by=None, note: str = "") -> None:
    """Note that `kind` happened now. by: the person who did it, None for the site.

    Write it in the transaction that does what it tells of. note: for staff; never a name or another person's data.
    """
    CertificateEvent.objects.create(certificate=certificate, kind=kind, by=by, note=note)
