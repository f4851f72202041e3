"""What `manage.py check --deploy` says of the seal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from certificates.sealing.material import SealUnavailable, seal_material

NOTICE = timedelta(days=60)
OTHERS_MAY_READ = 0o004


@register(Tags.security, deploy=True)
def seal_is_ready(app_configs, **kwargs):
    """A public site seals with a key of its own, that nobody else reads and that lasts for now."""
    if not settings.SIGNING_KEY_FILE:
        return [
            Error(
                "Certificates would be sealed with a development key.",
                hint="Run manage.py new_signing_key, then set SIGNING_KEY_FILE and SIGNING_CERT_FILE.",
                id="certificates.E001",
            )
        ]
    try:
        ends = seal_material().ends
    except SealUnavailable as problem:
        return [Error(str(problem), id="certificates.E002")]
    found = []
    if ends - datetime.now(UTC) < NOTICE:
        message = f"The certificate of the seal ends on {ends:%-d %B %Y}; then nothing is issued."
        found.append(Warning(message, hint="See “Rotation” in docs/operators.md.", id="certificates.W001"))
    if Path(settings.SIGNING_KEY_FILE).stat().st_mode & OTHERS_MAY_READ:
        found.append(
            Warning(
                "Everybody on this machine may read the file of SIGNING_KEY_FILE.", id="certificates.W002"
            )
        )
    return found
