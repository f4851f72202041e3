"""Reads for the programme report: a fixed number of queries, each a plain list of values."""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from accounts.models import Agency, Sector, User
from attendance.models import CAME, Attendance, Status, WalkIn
from bookings.models import Booking, BookingState, TrainingSession
from cascade.models import Delivery, Reach
from cascade.reach import took_part
from certificates.models import Award
from cohorts.models import CohortMember, Programme
from quizzes.models import Attempt, QuizKind
from reports.figures import NOT_GIVEN, Completion, Format, Place, Places, Presence


@dataclass(frozen=True)
class Held:
    """A session that took place, or is to."""

    on: date
    format: Format
    begun: bool
    capacity: int


def sessions_of(programme: Programme) -> dict[int, Held]:
    """Return session id -> what a report needs to know of it; sessions called off are left out."""
    now = timezone.now()
    rows = TrainingSession.objects.held().filter(cohort__programme=programme).order_by()
    return {
        pk: Held(
            timezone.localdate(starts_at),
            Format.LIVE_ONLINE if (is_online or (venue is None and link)) else Format.FACE_TO_FACE,
            starts_at <= now,
            capacity,
        )
        for pk, starts_at, capacity, venue, is_online, link in rows.values_list(
            "pk", "starts_at", "capacity", "venue", "venue__is_online", "online_link"
        )
    }


@dataclass(frozen=True)
class Register:
    """Who came to which session, and what the registers say of the others."""

    presences: list[Presence]
    statuses: Counter  # (session id, status) -> people
    unclaimed: dict[Hashable, int]  # person -> walk-in


def register_of(sessions: dict[int, Held]) -> Register:
    """Read every mark once. A walk-in who has claimed it is the person; another is a person of their own."""
    rows = Attendance.objects.filter(session__in=sessions).exclude(walk_in__removed_at__isnull=False)
    presences, statuses, unclaimed = [], Counter(), {}
    seen = set()
    for session_id, status, learner, walk_in, claimed_by in rows.order_by().values_list(
        "session", "status", "learner", "walk_in", "walk_in__claimed_by"
    ):
        person = learner or claimed_by or ("walk-in", walk_in)
        if (session_id, person) in seen:
            continue
        seen.add((session_id, person))
        statuses[session_id, status] += 1
        if status in CAME:
            held = sessions[session_id]
            presences.append(Presence(person, held.on, held.format))
            if isinstance(person, tuple):
                unclaimed[person] = walk_in
    return Register(presences, statuses, unclaimed)


def completions_of(programme: Programme) -> list[Completion]:
    """Certificates that people of the programme's groups hold for the group's course."""
    rows = Award.objects.filter(
        revoked_at=None,
        enrolment__in=CohortMember.objects.filter(cohort__programme=programme).values("enrolment"),
    )
    return [
        Completion(person, on)
        for person, on in rows.order_by().values_list("enrolment__learner", "completed_on")
    ]


def places_of(programme: Programme, register: Register) -> dict[Hashable, Place]:
    """Return person -> where they work, for members of the groups and for whoever walked in."""
    sectors = dict(Sector.objects.values_list("pk", "name"))
    agencies = {pk: (name, region) for pk, name, region in Agency.objects.values_list("pk", "name", "region")}

    def place(sector_id, agency_id) -> Place:
        agency, area = agencies.get(agency_id, ("", ""))
        return Place(sectors.get(sector_id, NOT_GIVEN), agency or NOT_GIVEN, area or NOT_GIVEN)

    members = User.objects.filter(
        Q(pk__in=CohortMember.objects.filter(cohort__programme=programme).values("learner"))
        | Q(pk__in=Attendance.objects.filter(session__cohort__programme=programme).values("learner"))
        | Q(pk__in=WalkIn.objects.filter(session__cohort__programme=programme).values("claimed_by"))
    )
    known = {}
    found = {}
    for pk, sector, agency in members.order_by().values_list("pk", "sector", "agency"):
        key = sector, agency
        if key not in known:
            known[key] = place(sector, agency)
        found[pk] = known[key]
    if register.unclaimed:
        walk_ins = WalkIn.objects.filter(session__cohort__programme=programme, claimed_by=None)
        for pk, sector, agency in walk_ins.values_list("pk", "sector", "agency"):
            found["walk-in", pk] = place(sector, agency)
    return found


def places_used(
    sessions: dict[int, Held], register: Register, quarter_of=None, quarter: str | None = None
) -> Places:
    """Count places, bookings and marks; of one quarter if told."""
    chosen = {pk: held for pk, held in sessions.items() if not quarter or quarter_of(held.on) == quarter}
    booked: Counter = Counter()
    waiting = 0
    rows = Booking.objects.filter(
        session__in=sessions, state__in=[BookingState.BOOKED, BookingState.WAITLISTED]
    )
    for session_id, state, count in rows.order_by().values_list("session", "state").annotate(Count("pk")):
        if session_id in chosen and state == BookingState.BOOKED:
            booked[session_id] += count
        elif session_id in chosen:
            waiting += count
    marks: Counter = Counter()
    for (session_id, status), count in register.statuses.items():
        if session_id in chosen:
            marks[status] += count
    return Places(
        sessions=len(chosen),
        places=sum(held.capacity for held in chosen.values()),
        booked=booked.total(),
        waiting=waiting,
        came=sum(marks[status] for status in CAME),
        absent=marks[Status.ABSENT],
        excused=marks[Status.EXCUSED],
        upcoming=sum(count for pk, count in booked.items() if not chosen[pk].begun),
    )


def deliveries_of(programme: Programme) -> tuple[Counter, set[int], int]:
    """Return (sector, area, format) -> people reached, who trained them, and in how many sessions.

    People with an account count once, in the format in which they were reached first.
    """
    standing = Delivery.objects.standing().filter(programme=programme)
    words = dict(Delivery.Format.choices)
    counts: Counter = Counter()
    logged = Reach.objects.filter(delivery__in=standing).order_by()
    for sector, area, format_, people in logged.values_list(
        "sector__name", "delivery__area", "delivery__format"
    ).annotate(Sum("people")):
        counts[sector or NOT_GIVEN, area or NOT_GIVEN, words[format_]] += people
    seen = set()
    for learner, sector, area, format_ in _members_reached(standing):
        if learner not in seen:
            seen.add(learner)
            counts[sector or NOT_GIVEN, area or NOT_GIVEN, words[format_]] += 1
    trainers = list(standing.order_by().values_list("trainer", flat=True))
    return counts, set(trainers), len(trainers)


def _members_reached(deliveries) -> Iterator[tuple]:
    in_groups = CohortMember.objects.filter(cohort__deliveries__in=deliveries)
    return (
        took_part(in_groups)
        .order_by("cohort__deliveries__delivered_on", "pk")
        .values_list(
            "learner", "learner__sector__name", "learner__agency__region", "cohort__deliveries__format"
        )
        .iterator()
    )


def scores_of(programme: Programme) -> list[tuple[int, str, float]]:
    """Return (person, kind of quiz, best score): what they knew before, and what they know now."""
    rows = Attempt.objects.finished().filter(
        quiz__kind__in=[QuizKind.DIAGNOSTIC, QuizKind.ASSESSMENT], enrolment__in=enrolments_of(programme)
    )
    best = rows.order_by().values_list("enrolment__learner", "quiz__kind").annotate(best=Max("score"))
    return [(person, kind, float(score)) for person, kind, score in best]


def enrolments_of(programme: Programme):
    """Return a subquery of ids."""
    return CohortMember.objects.filter(cohort__programme=programme).values("enrolment")


def targets_of(programme: Programme) -> tuple[dict[str, int], dict[str, int]]:
    """Return the targets by sector and by area."""
    sectors, areas = {}, {}
    for sector, area, people in programme.targets.values_list("sector__name", "area", "people"):
        (sectors if sector else areas)[sector or area] = people
    return sectors, areas


def headcounts() -> dict[str, int]:
    """Return organisation -> people there who could be trained, where it is known."""
    return dict(Agency.objects.exclude(headcount=None).values_list("name", "headcount"))


def reports_of(user):
    """Programmes whose report `user` may read, with the number of groups; one query."""
    return Programme.objects.visible_to(user).annotate(group_count=Count("cohorts", distinct=True))
