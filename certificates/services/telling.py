"""Letters to holders about what was decided, each once. The rows themselves are the outbox."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from certificates.models import Appeal, NameCorrection, RevocationRequest
from certificates.models.changes import Asked
from certificates.tasks import tell_decisions_task
from trainingsite.lib.emails import send_each, send_templated

#: A letter that could not be sent in a week is not tried any more.
KEEP_TELLING_FOR = timedelta(days=7)
AT_MOST = 200  # letters of a kind in one run


@dataclass(frozen=True)
class Letter:
    """One kind of letter: a folder of templates/emails, and the rows whose holder gets it."""

    name: str
    rows: QuerySet


def letters() -> Iterator[Letter]:
    """Yield the kinds. What was granted to the holder comes with the new edition, in that edition's own letter."""
    yield Letter("certificate_name_refused", NameCorrection.objects.filter(is_granted=False))
    revoked = RevocationRequest.objects.filter(kind=RevocationRequest.Kind.REVOKE, is_granted=True)
    yield Letter("certificate_revoked", revoked)
    yield Letter("certificate_appeal", Appeal.objects.filter(is_granted=False))


def tell_soon() -> None:
    """Send what waits as soon as the transaction stands; a broker that is away is the scheduled run's business."""

    def start() -> None:
        with suppress(OperationalError):
            tell_decisions_task.delay()

    transaction.on_commit(start)


def tell_decisions() -> int:
    """Write to holders what was decided; return how many letters went out. Safe to repeat."""
    sent = 0
    since = timezone.now() - KEEP_TELLING_FOR
    for letter in letters():
        untold = letter.rows.filter(
            told_at=None, decided_at__gt=since, award__enrolment__learner__is_active=True
        )
        rows = untold.select_related("award__activity", "award__enrolment__learner").order_by("decided_at")
        sent += send_each(rows[:AT_MOST], partial(_tell, name=letter.name), refused=_claim)
    return sent


def _claim(row: Asked) -> bool:
    return bool(type(row).objects.filter(pk=row.pk, told_at=None).update(told_at=timezone.now()))


@transaction.atomic
def _tell(row: Asked, name: str) -> bool:
    """Send it once. A failed send rolls the claim back, so that the next run sends it."""
    claimed = _claim(row)
    if claimed:
        site = urlsplit(settings.SITE_URL).hostname
        award = row.award
        send_templated(
            name,
            to=award.enrolment.learner.email,
            context={
                "row": row,
                "award": award,
                "learner": award.enrolment.learner,
                "certificate": award.certificate,
            },
            message_id=f"{name}-{row.pk}@{site}",
        )
    return claimed
