"""Refreshers: who may take one and when, and the letters before the day. A refresher is a new cycle; nothing is reset."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from certificates import events
from certificates.models import Award, CertificateEvent, RefreshReminder
from certificates.recertification import window_opens
from courses.models import Enrolment
from courses.services import begin_refresher
from trainingsite.lib.emails import send_each, send_templated

logger = logging.getLogger(__name__)

REMIND_DAYS = (90, 30, 7)
LETTERS_AT_MOST = 200  # in one run


class TooEarly(Exception):
    """The refresher cannot be taken yet."""


@dataclass(frozen=True)
class Window:
    """Between which days a refresher is due. is_open: it can be started today, late or not."""

    opens: date
    refresh_by: date

    @property
    def is_open(self) -> bool:
        return self.opens <= timezone.localdate()

    @property
    def is_over(self) -> bool:
        return self.refresh_by < timezone.localdate()


def window_of(award: Award) -> Window | None:
    """Return when `award` is to be refreshed; None if never, if it was revoked or if a refresher followed."""
    if not award.refresh_by or award.revoked_at or award.enrolment.renewed_at:
        return None
    return Window(window_opens(award.refresh_by, award.activity.refresh_window_months), award.refresh_by)


def award_of_cycle(enrolment: Enrolment) -> Award | None:
    """Return the award that stands for this learner, course and cycle, also from an enrolment left since."""
    return (
        Award.objects.of(enrolment.learner_id)
        .filter(enrolment__course=enrolment.course_id, enrolment__cycle=enrolment.cycle, revoked_at=None)
        .select_related("activity", "enrolment")
        .prefetch_related("certificates")
        .first()
    )


def date_before(enrolment: Enrolment) -> date | None:
    """Return the refresh date that held until this cycle; None in the first. One query, none in the first."""
    if enrolment.cycle == 1:
        return None
    earlier = Award.objects.of(enrolment.learner_id).filter(
        enrolment__course=enrolment.course_id, enrolment__cycle__lt=enrolment.cycle, revoked_at=None
    )
    return earlier.order_by("-enrolment__cycle").values_list("refresh_by", flat=True).first()


def start_refresher(award: Award) -> Enrolment:
    """Return the learner's next cycle on the course. What was done since the window opened counts for it.

    Safe to repeat. Raises TooEarly before the window opens, and for what needs no refresher.
    """
    award = Award.objects.select_related("activity", "enrolment").get(pk=award.pk)
    if award.enrolment.renewed_at:
        return begin_refresher(award.enrolment, timezone.now())
    window = window_of(award)
    if window is None or not window.is_open:
        raise TooEarly
    opened_at = timezone.make_aware(datetime.combine(window.opens, time.min))
    return begin_refresher(award.enrolment, max(opened_at, award.awarded_at))


# --- Letters ----------------------------------------------------------------------------------


def to_remind(days: int) -> QuerySet[Award]:
    """Awards within `days` of their refresh date, not past it, that nobody has renewed; not yet reminded so near."""
    today = timezone.localdate()
    reminded = RefreshReminder.objects.filter(award=OuterRef("pk"), days__lte=days)
    renewed = Award.objects.filter(
        enrolment__learner=OuterRef("enrolment__learner"),
        enrolment__course=OuterRef("enrolment__course"),
        enrolment__cycle__gt=OuterRef("enrolment__cycle"),
        revoked_at=None,
    )
    return Award.objects.filter(
        ~Exists(reminded),
        ~Exists(renewed),
        refresh_by__range=(today, today + timedelta(days=days)),
        revoked_at=None,
        enrolment__learner__is_active=True,
    )


def note_reminders() -> int:
    """Note which letters are due: of 90, 30 and 7 days the nearest one only. Return how many were noted."""
    noted = 0
    for days in sorted(REMIND_DAYS):
        due = to_remind(days).values_list("pk", flat=True)[:1000]
        rows = [RefreshReminder(award_id=pk, days=days) for pk in due]
        noted += len(RefreshReminder.objects.bulk_create(rows, ignore_conflicts=True))
    return noted


def send_reminders() -> int:
    """Send the letters noted, each once; return how many this call sent."""
    waiting = (
        RefreshReminder.objects.filter(sent_at=None, award__revoked_at=None)
        .filter(award__enrolment__learner__is_active=True, award__refresh_by__gte=timezone.localdate())
        .select_related("award__activity", "award__enrolment__learner", "award__enrolment__course")
        .order_by(F("award__refresh_by"), "pk")
    )
    return send_each(waiting[:LETTERS_AT_MOST], _send, refused=_mark)


def _mark(reminder: RefreshReminder) -> bool:
    return bool(RefreshReminder.objects.filter(pk=reminder.pk, sent_at=None).update(sent_at=timezone.now()))


@transaction.atomic
def _send(reminder: RefreshReminder) -> bool:
    """Send one letter; a failed send takes the mark back."""
    if not _mark(reminder):
        return False
    award = reminder.award
    events.record(award.certificate, CertificateEvent.Kind.REMINDED, note=f"{reminder.days} days before")
    send_templated(
        "refresher_due",
        to=award.enrolment.learner.email,
        context={"award": award, "certificate": award.certificate, "course": award.enrolment.course},
        message_id=f"refresher-{award.pk}-{reminder.days}@reminders",
    )
    return True


def remind() -> int:
    note_reminders()
    return send_reminders()
