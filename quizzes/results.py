"""What a result says to its learner."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from courses.models.pages import CourseOutcome
from courses.queries import places_of
from quizzes.marking import score_percent
from quizzes.models import Attempt, Response
from quizzes.scoring import share_of


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
    responses = list(attempt.responses.select_related("version__item", "marked_with"))
    texts = dict(
        CourseOutcome.objects.filter(course=attempt.quiz.course_id)
        .order_by("sort_order")
        .values_list("code", "text")
    )
    places = places_of([attempt.quiz.course_id])[attempt.quiz.course_id]
    marked = [(r, share_of(r)) for r in responses]
    missed = {r.version.item.module_id for r, share in marked if share < 1}
    return Result(
        outcomes=_by_outcome(marked, texts),
        revisit=[place for place in places if place.module_id in missed],
        responses=[_shown(r, share) for r, share in marked],
    )


def _by_outcome(marked, texts: dict[str, str]) -> list[OutcomeScore]:
    """Group by outcome code, in the course's order, then codes that the course does not name."""
    groups = defaultdict(list)
    for response, share in marked:
        for code in response.version.content.outcomes:
            groups[code].append((share, response.marks_possible))
    ordered = [code for code in texts if code in groups] + sorted(groups.keys() - texts.keys())
    return [
        OutcomeScore(code, texts.get(code, ""), len(groups[code]), score_percent(groups[code]))
        for code in ordered
    ]


def _shown(response: Response, share) -> ShownResponse:
    content, shown = response.version.content, []
    for key in response.choice_order:
        choice, is_chosen = content.choice(key), key in (response.answer or [])
        feedback = choice.feedback if is_chosen or choice.is_correct else ""
        shown.append(ShownChoice(choice.text, feedback, is_chosen, choice.is_correct))
    percent = score_percent([(share, response.marks_possible)])
    return ShownResponse(response.position, content.stem, percent, shown)
