"""What must be true for an award. The learner's page, the trainer's report and the award all ask here."""

from collections.abc import Callable, Sequence

from attendance.queries import attendance_met, attended_sessions
from courses.models import CoursePage, Enrolment
from courses.queries import all_modules_completed, completed_places, places_of
from quizzes.queries import quiz_of, quiz_passed, quiz_states

#: Name -> predicate. A course without a quiz asks for none, and one that is e-learning alone for no session.
CRITERIA: dict[str, Callable[[Enrolment], bool]] = {
    "modules": all_modules_completed,
    "quizzes": quiz_passed,
    "attendance": attendance_met,
}

IN_WORDS = {"modules": "modules", "quizzes": "the quiz", "attendance": "attendance"}


def unmet_criteria(enrolment: Enrolment) -> list[str]:
    """Return the names of the requirements left; empty when the award is earned."""
    return [name for name, is_met in CRITERIA.items() if not is_met(enrolment)]


def unmet_by_enrolment(course: CoursePage, enrolments: Sequence[Enrolment]) -> dict[int, list[str]]:
    """Return enrolment id -> names of the requirements left, as `unmet_criteria` does for one.

    All are of `course`. Five queries however many rows.
    """
    places = places_of([course.pk])
    required = {place.pk for place in places[course.pk] if place.is_required}
    completed = completed_places(enrolments, places)
    has_quiz, states = quiz_of(course) is not None, quiz_states(enrolments)
    came = attended_sessions(enrolments) if course.sessions_required else {}
    met = {
        "modules": lambda e: bool(required) and required <= completed[e.pk],
        "quizzes": lambda e: not has_quiz or states[e.pk].passed,
        "attendance": lambda e: came.get(e.pk, 0) >= course.sessions_required,
    }
    return {e.pk: [name for name in CRITERIA if not met[name](e)] for e in enrolments}


def lacks_in_words(unmet: Sequence[str]) -> str:
    """Return names of requirements as people say them: “modules, the quiz”."""
    return ", ".join(IN_WORDS[name] for name in unmet)
