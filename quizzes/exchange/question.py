"""A question on its way in or out: plain values, no database, and the one form that every format writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from quizzes.content import (
    MANY_CHOICES,
    NEVER_SHUFFLED,
    ONE_CHOICE,
    TYPED,
    ChoiceContent,
    ItemContent,
    ItemType,
    Mode,
)
from quizzes.exchange.text import one_line, plain, tidy
from quizzes.marking import accepts, number_of

FULL = Decimal(100)
SHARE_PLACES = Decimal("0.00001")
TOLERANCE_PLACES = Decimal("0.00000001")
#: How far a percentage may be off and still be the third or seventh that it was meant to be.
NEAR = Decimal("0.001")
#: The place of a question's own picture in `Question.pictures`; an answer's is its key.
STEM = ""
#: The two answers that other systems know without words.
TRUE, FALSE = "True", "False"


class Unreadable(ValueError):
    """A whole file, or a question in it, that cannot be read. Its text is one sentence for the editor."""


@dataclass(frozen=True)
class Picture:
    data: bytes
    name: str


@dataclass(frozen=True)
class About:
    """What the bank knows of a question beside its words. Codes may be unknown here; `service` says so."""

    module: str = ""
    difficulty: str = ""
    sectors: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    source: str = ""
    needs_check: bool = False
    review_due_on: date | None = None


@dataclass(frozen=True)
class Question:
    """One question outside the bank.

    content: without pictures and signs of this database; its answers have the keys "1", "2", … in order.
    pictures: "" or an answer's key -> the picture.  signs: an answer's key -> the code of the sign it is.
    """

    content: ItemContent
    code: str = ""
    name: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    about: About = About()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One question of a file, as its reader found it. Either `question` is there or `refusal` says why not.

    kind: what the other system calls its type.  losses: what of it the bank cannot hold.
    file: the file within a package.
    """

    line: int
    name: str
    kind: str
    question: Question | None = None
    losses: tuple[str, ...] = ()
    refusal: str = ""
    file: str = ""


# --- The one form -----------------------------------------------------------------------------------


def settled(question: Question) -> Question:
    """Return `question` with its content in the one form; pictures and signs follow their answers."""
    content = normal(question.content, rename=False)
    names = {choice.key: str(n) for n, choice in enumerate(content.choices, start=1)}
    slots = names | {STEM: STEM}
    return replace(
        question,
        content=_renamed(content),
        pictures={slots[key]: picture for key, picture in question.pictures.items() if key in slots},
        signs={names[key]: code for key, code in question.signs.items() if key in names},
    )


def _renamed(content: ItemContent) -> ItemContent:
    choices = (c.model_copy(update={"key": str(n)}) for n, c in enumerate(content.choices, start=1))
    return content.model_copy(update={"choices": tuple(choices)})


def normal(content: ItemContent, *, rename: bool = True) -> ItemContent:
    """Return `content` as every format writes it: tidy words, and no field that its type does not use."""
    choices = [_normal_choice(content, choice) for choice in content.choices]
    choices = _with_shares(content, choices)
    if content.type in TYPED:
        choices.sort(key=lambda choice: -percent_of(choice))
    if content.type == ItemType.MATCHING:
        choices = _pairs_first(choices)
    found = ItemContent(
        type=content.type,
        stem=tidy(content.stem),
        choices=tuple(choices),
        marks=Decimal(plain(content.marks)),
        mode=_normal_mode(content),
        explanation=tidy(content.explanation),
        content_note=one_line(content.content_note),
        outcomes=tuple(dict.fromkeys(filter(None, map(one_line, content.outcomes)))),
        is_case_sensitive=content.is_case_sensitive and content.type == ItemType.SHORT,
        shuffle=content.shuffle or content.type in NEVER_SHUFFLED,
        image_alt=one_line(content.image_alt),
    )
    return _renamed(found) if rename else found


def _pairs_first(choices: list[ChoiceContent]) -> list[ChoiceContent]:
    """Return the pairs, then each extra half once: a half that a pair has is no extra one."""
    pairs = [choice for choice in choices if choice.text]
    halves = {choice.match for choice in pairs}
    extras = {c.match: c.model_copy(update={"feedback": ""}) for c in reversed(choices) if not c.text}
    return pairs + [extra for match, extra in reversed(extras.items()) if match and match not in halves]


def _normal_choice(content: ItemContent, choice: ChoiceContent) -> ChoiceContent:
    text = tidy(choice.text)
    tolerance = None
    if content.type == ItemType.NUMERIC:
        text = plain(number) if (number := number_of(text)) is not None else text
        tolerance = Decimal(plain(choice.tolerance)) if choice.tolerance else None
    elif content.type == ItemType.SHORT:
        text = one_line(text)
    match = one_line(choice.match) if content.type == ItemType.MATCHING else ""
    return ChoiceContent(
        key=choice.key,
        text=text,
        match=match,
        is_correct=choice.is_correct,
        feedback=tidy(choice.feedback),
        share=choice.share,
        tolerance=tolerance,
        image_alt=one_line(choice.image_alt),
    )


def _normal_mode(content: ItemContent) -> Mode:
    if content.type in MANY_CHOICES:
        return content.mode
    parts = content.type in (ItemType.MATCHING, ItemType.ORDERING)
    return Mode.ALL_OR_NOTHING if parts and content.mode == Mode.ALL_OR_NOTHING else Mode.RIGHT_MINUS_WRONG


def _with_shares(content: ItemContent, choices: list[ChoiceContent]) -> list[ChoiceContent]:
    """Say right and percentage of each answer in one way, whichever way they were said."""
    shares = [percent_of(choice) for choice in choices]
    if content.type in ONE_CHOICE:
        return with_one_right(choices, shares)
    if content.type in TYPED:
        return with_best_right(choices, shares)
    if content.type in MANY_CHOICES and content.mode == Mode.OWN_SHARES:
        return [_shared(choice, share, share > 0) for choice, share in zip(choices, shares, strict=True)]
    rights = [
        bool(choice.text or choice.image)
        if content.type == ItemType.MATCHING
        else choice.is_correct or content.type == ItemType.ORDERING
        for choice in choices
    ]
    return [
        choice.model_copy(update={"share": None, "is_correct": right})
        for choice, right in zip(choices, rights, strict=True)
    ]


def percent_of(choice: ChoiceContent) -> Decimal:
    """Return what choosing this answer earns, per cent."""
    if choice.share is None:
        return FULL if choice.is_correct else Decimal(0)
    return choice.share


def _shared(choice: ChoiceContent, share: Decimal, is_right: bool) -> ChoiceContent:
    idle = FULL if is_right else Decimal(0)
    share = share.quantize(SHARE_PLACES, ROUND_HALF_UP)
    return choice.model_copy(
        update={"is_correct": is_right, "share": None if share == idle else Decimal(plain(share))}
    )


def with_one_right(choices: Sequence[ChoiceContent], shares: Sequence[Decimal]) -> list[ChoiceContent]:
    """Mark the first of the best answers as the right one; the others keep their percentage."""
    best = shares.index(max(shares)) if shares and max(shares) > 0 else None
    return [
        _shared(choice, share, place == best)
        for place, (choice, share) in enumerate(zip(choices, shares, strict=True))
    ]


def with_best_right(choices: Sequence[ChoiceContent], shares: Sequence[Decimal]) -> list[ChoiceContent]:
    """Mark every one of the best answers as right, as a typed answer has it."""
    best = max(shares, default=Decimal(0))
    return [_shared(choice, share, share == best > 0) for choice, share in zip(choices, shares, strict=True)]


def with_many_right(
    choices: Sequence[ChoiceContent], shares: Sequence[Decimal], wished: str = ""
) -> tuple[Mode, list[ChoiceContent]]:
    """Return the mode that `shares` describe and the answers under it.

    wished: a mode's name from the file. It counts where the percentages are those of right minus wrong, as this
    bank writes all modes but the answers' own percentages; anything else means that somebody changed them.
    """
    pattern = right_minus_wrong([share > 0 for share in shares])
    as_pattern = all(abs(a - b) < NEAR for a, b in zip(shares, pattern, strict=True))
    if wished == Mode.OWN_SHARES or not as_pattern:
        return Mode.OWN_SHARES, [_shared(c, s, s > 0) for c, s in zip(choices, shares, strict=True)]
    mode = Mode(wished) if wished in Mode.values else Mode.RIGHT_MINUS_WRONG
    rights = [
        choice.model_copy(update={"is_correct": share > 0, "share": None})
        for choice, share in zip(choices, shares, strict=True)
    ]
    return mode, rights


def right_minus_wrong(rights: Sequence[bool]) -> list[Decimal]:
    """Return the percentages with which another system marks right minus wrong."""
    each = (FULL / max(sum(rights), 1)).quantize(SHARE_PLACES, ROUND_HALF_UP)
    return [each if right else -each for right in rights]


def shares_out(content: ItemContent) -> list[Decimal]:
    """Return each answer's percentage as another system takes it."""
    if content.type in MANY_CHOICES and content.mode != Mode.OWN_SHARES:
        return right_minus_wrong([choice.is_correct for choice in content.choices])
    return [percent_of(choice) for choice in content.choices]


def earlier_catches(content: ItemContent, shares: Sequence[Decimal]) -> bool:
    """Say whether an answer that comes later and earns more also fits an earlier one.

    Other systems take the first answer that fits, this bank the best one.
    """
    choices = content.choices
    return any(
        shares[later] > shares[earlier] and accepts(content, choices[later], choices[earlier].text)
        for earlier in range(len(choices))
        for later in range(earlier + 1, len(choices))
    )


def is_plain_true_false(content: ItemContent) -> bool:
    """Say whether another system's own true or false question holds everything of this one."""
    return (
        content.type == ItemType.TRUE_FALSE
        and [choice.text for choice in content.choices] == [TRUE, FALSE]
        and not any(c.image_alt or c.share is not None for c in content.choices)
    )


def decimal_of(text: str | None) -> Decimal | None:
    """Return a number as programs write it, 33.33333 or 1e-3; None for anything else."""
    try:
        number = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None


# --- What goes into tags ------------------------------------------------------------------------------


def labels(question: Question, kind_says: ItemType, native: Iterable[str], mode: Mode) -> list[str]:
    """Return the tags of `question` with what a format has no place for as `name:value`.

    kind_says: the type that a reader takes the question for.  mode: how a reader would mark it.
    native: of marks, shuffle and case, what the format has a place for.
    """
    content, about = question.content, question.about
    native = frozenset(native)
    pairs = [
        ("type", content.type.value if content.type != kind_says else ""),
        ("marking", content.mode.value if content.mode != mode else ""),
        ("marks", plain(content.marks) if "marks" not in native and content.marks != 1 else ""),
        ("shuffle", "no" if "shuffle" not in native and not content.shuffle else ""),
        ("case", "yes" if "case" not in native and content.is_case_sensitive else ""),
        ("module", about.module),
        ("difficulty", about.difficulty),
        *(("outcome", code) for code in content.outcomes),
        *(("sector", code) for code in about.sectors),
        *(("indicator", code) for code in about.indicators),
        *(("fact", code) for code in about.facts),
        *(("sign", f"{key}={code}") for key, code in question.signs.items()),
        ("note", content.content_note),
        ("source", one_line(about.source)),
        ("check", "yes" if about.needs_check else ""),
        ("review", about.review_due_on.isoformat() if about.review_due_on else ""),
    ]
    return [f"{name}:{value}" for name, value in pairs if value] + list(question.tags)


class Labels:
    """Tags as a file has them, those that say something to this bank apart from the others."""

    NAMES = frozenset(
        [
            "type",
            "marking",
            "marks",
            "shuffle",
            "case",
            "module",
            "difficulty",
            "outcome",
            "sector",
            "indicator",
            "fact",
            "sign",
            "note",
            "source",
            "check",
            "review",
        ]
    )

    def __init__(self, tags: Iterable[str]):
        self.values: dict[str, list[str]] = {}
        self.tags: list[str] = []
        for tag in dict.fromkeys(filter(None, map(one_line, tags))):
            name, _, value = tag.partition(":")
            if value.strip() and name in self.NAMES:
                self.values.setdefault(name, []).append(value.strip())
            else:
                self.tags.append(tag)

    def one(self, name: str) -> str:
        return self.values.get(name, [""])[0]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(self.values.get(name, ()))

    def about(self) -> About:
        try:
            review = date.fromisoformat(self.one("review"))
        except ValueError:
            review = None
        return About(
            module=self.one("module"),
            difficulty=self.one("difficulty"),
            sectors=self.all("sector"),
            indicators=self.all("indicator"),
            facts=self.all("fact"),
            source=self.one("source"),
            needs_check=self.one("check") == "yes",
            review_due_on=review,
        )

    def signs(self) -> dict[str, str]:
        return {key: code for key, _, code in (value.partition("=") for value in self.all("sign")) if code}

    def type_or(self, kind_says: ItemType) -> ItemType:
        """Return the type that the tags name, where a question of that kind can be one."""
        near = {
            ItemType.SINGLE: (*ONE_CHOICE, ItemType.MULTIPLE),
            ItemType.MULTIPLE: (*MANY_CHOICES, *ONE_CHOICE),
        }
        named = self.one("type")
        return ItemType(named) if named in near.get(kind_says, ()) else kind_says

    def fields(self) -> dict:
        """Return what the tags say of the content itself."""
        found = {"outcomes": self.all("outcome"), "content_note": self.one("note")}
        marks = decimal_of(self.one("marks"))
        if marks and marks > 0:
            found["marks"] = marks
        if self.one("shuffle") == "no":
            found["shuffle"] = False
        if self.one("case") == "yes":
            found["is_case_sensitive"] = True
        return found

    def part_mode(self, otherwise: Mode) -> Mode:
        """Return how the parts of a matching or ordering question are marked."""
        named = self.one("marking")
        return Mode(named) if named in (Mode.ALL_OR_NOTHING, Mode.RIGHT_MINUS_WRONG) else otherwise


def assembled(
    question: Question, shares: Sequence[Decimal], labels: Labels, kind: ItemType, mode: str = ""
) -> Question:
    """Return `question`, read as `kind`, with its answers' shares and all that its tags say set on it.

    mode: how several right answers are marked where no tag says so and the shares leave it open.
    """
    content = question.content.model_copy(update={"type": labels.type_or(kind)})
    wished, mode = labels.one("marking") or mode, labels.part_mode(content.mode)
    choices = list(content.choices)
    if content.type in MANY_CHOICES:
        mode, choices = with_many_right(choices, shares, wished)
    elif content.type in ONE_CHOICE:
        choices = with_one_right(choices, shares)
    elif content.type in TYPED:
        choices = with_best_right(choices, shares)
    content = content.model_copy(update={"mode": mode, "choices": tuple(choices), **labels.fields()})
    return settled(
        replace(
            question,
            content=content,
            tags=tuple(labels.tags),
            about=labels.about(),
            signs=labels.signs(),
        )
    )
