"""What courses hold about a person: which they are on and what they completed."""

from typing import Any

from courses.models import Enrolment

KEPT = "Which courses you took and which modules you completed, with dates and without your name, so that figures stay true."


def export_enrolments(user) -> list[dict[str, Any]]:
    """Return courses with what was completed; three queries."""
    rows = (
        Enrolment.objects.of(user)
        .select_related("course", "last_module")
        .prefetch_related("completions__module")
    )
    return [
        {
            "course": enrolment.course.title,
            "enrolled": enrolment.enrolled_at,
            "withdrawn": enrolment.withdrawn_at,
            "last_opened": enrolment.last_seen_at,
            "left_off_at": enrolment.last_module.title if enrolment.last_module else "",
            "completed": [
                {"module": done.module.title, "version": done.version, "at": done.completed_at}
                for done in enrolment.completions.all()
            ],
        }
        for enrolment in rows
    ]


def erase_enrolments(user) -> None:
    """Forget where they left off; the completions carry no name."""
    Enrolment.objects.of(user).update(last_module=None, last_seen_at=None)
