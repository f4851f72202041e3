"""What must be true for an award. The learner's page, the trainer's report and the award all ask here."""

from collections.abc import Callable

from attendance.queries import attendance_met
from courses.models import Enrolment
from courses.queries import all_modules_completed
from quizzes.queries import quiz_passed

#: Name -> predicate. A course without a quiz asks for none, and one that is e-learning alone for no session.
CRITERIA: dict[str, Callable[[Enrolment], bool]] = {
    "modules": all_modules_completed,
    "quizzes": quiz_passed,
    "attendance": attendance_met,
}


def unmet_criteria(enrolment: Enrolment) -> list[str]:
    """Return the names of the requirements left; empty when the award is earned."""
    return [name for name, is_met in CRITERIA.items() if not is_met(enrolment)]
