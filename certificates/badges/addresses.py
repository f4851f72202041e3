"""Where the badge's public documents are. They stand in what was signed, so they never change."""

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse


def did_web(site_url: str) -> str:
    """Return the did:web identifier of a site: a port's colon is written %3A. W3C CCG did:web, section 3.1."""
    return f"did:web:{quote(urlsplit(site_url).netloc.lower(), safe='')}"


def issuer_did() -> str:
    return did_web(settings.SITE_URL)


def issuer_url() -> str:
    return _absolute("issuer")


def image_url() -> str:
    return _absolute("image")


def achievement_url(fingerprint: str) -> str:
    """Return the address of one activity version; its name is the hash of what it says."""
    return _absolute("achievement", fingerprint)


def status_list_url(generation: int) -> str:
    return _absolute("status_list", generation)


def credential_url(number: str) -> str:
    """Return the id of a badge: the public check of its certificate, which a person can open."""
    return settings.SITE_URL + reverse("certificates:verify_number", args=[number])


def _absolute(name: str, *args) -> str:
    return settings.SITE_URL + reverse(f"badges:{name}", args=args)
