"""The seal of certificates: PAdES signatures that show who issued a document and that nobody has changed it.

To issue: `key_id = current_seal_key().kid`, then `seal(pdf, at)`. To check: `check_seal(pdf)`.
"""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

from certificates.sealing.checking import SealReport, SealState, examine
from certificates.sealing.keys import current_seal_key, published_seal_keys
from certificates.sealing.material import SealUnavailable, seal_material

__all__ = ["SealReport", "SealState", "SealUnavailable", "check_seal", "current_seal_key", "seal", "warm_up"]


def seal(pdf: bytes, at: datetime) -> bytes:
    """Return `pdf` sealed with this process's key; `at` is the aware moment that the seal gives as its own.

    Costs no query. Raises SealUnavailable, an OSError: the certificate then stays
    pending, and reconcile tries again. The first call of a process is slow; see `warm_up`.
    """
    from certificates.sealing.pades import seal_pdf  # noqa: PLC0415 -- slow, and most processes never seal
    from certificates.sealing.timestamps import authority  # noqa: PLC0415

    key = seal_material()
    key.require_in_force(datetime.now(UTC))
    stamps = authority(settings.TIMESTAMP_URL) if settings.TIMESTAMP_URL else None
    return seal_pdf(pdf, at, key, urlsplit(settings.SITE_URL).netloc, stamps)


def warm_up() -> None:
    """Read the key and load pyHanko (about a second), for a worker at its start. Leaves failures to `seal`."""
    from certificates.sealing import pades  # noqa: F401, PLC0415

    try:
        seal_material()
    except SealUnavailable:
        return


def check_seal(pdf: bytes) -> SealReport:
    """Return what the seal in `pdf` says, by our keys on record; one query. Never raises for any bytes.

    The caller limits the size.
    """
    return examine(pdf, published_seal_keys())
