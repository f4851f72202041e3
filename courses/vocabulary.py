"""The sectors, which many blocks and forms name."""

from django.core.cache import cache

from accounts.models import Sector

KEY = "courses:sectors"
KEEP_SECONDS = 300


def sectors() -> list[Sector]:
    """Return every sector, in order; a query at first, then none for five minutes."""
    return cache.get_or_set(KEY, lambda: list(Sector.objects.all()), KEEP_SECONDS)
