"""What people answered, as tables: how many chose each answer, and who of the better and the weaker third. Pure.

Only numbers leave this module, and typed answers that several people wrote alike: never who answered what.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from quizzes.content import MANY_CHOICES, TYPED, ItemContent, ItemType, Quality
from quizzes.marking import accepts, share_of
from quizzes.statistics import is_surely_more

#: A typed answer is shown only if so many people wrote it: fewer might be told by it.
SAME_WORDS = 5
WORDS_SHOWN = 10
#: What happens less often by chance is told.
UNLIKELY = 0.05
BLANK, OTHER = object(), object()
QUALITIES = {Quality.GOOD: "Good", Quality.PARTIAL: "Partly right", Quality.POOR: "Poor"}


class Tally(NamedTuple):
    """How many attempts, and how many of them are in the lower and in the upper third by score."""

    all: int
    lower: int = 0
    upper: int = 0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(self.all + other.all, self.lower + other.lower, self.upper + other.upper)


NOBODY = Tally(0)


@dataclass(frozen=True)
class AnswerRow:
    """One answer. percent, lower and upper: per cent of all, the lower and the upper third; None of nobody.

    draws_the_better: it is wrong, and the upper third chose it more often than the lower, beyond chance.
    worth: “Right”, “Wrong”, “Partly right”, “Sign” …; empty where that says nothing.
    """

    words: str
    worth: str
    is_right: bool
    is_choice: bool
    tally: Tally
    percent: float | None
    lower: float | None
    upper: float | None

    draws_the_better: bool


@dataclass(frozen=True)
class AnswerTable:
    """caption: what was to be answered, empty for the question as a whole.  people: who came to it."""

    caption: str
    people: Tally
    rows: tuple[AnswerRow, ...]

    @property
    def unchosen(self) -> list[AnswerRow]:
        """Wrong answers that nobody chose, where enough people were wrong for that to be no chance."""
        wrong = [row for row in self.rows if row.is_choice and not row.is_right]
        picks = sum(row.tally.all for row in wrong)
        if not wrong or (1 - 1 / len(wrong)) ** picks > UNLIKELY:
            return []
        return [row for row in wrong if not row.tally.all]


class Option(NamedTuple):
    key: Any
    words: str
    worth: str = ""
    is_right: bool = False
    is_choice: bool = True


#: Caption and options of one table.
Frame = tuple[str, list[Option]]


def answer_tables(content: ItemContent, answers: Mapping[str, Tally]) -> list[AnswerTable]:
    """Return the tables of one version. answers: answer as JSON text (empty or null when blank) -> tally."""
    given = [(json.loads(text) if text else None, tally) for text, tally in answers.items()]
    people: dict[Any, Tally] = {}
    found: dict[Any, dict[Any, Tally]] = {}
    for answer, tally in given:
        for place, key in _picks(content, answer):
            there = found.setdefault(place, {})
            there[key] = there.get(key, NOBODY).plus(tally)
        for place in _places_met(content, answer):
            people[place] = people.get(place, NOBODY).plus(tally)
    frames = _frames(content, found)
    return [
        _table(caption, options, found.get(place, {}), people.get(place, NOBODY))
        for place, (caption, options) in frames.items()
    ]


def _table(caption: str, options: Iterable[Option], found: Mapping[Any, Tally], people: Tally) -> AnswerTable:
    rows = [_row(option, found.get(option.key, NOBODY), people) for option in options]
    if found.get(BLANK):
        rows.append(_row(Option(BLANK, "Left blank", is_choice=False), found[BLANK], people))
    return AnswerTable(caption, people, tuple(rows))


def _row(option: Option, tally: Tally, people: Tally) -> AnswerRow:
    percents = [100 * part / whole if whole else None for part, whole in zip(tally, people, strict=True)]
    is_wrong = option.is_choice and not option.is_right
    draws = is_wrong and is_surely_more(tally.upper, people.upper, tally.lower, people.lower)
    return AnswerRow(option.words, option.worth, option.is_right, option.is_choice, tally, *percents, draws)


def _picks(content: ItemContent, answer) -> Iterator[tuple[Any, Any]]:
    """Yield (table, what was chosen there) for one answer."""
    if content.type == ItemType.BRANCHING:
        yield from ((node, key) for node, key in answer or ())
    elif content.type == ItemType.MATCHING:
        halves = {choice.match: choice.key for choice in content.halves}
        words = {choice.key: choice.match for choice in content.choices}
        for left in content.lefts:
            chosen = (answer or {}).get(left.key)
            yield left.key, halves.get(words.get(chosen), BLANK)
    elif content.type == ItemType.ORDERING:
        for place in range(len(content.choices)):
            yield place, answer[place] if answer else BLANK
    elif not answer:
        yield None, BLANK
    elif content.type in TYPED:
        yield None, _typed(content, answer)
    else:
        yield from ((None, key) for key in answer)


def _typed(content: ItemContent, text: str) -> Any:
    accepting = [choice for choice in content.choices if accepts(content, choice, text)]
    if accepting:
        return max(accepting, key=share_of).key
    return (OTHER, " ".join(text.casefold().split()))


def _places_met(content: ItemContent, answer) -> Iterable[Any]:
    if content.type == ItemType.BRANCHING:
        return _nodes_met(content, answer or [])
    if content.type == ItemType.MATCHING:
        return [left.key for left in content.lefts]
    return range(len(content.choices)) if content.type == ItemType.ORDERING else [None]


def _nodes_met(content: ItemContent, path) -> list[str]:
    """Return the decisions on the way, and the one where somebody stopped."""
    last = content.story.place_after(path)
    return [node for node, _ in path] + ([last] if content.story.node(last) else [])


def _frames(content: ItemContent, found) -> dict[Any, Frame]:
    """Return table -> caption and options, in the order of the question."""
    if content.type == ItemType.BRANCHING:
        return {
            node.key: (
                node.question,
                [
                    Option(c.key, c.label, QUALITIES[c.quality], c.quality == Quality.GOOD)
                    for c in node.choices
                ],
            )
            for node in content.story.nodes
        }
    if content.type == ItemType.MATCHING:
        return {
            left.key: (left.text, [_either(h.key, h.match, h.match == left.match) for h in content.halves])
            for left in content.lefts
        }
    if content.type == ItemType.ORDERING:
        return {
            place: (f"In place {place + 1}", [_either(c.key, _words(c), c is right) for c in content.choices])
            for place, right in enumerate(content.choices)
        }
    if content.type in TYPED:
        return {None: ("", _typed_options(content, found.get(None, {})))}
    return {None: ("", [_option(content, choice) for choice in content.choices])}


def _either(key: str, words: str, is_right: bool) -> Option:
    return Option(key, words, "Right" if is_right else "Wrong", is_right)


def _option(content: ItemContent, choice) -> Option:
    is_right = choice.is_correct if content.type in MANY_CHOICES else share_of(choice) > 0
    words = ("Sign", "No sign") if content.type == ItemType.SIGNS else ("Right", "Wrong")
    return Option(choice.key, _words(choice), words[not is_right], is_right)


def _words(choice) -> str:
    return choice.text or choice.image_alt or "A picture"


def _typed_options(content: ItemContent, found: dict[Any, Tally]) -> list[Option]:
    """Accepted answers, others that several people wrote alike, and the rest as one line (added to `found`)."""
    options = [
        Option(c.key, c.text, "Right" if share_of(c) > 0 else "Wrong", share_of(c) > 0, is_choice=False)
        for c in content.choices
    ]
    others = sorted(
        (key for key in found if isinstance(key, tuple)), key=lambda key: (-found[key].all, key[1])
    )
    shown = [key for key in others if found[key].all >= SAME_WORDS][:WORDS_SHOWN]
    rest = NOBODY
    for key in others[len(shown) :]:
        rest = rest.plus(found[key])
    options += [Option(key, f"“{key[1]}”", "Wrong", is_choice=False) for key in shown]
    if rest.all:
        found[OTHER] = rest
        options.append(Option(OTHER, "Other answers", "Wrong", is_choice=False))
    return options
