"""Reads about registers and what they add up to. Each takes the same number of queries however many people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from attendance.minutes import MINUTE, reaches
from attendance.models import CAME, Attendance, AttendanceChange, WalkIn
from bookings.models import Booking, SessionBreak, TrainingSession
from courses.models import Enrolment

NONE_GIVEN = "Not given"


# --- The register ------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegisterRow:
    """One person on the register, a learner or a walk-in. key: “l12” for a learner, “w3” for a walk-in who has not claimed yet."""

    key: str
    person: Any
    name: str
    organisation: str
    sector: str
    is_walk_in: bool
    mark: Attendance | None

    @property
    def status(self) -> str:
        return self.mark.status if self.mark else ""

    @property
    def minutes_missed(self) -> int:
        return self.mark.minutes_missed if self.mark else 0

    @property
    def version(self) -> int:
        return self.mark.version if self.mark else 0

    @property
    def marked_by(self) -> str:
        """Who made the mark that stands; empty without one."""
        if not self.mark:
            return ""
        if self.mark.source == Attendance.Source.CHECK_IN:
            return "themselves at the door"
        return str(self.mark.marked_by) if self.mark.marked_by else ""


def register_rows(session: TrainingSession) -> list[RegisterRow]:
    """Return everybody with a place, everybody with a mark, and the walk-ins, by name; three queries."""
    marks = Attendance.objects.filter(session=session).select_related(
        "marked_by", "learner__agency", "learner__sector"
    )
    of_learner = {m.learner_id: m for m in marks if m.learner_id}
    of_walk_in = {m.walk_in_id: m for m in marks if not m.learner_id}
    booked = Booking.objects.booked().filter(session=session)
    learners = {b.learner_id: b.learner for b in booked.select_related("learner__agency", "learner__sector")}
    learners |= {pk: m.learner for pk, m in of_learner.items() if pk not in learners}
    walk_ins = waiting_walk_ins(session).select_related("agency", "sector")
    rows = [_row(f"l{pk}", learner, of_learner.get(pk)) for pk, learner in learners.items()]
    rows += [_row(f"w{w.pk}", w, of_walk_in.get(w.pk)) for w in walk_ins]
    return sorted(rows, key=lambda row: (row.name.casefold(), row.key))


def _row(key: str, person, mark: Attendance | None) -> RegisterRow:
    return RegisterRow(
        key=key,
        person=person,
        name=str(person),
        organisation=person.agency.name if person.agency else NONE_GIVEN,
        sector=person.sector.name if person.sector else NONE_GIVEN,
        is_walk_in=isinstance(person, WalkIn),
        mark=mark,
    )


def waiting_walk_ins(session: TrainingSession):
    """Walk-ins still on the register by their own name."""
    return WalkIn.objects.filter(session=session, claimed_by=None, removed_at=None)


def people_without_mark(session: TrainingSession) -> list[tuple[int | None, int | None]]:
    """Return (learner id, walk-in id), one of them None, of everybody on the register without a mark."""
    booked = Booking.objects.booked().filter(session=session)
    unmarked = booked.exclude(learner__in=_marked(session).exclude(learner=None).values("learner"))
    walk_ins = waiting_walk_ins(session).exclude(
        pk__in=_marked(session).exclude(walk_in=None).values("walk_in")
    )
    return [(pk, None) for pk in unmarked.values_list("learner", flat=True)] + [
        (None, pk) for pk in walk_ins.values_list("pk", flat=True)
    ]


def _marked(session: TrainingSession):
    return Attendance.objects.filter(session=session)


def person_on_register(session: TrainingSession, key: str) -> RegisterRow | None:
    return next((row for row in register_rows(session) if row.key == key), None)


def history(attendance: Attendance):
    """Every touch on this person's mark, the latest first."""
    return (
        AttendanceChange.objects.filter(attendance=attendance)
        .select_related("actor")
        .order_by("-saved_at", "-pk")
    )


def members_without_place(session: TrainingSession):
    """People of the group who have no place and no mark in the session, by name."""
    present = Booking.objects.booked().filter(session=session).values("learner")
    marked = _marked(session).exclude(learner=None).values("learner")
    return (
        session.cohort.members.active()
        .exclude(learner__in=present)
        .exclude(learner__in=marked)
        .select_related("learner__agency")
        .order_by("learner__name", "learner")
    )


# --- What it adds up to ------------------------------------------------------------------------


@dataclass(frozen=True)
class Attended:
    """One session that somebody came to. minutes and missed: of learning, breaks excluded; together the whole."""

    session_id: int
    ended_at: datetime
    minutes: int
    missed: int
    counts: bool


def attended(enrolments: Iterable[Enrolment]) -> dict[int, list[Attended]]:
    """Return enrolment id -> sessions of its course that the learner came to, the earliest first; one query.

    A session counts when it is over, since somebody may still leave early: who was marked during it is looked at
    again by reconcile. It counts whenever it was: somebody who walked in is enrolled only afterwards. For a refresher those
    count that were held since its `counts_from`.
    """
    enrolments = list(enrolments)
    found = defaultdict(list)
    pauses = SessionBreak.objects.filter(session=OuterRef("session")).order_by().values("session")
    rows = (
        Attendance.objects.filter(
            status__in=CAME,
            learner__in={e.learner_id for e in enrolments},
            session__cohort__course__in={e.course_id for e in enrolments},
            session__cancelled_at=None,
            session__ends_at__lte=timezone.now(),
        )
        .annotate(pause=Coalesce(Subquery(pauses.annotate(total=Sum("minutes")).values("total")), 0))
        .order_by("session__ends_at", "session")
    )
    asked = (
        "learner",
        "session__cohort__course",
        "session",
        "session__starts_at",
        "session__ends_at",
        "pause",
    )
    rows = rows.values_list(*asked, "minutes_missed", "session__cohort__course__attendance_percent")
    for learner, course, session, starts_at, ends_at, pause, missed, percent in rows:
        whole = max(0, (ends_at - starts_at) // MINUTE - pause)
        there = max(0, whole - missed)
        found[learner, course].append(
            Attended(session, ends_at, there, whole - there, reaches(there, whole, percent))
        )
    return {e.pk: _counting(e, found[e.learner_id, e.course_id]) for e in enrolments}


def _counting(enrolment: Enrolment, sessions: list[Attended]) -> list[Attended]:
    """Return the sessions that count for this cycle: of a refresher, those since it counts."""
    begin = enrolment.counts_from
    return [one for one in sessions if one.ended_at >= begin] if begin else sessions


def attended_sessions(enrolments: Iterable[Enrolment]) -> dict[int, int]:
    """Return enrolment id -> sessions attended for as large a share as the course asks."""
    return {pk: sum(a.counts for a in rows) for pk, rows in attended(enrolments).items()}


def attendance_met(enrolment: Enrolment) -> bool:
    """Say whether the learner attended as many sessions as the course asks; nothing is asked of e-learning."""
    required = enrolment.course.sessions_required
    return not required or attended_sessions([enrolment])[enrolment.pk] >= required


def attendance_complete_at(enrolment: Enrolment) -> datetime | None:
    """Return the end of the session with which the course's requirement was reached; None before, or without one."""
    required = enrolment.course.sessions_required
    reached = [a.ended_at for a in attended([enrolment])[enrolment.pk] if a.counts]
    return reached[required - 1] if required and len(reached) >= required else None


def attendance_column(enrolments: Iterable[Enrolment]) -> dict[int, str]:
    """Return enrolment id -> “1 of 2” where the course asks for sessions, “1 session” where somebody came anyway."""
    enrolments = list(enrolments)
    counts = attended_sessions(enrolments)
    words = {e.pk: _count_words(counts[e.pk], e.course.sessions_required) for e in enrolments}
    return {pk: text for pk, text in words.items() if text}


def _count_words(count: int, required: int) -> str:
    if required:
        return f"{count} of {required}"
    return f"{count} session{'s' if count != 1 else ''}" if count else ""
