"""Questions as plain values, for tests that need no database; keys are single letters."""

from decimal import Decimal

from quizzes.content import (
    ChoiceContent,
    DecisionContent,
    EndingContent,
    ItemContent,
    ItemType,
    Mode,
    NodeContent,
    StoryContent,
)


def question(type: str, right: str = "", keys: str = "abcd", **fields) -> ItemContent:
    """single, truefalse, scenario, multiple or signs: one choice a letter of `keys`, right as `right` says."""
    choices = tuple(ChoiceContent(key=key, text=f"text {key}", is_correct=key in right) for key in keys)
    return ItemContent(type=type, stem="?", choices=choices, **fields)


def with_shares(type: str, shares: dict[str, str | int], **fields) -> ItemContent:
    """Choices with shares of their own, per cent; more than 0 is right."""
    choices = tuple(
        ChoiceContent(key=key, text=f"text {key}", share=Decimal(share), is_correct=Decimal(share) > 0)
        for key, share in shares.items()
    )
    fields = {"mode": Mode.OWN_SHARES} | fields
    return ItemContent(type=type, stem="?", choices=choices, **fields)


def matching(*pairs: str, **fields) -> ItemContent:
    """Pairs such as "cat=meow" with keys a, b, c …; "=moo" is an extra other half."""
    halves = [pair.split("=") for pair in pairs]
    choices = tuple(
        ChoiceContent(key=key, text=text, match=match)
        for key, (text, match) in zip("abcdefgh", halves, strict=False)
    )
    return ItemContent(type=ItemType.MATCHING, stem="?", choices=choices, **fields)


def ordering(keys: str = "abcd", **fields) -> ItemContent:
    return question(ItemType.ORDERING, keys=keys, **fields)


def short(*accepted: str, **fields) -> ItemContent:
    """Accepted answers; "word=50" carries half the marks."""
    choices = []
    for key, words in zip("abcdefgh", accepted, strict=False):
        text, _, share = words.partition("=")
        choices.append(
            ChoiceContent(key=key, text=text, is_correct=True, share=Decimal(share) if share else None)
        )
    return ItemContent(type=ItemType.SHORT, stem="?", choices=tuple(choices), **fields)


def numeric(text: str, tolerance: str | None = None, *others: ChoiceContent) -> ItemContent:
    right = ChoiceContent(
        key="a", text=text, is_correct=True, tolerance=None if tolerance is None else Decimal(tolerance)
    )
    return ItemContent(type=ItemType.NUMERIC, stem="?", choices=(right, *others))


def decision(key: str, quality: str, then: str) -> DecisionContent:
    return DecisionContent(key=key, label=f"label {key}", quality=quality, why=f"why {key}", next=then)


def story() -> ItemContent:
    """Two decisions to either ending; a poor first one takes a detour of one more.

    start -g-> next -g-> well, -b-> badly        start -p-> next        start -b-> detour -g-> next
    """
    both = (
        decision("g", "good", "next"),
        decision("p", "partial", "next"),
        decision("b", "poor", "detour"),
    )
    nodes = (
        NodeContent(key="start", text="…", question="?", choices=both),
        NodeContent(key="detour", text="…", question="?", choices=(decision("g", "good", "next"),)),
        NodeContent(
            key="next",
            text="…",
            question="?",
            choices=(
                decision("g", "good", "well"),
                decision("p", "partial", "well"),
                decision("b", "poor", "badly"),
            ),
        ),
    )
    endings = (EndingContent(key="well", text="…"), EndingContent(key="badly", text="…"))
    return ItemContent(type=ItemType.BRANCHING, stem="?", story=StoryContent(nodes=nodes, endings=endings))


#: One question of every type with its right answer.
EVERY_TYPE = {
    "single": (question("single", "b"), ["b"]),
    "truefalse": (question("truefalse", "a", keys="ab"), ["a"]),
    "scenario": (question("scenario", "c"), ["c"]),
    "multiple": (question("multiple", "ac"), ["a", "c"]),
    "signs": (question("signs", "bd"), ["b", "d"]),
    "matching": (matching("cat=meow", "dog=bark", "=moo"), {"a": "a", "b": "b"}),
    "ordering": (ordering("abc"), ["a", "b", "c"]),
    "short": (short("the Home Office", "Home Office"), "home office"),
    "numeric": (numeric("1250", "10"), "1,255"),
    "branching": (story(), [["start", "g"], ["next", "g"]]),
}
