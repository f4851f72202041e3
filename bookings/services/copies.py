"""A group made after the pattern of another, with its sessions on other days."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from bookings.models import SectorQuota, SessionBreak, SessionMaterial, TrainingSession
from bookings.times import shifted
from cohorts.models import Cohort

#: What a copy of a session takes over as it is; bookings open anew, once its safety plan has been read.
KEPT = (
    "title", "time_zone", "venue_id", "online_link", "joining_notes", "capacity", "who_may_book", "needs_approval",
    "safeguarding_lead", "disclosure_procedure", "quiet_room",
)  # fmt: skip


@transaction.atomic
def copy_cohort(cohort: Cohort, *, by, form_key: UUID, name: str, first_on: date) -> Cohort:
    """Return a group with the same course, programme, trainers and sessions, the first one on `first_on`.

    Every session keeps its time by the clock and its distance in days; those called off are left out, and
    nobody is copied. The same form sent twice makes one group.
    """
    sessions = list(
        cohort.sessions.held().prefetch_related("breaks", "quotas", "materials").order_by("starts_at", "pk")
    )
    was_first = first_day(cohort, sessions)
    days = (first_on - was_first).days if was_first else 0
    copy, made = Cohort.objects.get_or_create(
        created_by=by,
        form_key=form_key,
        defaults={
            "name": name,
            "course_id": cohort.course_id,
            "programme_id": cohort.programme_id,
            "delivery": cohort.delivery,
            "starts_on": cohort.starts_on and cohort.starts_on + timedelta(days=days),
            "ends_on": cohort.ends_on and cohort.ends_on + timedelta(days=days),
        },
    )
    if made:
        copy.trainers.set(cohort.trainers.all())
        if not copy.trainers.exists():
            copy.trainers.add(by)
        for session in sessions:
            _copy_session(session, copy, days=days, by=by)
    return copy


def first_day(cohort: Cohort, sessions: list[TrainingSession]) -> date | None:
    """The day from which the others are counted."""
    return sessions[0].local_start.date() if sessions else cohort.starts_on


def _copy_session(session: TrainingSession, cohort: Cohort, *, days: int, by) -> None:
    def later(at):
        return at and shifted(at, days, session.zone)

    starts_at, ends_at = later(session.starts_at), later(session.ends_at)
    if ends_at <= starts_at:  # the clock change swallowed it
        ends_at = starts_at + (session.ends_at - session.starts_at)
    copy = TrainingSession.objects.create(
        cohort=cohort,
        created_by=by,
        starts_at=starts_at,
        ends_at=ends_at,
        bookings_close_at=later(session.close_planned_at or session.bookings_close_at),
        quotas_released_at=later(session.quotas_released_at),
        **{name: getattr(session, name) for name in KEPT},
    )
    SessionBreak.objects.bulk_create(
        SessionBreak(session=copy, starts_at=later(pause.starts_at), minutes=pause.minutes)
        for pause in session.breaks.all()
    )
    SectorQuota.objects.bulk_create(
        SectorQuota(session=copy, sector_id=q.sector_id, minimum=q.minimum, maximum=q.maximum)
        for q in session.quotas.all()
    )
    SessionMaterial.objects.bulk_create(
        SessionMaterial(session=copy, title=m.title, url=m.url) for m in session.materials.all()
    )
