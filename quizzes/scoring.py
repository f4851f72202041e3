"""From answers to a score: which key counts for which answer. Takes rows that are loaded, asks no database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from quizzes.content import MANY_CHOICES, ItemContent, ItemType
from quizzes.marking import NotOffered, clean_answer, mark, score_percent
from quizzes.models import Attempt, Credit, Response


@dataclass(frozen=True)
class Score:
    """score: per cent, 0 to 100.  outcomes: outcome code -> per cent."""

    score: Decimal
    outcomes: dict[str, Decimal]
    passed: bool


def key_of(response: Response) -> ItemContent:
    """Return the content whose key marks `response`: of the version drawn, or of the one a correction named."""
    return (response.marked_with or response.version).content


def share_of(response: Response) -> Fraction:
    """Return the share of its marks, 0 to 1, that `response` earns. One left out earns none; see `score_of`."""
    if response.credit:
        return Fraction(int(response.credit == Credit.FULL))
    content = key_of(response)
    return mark(content, carried(content, response.version.content, response.answer))


def carried(content: ItemContent, drawn: ItemContent, answer: Any) -> Any:
    """Return `answer` to the question as `drawn` as an answer to `content`, another version of it.

    Answers are told by their keys. A chosen one that is there no longer counts as not chosen. None for an
    answer that cannot be carried: another type, an order of other parts, a way that the story has no longer.
    """
    if content is drawn or answer is None:
        return answer
    if content.type != drawn.type:
        return None
    if content.type in MANY_CHOICES:
        answer = [key for key in answer if key in content.keys]
    elif content.type == ItemType.MATCHING:
        answer = _carried_pairs(content, drawn, answer)
    try:
        return clean_answer(content, answer)
    except NotOffered:
        return None


def _carried_pairs(content: ItemContent, drawn: ItemContent, answer: dict[str, str]) -> dict[str, str]:
    """The words of a half are what was chosen; by its key it is found when its words were corrected."""
    words = {choice.key: choice.match for choice in drawn.choices}
    now = {choice.match: choice.key for choice in content.halves}
    lefts = {choice.key for choice in content.lefts}
    by_key = {choice.key: choice.key for choice in content.halves}
    pairs = {left: now.get(words[half]) or by_key.get(half) for left, half in answer.items() if left in lefts}
    return {left: half for left, half in pairs.items() if half}


def score_of(attempt: Attempt, responses: Sequence[Response]) -> Score:
    """Return the score of `attempt` from all its responses, each loaded with its versions.

    A question that a correction left out counts neither way. Passing asks for the pass mark and, where the
    attempt began under such a rule, for the least score in every outcome.
    """
    return score_from(attempt, [(r, share_of(r)) for r in responses])


def score_from(attempt: Attempt, shared: Iterable[tuple[Response, Fraction]]) -> Score:
    """Return the score of `attempt` from pairs of response and the share of its marks that it earns."""
    marked = [(r, share) for r, share in shared if r.credit != Credit.LEFT_OUT]
    score = score_percent((share, r.marks_possible) for r, share in marked)
    outcomes = by_outcome(marked)
    enough = all(percent >= attempt.outcome_minimum for percent in outcomes.values())
    return Score(score, outcomes, score >= attempt.pass_mark and enough)


def by_outcome(marked: Iterable[tuple[Response, Fraction]]) -> dict[str, Decimal]:
    """Return outcome code -> score, per cent, of the questions that serve it."""
    groups = defaultdict(list)
    for response, share in marked:
        for code in response.version.content.outcomes:
            groups[code].append((share, response.marks_possible))
    return {code: score_percent(group) for code, group in groups.items()}
