"""What a marked attempt says to its learner, as far as the quiz shows it at this moment."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list

from courses.models import ModulePage
from courses.models.pages import CourseOutcome
from courses.queries import places_of
from library.models import Indicator
from quizzes.content import ItemType
from quizzes.feedback import feedback_on_all
from quizzes.models import Attempt, Confidence, Credit, Feedback, Item, Quiz, QuizKind, Response, ScoreChange
from quizzes.scoring import by_outcome, key_of, share_of
from quizzes.shown import ShownResponse

#: With none of these there is nothing to say about a single question.
ABOUT_ANSWERS = frozenset({Feedback.CORRECTNESS, Feedback.REASONS, Feedback.KEY})
LATER_WORDS = {
    Feedback.SCORE: "your score",
    Feedback.CORRECTNESS: "which of your answers are right",
    Feedback.REASONS: "the feedback on your answers",
    Feedback.KEY: "the right answers",
}
Marked = Sequence[tuple[Response, Fraction]]


@dataclass(frozen=True)
class OutcomeScore:
    """Score, per cent, of the questions that serve one learning outcome.

    before: the same at the diagnostic, None without it.  is_below: less than the quiz asks for in each outcome.
    """

    code: str
    text: str
    questions: int
    percent: Decimal
    before: Decimal | None = None
    is_below: bool = False


@dataclass(frozen=True)
class Before:
    """The learner's diagnostic of the same course. percent: its score."""

    percent: Decimal
    at: datetime
    outcomes: dict[str, Decimal]

    @property
    def words(self) -> str:
        return percent(self.percent)


@dataclass(frozen=True)
class Revisit:
    """A module with questions that were not fully right, and the outcomes that those serve, in words."""

    module: ModulePage
    outcomes: list[str]


@dataclass(frozen=True)
class SignsMet:
    """Signs of the library that the questions were about. One met twice stands under `again` if either was missed."""

    noticed: list[Indicator] = field(default_factory=list)
    again: list[Indicator] = field(default_factory=list)


@dataclass(frozen=True)
class SureRow:
    label: str
    right: int
    not_right: int


@dataclass(frozen=True)
class Sureness:
    """How sure the learner was against how right. sure_wrong: what most deserves a second look."""

    rows: list[SureRow]
    sure_wrong: list[ShownResponse]
    guessed_right: list[ShownResponse]


@dataclass(frozen=True)
class Result:
    """A marked attempt as its learner may see it now. Whatever may not be shown is empty.

    score: “70%”.  later: a sentence on what is shown another time, or never.
    """

    heading: str
    score: str
    before: Before | None
    outcomes: list[OutcomeScore]
    signs: SignsMet
    revisit: list[Revisit]
    sureness: Sureness | None
    responses: list[ShownResponse]
    changes: list[str]
    later: str

    @property
    def below(self) -> list[OutcomeScore]:
        return [outcome for outcome in self.outcomes if outcome.is_below]


def result_of(attempt: Attempt, now: datetime | None = None) -> Result:
    """Return the result of a finished attempt; as many queries for three questions as for fifty.

    `attempt` is loaded with its quiz. What refers to the answers one by one needs the quiz to show whether
    they are right; a sign that was missed is named only where the key may be seen.
    """
    shown = attempt.quiz.shown(submitted=True, now=now)
    shows_score = Feedback.SCORE in shown
    tells_right = bool(shown & {Feedback.CORRECTNESS, Feedback.KEY})
    responses = list(attempt.responses.select_related("version__item", "marked_with"))
    marked = [(r, share_of(r)) for r in responses if r.credit != Credit.LEFT_OUT]
    texts = _outcome_texts(attempt)
    before = before_of(attempt) if shows_score else None
    told = feedback_on_all(responses, shown) if shown & ABOUT_ANSWERS else []
    return Result(
        heading=_heading(attempt, shows_score),
        score=percent(attempt.score) if shows_score else "",
        before=before,
        outcomes=_outcomes(attempt, marked, texts, before) if shows_score else [],
        signs=_signs(marked, tells_key=Feedback.KEY in shown) if tells_right else SignsMet(),
        revisit=_revisit(attempt, marked, texts) if shows_score or tells_right else [],
        sureness=_sureness(marked, told) if tells_right else None,
        responses=told,
        changes=_changes(attempt) if shows_score else [],
        later=_later(attempt.quiz, shown, now),
    )


def _heading(attempt: Attempt, shows_score: bool) -> str:
    if attempt.quiz.kind == QuizKind.DIAGNOSTIC:
        return "What you know already"
    if not attempt.quiz.counts:
        return "Your result"
    if not shows_score:
        return "Your answers are handed in"
    return "Passed" if attempt.passed else "Not passed yet"


def _outcome_texts(attempt: Attempt) -> dict[str, str]:
    """Return the course's outcomes, code -> words, in its order."""
    rows = CourseOutcome.objects.filter(course=attempt.quiz.course_id).order_by("sort_order")
    return dict(rows.values_list("code", "text"))


def before_of(attempt: Attempt) -> Before | None:
    """Return what the learner scored before the course, None for other quizzes than the one that counts."""
    if not attempt.quiz.counts:
        return None
    earlier = Attempt.objects.finished().filter(
        enrolment=attempt.enrolment_id, quiz__kind=QuizKind.DIAGNOSTIC, submitted_at__lt=attempt.submitted_at
    )
    found = earlier.select_related("quiz").order_by("submitted_at", "pk").first()
    if not found or Feedback.SCORE not in found.quiz.shown(submitted=True):
        return None
    responses = found.responses.select_related("version", "marked_with").exclude(credit=Credit.LEFT_OUT)
    return Before(found.score, found.submitted_at, by_outcome([(r, share_of(r)) for r in responses]))


def _outcomes(
    attempt: Attempt, marked: Marked, texts: dict[str, str], before: Before | None
) -> list[OutcomeScore]:
    """One row an outcome that the questions serve, in the course's order, then those it does not name."""
    percents = by_outcome(marked)
    ordered = [code for code in texts if code in percents] + sorted(percents.keys() - texts.keys())
    return [
        OutcomeScore(
            code=code,
            text=texts.get(code, ""),
            questions=sum(code in response.version.content.outcomes for response, _ in marked),
            percent=percents[code],
            before=before.outcomes.get(code) if before else None,
            is_below=percents[code] < attempt.outcome_minimum,
        )
        for code in ordered
    ]


def _revisit(attempt: Attempt, marked: Marked, texts: dict[str, str]) -> list[Revisit]:
    """The course's modules, in its order, of questions that were not fully right."""
    missed = defaultdict(set)
    for response, share in marked:
        if share < 1:
            missed[response.version.item.module_id].update(response.version.content.outcomes)
    places = places_of([attempt.quiz.course_id])[attempt.quiz.course_id]
    return [
        Revisit(place.module, [text for code, text in texts.items() if code in missed[place.module_id]])
        for place in places
        if place.module_id in missed
    ]


def _signs(marked: Marked, *, tells_key: bool) -> SignsMet:
    """Signs told by the sentences of a text where they are named there, else by the whole question."""
    met = [(response, share) for response, share in marked if not response.credit]
    tested = _signs_tested({response.version.item_id for response, _ in met})
    noticed, again = set(), set()
    for response, share in met:
        named = _signs_in_text(response)
        if named:
            noticed |= named[0]
            again |= named[1] if tells_key else set()
        elif share == 1:
            noticed |= tested[response.version.item_id]
        else:
            again |= tested[response.version.item_id]
    signs = Indicator.objects.in_bulk(noticed | again) if noticed | again else {}
    return SignsMet(
        noticed=[signs[pk] for pk in sorted(noticed - again) if pk in signs],
        again=[signs[pk] for pk in sorted(again) if pk in signs],
    )


def _signs_in_text(response: Response) -> tuple[set[int], set[int]] | None:
    """Return which signs of the text were marked and which were not; None for a text that names none."""
    content = key_of(response)
    if content.type != ItemType.SIGNS:
        return None
    chosen = set(response.answer or ())
    named = [choice for choice in content.choices if choice.is_correct and choice.indicator]
    marked = {choice.indicator for choice in named if choice.key in chosen}
    return (marked, {choice.indicator for choice in named} - marked) if named else None


def _signs_tested(items: Iterable[int]) -> dict[int, set[int]]:
    tested = defaultdict(set)
    for item, indicator in Item.indicators.through.objects.filter(item__in=items).values_list(
        "item_id", "indicator_id"
    ):
        tested[item].add(indicator)
    return tested


def _sureness(marked: Marked, told: Sequence[ShownResponse]) -> Sureness | None:
    """Return None when the learner was never asked, or never said, how sure they were."""
    said = [(r, share == 1) for r, share in marked if r.answer and r.confidence and not r.credit]
    if not said:
        return None
    by_position = {response.position: response for response in told}

    def those(confidence: str, right: bool) -> list[ShownResponse]:
        return [
            by_position[r.position] for r, is_right in said if (r.confidence, is_right) == (confidence, right)
        ]

    return Sureness(
        rows=[SureRow(c.label, len(those(c, True)), len(those(c, False))) for c in Confidence],
        sure_wrong=those(Confidence.SURE, False),
        guessed_right=those(Confidence.GUESSING, True),
    )


def _changes(attempt: Attempt) -> list[str]:
    changes = attempt.score_changes.select_related("regrade").order_by("regrade__decided_at", "pk")
    return [
        _change(change)
        for change in changes
        if (change.old_score, change.old_passed) != (change.new_score, change.new_passed)
    ]


def _change(change: ScoreChange) -> str:
    when = date_format(timezone.localtime(change.regrade.decided_at), "j F Y")
    words = (
        f"Your score was changed from {percent(change.old_score)} to {percent(change.new_score)} on {when}."
    )
    words += f" The reason: {change.regrade.reason.rstrip('.')}."
    if change.pass_kept:
        return f"{words} You keep your pass."
    if change.new_passed == change.old_passed:
        return words
    return f"{words} {'You have passed now.' if change.new_passed else 'It is no pass any more.'}"


def percent(score: Decimal) -> str:
    """Return 66.50 as “66.5%”."""
    return f"{score.normalize():f}%"


def _later(quiz: Quiz, shown: frozenset[str], now: datetime | None) -> str:
    """Say what the learner will see after the closing date or, with no prospect of it, that answers stay hidden."""
    coming = (
        [] if quiz.is_closed(now) or not quiz.closes_at else [f for f in LATER_WORDS if f in quiz.show_closed]
    )
    hidden = [part for part in coming if part not in shown]
    if Feedback.KEY in hidden and Feedback.CORRECTNESS in hidden:
        hidden.remove(Feedback.CORRECTNESS)
    if hidden:
        when = date_format(timezone.localtime(quiz.closes_at), "j F Y, H:i")
        return f"We show {get_text_list([LATER_WORDS[part] for part in hidden], 'and')} after {when}."
    return "" if shown & ABOUT_ANSWERS else "The questions and answers of this quiz are not shown afterwards."
