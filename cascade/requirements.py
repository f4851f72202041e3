"""What a licence asks of somebody, and what of it is there: one home for lists, pages and the grant itself."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from attendance.queries import attended_sessions
from cascade.dates import months_after
from cascade.models import LicenceRule, Observation
from courses.models import CoursePage, Enrolment
from courses.queries import completed_places, places_of
from quizzes.models import Quiz
from quizzes.queries import quiz_states

OBSERVED_WITHIN_MONTHS = 6


@dataclass(frozen=True)
class Requirement:
    """One line: what is asked, whether it is there, and what is there or lacks in words."""

    code: str
    title: str
    is_met: bool
    words: str
    is_needed: bool = True


@dataclass(frozen=True)
class Standing:
    """Where somebody stands towards a licence for one course."""

    requirements: list[Requirement]

    @property
    def may_be_granted(self) -> bool:
        return all(r.is_met for r in self.requirements if r.is_needed)

    @property
    def is_provisional(self) -> bool:
        """A licence granted now would be for half a year, until a whole session is observed."""
        return not all(r.is_met for r in self.requirements)

    @property
    def lacking(self) -> list[str]:
        return [r.title for r in self.requirements if r.is_needed and not r.is_met]


def trainer_courses(course: CoursePage) -> list[CoursePage]:
    """Return the courses of which one has to be finished to run `course`: by the rules or, without any, itself."""
    rules = LicenceRule.objects.filter(course=course).select_related("trainer_course")
    return [rule.trainer_course for rule in rules] or [course]


def standings(people: Collection[int], course: CoursePage, on: date | None = None) -> dict[int, Standing]:
    """Return person id -> standing towards a licence for `course`; a fixed number of queries.

    on: the first day of the licence, today unless told.
    """
    asked = trainer_courses(course)
    enrolments = Enrolment.objects.active().filter(learner__in=people, course__in=asked)
    gaps = gaps_of(list(enrolments.order_by("pk")), asked)
    of_person = defaultdict(list)
    for enrolment, gap in gaps:
        of_person[enrolment.learner_id].append((enrolment.course_id, gap))
    watched = defaultdict(list)
    for row in Observation.objects.filter(trainer__in=people, course=course).order_by("observed_on", "pk"):
        watched[row.trainer_id].append(row)
    names = {page.pk: page.title for page in asked}
    return {
        person: Standing([_course_line(of_person[person], names), *_watched_lines(watched[person], on)])
        for person in people
    }


def standing(person, course: CoursePage, on: date | None = None) -> Standing:
    return standings([person.pk], course, on)[person.pk]


def gaps_of(enrolments: list[Enrolment], courses: Iterable[CoursePage]) -> list[tuple[Enrolment, list[str]]]:
    """Return each enrolment with what its course still asks, in words; an empty list when it is finished."""
    courses = {course.pk: course for course in courses}
    required = {
        course: {p.pk for p in places if p.is_required} for course, places in places_of(courses).items()
    }
    completed = completed_places(enrolments)
    states = quiz_states(enrolments)
    with_quiz = set(Quiz.objects.assessments().filter(course__in=courses).values_list("course", flat=True))
    sessions = attended_sessions(enrolments)
    return [
        (
            e,
            _gaps(
                modules=len(required.get(e.course_id, set()) - completed[e.pk]),
                quiz=e.course_id in with_quiz and not (states.get(e.pk) and states[e.pk].passed),
                sessions=courses[e.course_id].sessions_required - sessions.get(e.pk, 0),
            ),
        )
        for e in enrolments
    ]


def _gaps(*, modules: int, quiz: bool, sessions: int) -> list[str]:
    gaps = []
    if modules > 0:
        gaps.append(f"{modules} module{'s' if modules > 1 else ''} to complete")
    if quiz:
        gaps.append("the quiz to pass")
    if sessions > 0:
        gaps.append(f"{sessions} session{'s' if sessions > 1 else ''} to attend")
    return gaps


def _course_line(found: list[tuple[int, list[str]]], names: dict[int, str]) -> Requirement:
    """found: (course id, gaps) of each course of the person that counts."""
    title = "Finished the trainer course"
    wanted = " or ".join(f"“{name}”" for name in names.values())
    if not found:
        return Requirement("course", title, False, f"Not on {wanted}.")
    course_id, gaps = min(found, key=lambda pair: len(pair[1]))
    if gaps:
        return Requirement("course", title, False, f"“{names[course_id]}”: {', '.join(gaps)}.")
    return Requirement("course", title, True, f"“{names[course_id]}” is finished.")


def _watched_lines(rows: list[Observation], on: date | None) -> list[Requirement]:
    """The practice delivery, and the whole session within six months; a passed session stands for both."""
    passed = [row for row in rows if row.passed and (on is None or row.observed_on <= on)]
    sessions = [row for row in passed if row.kind == Observation.Kind.SESSION]
    fresh = [row for row in sessions if _is_fresh(row.observed_on, on)]
    return [
        Requirement("practice", "Passed an observed delivery", bool(passed), _seen_words(passed, rows)),
        Requirement(
            "session",
            "A whole session observed and passed within six months",
            bool(fresh),
            _seen_words(fresh, sessions) if fresh or sessions else "Not yet.",
            is_needed=False,
        ),
    ]


def _is_fresh(observed_on: date, on: date | None) -> bool:
    return months_after(observed_on, OBSERVED_WITHIN_MONTHS) >= (on or timezone.localdate())


def _seen_words(passed: list[Observation], rows: list[Observation]) -> str:
    if passed:
        return f"{passed[-1].get_kind_display()} on {_day(passed[-1].observed_on)}."
    if rows:
        return f"Last observed on {_day(rows[-1].observed_on)}: not passed, or too long ago."
    return "Not observed yet."


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
