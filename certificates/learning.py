"""What a learner's own pages show: under way, next, earned. A fixed number of queries however many rows."""

from dataclasses import dataclass

from django.urls import reverse

from certificates.models import Award
from courses.models import CourseModule, CoursePage, Enrolment
from courses.queries import Outline, Step, catalogue, completed_places, places_of
from quizzes.models import Quiz
from quizzes.queries import quiz_states

SUGGESTIONS = 3


@dataclass(frozen=True)
class UnderWay:
    """A course that a learner is on. `next_title` and `url` say where Continue leads, as on the course's page."""

    course: CoursePage
    completed: int
    modules: int
    next_title: str
    url: str

    @property
    def progress(self) -> str:
        return f"You have completed {self.completed} of {self.modules} modules."

    @property
    def percent(self) -> int:
        return 100 * self.completed // (self.modules or 1)


def courses_under_way(learner) -> list[UnderWay]:
    """Return the learner's courses without an award, the last opened first; six queries at most."""
    enrolments = list(
        Enrolment.objects.active()
        .of(learner)
        .filter(awards=None, course__live=True)
        .select_related("course")
        .order_by("-pk")
    )
    enrolments.sort(key=lambda e: e.last_seen_at or e.enrolled_at, reverse=True)
    if not enrolments:
        return []
    course_ids = {enrolment.course_id for enrolment in enrolments}
    places, quizzes = places_of(course_ids), quiz_states(enrolments)
    completed = completed_places(enrolments, places)
    with_quiz = set(Quiz.objects.assessments().filter(course__in=course_ids).values_list("course", flat=True))
    return [
        _under_way(
            e,
            places[e.course_id],
            completed[e.pk],
            awaits_quiz=e.course_id in with_quiz and not quizzes[e.pk].passed,
        )
        for e in enrolments
    ]


def _under_way(
    enrolment: Enrolment, places: list[CourseModule], completed: set[int], *, awaits_quiz: bool
) -> UnderWay:
    course = enrolment.course
    steps = [
        Step(place, place.pk in completed, place.module_id == enrolment.last_module_id) for place in places
    ]
    outline = Outline(course, enrolment, steps)
    place = outline.next_place
    wants_to_read = place and place.module_id == enrolment.last_module_id
    if awaits_quiz and outline.modules_done and not wants_to_read:
        title, url = "Quiz", reverse("quizzes:quiz", args=[course.slug])
    elif place:
        title, url = place.module.title, reverse("courses:module", args=[course.slug, place.module.slug])
    else:
        title, url = "", course.get_absolute_url()
    return UnderWay(course, outline.completed_count, len(steps), title, url)


def courses_to_take_next(learner) -> list[CoursePage]:
    """Return up to three courses that the learner is not on: those for their sector, then the others; two queries."""
    taken = Enrolment.objects.active().of(learner).values("course")
    sector = learner.sector.code if learner.sector else ""
    return list(catalogue(sector=sector).exclude(pk__in=taken)[:SUGGESTIONS])


def awards_of(learner) -> list[Award]:
    """Return what the learner earned, the latest first, with its certificates; two queries."""
    return list(Award.objects.of(learner).with_certificates())
