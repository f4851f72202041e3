"""Reads about courses that span models. One rule lives here: which completions count for which place."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from courses.models import CourseModule, CoursePage, Enrolment, ModuleCompletion, ModuleForm
from courses.steps import StepStatus

#: Before any evidence: the beginning of what counts for an enrolment that is no refresher.
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def is_completed(learner, enrolment, counts_from) -> Exists:
    """Return the condition that a CourseModule is completed by `learner` for `enrolment`.

    All are values or names of columns. A refresher counts only what was done from `counts_from` on. In its own enrolment a completion counts for ever: a later version never
    undoes it. Elsewhere it counts while the version is still the same. The full text covers the short one,
    never the other way round. A withdrawn enrolment's completions count like those of any other course.
    """
    return Exists(
        ModuleCompletion.objects.filter(
            Q(form=OuterRef("form")) | Q(form=ModuleForm.FULL),
            Q(enrolment=enrolment) | Q(version=OuterRef("module__version")),
            module=OuterRef("module"),
            enrolment__learner=learner,
            completed_at__gte=counts_from,
        )
    )


def _counts(
    form: str, version: int, done_in: int, done_at: datetime, place: CourseModule, enrolment: Enrolment
) -> bool:
    """Say by the same rule whether a learner's completion of the place's module counts; for many rows at once."""
    return (
        form in (place.form, ModuleForm.FULL)
        and (done_in == enrolment.pk or version == place.module.version)
        and done_at >= (enrolment.counts_from or ALWAYS)
    )


def live_places():
    """Places whose module is published, in the course's order, without the modules' texts."""
    return (
        CourseModule.objects.filter(module__live=True)
        .select_related("module")
        .defer("module__body", "module__short_body")
        .order_by("sort_order", "pk")
    )


def places_of(courses: Collection[int]) -> dict[int, list[CourseModule]]:
    """Return course id -> its live modules in order, in one query, without the modules' texts."""
    found = defaultdict(list)
    for place in live_places().filter(course__in=courses):
        found[place.course_id].append(place)
    return found


def enrolled_places():
    """One row for each live place and enrolment, with its ids and moments."""
    return (
        CourseModule.objects.filter(module__live=True)
        .annotate(
            enrolment_id=F("course__enrolments"),
            learner_id=F("course__enrolments__learner"),
            counts_from=Coalesce("course__enrolments__counts_from", Value(ALWAYS)),
            withdrawn_at=F("course__enrolments__withdrawn_at"),
            renewed_at=F("course__enrolments__renewed_at"),
        )
        .order_by()
    )


def completed_places(
    enrolments: Iterable[Enrolment], places: Mapping[int, Iterable[CourseModule]] | None = None
) -> dict[int, set[int]]:
    """Return enrolment id -> ids of the CourseModules completed.

    One query however many rows, with `places`, what `places_of` gave for the courses; two without. Rows are
    matched here, because databases match them one place and one learner at a time.
    """
    found = {enrolment.pk: set() for enrolment in enrolments}
    if places is None:
        places = places_of({enrolment.course_id for enrolment in enrolments})
    of_learner, of_module = defaultdict(list), defaultdict(list)
    for enrolment in enrolments:
        of_learner[enrolment.learner_id].append(enrolment)
    for course_id, rows in places.items():
        for place in rows:
            of_module[course_id, place.module_id].append(place)
    completions = ModuleCompletion.objects.filter(enrolment__learner__in=of_learner).order_by()
    fields = ("enrolment__learner", "module", "form", "version", "enrolment", "completed_at")
    for learner_id, module_id, *done in completions.values_list(*fields):
        for enrolment in of_learner[learner_id]:
            for place in of_module.get((enrolment.course_id, module_id), ()):
                if _counts(*done, place, enrolment):
                    found[enrolment.pk].add(place.pk)
    return found


def _done_for(enrolment: Enrolment) -> Exists:
    return is_completed(enrolment.learner_id, enrolment.pk, enrolment.counts_from or ALWAYS)


def all_modules_completed(enrolment: Enrolment) -> bool:
    """Say whether every required module of the course is completed; False for a course without any."""
    required = CourseModule.objects.filter(course=enrolment.course_id, module__live=True, is_required=True)
    done = _done_for(enrolment)
    found = list(required.annotate(done=done).order_by().values_list("done", flat=True))
    return bool(found) and all(found)


#: What a line of the task list and a module's page show. Pages have some fifty columns; reading them all
#: would be most of the page's cost.
ON_A_LINE = [
    *("course", "form", "minutes", "is_required", "sort_order"),
    *("module__title", "module__slug", "module__live", "module__live_revision", "module__summary"),
    *("module__version", "module__reviewed_on", "module__content_note"),
]


WITH_COURSE = [
    *("learner", "last_module", "last_seen_at", "cycle", "counts_from"),
    *("course__title", "course__slug", "course__live", "course__latest_revision", "course__content_note"),
    *("course__sessions_required", "course__attendance_percent"),
]


@dataclass(frozen=True)
class Step:
    """One line of the course's task list."""

    place: CourseModule
    is_completed: bool
    is_current: bool

    @property
    def status(self) -> StepStatus:
        if self.is_completed:
            return StepStatus.COMPLETED
        return StepStatus.IN_PROGRESS if self.is_current else StepStatus.NOT_STARTED


@dataclass(frozen=True)
class Outline:
    """A course as its learner sees it. `enrolment` is None for visitors."""

    course: CoursePage
    enrolment: Enrolment | None
    steps: list[Step]

    @property
    def completed_count(self) -> int:
        return sum(step.is_completed for step in self.steps)

    @property
    def modules_done(self) -> bool:
        """Every required module is completed, and there is at least one."""
        required = [step.is_completed for step in self.steps if step.place.is_required]
        return bool(required) and all(required)

    @property
    def next_place(self) -> CourseModule | None:
        """Where Continue leads: the module left off if it is unfinished, else the first unfinished one.

        Required modules come before optional ones.
        """
        unfinished = [step for step in self.steps if not step.is_completed]
        unfinished.sort(key=lambda step: (not step.is_current, not step.place.is_required))
        return unfinished[0].place if unfinished else None

    def number_of(self, slug: str) -> int | None:
        """Return where in `steps` the module with this slug stands, counted from 0; None if it is not there."""
        return next((n for n, step in enumerate(self.steps) if step.place.module.slug == slug), None)


def outline(course: CoursePage, enrolment: Enrolment | None, *, reading: str = "") -> Outline:
    """Return the course's steps with what is completed, in one query.

    reading: slug of a module; its place then carries `text`, the body or the short body as its form says.
    """
    done = _done_for(enrolment) if enrolment else Value(False, BooleanField())
    rows = live_places().filter(course=course.pk).only(*ON_A_LINE).annotate(done=done)
    if reading:
        rows = rows.annotate(
            text=Case(
                When(module__slug=reading, form=ModuleForm.SHORT, then=F("module__short_body")),
                When(module__slug=reading, then=F("module__body")),
            )
        )
    current = enrolment.last_module_id if enrolment else None
    return Outline(course, enrolment, [Step(place, place.done, place.module_id == current) for place in rows])


def live_courses():
    """Courses in the catalogue, in the editor's order."""
    return CoursePage.objects.live().order_by("path")


def enrolment_on(learner, slug: str) -> Enrolment | None:
    """Return the learner's active enrolment on the live course `slug`, with what of the course a learner's
    pages show at once; None for visitors.
    """
    if not learner.is_authenticated:
        return None
    rows = Enrolment.objects.active().of(learner).filter(course__slug=slug, course__live=True)
    return rows.select_related("course").only(*WITH_COURSE).order_by().first()


def catalogue(*, sector: str = "", longest_minutes: int | None = None):
    """Live courses for a sector code (courses for everyone included) and at most so many minutes."""
    rows = live_courses().prefetch_related("outcomes")
    if sector:
        rows = rows.filter(Q(sectors__code=sector) | Q(sectors=None))
    if longest_minutes:
        rows = rows.filter(cpd_minutes__lte=longest_minutes)
    return rows


@dataclass(frozen=True)
class CourseState:
    """How far a learner is with a course, for lists."""

    completed: int
    total: int

    @property
    def words(self) -> str:
        if not self.completed:
            return "Started"
        if self.completed < self.total:
            return f"{self.completed} of {self.total} modules completed"
        return "All modules completed"


def states_of(learner) -> dict[int, CourseState]:
    """Return course id -> the learner's state, for courses they are on; one query, none for visitors."""
    if not learner.is_authenticated:
        return {}
    places = defaultdict(list)
    rows = enrolled_places().filter(learner_id=learner.pk, withdrawn_at=None, renewed_at=None)
    done = is_completed(OuterRef("learner_id"), OuterRef("enrolment_id"), OuterRef("counts_from"))
    for course_id, is_done in rows.annotate(done=done).values_list("course_id", "done"):
        places[course_id].append(is_done)
    return {course_id: CourseState(sum(found), len(found)) for course_id, found in places.items()}
