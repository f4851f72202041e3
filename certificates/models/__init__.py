from certificates.models.activities import ActivityVersion
from certificates.models.awards import Award, Standing, credited
from certificates.models.changes import Appeal, EndOfKeeping, NameCorrection, RevocationRequest
from certificates.models.editions import (
    Certificate,
    CertificateEvent,
    fresh_number,
    fresh_token,
    private_storage,
    stored_at,
)
from certificates.models.keys import SigningKey, StatusList
from certificates.models.reminders import RefreshReminder
from certificates.models.sharing import ShareLink, Sharing
from certificates.models.templates import (
    CertificateTemplate,
    PartnerLogo,
    TemplateSignatory,
    TemplateUse,
    TemplateVersion,
)

__all__ = [
    "ActivityVersion",
    "Appeal",
    "Award",
    "Certificate",
    "CertificateEvent",
    "CertificateTemplate",
    "EndOfKeeping",
    "NameCorrection",
    "PartnerLogo",
    "RefreshReminder",
    "RevocationRequest",
    "ShareLink",
    "Sharing",
    "SigningKey",
    "Standing",
    "StatusList",
    "TemplateSignatory",
    "TemplateUse",
    "TemplateVersion",
    "credited",
    "fresh_number",
    "fresh_token",
    "private_storage",
    "stored_at",
]
