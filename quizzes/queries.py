"""Reads about quizzes: which ones a course has, how its learners stand, what a result says."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.formats import date_format

from courses.models import CourseModule, CoursePage, Enrolment
from courses.queries import all_modules_completed
from quizzes.content import ItemType
from quizzes.drawing import Candidate, Plan, Wish
from quizzes.models import Allowance, Attempt, AttemptState, ItemVersion, Quiz, QuizKind, Response
from quizzes.models.attempts import OPEN


def quiz_of(course: CoursePage) -> Quiz | None:
    """Return the course's assessment, None when it has none."""
    return Quiz.objects.assessments().filter(course=course).first()


def passing_attempt(enrolment: Enrolment) -> Attempt | None:
    """Return the best passing attempt at the course's assessment, None when there is none yet."""
    return Attempt.objects.passes().filter(enrolment=enrolment).best_first().first()


def quiz_passed(enrolment: Enrolment) -> bool:
    """Say whether the assessment asks nothing more of the learner; True for a course without one."""
    if Attempt.objects.passes().filter(enrolment=enrolment).exists():
        return True
    return not Quiz.objects.assessments().filter(course=enrolment.course_id).exists()


@dataclass(frozen=True)
class QuizState:
    """How an enrolment stands at its assessment. `best_score` is per cent; `attempts` counts the marked ones."""

    best_score: Decimal | None = None
    passed: bool = False
    attempts: int = 0
    is_open: bool = False


def quiz_states(enrolments: Iterable[Enrolment]) -> dict[int, QuizState]:
    """Return enrolment id -> state of its assessment, in one query however many rows."""
    ids = [enrolment.pk for enrolment in enrolments]
    finished = Q(state=AttemptState.FINISHED)
    rows = (
        Attempt.objects.filter(enrolment__in=ids, quiz__kind=QuizKind.ASSESSMENT)
        .order_by()
        .values("enrolment")
        .annotate(
            best=Max("score", filter=finished),
            passes=Count("pk", filter=finished & Q(passed=True)),
            marked=Count("pk", filter=finished),
            opened=Count("pk", filter=Q(state__in=OPEN)),
        )
    )
    states = dict.fromkeys(ids, QuizState())
    for row in rows:
        states[row["enrolment"]] = QuizState(
            row["best"], bool(row["passes"]), row["marked"], bool(row["opened"])
        )
    return states


@dataclass(frozen=True)
class StartState:
    """Whether a learner may start. reason: why not, to them; empty if they may.

    from_when: when they may, if that is known. attempts_left: None without a limit.
    """

    reason: str = ""
    from_when: datetime | None = None
    attempts_left: int | None = None


def start_state(enrolment: Enrolment, quiz: Quiz, now: datetime | None = None) -> StartState:
    """Say whether the learner may start another attempt; attempts that are open or void are not counted."""
    now = now or timezone.now()
    if quiz.opens_at and now < quiz.opens_at:
        return StartState(f"The quiz opens on {_moment(quiz.opens_at)}.", quiz.opens_at)
    if quiz.is_closed(now):
        return StartState(f"The quiz closed on {_moment(quiz.closes_at)}.")
    if quiz.counts and not all_modules_completed(enrolment):
        return StartState("Complete the required modules before you start the quiz.")
    if not quiz.attempts_allowed and not quiz.delay_minutes:
        return StartState()
    ended = Attempt.objects.filter(enrolment=enrolment, quiz=quiz).exclude(
        state__in=[*OPEN, AttemptState.VOID]
    )
    taken = ended.aggregate(number=Count("pk"), last=Max("submitted_at"))
    left = None
    if quiz.attempts_allowed:
        own = Allowance.objects.filter(enrolment=enrolment, quiz=quiz).first()
        left = max(0, quiz.attempts_allowed + (own.extra_attempts if own else 0) - taken["number"])
        if not left:
            return StartState(
                "You have used all your attempts. Ask your trainer if you need another.", None, 0
            )
    again_at = taken["last"] and taken["last"] + timedelta(minutes=quiz.delay_minutes)
    if again_at and again_at > now:
        return StartState(f"You can try again from {_moment(again_at)}.", again_at, left)
    return StartState(attempts_left=left)


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y, H:i")


def plan_of(quiz: Quiz) -> Plan:
    """Return what an attempt at `quiz` asks for."""
    return Plan(
        count=quiz.question_count,
        fixed=[row.item_id for row in quiz.fixed_items.all()],
        wishes=[_wish(row) for row in quiz.draws.select_related("category")],
        outcomes=_outcomes_of(quiz) if quiz.at_least_per_outcome else (),
        at_least=quiz.at_least_per_outcome,
        only_chosen=quiz.only_chosen,
        shuffle=quiz.shuffle_items,
    )


def _wish(row) -> Wish:
    categories = frozenset(row.category.with_parts().values_list("pk", flat=True)) if row.category else ()
    return Wish(row.count, row.module_id, categories, row.outcome, row.difficulty, row.type)


def _outcomes_of(quiz: Quiz) -> list[str]:
    return list(quiz.course.outcomes.exclude(code="").values_list("code", flat=True))


def pool_of(quiz: Quiz) -> tuple[list[Candidate], Callable[[Candidate], bool]]:
    """Return every version that an attempt may draw, and whether a candidate may come without being asked for.

    Draws may reach for the whole bank. What fills the rest comes from the quiz's module, or from the course's, and
    from the quiz's category; a branching scenario takes a while, so it only comes where an editor asked for one.
    """
    rows = ItemVersion.objects.ready().filter(item__live=True)
    if quiz.exclude_needs_check:
        rows = rows.filter(item__needs_check=False)
    modules = (
        {quiz.module_id}
        if quiz.module_id
        else set(
            CourseModule.objects.filter(course=quiz.course_id, module__live=True).values_list(
                "module", flat=True
            )
        )
    )
    asks_beyond = quiz.only_chosen or quiz.fixed_items.exists() or quiz.draws.exists()
    if not asks_beyond:
        rows = rows.filter(item__module__in=modules)
    fields = (
        "pk",
        "item",
        "item__module",
        "item__category",
        "item__outcomes",
        "item__difficulty",
        "item__type",
    )
    pool = [
        Candidate(pk, item, module, category, frozenset(outcomes), difficulty, type_)
        for pk, item, module, category, outcomes, difficulty, type_ in rows.values_list(*fields)
    ]
    shelves = set(quiz.category.with_parts().values_list("pk", flat=True)) if quiz.category else None

    def may_fill(candidate: Candidate) -> bool:
        on_shelf = shelves is None or candidate.category_id in shelves
        return on_shelf and candidate.module_id in modules and candidate.type != ItemType.BRANCHING

    return pool, may_fill


def times_seen(learner_id: int) -> Counter:
    """Return item id -> how often it stood in an attempt of this learner."""
    rows = (
        Response.objects.filter(attempt__enrolment__learner=learner_id)
        .order_by()
        .values_list("version__item")
        .annotate(times=Count("pk"))
    )
    return Counter(dict(rows))
