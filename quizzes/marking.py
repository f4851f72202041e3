"""Marking: pure arithmetic, no database. Marks are exact until they are written down."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from quizzes.content import (
    MANY_CHOICES,
    ONE_CHOICE,
    ChoiceContent,
    ItemContent,
    ItemType,
    Mode,
    Quality,
    StoryContent,
)

MARK_PLACES = Decimal("0.000001")
SCORE_PLACES = Decimal("0.01")
POINTS = {Quality.GOOD: 2, Quality.PARTIAL: 1, Quality.POOR: 0}
MAX_TYPED = 400
#: A percentage is written with five places, the last of them rounded either way: 33.33333 means a third.
WRITTEN_TO = Fraction(1, 10**7)
#: The right answers' percentages may add up to 99 or 101.
SHARES_MAY_MISS = Fraction(1, 100)
#: What learners type, phones put in and editors paste for the same sign.
SAME_SIGN = str.maketrans(
    dict.fromkeys("’‘`´", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("\u2010\u2011–—−", "-")
)


class NotOffered(ValueError):
    """An answer that the question does not offer, or more than one where only one may be chosen."""


def clean_answer(content: ItemContent, answer: Any) -> Any:
    """Return `answer` in the shape of its type (see quizzes.content), None when it is blank.

    Raises NotOffered for anything that the question does not offer.
    """
    if content.type == ItemType.BRANCHING:
        return _clean_path(content.story, answer)
    if content.type == ItemType.MATCHING:
        return _clean_pairs(content, answer)
    if content.type in (ItemType.SHORT, ItemType.NUMERIC):
        return _clean_text(content, answer)
    keys = _listed(answer)
    if not set(keys) <= set(content.keys) or len(set(keys)) < len(keys):
        raise NotOffered(keys)
    if content.type in ONE_CHOICE and len(keys) > 1:
        raise NotOffered(keys)
    if content.type == ItemType.ORDERING:
        if keys and len(keys) < len(content.keys):
            raise NotOffered(keys)
        return keys or None
    return sorted(keys) or None


def _listed(answer) -> list[str]:
    """Return the keys of an answer that comes from outside; a word is no list of its letters."""
    if not answer:
        return []
    if not isinstance(answer, list | tuple | set | frozenset) or not all(isinstance(k, str) for k in answer):
        raise NotOffered(answer)
    return list(answer)


def _clean_path(story: StoryContent, answer) -> list[list[str]] | None:
    if answer and not isinstance(answer, list | tuple):
        raise NotOffered(answer)
    path = [_listed(step) for step in answer or ()]
    if any(len(step) != 2 for step in path):
        raise NotOffered(path)
    try:
        story.place_after(path)
    except ValueError as error:
        raise NotOffered(path) from error
    return path or None


def _clean_pairs(content: ItemContent, answer) -> dict[str, str] | None:
    if answer and not isinstance(answer, dict):
        raise NotOffered(answer)
    pairs = {left: half for left, half in (answer or {}).items() if half}
    lefts, halves = {c.key for c in content.lefts}, [c.key for c in content.halves]
    if not (pairs.keys() <= lefts and all(half in halves for half in pairs.values())):
        raise NotOffered(pairs)
    return pairs or None


def _clean_text(content: ItemContent, answer) -> str | None:
    if answer is not None and not isinstance(answer, str):
        raise NotOffered(answer)
    text = " ".join((answer or "").split())
    if len(text) > MAX_TYPED or "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise NotOffered(text)
    if text and content.type == ItemType.NUMERIC and number_of(text) is None:
        raise NotOffered(text)
    return text or None


def number_of(text: str) -> Decimal | None:
    """Return the number that `text` writes, None if it writes none: "1,250", "12.5", "12,5" and "−3" do.

    A comma with three figures after each is a thousands sign; a single other comma, and the one in "0,125",
    is a decimal sign.
    """
    text = "".join(text.split()).replace("−", "-").replace("–", "-")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", text):
        text = text.replace(",", "")
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if len(text) > 40 or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def mark(content: ItemContent, answer: Any) -> Fraction:
    """Return the share of the marks, 0 to 1, that a clean `answer` earns. A blank one earns nothing, once.

    single, truefalse, scenario: the chosen answer's share, all or nothing unless it has one of its own.
    multiple, signs: by the question's mode.  short, numeric: the share of the best answer that accepts it.
    matching, ordering: one equal part for each right pair or place; everything or nothing in that mode.
    branching: good 2, partly 1, poor 0 over the decisions met; those not reached yet count as poor.
    """
    if not answer:
        return Fraction(0)
    if content.type in ONE_CHOICE:
        return _within(share_of(content.choice(answer[0])))
    if content.type in MANY_CHOICES:
        return _mark_many(content, frozenset(answer))
    if content.type == ItemType.MATCHING:
        halves = {choice.key: choice.match for choice in content.choices}
        rights = [halves[answer[c.key]] == c.match for c in content.lefts if c.key in answer]
        return _mark_parts(content, sum(rights), len(content.lefts))
    if content.type == ItemType.ORDERING:
        rights = [key == answer[place] for place, key in enumerate(content.keys)]
        return _mark_parts(content, sum(rights), len(rights))
    if content.type == ItemType.BRANCHING:
        return _mark_story(content.story, answer)
    accepting = [share_of(choice) for choice in content.choices if accepts(content, choice, answer)]
    return _within(max(accepting, default=Fraction(0)))


def share_of(choice: ChoiceContent) -> Fraction:
    """Return the share of the marks, −1 to 1, that `choice` carries; 33.33333 per cent is a third."""
    if choice.share is None:
        return Fraction(int(choice.is_correct))
    written = Fraction(choice.share) / 100
    meant = written.limit_denominator(100)
    return meant if abs(meant - written) <= WRITTEN_TO else written


def accepts(content: ItemContent, choice: ChoiceContent, typed: str) -> bool:
    """Say whether the typed answer is the one that `choice` describes. In a short answer * stands for anything."""
    if content.type == ItemType.NUMERIC:
        given, wanted = number_of(typed), number_of(choice.text)
        if given is None or wanted is None:
            return False
        return abs(given - wanted) <= (choice.tolerance or 0)
    given, wanted = _folded(content, typed), _folded(content, choice.text)
    first, *rest = (re.escape(part) for part in re.split(r"\*+", wanted))
    if not rest:
        return given == wanted
    *between, last = rest
    # each part is looked for once, where it comes first: many stars never take long
    pattern = first + "".join(f"(?>.*?{part})" for part in between) + ".*" + last
    return re.fullmatch(pattern, given, re.DOTALL) is not None


def _folded(content: ItemContent, text: str) -> str:
    """Spaces, kinds of quotes and dashes and, unless told, capitals do not matter in a short answer."""
    text = unicodedata.normalize("NFC", " ".join(text.split()).strip(" .")).translate(SAME_SIGN)
    return text if content.is_case_sensitive else text.casefold()


def _mark_many(content: ItemContent, chosen: frozenset[str]) -> Fraction:
    right = {choice.key for choice in content.choices if choice.is_correct}
    if content.mode == Mode.OWN_SHARES:
        earned = sum((share_of(content.choice(key)) for key in chosen), Fraction(0))
        return _within(earned / _whole(content))
    if not right:
        raise ValueError("a question without a right answer cannot be marked")
    if content.mode == Mode.ALL_OR_NOTHING:
        return Fraction(int(chosen == right))
    if content.mode == Mode.EACH_DECISION:
        return Fraction(sum((key in chosen) == (key in right) for key in content.keys), len(content.keys))
    return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right)))


def _whole(content: ItemContent) -> Fraction:
    """What the right answers' own shares add up to: 33, 33 and 33 per cent are all the marks."""
    shares = map(share_of, content.choices)
    whole = sum((share for share in shares if share > 0), Fraction(0))
    return whole if abs(whole - 1) <= SHARES_MAY_MISS else Fraction(1)


def _mark_parts(content: ItemContent, right: int, parts: int) -> Fraction:
    if content.mode == Mode.ALL_OR_NOTHING:
        return Fraction(int(right == parts))
    return Fraction(right, parts)


def _mark_story(story: StoryContent, path) -> Fraction:
    qualities = {(node.key, choice.key): choice.quality for node in story.nodes for choice in node.choices}
    earned = sum(POINTS[qualities[tuple(step)]] for step in path)
    left = decisions_left(story, story.place_after(path))
    return Fraction(earned, POINTS[Quality.GOOD] * (len(path) + left))


def decisions_left(story: StoryContent, place: str) -> int:
    """Return how many decisions the shortest way from `place` to an ending takes; 0 at an ending."""
    reached, frontier, steps = {place}, {place}, 0
    while frontier and not any(story.ending(key) for key in frontier):
        steps += 1
        nodes = [node for node in map(story.node, frontier) if node]
        frontier = {choice.next for node in nodes for choice in node.choices} - reached
        reached |= frontier
    return steps


def is_complete(content: ItemContent, answer: Any) -> bool:
    """Say whether nothing is left to answer: a pair without its half or a story without its end is left."""
    if not answer:
        return False
    if content.type == ItemType.MATCHING:
        return len(answer) == len(content.lefts)
    if content.type == ItemType.BRANCHING:
        return content.story.ending(content.story.place_after(answer)) is not None
    return True


def _within(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


def marks_for(fraction: Fraction, possible: Decimal) -> Decimal:
    """Return `fraction` of `possible` marks as it is stored, to six places."""
    exact = fraction * Fraction(possible)
    return (Decimal(exact.numerator) / exact.denominator).quantize(MARK_PLACES, ROUND_HALF_UP)


def score_percent(marked: Iterable[tuple[Fraction, Decimal]]) -> Decimal:
    """Return the score, per cent from 0 to 100, of pairs of share earned and marks possible.

    Rounded down to two places, so that a score shown as the pass mark always is a pass: `score >= pass_mark`
    gives the same answer before and after rounding. No questions, or none with marks, score 0.
    """
    earned, offered = Counter(), Counter()  # denominator -> sum of numerators: exact, and many times faster
    for share, possible in marked:
        marks, parts = possible.as_integer_ratio()
        earned[share.denominator * parts] += share.numerator * marks
        offered[parts] += marks
    total = sum((Fraction(marks, parts) for parts, marks in offered.items()), Fraction(0))
    if not total:
        return Decimal("0.00")
    exact = 100 * sum((Fraction(marks, parts) for parts, marks in earned.items()), Fraction(0)) / total
    return Decimal(int(exact / Fraction(SCORE_PLACES))) * SCORE_PLACES
