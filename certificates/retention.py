"""How long names and documents are kept: announced to the holder, then erased, a bounded number at a time.

The record without a name stays for ever, so that a check of the number still answers (`personal_data.erase_award`).
"""

import logging
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from certificates import events
from certificates.dates import add_months
from certificates.models import (
    Appeal,
    Award,
    Certificate,
    CertificateEvent,
    EndOfKeeping,
    NameCorrection,
    RevocationRequest,
)
from certificates.personal_data import erase_award
from trainingsite.lib.emails import send_each, send_templated

logger = logging.getLogger(__name__)
NOTICE = timedelta(days=60)  # between the letter and the end, at least
AT_MOST = 500  # awards announced, and awards erased, in one run
LETTERS_AT_MOST = 200  # people written to in one run


def last_day_to_go(today: date) -> date | None:
    """Return the day on or before which a course must have been completed for its record to go; None keeps all."""
    years = settings.RETENTION_YEARS
    return add_months(today, -12 * years) if years else None


def named_awards() -> QuerySet[Award]:
    """Awards that still hold a name or a document, and nothing that waits for a decision."""
    asked = (
        model.objects.open().filter(award=OuterRef("pk"))
        for model in (NameCorrection, RevocationRequest, Appeal)
    )
    pending = Certificate.objects.pending().filter(award=OuterRef("pk"), erased_at=None)
    corrections, revocations, appeals = asked
    named = Exists(Certificate.objects.filter(award=OuterRef("pk"), erased_at=None))
    return Award.objects.filter(named).exclude(
        Exists(corrections) | Exists(revocations) | Exists(appeals) | Exists(pending)
    )


def ending_soon() -> QuerySet[Award]:
    """Awards whose name and document go within the notice."""
    day = last_day_to_go(timezone.localdate() + NOTICE)
    return named_awards().filter(completed_on__lte=day) if day else Award.objects.none()


def announce_ends() -> int:
    """Note for each award that is due soon when it ends; once an award. Return how many were noted."""
    found = ending_soon().filter(end_of_keeping=None).order_by("completed_on", "pk")[:AT_MOST]
    rows = [EndOfKeeping(award=award, ends_on=_end_of(award)) for award in found]
    return len(EndOfKeeping.objects.bulk_create(rows, ignore_conflicts=True))


def _end_of(award: Award) -> date:
    """Return the day from which it may be erased: never sooner than the notice, also when the policy was shortened."""
    by_policy = add_months(award.completed_on, 12 * settings.RETENTION_YEARS)
    return max(by_policy, timezone.localdate() + NOTICE)


# --- Letters ----------------------------------------------------------------------------------


def tell_holders() -> int:
    """Write to everybody whose awards were announced: one letter a person, and each award in one letter only."""
    untold = EndOfKeeping.objects.filter(
        award__enrolment__learner=OuterRef("pk"), told_at=None, erased_at=None
    )
    people = User.objects.filter(Exists(untold), is_active=True).order_by("pk")[:LETTERS_AT_MOST]
    return send_each(people, _tell, refused=_claim)


def _claim(learner) -> list[EndOfKeeping]:
    """Note that the person is told, and return of which awards; none if another worker was faster."""
    mine = EndOfKeeping.objects.filter(award__enrolment__learner=learner, told_at=None, erased_at=None)
    rows = list(mine.select_related("award__activity").prefetch_related("award__certificates"))
    now = timezone.now()
    return [row for row in rows if EndOfKeeping.objects.filter(pk=row.pk, told_at=None).update(told_at=now)]


@transaction.atomic
def _tell(learner) -> bool:
    rows = _claim(learner)
    if rows:
        for row in rows:
            events.record(row.award.certificate, CertificateEvent.Kind.KEEPING_ENDS)
        send_templated(
            "certificate_keeping_ends", to=learner.email, context={"rows": rows, "learner": learner}
        )
    return bool(rows)


# --- The end ----------------------------------------------------------------------------------


def erase_ended() -> int:
    """Erase what was announced, told at least sixty days ago, and is still past its time. Return how many.

    Awards with an open request are left until it is decided; one that fails is logged and left for the next run.
    """
    today = timezone.localdate()
    day = last_day_to_go(today)
    if day is None:
        return 0
    told = Q(end_of_keeping__told_at__lte=timezone.now() - NOTICE) | Q(enrolment__learner__is_active=False)
    ended = named_awards().filter(told, end_of_keeping__ends_on__lte=today, completed_on__lte=day)
    return sum(_erase(award) for award in ended.order_by("completed_on", "pk")[:AT_MOST])


def _erase(award: Award) -> bool:
    try:
        with transaction.atomic():
            unended = EndOfKeeping.objects.filter(award=award, erased_at=None)
            is_mine = bool(unended.update(erased_at=timezone.now()))
            if is_mine:
                erase_award(award)
    except Exception:
        logger.exception("Award %s could not be erased", award.pk)
        return False
    return is_mine


def keep_policy() -> None:
    """The daily run: announce, write, erase. Safe to repeat."""
    announce_ends()
    tell_holders()
    erase_ended()
