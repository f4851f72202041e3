"""How many wrong codes somebody may try at one door. A room shares one address, so that limit is wider."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache

WINDOW_SECONDS = 60
WRONG_BY_PERSON = 10
WRONG_BY_ADDRESS = 60


def may_try(request, session_id: int) -> bool:
    key, most = _counter(request, session_id)
    return cache.get(key, 0) < most


def count_wrong(request, session_id: int) -> None:
    key, _ = _counter(request, session_id)
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # It ran out between the two.
        cache.set(key, 1, WINDOW_SECONDS)


def _counter(request, session_id: int) -> tuple[str, int]:
    if request.user.is_authenticated:
        return f"check-in:{session_id}:user:{request.user.pk}", WRONG_BY_PERSON
    address = get_adapter().get_client_ip(request)
    return f"check-in:{session_id}:address:{address}", WRONG_BY_ADDRESS
