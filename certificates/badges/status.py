"""Which index a badge has, and the list that says whose certificate no longer stands (W3C Bitstring Status List v1.0).

The bits are not kept: they are the states of the certificates, read when the list is signed. A certificate that
was revoked or replaced by a later edition has its bit set. Erasing a name sets none: what was learned stays true,
and a bit would look like a revocation to whoever asks.
"""

import secrets
from datetime import timedelta

from django.core.cache import cache
from django.db import IntegrityError
from django.db.models import Count, Exists
from django.utils import timezone
from openbadgeslib.ob3 import build_status_list_credential

from certificates.badges import addresses
from certificates.badges.credentials import as_text, sign
from certificates.models import Certificate, StatusList

#: A revocation is seen everywhere within a minute: we keep a signed list for the first, caches on the way for the
#: second, and a verifier that keeps lists itself for as long again.
KEPT_SECONDS = 10
MAX_AGE_SECONDS = 20
TRUE_FOR = timedelta(
    hours=1
)  # an older copy of a list is refused, so nobody can bring back one without a bit

WITHDRAWN = (Certificate.State.SUPERSEDED, Certificate.State.REVOKED)
HALF_FULL = StatusList.LENGTH // 2
OPEN_LIST = "badges:open-list"


def assign_index(certificate: Certificate) -> None:
    """Give a pending certificate its place in a status list; one that has a place keeps it, one issued gets none.

    Indices are random, so that one tells nothing of when or to whom a badge was given. One statement, and one
    query a minute for the list that is open. Two that draw the same free index at once: the constraint lets
    one in and IntegrityError ends the other, whose next try draws another.
    """
    while certificate.status_index is None:
        pk, generation = cache.get_or_set(OPEN_LIST, open_list, 60)
        index = secrets.randbelow(StatusList.LENGTH)
        taken = Certificate.objects.filter(status_list=pk, status_index=index)
        mine = Certificate.objects.pending().filter(~Exists(taken), pk=certificate.pk, status_index=None)
        try:
            is_mine = mine.update(status_list=pk, status_index=index)
        except IntegrityError:
            cache.delete(OPEN_LIST)  # perhaps it names a list that a restored database lacks
            raise
        if is_mine:
            certificate.status_list = StatusList(pk=pk, generation=generation)
            certificate.status_index = index
        else:  # the index is taken, or another worker gave it one
            certificate.refresh_from_db(fields=["state", "status_list", "status_index"])
            if not certificate.is_pending:
                break


def open_list() -> tuple[int, int]:
    """Return id and generation of the list that takes badges, begun when the last one is more than half full."""
    last = StatusList.objects.annotate(used=Count("certificates")).order_by("-generation").first()
    if last is None or last.used > HALF_FULL:
        last, _ = StatusList.objects.get_or_create(generation=last.generation + 1 if last else 1)
    return last.pk, last.generation


def signed_list(generation: int) -> str | None:
    """Return the list as a signed credential in JSON, at most KEPT_SECONDS old; None if there is no such list."""
    key = f"badges:status-list:{generation}"
    text = cache.get(key)
    if text is None and StatusList.objects.filter(generation=generation).exists():
        text = sign_list(generation)
        cache.set(key, text, KEPT_SECONDS)
    return text


def sign_list(generation: int) -> str:
    """Sign the list as the certificates stand now; one query."""
    now = timezone.now()
    withdrawn = Certificate.objects.filter(status_list__generation=generation, state__in=WITHDRAWN)
    document = build_status_list_credential(
        addresses.issuer_did(),
        addresses.status_list_url(generation),
        "revocation",
        withdrawn.order_by().values_list("status_index", flat=True),
        StatusList.LENGTH,
        issued=now,
        valid_until=now + TRUE_FOR,
        ttl=MAX_AGE_SECONDS * 1000,
    )
    return as_text(sign(document, now))
