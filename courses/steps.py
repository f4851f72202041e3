"""Steps that other apps add to a course's task list: the quiz, the certificate.

Courses know nothing of quizzes; an app above registers a provider when it starts (AppConfig.ready).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from courses.models import CoursePage, Enrolment


class StepStatus(Enum):
    """The value is shown to the learner."""

    NOT_STARTED = "Not started"
    IN_PROGRESS = "In progress"
    COMPLETED = "Completed"
    LOCKED = "Cannot start yet"


@dataclass(frozen=True)
class ExtraStep:
    """One line of the task list beside the modules.

    comes_first: it stands before the modules.  after_module: id of the module after which it stands; else it
    stands after them all, as it does when the course has that module no longer.
    is_optional: Continue never leads to it.  is_for_later: only when nothing else waits, for what has its own day.
    url: where the line and the Continue button lead; empty while there is nothing to open.
    action: words on the Continue button when this step is next, for example "Continue".
    """

    title: str
    hint: str
    status: StepStatus
    url: str = ""
    minutes: int = 0
    action: str = "Continue"
    comes_first: bool = False
    after_module: int | None = None
    is_optional: bool = False
    is_for_later: bool = False


#: Called with the course, the enrolment (None for visitors) and whether all required modules are done.
Provider = Callable[[CoursePage, Enrolment | None, bool], list[ExtraStep]]

_providers: list[tuple[int, Provider]] = []


def register_steps(provider: Provider, *, order: int) -> None:
    """Add `provider`; steps are shown in ascending `order`."""
    _providers.append((order, provider))
    _providers.sort(key=lambda pair: pair[0])


def extra_steps(course: CoursePage, enrolment: Enrolment | None, modules_done: bool) -> list[ExtraStep]:
    """Return the steps of all apps above, in order."""
    return [step for _, provider in _providers for step in provider(course, enrolment, modules_done)]
