"""Reads about quizzes: which one a course has, how its learners stand, what a result says."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Q

from courses.models import CoursePage, Enrolment
from courses.models.pages import CourseOutcome
from courses.queries import places_of
from quizzes.marking import fraction_right, score_percent
from quizzes.models import Attempt, Choice, Quiz, Response


def quiz_of(course: CoursePage) -> Quiz | None:
    """Return the course's quiz, None when it has none."""
    return Quiz.objects.filter(course=course).first()


def passing_attempt(enrolment: Enrolment) -> Attempt | None:
    """Return the best passing attempt, None when there is none yet."""
    return Attempt.objects.filter(enrolment=enrolment, passed=True).best_first().first()


def quiz_passed(enrolment: Enrolment) -> bool:
    """Say whether the quiz asks nothing more of the learner; True for a course without a quiz."""
    if Attempt.objects.filter(enrolment=enrolment, passed=True).exists():
        return True
    return not Quiz.objects.filter(course=enrolment.course_id).exists()


@dataclass(frozen=True)
class QuizState:
    """How an enrolment stands. `best_score` is per cent; `attempts` counts the submitted ones."""

    best_score: Decimal | None = None
    passed: bool = False
    attempts: int = 0
    is_open: bool = False


def quiz_states(enrolments: Iterable[Enrolment]) -> dict[int, QuizState]:
    """Return enrolment id -> state of its quiz, in one query however many rows."""
    ids = [enrolment.pk for enrolment in enrolments]
    rows = (
        Attempt.objects.filter(enrolment__in=ids)
        .order_by()
        .values("enrolment")
        .annotate(
            best=Max("score"),
            passes=Count("pk", filter=Q(passed=True)),
            submitted=Count("submitted_at"),
            opened=Count("pk", filter=Q(submitted_at=None)),
        )
    )
    states = dict.fromkeys(ids, QuizState())
    for row in rows:
        states[row["enrolment"]] = QuizState(
            row["best"], bool(row["passes"]), row["submitted"], bool(row["opened"])
        )
    return states


def times_seen(learner_id: int) -> Counter:
    """Return item id -> how often it stood in an attempt of this learner."""
    rows = (
        Response.objects.filter(attempt__enrolment__learner=learner_id)
        .order_by()
        .values_list("version__item")
        .annotate(times=Count("pk"))
    )
    return Counter(dict(rows))


def right_keys(versions: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return version id -> keys of its right answers, in one query. Only for marking and submitted attempts."""
    keys = defaultdict(set)
    for version, key in Choice.objects.filter(version__in=set(versions), is_correct=True).values_list(
        "version", "key"
    ):
        keys[version].add(key)
    return {version: frozenset(found) for version, found in keys.items()}


@dataclass(frozen=True)
class ShownChoice:
    """An answer as a result shows it. Feedback only for what was chosen and what is right."""

    text: str
    feedback: str
    is_chosen: bool
    is_right: bool


@dataclass(frozen=True)
class ShownResponse:
    """A question as a result shows it."""

    position: int
    stem: str
    share_percent: Decimal
    choices: list[ShownChoice]

    @property
    def is_answered(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)

    @property
    def verdict(self) -> str:
        if not self.is_answered:
            return "Not answered"
        return {0: "Not right", 100: "Right"}.get(self.share_percent, "Partly right")


@dataclass(frozen=True)
class OutcomeScore:
    """Score, per cent, of the questions that serve one learning outcome."""

    code: str
    text: str
    questions: int
    percent: Decimal


@dataclass(frozen=True)
class Result:
    """What a submitted attempt says to its learner. `revisit` holds the course's places to read again."""

    outcomes: list[OutcomeScore]
    revisit: list
    responses: list[ShownResponse]


def result_of(attempt: Attempt) -> Result:
    """Return the result of a submitted attempt; four queries however many questions."""
    responses = list(attempt.responses.select_related("version__item"))
    choices = defaultdict(dict)
    for choice in Choice.objects.filter(version__in={r.version_id for r in responses}):
        choices[choice.version_id][choice.key] = choice
    texts = dict(
        CourseOutcome.objects.filter(course=attempt.quiz.course_id)
        .order_by("sort_order")
        .values_list("code", "text")
    )
    places = places_of([attempt.quiz.course_id])[attempt.quiz.course_id]
    marked = [(r, _share(r, choices[r.version_id].values())) for r in responses]
    missed = {r.version.item.module_id for r, share in marked if share < 1}
    return Result(
        outcomes=_by_outcome(marked, texts),
        revisit=[place for place in places if place.module_id in missed],
        responses=[_shown(r, share, choices[r.version_id]) for r, share in marked],
    )


def _share(response: Response, choices: Iterable[Choice]):
    return fraction_right({c.key for c in choices if c.is_correct}, response.chosen)


def _by_outcome(marked, texts: dict[str, str]) -> list[OutcomeScore]:
    """Group by outcome code, in the course's order, then codes that the course does not name."""
    groups = defaultdict(list)
    for response, share in marked:
        for code in response.version.item.outcomes:
            groups[code].append((share, response.marks_possible))
    ordered = [code for code in texts if code in groups] + sorted(groups.keys() - texts.keys())
    return [
        OutcomeScore(code, texts.get(code, ""), len(groups[code]), score_percent(groups[code]))
        for code in ordered
    ]


def _shown(response: Response, share, choices: dict[str, Choice]) -> ShownResponse:
    shown = []
    for key in response.choice_order:
        choice, is_chosen = choices[key], key in response.chosen
        feedback = choice.feedback if is_chosen or choice.is_correct else ""
        shown.append(ShownChoice(choice.text, feedback, is_chosen, choice.is_correct))
    percent = score_percent([(share, response.marks_possible)])
    return ShownResponse(response.position, response.version.stem, percent, shown)
