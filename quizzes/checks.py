"""An editor's checklist for a good question: pure, no database. It warns and never blocks.

Sources: Haladyna, Downing and Rodriguez, “A review of multiple-choice item-writing guidelines” (2002); NBME,
“Constructing written test questions” (6th edition).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from quizzes.content import MANY_CHOICES, ONE_CHOICE, ChoiceContent, ItemContent, ItemType

#: The longest answer stands out when it is so many times as long as the next, and so many characters longer.
LONGER_BY, LONGER_AT_LEAST = 1.5, 20

OF_THE_ABOVE = re.compile(
    r"\b(all|none|both|any|either|neither)( of)? the above\b"
    r"|^(all|none|both|any|either|neither) of (these|them|those|the others)( (is|are) (right|true|correct))?\W*$"
    r"|^(both )?[a-f]\)? (and|or) [a-f]\)?( are (right|true|correct))?\W*$",
    re.IGNORECASE,
)
INSTRUCTION = re.compile(
    r"(^|[.!:;]\s+|\n\s*)(please )?(arrange|choose|complete|decide|drag|enter|find|give|identify|list|mark|match|name|"
    r"number|order|pick|place|put|rank|read|say|select|sort|tick|true or false|type|work out|write)\b",
    re.IGNORECASE,
)
NEGATIVE = re.compile(r"\b(not|except|never|least likely|cannot|incorrect|false|wrong)\b")
#: A sentence that each answer completes.
UNFINISHED = ("…", "...", ":")
ASKING = re.compile(r"\b(which|what|who|whom|when|where|choose|select|tick|mark)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Warned:
    """One point of the checklist. where: the part of the form that it speaks of."""

    where: str
    text: str


@dataclass(frozen=True)
class About:
    """What the checklist asks about a question beyond its words. media_lacks: captions, transcript."""

    source: str = ""
    review_due_on: date | None = None
    names_what_it_tests: bool = False
    media_lacks: Sequence[str] = ()


def warnings_about(content: ItemContent, about: About, today: date) -> list[Warned]:
    """Return what an editor may want to better, in the order of the form; empty when all is well."""
    found: list[Warned] = []
    for where, check in CHECKS:
        found += [Warned(where, text) for text in check(content)]
    return found + [Warned(where, text) for where, text in _about(about, today)]


def _with_words(content: ItemContent) -> list[tuple[int, ChoiceContent]]:
    """Return the answers that have words, each with its number as the editor sees it."""
    return [(number, choice) for number, choice in enumerate(content.choices, start=1) if choice.text.strip()]


def _stem(content: ItemContent) -> Iterator[str]:
    if content.type == ItemType.BRANCHING or not content.stem.strip():
        return
    is_complete = "?" in content.stem or INSTRUCTION.search(content.stem)
    if not is_complete and not content.stem.rstrip().endswith(UNFINISHED):
        yield "Ask a question, or begin a sentence with what to do, such as “Choose” or “Match”."
    if content.type not in {ItemType.TRUE_FALSE, ItemType.SIGNS} and _asks_in_the_negative(content.stem):
        yield "It asks for what is not so, which is easily misread. Ask the other way, or write NOT in capitals."


def _asks_in_the_negative(stem: str) -> bool:
    sentences = re.split(r"(?<=[.!?])\s+", stem)
    return any(
        ASKING.search(sentence) and NEGATIVE.search(sentence[ASKING.search(sentence).end() :])
        for sentence in sentences
        if sentence.rstrip().endswith("?") or INSTRUCTION.search(sentence)
    )


def _longest(content: ItemContent) -> Iterator[str]:
    if content.type not in {ItemType.SINGLE, ItemType.SCENARIO, ItemType.MULTIPLE}:
        return
    by_length = sorted(_with_words(content), key=lambda row: -len(row[1].text.strip()))
    if len(by_length) < 3:
        return
    (number, longest), (_, second) = by_length[:2]
    more = len(longest.text.strip()) - len(second.text.strip())
    if len(longest.text.strip()) >= LONGER_BY * len(second.text.strip()) and more >= LONGER_AT_LEAST:
        and_right = " and it is right, which gives it away" if longest.is_correct else ""
        yield f"Answer {number} is clearly the longest{and_right}. Make the answers alike in length."


def _of_the_above(content: ItemContent) -> Iterator[str]:
    for number, choice in _with_words(content):
        if content.type not in {ItemType.SHORT, ItemType.NUMERIC} and OF_THE_ABOVE.search(
            choice.text.strip()
        ):
            yield (
                f"Answer {number}, “{choice.text.strip()}”, leans on the others, which are shuffled. "
                "Ask for several right answers instead."
            )


def _parallel(content: ItemContent) -> Iterator[str]:
    if content.type not in (ONE_CHOICE | {ItemType.MULTIPLE, ItemType.ORDERING}) - {ItemType.TRUE_FALSE}:
        return
    texts = [choice.text.strip() for _, choice in _with_words(content)]
    for tells, words in (
        (lambda text: text.endswith((".", "!")), "end with a full stop"),
        (lambda text: text.endswith("?"), "are questions"),
        (lambda text: text[:1].isupper() or not text[:1].isalpha(), "begin with a capital letter"),
    ):
        if 0 < sum(map(tells, texts)) < len(texts):
            yield f"Some answers {words} and some do not. Write them alike."


def _feedback(content: ItemContent) -> Iterator[str]:
    if content.type == ItemType.BRANCHING:
        return
    if content.type in {ItemType.SHORT, ItemType.NUMERIC, ItemType.ORDERING}:
        if not content.explanation.strip() and not any(choice.feedback.strip() for choice in content.choices):
            yield "Write feedback on an answer, or an explanation for everybody."
        return
    bare = [number for number, choice in _with_words(content) if not choice.feedback.strip()]
    if content.type in MANY_CHOICES | {ItemType.MATCHING} and content.explanation.strip():
        return
    if bare:
        yield f"Say of each answer why it is right or wrong: {_numbers(bare)} has no feedback yet."


def _numbers(numbers: Sequence[int]) -> str:
    return "answer " + ", ".join(map(str, numbers[:-1])) + (" and " if numbers[1:] else "") + str(numbers[-1])


def _pictures(content: ItemContent) -> Iterator[str]:
    if content.image and not content.image_alt.strip():
        yield "Put the picture of the question into words, for people who cannot see it."
    for number, choice in enumerate(content.choices, start=1):
        if choice.image and not choice.image_alt.strip():
            yield f"Put the picture of answer {number} into words, for people who cannot see it."


def _about(about: About, today: date) -> Iterator[tuple[str, str]]:
    if about.media_lacks:
        lacks = " and ".join(about.media_lacks)
        yield "Video or sound", f"Add {lacks} in the media library. It cannot be published without."
    if not about.names_what_it_tests:
        yield "What it tests", "Name at least one learning outcome, indicator or fact."
    if not about.source.strip():
        yield "Source", "Say who says so: document, publisher, year."
    if about.review_due_on and about.review_due_on <= today:
        yield "Review", "Its check is due. Read the source again and set the next date."


CHECKS: list[tuple[str, Callable[[ItemContent], Iterator[str]]]] = [
    ("Question", _stem),
    ("Pictures", _pictures),
    ("Answers", _longest),
    ("Answers", _of_the_above),
    ("Answers", _parallel),
    ("Feedback", _feedback),
]
