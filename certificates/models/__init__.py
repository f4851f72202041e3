from certificates.models.activities import ActivityVersion
from certificates.models.awards import Award, Standing, credited
from certificates.models.editions import (
    Certificate,
    CertificateEvent,
    fresh_number,
    fresh_token,
    private_storage,
    stored_at,
)
from certificates.models.keys import SigningKey, StatusList

__all__ = [
    "ActivityVersion",
    "Award",
    "Certificate",
    "CertificateEvent",
    "SigningKey",
    "Standing",
    "StatusList",
    "credited",
    "fresh_number",
    "fresh_token",
    "private_storage",
    "stored_at",
]
