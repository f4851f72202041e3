"""What `manage.py check --deploy` says of the key for digital badges."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from certificates.badges.keys import current_key

OTHERS_MAY_READ = 0o004


@register(Tags.security, deploy=True)
def badge_key_is_ready(app_configs, **kwargs):
    """A public site signs with one key that every process has and nobody else reads."""
    path = Path(settings.BADGE_KEY_FILE)
    if path == settings.BASE_DIR / "var" / "keys" / "badge.pem":
        return [
            Warning(
                "Digital badges are signed with a key that this machine made for itself.",
                hint="Run: openssl genpkey -algorithm ed25519 -out badge.pem. Then set BADGE_KEY_FILE everywhere.",
                id="certificates.W003",
            )
        ]
    try:
        current_key()
    except OSError as problem:
        return [Error(f"Digital badges cannot be signed. {problem}", id="certificates.E003")]
    if path.stat().st_mode & OTHERS_MAY_READ:
        return [
            Warning("Everybody on this machine may read the file of BADGE_KEY_FILE.", id="certificates.W004")
        ]
    return []
