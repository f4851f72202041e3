"""The one call for whoever issues certificates."""

from datetime import datetime

from certificates.badges import addresses, keys
from certificates.badges.credentials import make_credential
from certificates.badges.status import assign_index
from certificates.models import Certificate
from certificates.printed import Printed


def credential_for(certificate: Certificate, printed: Printed, at: datetime) -> str:
    """Return the signed badge of a pending certificate as JSON text, to be attached, sealed and stored with it.

    One statement, none when repeated: the index stays, and the same `printed` and `at` give the same bytes.
    Load `award__activity` with the certificate. Raises KeyUnavailable.
    """
    keys.on_record()
    assign_index(certificate)
    return make_credential(
        printed,
        achievement_url=addresses.achievement_url(certificate.award.activity.fingerprint),
        status_list_url=addresses.status_list_url(certificate.status_list.generation),
        status_index=certificate.status_index,
        at=at,
    )
