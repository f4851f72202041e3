"""Reads about sessions and bookings. Each takes the same number of queries however many rows there are."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone

from bookings.capacity import Quota, free
from bookings.models import STANDING, Booking, BookingChange, BookingState, TrainingSession
from cohorts.models import Cohort

NO_SECTOR = "No sector given"


#: Name of an annotation -> what makes it; counts that apps above add to a group's sessions.
_more_counts: dict[str, Callable[[], Coalesce]] = {}


def register_count(name: str, make: Callable[[], Coalesce]) -> None:
    """Let each session of a group's list carry `name`, read with the list itself."""
    _more_counts[name] = make


def count_of(rows) -> Coalesce:
    """Return how many of `rows` belong to a session, as an annotation; `rows` have a `session`."""
    of_one = rows.filter(session=OuterRef("pk")).order_by().values("session")
    return Coalesce(Subquery(of_one.annotate(n=Count("pk")).values("n")), 0)


def with_counts(sessions):
    """Add `booked_count`, `waiting_count` and `requested_count`; one query however many sessions."""

    def count(state):
        return count_of(Booking.objects.filter(state=state))

    return sessions.annotate(
        booked_count=count(BookingState.BOOKED),
        waiting_count=count(BookingState.WAITLISTED),
        requested_count=count(BookingState.REQUESTED),
    )


def sessions_of(cohort: Cohort):
    """The group's sessions by date, called off ones too, with venue and counts of bookings."""
    sessions = with_counts(cohort.sessions.select_related("venue").order_by("starts_at", "pk"))
    return sessions.annotate(**{name: make() for name, make in _more_counts.items()})


def listed_sessions(cohort: Cohort) -> list[TrainingSession]:
    """As `sessions_of`, read once for all the parts of the group's page."""
    if not hasattr(cohort, "_listed_sessions"):
        cohort._listed_sessions = list(sessions_of(cohort))
    return cohort._listed_sessions


def people_of(session: TrainingSession):
    """Who has a place, by name, with organisation and sector."""
    return bookings_of(session).booked().order_by("learner__name", "learner_id")


def bookings_of(session: TrainingSession):
    """Everybody who ever asked, in the order of the queue."""
    return session.bookings.select_related("learner__agency", "learner__sector", "sector").order_by(
        "queued_at", "pk"
    )


def clashes(learner, session: TrainingSession):
    """Other sessions the person stands in for, held or waited for, that overlap with this one."""
    return (
        TrainingSession.objects.held()
        .filter(
            bookings__learner=learner,
            bookings__in=Booking.objects.standing(),
            starts_at__lt=session.ends_at,
            ends_at__gt=session.starts_at,
        )
        .exclude(pk=session.pk)
        .select_related("venue", "cohort")
        .order_by("starts_at", "pk")
    )


def calendar(*, area: str = "", sector=None, first: date | None = None, last: date | None = None):
    """What anyone may book, by date: in the venue's `area`, of courses for `sector`, between two days.

    Days are those of the site's time zone, both included. A course without sectors is for everybody.
    """
    sessions = TrainingSession.objects.bookable().select_related("venue", "cohort__course")
    if area:
        sessions = sessions.filter(venue__area__iexact=area)
    if sector:
        sessions = sessions.filter(
            Q(cohort__course__sectors=None) | Q(cohort__course__sectors=sector)
        ).distinct()
    if first:
        sessions = sessions.filter(starts_at__gte=_midnight(first))
    if last:
        sessions = sessions.filter(starts_at__lt=_midnight(last) + timedelta(days=1))
    return with_counts(sessions).order_by("starts_at", "pk")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def booking_of(user, session: TrainingSession) -> Booking | None:
    """The user's booking in any state, None for visitors."""
    if not user.is_authenticated:
        return None
    return session.bookings.filter(learner=user).first()


def my_bookings(user):
    """What a person waits for or has a place in, by date, until it ends; one query."""
    return (
        Booking.objects.of(user)
        .standing()
        .filter(session__ends_at__gt=timezone.now(), session__cancelled_at=None)
        .select_related("session__venue", "session__cohort__course")
        .order_by("session__starts_at", "session_id")
    )


@dataclass(frozen=True)
class SectorMix:
    """One sector's share of a session against its quota."""

    name: str
    booked: int
    waiting: int
    minimum: int
    maximum: int | None

    @property
    def missing(self) -> int:
        return max(0, self.minimum - self.booked)

    @property
    def is_full(self) -> bool:
        return self.maximum is not None and self.booked >= self.maximum


def sector_mix(session: TrainingSession) -> list[SectorMix]:
    """Return booked and waiting by sector, with every sector that has a quota; two queries."""
    rows = session.bookings.filter(state__in=(BookingState.BOOKED, BookingState.WAITLISTED))
    found = (
        rows.order_by()
        .values("sector_id", "sector__name", "sector__order", "state")
        .annotate(people=Count("pk"))
        .values_list("sector_id", "sector__name", "sector__order", "state", "people", named=True)
    )
    names, counts = {}, Counter()
    for row in found:
        names[row.sector_id] = (row.sector__order is None, row.sector__order, row.sector__name or NO_SECTOR)
        counts[row.sector_id, row.state] += row.people
    quotas = {quota.sector_id: quota for quota in session.quotas.select_related("sector")}
    for pk, quota in quotas.items():
        names[pk] = (False, quota.sector.order, quota.sector.name)
    return [
        SectorMix(
            name=names[pk][2],
            booked=counts[pk, BookingState.BOOKED],
            waiting=counts[pk, BookingState.WAITLISTED],
            minimum=quotas[pk].minimum if pk in quotas else 0,
            maximum=quotas[pk].maximum if pk in quotas else None,
        )
        for pk in sorted(names, key=lambda pk: names[pk])
    ]


def places_left(session: TrainingSession) -> int:
    """Return how many places are left for people of any sector; two queries."""
    booked = session.bookings.booked().order_by().values_list("sector_id", flat=True)
    now = timezone.now()
    return free(
        capacity=session.capacity,
        booked=Counter(booked),
        quotas={q.sector_id: Quota(q.minimum, q.maximum) for q in session.quotas.all()},
        is_released=bool(session.quotas_released_at and session.quotas_released_at <= now),
    )


# --- For trainers ----------------------------------------------------------------------------


def bookable_people(session: TrainingSession):
    """People of the group who neither wait for this session nor have a place in it, by name."""
    standing = Booking.objects.standing().filter(session=session)
    members = session.cohort.members.active().exclude(learner__in=standing.values("learner"))
    return (
        get_user_model()
        .objects.filter(pk__in=members.values("learner"))
        .select_related("agency")
        .order_by("name", "pk")
    )


def clashes_of(learners, session: TrainingSession):
    """Other bookings of `learners` that overlap with `session`, by name; one query."""
    return (
        Booking.objects.standing()
        .filter(
            learner__in=learners,
            session__cancelled_at=None,
            session__starts_at__lt=session.ends_at,
            session__ends_at__gt=session.starts_at,
        )
        .exclude(session=session)
        .select_related("learner", "session")
        .order_by("learner__name", "session__starts_at", "pk")
    )


def alternatives(session: TrainingSession, user):
    """Sessions of the same course into which `user` may move this one's people, by date."""
    others = (
        TrainingSession.objects.editable_by(user)
        .held()
        .filter(
            cohort__course=session.cohort.course_id,
            starts_at__gt=timezone.now(),
            bookings_open_at__isnull=False,
        )
        .exclude(pk=session.pk)
    )
    return with_counts(others.select_related("cohort")).distinct().order_by("starts_at", "pk")


def closed_bookings(bookings) -> list[Booking]:
    """Return those of `bookings` that were cancelled or declined, with `last_change`: by whom and why."""
    closed = [booking for booking in bookings if booking.state not in STANDING]
    steps = BookingChange.objects.select_related("actor").order_by("at", "pk")
    prefetch_related_objects(closed, Prefetch("changes", queryset=steps))
    for booking in closed:
        booking.last_change = next(reversed(booking.changes.all()), None)
    return closed
