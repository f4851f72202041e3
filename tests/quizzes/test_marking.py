"""Marking against tables, then what must hold for any question and any answer."""

import math
import time
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.bank import problem_with
from quizzes.content import ChoiceContent, ItemType, Mode
from quizzes.marking import (
    MAX_TYPED,
    NotOffered,
    clean_answer,
    is_complete,
    mark,
    marks_for,
    number_of,
    score_percent,
)
from tests.quizzes.contents import (
    EVERY_TYPE,
    matching,
    numeric,
    ordering,
    question,
    short,
    story,
    with_shares,
)

F = Fraction
MINUS, ALL, EACH, SHARES = Mode.RIGHT_MINUS_WRONG, Mode.ALL_OR_NOTHING, Mode.EACH_DECISION, Mode.OWN_SHARES


def marked(content, answer) -> Fraction:
    return mark(content, clean_answer(content, answer))


#: What was chosen of a, b (right), c, d (wrong), and the share by each mode.
TWO_OF_FOUR = {
    "blank": ("", 0, 0, 0),
    "both": ("ab", 1, 1, 1),
    "one right": ("a", F(1, 2), 0, F(3, 4)),
    "one right, one wrong": ("ac", 0, 0, F(1, 2)),
    "both, one extra": ("abc", F(1, 2), 0, F(3, 4)),
    "one right, both wrong": ("acd", 0, 0, F(1, 4)),
    "one wrong": ("c", 0, 0, F(1, 4)),
    "none right": ("cd", 0, 0, 0),
    "all ticked": ("abcd", 0, 0, F(1, 2)),
}
#: The same of a, b, c (right) and d (wrong).
THREE_OF_FOUR = {
    "blank": ("", 0, 0, 0),
    "all three": ("abc", 1, 1, 1),
    "two of three": ("ab", F(2, 3), 0, F(3, 4)),
    "one of three": ("c", F(1, 3), 0, F(1, 2)),
    "two and the wrong one": ("abd", F(1, 3), 0, F(1, 2)),
    "all ticked": ("abcd", F(2, 3), 0, F(3, 4)),
    "only the wrong one": ("d", 0, 0, 0),
}
#: The same of a alone: nothing is taken for granted about how many are right.
ONE_OF_FOUR = {
    "blank": ("", 0, 0, 0),
    "the right one": ("a", 1, 1, 1),
    "and an extra": ("ab", 0, 0, F(3, 4)),
    "a wrong one": ("b", 0, 0, F(1, 2)),
    "all ticked": ("abcd", 0, 0, F(1, 4)),
    "all but it": ("bcd", 0, 0, 0),
}
#: And of all four: there is nothing wrong to tick.
FOUR_OF_FOUR = {
    "blank": ("", 0, 0, 0),
    "all ticked": ("abcd", 1, 1, 1),
    "three": ("abd", F(3, 4), 0, F(3, 4)),
    "one": ("c", F(1, 4), 0, F(1, 4)),
}
BY_MODE = [
    pytest.param(type, right, mode, chosen, share, id=f"{type}, {len(right)} right, {mode}: {name}")
    for right, table in (("ab", TWO_OF_FOUR), ("abc", THREE_OF_FOUR), ("a", ONE_OF_FOUR), ("abcd", FOUR_OF_FOUR))
    for name, (chosen, *shares) in table.items()
    for mode, share in zip((MINUS, ALL, EACH), shares, strict=True)
    for type in ("multiple", "signs")
]  # fmt: skip


@pytest.mark.parametrize(("type", "right", "mode", "chosen", "share"), BY_MODE)
def test_several_choices_by_mode(type, right, mode, chosen, share):
    assert marked(question(type, right, mode=mode), list(chosen)) == share


THIRDS = {"a": "33.33333", "b": "33.33333", "c": "33.33333"}
MOODLE_THIRDS = {"a": "33.33333", "b": "33.33333", "c": "33.33334", "d": "-100"}
HALVES = {"a": 50, "b": 50, "c": "-33.33333", "d": "-33.33333", "e": "-33.33333"}
OWN_SHARES = {
    "blank": (HALVES, "", 0),
    "half": (HALVES, "a", F(1, 2)),
    "both halves": (HALVES, "ab", 1),
    "half less a third": (HALVES, "ac", F(1, 6)),
    "whole less a third": (HALVES, "abd", F(2, 3)),
    "never below zero": (HALVES, "acd", 0),
    "only negative": (HALVES, "cde", 0),
    "all ticked earns nothing": (HALVES, "abcde", 0),
    "a third": (THIRDS, "b", F(1, 3)),
    "two thirds": (THIRDS, "ab", F(2, 3)),
    "three thirds are everything": (THIRDS, "abc", 1),
    "three thirds, one rounded up": (MOODLE_THIRDS, "abc", 1),
    "minus everything": (MOODLE_THIRDS, "abcd", 0),
    "thirds of two places": ({"a": "33.33", "b": "33.33", "c": "33.33"}, "abc", 1),
    "whole thirds": ({"a": 33, "b": 33, "c": 33, "d": 0}, "abc", 1),
    "a nought counts neither way": ({"a": 100, "b": 0}, "ab", 1),
    "sevenths": (dict.fromkeys("abcdefg", "14.28571"), "abcdefg", 1),
    "one seventh": (dict.fromkeys("abcdefg", "14.28571"), "e", F(1, 7)),
    "a lesser one": ({"a": 75, "b": 25, "c": -50}, "ac", F(1, 4)),
    "more than everything is everything": ({"a": 60, "b": 60}, "ab", 1),
    "not nearly everything stays as written": ({"a": 40, "b": 20}, "ab", F(3, 5)),
}


@pytest.mark.parametrize(("shares", "chosen", "share"), OWN_SHARES.values(), ids=OWN_SHARES.keys())
def test_several_choices_with_shares_of_their_own(shares, chosen, share):
    assert marked(with_shares("multiple", shares), list(chosen)) == share


def test_shares_of_their_own_may_be_asked_when_they_agree_with_what_is_right():
    fits = with_shares("multiple", HALVES)
    first, *rest = fits.choices
    disagrees = fits.model_copy(update={"choices": (first.model_copy(update={"is_correct": False}), *rest)})

    assert problem_with(fits) == ""
    assert "exactly the answers" in problem_with(disagrees)


@pytest.mark.parametrize("mode", [MINUS, ALL, EACH])
def test_a_question_without_a_right_answer_cannot_be_marked(mode):
    with pytest.raises(ValueError, match="without a right answer"):
        marked(question("multiple", "", mode=mode), ["a"])


ONE = {
    "right": (question("single", "b"), "b", 1),
    "wrong": (question("single", "b"), "a", 0),
    "blank": (question("single", "b"), "", 0),
    "true": (question("truefalse", "a", keys="ab"), "a", 1),
    "false": (question("truefalse", "a", keys="ab"), "b", 0),
    "neither true nor false": (question("truefalse", "a", keys="ab"), "", 0),
    "case, best": (question("scenario", "d"), "d", 1),
    "case, other": (question("scenario", "d"), "c", 0),
    "case, blank": (question("scenario", "d"), "", 0),
    "half marks": (with_shares("single", {"a": 100, "b": 50, "c": -25}), "b", F(1, 2)),
    "a third": (with_shares("single", {"a": 100, "b": "33.33333"}), "b", F(1, 3)),
    "two thirds": (with_shares("scenario", {"a": 100, "b": "66.66667"}), "b", F(2, 3)),
    "negative is nothing": (with_shares("single", {"a": 100, "b": 50, "c": -25}), "c", 0),
    "share beside a right one without": (with_shares("single", {"a": 100, "b": 0}), "b", 0),
}


@pytest.mark.parametrize(("content", "chosen", "share"), ONE.values(), ids=ONE.keys())
def test_one_choice(content, chosen, share):
    assert marked(content, list(chosen)) == share


#: Two animals share a sound; nobody says moo. Halves are named by the first that has them: a, b, d.
SOUNDS = ("cat=meow", "dog=bark", "fox=bark", "=moo")
MATCHING = {
    "blank": ({}, 0, 0),
    "nothing chosen anywhere": ({"a": "", "b": ""}, 0, 0),
    "all right": ({"a": "a", "b": "b", "c": "b"}, 1, 1),
    "two of three": ({"a": "a", "b": "b", "c": "a"}, F(2, 3), 0),
    "one of three, the rest left": ({"b": "b"}, F(1, 3), 0),
    "all but one, it is left": ({"a": "a", "c": "b"}, F(2, 3), 0),
    "the extra half": ({"a": "d", "b": "d", "c": "d"}, 0, 0),
    "one half everywhere": ({"a": "b", "b": "b", "c": "b"}, F(2, 3), 0),
    "all wrong": ({"a": "b", "b": "a", "c": "a"}, 0, 0),
}


@pytest.mark.parametrize(("answer", "each", "all_"), MATCHING.values(), ids=MATCHING.keys())
def test_matching(answer, each, all_):
    assert marked(matching(*SOUNDS), answer) == each
    assert marked(matching(*SOUNDS, mode=ALL), answer) == all_


def test_a_half_that_repeats_has_one_name():
    assert [half.key for half in matching(*SOUNDS).halves] == ["a", "b", "d"]
    with pytest.raises(NotOffered):
        clean_answer(matching(*SOUNDS), {"a": "c"})


ORDERING = {
    "blank": ("", 0, 0),
    "right": ("abcd", 1, 1),
    "the last two changed": ("abdc", F(1, 2), 0),
    "one moved to the end": ("bcda", 0, 0),
    "the outer ones changed": ("dbca", F(1, 2), 0),
    "backwards": ("dcba", 0, 0),
    "three go round": ("acdb", F(1, 4), 0),
}


@pytest.mark.parametrize(("order", "each", "all_"), ORDERING.values(), ids=ORDERING.keys())
def test_ordering(order, each, all_):
    assert marked(ordering(), list(order)) == each
    assert marked(ordering(mode=ALL), list(order)) == all_


OFFICE = short("Home Office", "Ministry of the Interior=50")
SHORT = {
    "exact": (OFFICE, "Home Office", 1),
    "blank": (OFFICE, "", 0),
    "only spaces": (OFFICE, " \u00a0\t", 0),
    "wrong": (OFFICE, "Police", 0),
    "a variant with half marks": (OFFICE, "ministry of the interior", F(1, 2)),
    "capitals": (OFFICE, "HOME OFFICE", 1),
    "spaces around and between": (OFFICE, "  home \u00a0  office\n", 1),
    "a full stop": (OFFICE, "Home Office.", 1),
    "part of it": (OFFICE, "Home", 0),
    "more than it": (OFFICE, "the Home Office", 0),
    "case matters, right": (short("DfE", is_case_sensitive=True), "DfE", 1),
    "case matters, wrong": (short("DfE", is_case_sensitive=True), "dfe", 0),
    "sharp s and capitals": (short("Straße"), "STRASSE", 1),
    "typed with a curly apostrophe": (short("driver's licence"), "driver’s licence", 1),
    "written with a curly apostrophe": (short("driver’s licence"), "driver's licence", 1),
    "curly quotes": (short('say "no"'), "say “no”", 1),
    "en dash": (short("follow-up"), "follow–up", 1),
    "em dash": (short("follow—up"), "follow-up", 1),
    "unbroken hyphen": (short("follow-up"), "follow\u2011up", 1),
    "a letter and its accent apart": (short("café"), "cafe\u0301", 1),
    "an accent matters": (short("café"), "cafe", 0),
    "wildcard at the end": (short("traffick*"), "trafficking", 1),
    "wildcard for nothing": (short("traffick*"), "traffick", 1),
    "wildcard at the start": (short("*labour"), "forced labour", 1),
    "wildcard between": (short("debt*bondage"), "debt and bondage", 1),
    "wildcard, parts in another order": (short("debt*bondage"), "bondage and debt", 0),
    "wildcard, parts may not overlap": (short("abc*cde"), "abcde", 0),
    "two wildcards": (short("*debt*"), "in debt to them", 1),
    "stars in a row": (short("a**b"), "a-b", 1),
    "a sign of patterns is itself": (short("a.c"), "abc", 0),
    "brackets are themselves": (short("[a] (b)?"), "[a] (b)?", 1),
    "the best of several": (short("debt*=50", "debt bondage"), "debt bondage", 1),
    "a negative share is nothing": (short("police=-50", "Home Office"), "police", 0),
}


@pytest.mark.parametrize(("content", "typed", "share"), SHORT.values(), ids=SHORT.keys())
def test_short_answer(content, typed, share):
    assert marked(content, typed) == share


def test_many_stars_take_no_time():
    content = short("*a" * 40 + "*b")
    begun = time.monotonic()

    assert marked(content, "a" * MAX_TYPED) == 0
    assert time.monotonic() - begun < 1


NUMBERS = {
    "12": "12", "12.5": "12.5", "12,5": "12.5", "12,50": "12.5", ".5": "0.5", ",5": "0.5", "5.": "5",
    "1,250": "1250", "1,250.75": "1250.75", "12,345,678": "12345678", "1 250": "1250", "1\u00a0250,5": "1250.5",
    "1\u202f250": "1250", "0,125": "0.125", "00,125": "0.125", "-3": "-3", "−3": "-3", "–3": "-3", "+3": "3",
    "- 3": "-3", " 7 ": "7", "0": "0", "-0": "0", "007": "7", "١٢": "12",
}  # fmt: skip
NO_NUMBERS = [
    "", " ", "twelve", "1e3", "1E3", "0x10", "1/2", "5%", "£5", "12 people", "1.2.3", "1,2,3", "1,25,000",
    "1.250,5", "1,250,5", "--3", "3-", "+-3", "-", ".", ",", "NaN", "Infinity", "½", "²", "1_000", "9" * 41,
]  # fmt: skip


@pytest.mark.parametrize(("typed", "number"), NUMBERS.items(), ids=[repr(key) for key in NUMBERS])
def test_numbers_as_people_write_them(typed, number):
    assert number_of(typed) == Decimal(number)


@pytest.mark.parametrize("typed", NO_NUMBERS, ids=repr)
def test_what_is_no_number(typed):
    assert number_of(typed) is None
    if typed.strip():
        with pytest.raises(NotOffered):
            clean_answer(numeric("5"), typed)


ABOUT = ChoiceContent(key="b", text="100", tolerance=Decimal(20), share=Decimal(50), is_correct=True)
NUMERIC = {
    "exact": (numeric("1250"), "1250", 1),
    "as written": (numeric("1,250"), "1250.0", 1),
    "without tolerance": (numeric("1250"), "1250.01", 0),
    "blank": (numeric("0"), "", 0),
    "nought": (numeric("0"), "0", 1),
    "at the lower edge": (numeric("100", "2.5"), "97.5", 1),
    "at the upper edge": (numeric("100", "2.5"), "102.5", 1),
    "below the edge": (numeric("100", "2.5"), "97.49", 0),
    "above the edge": (numeric("100", "2.5"), "102.51", 0),
    "tolerance is exact": (numeric("0.3", "0.1"), "0.2", 1),
    "negative": (numeric("-40", "1"), "−40.5", 1),
    "the sign matters": (numeric("-40", "1"), "40", 0),
    "half marks further off": (numeric("100", "5", ABOUT), "118", F(1, 2)),
    "all marks close by": (numeric("100", "5", ABOUT), "104", 1),
    "off everything": (numeric("100", "5", ABOUT), "121", 0),
}


@pytest.mark.parametrize(("content", "typed", "share"), NUMERIC.values(), ids=NUMERIC.keys())
def test_numeric(content, typed, share):
    assert marked(content, typed) == share


#: The way taken, its share of the points, whether it came to an end.
STORY = {
    "not begun": ([], 0, False),
    "good, good": (["start g", "next g"], 1, True),
    "partly, good": (["start p", "next g"], F(3, 4), True),
    "good, poor": (["start g", "next b"], F(1, 2), True),
    "partly, partly": (["start p", "next p"], F(1, 2), True),
    "partly, poor": (["start p", "next b"], F(1, 4), True),
    "poor, way back, good": (["start b", "detour g", "next g"], F(2, 3), True),
    "poor, way back, poor": (["start b", "detour g", "next b"], F(1, 3), True),
    "left after a good one": (["start g"], F(1, 2), False),
    "left after a partly right one": (["start p"], F(1, 4), False),
    "left after a poor one": (["start b"], 0, False),
    "left on the way back": (["start b", "detour g"], F(1, 3), False),
}


@pytest.mark.parametrize(("way", "share", "ended"), STORY.values(), ids=STORY.keys())
def test_branching(way, share, ended):
    path = [step.split() for step in way]

    assert marked(story(), path) == share
    assert is_complete(story(), clean_answer(story(), path)) is ended


@pytest.mark.parametrize(
    "way",
    [
        ["next g"],
        ["start x"],
        ["nowhere g"],
        ["start g", "start g"],
        ["start g", "detour g"],
        ["start g", "next g", "well g"],
        ["start"],
        ["start g more"],
    ],
    ids=" then ".join,
)
def test_a_way_that_the_story_does_not_offer(way):
    with pytest.raises(NotOffered):
        clean_answer(story(), [step.split() for step in way])


@pytest.mark.parametrize(("content", "right"), EVERY_TYPE.values(), ids=EVERY_TYPE.keys())
def test_every_type(content, right):
    assert problem_with(content) == ""
    assert marked(content, right) == 1
    assert is_complete(content, clean_answer(content, right))
    for blank in (None, "", [], (), {}):
        if content.type not in ("short", "numeric") or blank in (None, ""):
            assert clean_answer(content, blank) is None
    assert mark(content, None) == 0
    assert not is_complete(content, None)


def test_what_is_only_partly_answered_is_not_complete():
    assert not is_complete(matching(*SOUNDS), {"a": "a"})
    assert is_complete(matching(*SOUNDS), {"a": "a", "b": "a", "c": "a"})


REFUSED = {
    "single, two": ("single", ["a", "b"]),
    "single, unknown": ("single", ["x"]),
    "truefalse, both": ("truefalse", ["a", "b"]),
    "scenario, two": ("scenario", ["a", "c"]),
    "multiple, one unknown": ("multiple", ["a", "x"]),
    "multiple, twice the same": ("multiple", ["a", "a"]),
    "multiple, a word for its letters": ("multiple", "abc"),
    "ordering, one missing": ("ordering", ["a", "b"]),
    "ordering, one twice": ("ordering", ["a", "b", "b"]),
    "ordering, one too many": ("ordering", ["a", "b", "c", "d"]),
    "matching, unknown left": ("matching", {"x": "a"}),
    "matching, an extra is no left": ("matching", {"c": "a"}),
    "matching, unknown half": ("matching", {"a": "x"}),
    "short, too long": ("short", "a" * (MAX_TYPED + 1)),
    "short, nul": ("short", "a\0b"),
    "short, half a character": ("short", "a\ud800b"),
    "numeric, words": ("numeric", "many"),
}


@pytest.mark.parametrize(("name", "answer"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_offered_is_refused(name, answer):
    with pytest.raises(NotOffered):
        clean_answer(EVERY_TYPE[name][0], answer)


DEEP = []
for _ in range(500):
    DEEP = [DEEP]
JUNK = {
    "a number": 7, "nought": 0, "a float": math.nan, "true": True, "false": False, "bytes": b"a", "an object": object(),
    "a set": {"a"}, "None in a list": [None], "numbers in a list": [1, 2], "lists in a list": [["a"]], "a dict": {"a": 1},
    "dicts in a list": [{"a": "b"}], "a dict of lists": {"a": ["a"]}, "a dict of dicts": {"a": {"a": "a"}},
    "numbers for names": {1: 2}, "None for a name": {None: "a"}, "pairs": [("a", "a")], "deep": DEEP, "long": ["a"] * 10_000,
    "a long word": "a" * 100_000, "a long word in a list": ["a" * 100_000], "empty word in a list": [""],
    "nul in a list": ["a\0"], "steps of numbers": [[1, 2]], "steps of lists": [[["start"], ["g"]]], "a step of None": [None],
    "letters as a step": ["ab"],
}  # fmt: skip


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
@pytest.mark.parametrize("name", EVERY_TYPE)
def test_junk_is_refused_or_blank_and_never_a_crash(name, junk):
    content = EVERY_TYPE[name][0]
    try:
        clean = clean_answer(content, junk)
    except NotOffered:
        return
    assert 0 <= mark(content, clean) <= 1


@pytest.mark.parametrize("name", EVERY_TYPE)
def test_hostile_words_are_refused_or_wrong(name, hostile):
    content = EVERY_TYPE[name][0]
    for answer in (hostile, [hostile], {hostile: hostile}, {"a": hostile}, [[hostile, hostile]]):
        try:
            clean = clean_answer(content, answer)
        except NotOffered:
            continue
        assert mark(content, clean) == 0


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from("abcd") | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from("abcd"), inner),
    max_leaves=8,
)  # fmt: skip


@given(st.sampled_from(list(EVERY_TYPE)), ANYTHING)
def test_anything_at_all_is_refused_or_has_a_share(name, anything):
    content = EVERY_TYPE[name][0]
    try:
        clean = clean_answer(content, anything)
    except NotOffered:
        return
    assert 0 <= mark(content, clean) <= 1
    assert clean_answer(content, clean) == clean


# What is stored, and the score


@pytest.mark.parametrize(
    ("share", "possible", "marks"),
    [
        (F(1, 3), "1", "0.333333"),
        (F(2, 3), "1", "0.666667"),
        (F(1, 2), "2.50", "1.250000"),
        (F(1, 2_000_000), "1", "0.000001"),
        (F(0), "1", "0.000000"),
        (F(1), "3", "3.000000"),
    ],
)
def test_marks_for(share, possible, marks):
    assert str(marks_for(share, Decimal(possible))) == marks


SCORES = {
    "nothing asked": ([], "0.00"),
    "all right": ([(1, 1)] * 10, "100.00"),
    "all wrong": ([(0, 1)] * 10, "0.00"),
    "exactly four fifths": ([(1, 1)] * 8 + [(0, 1)] * 2, "80.00"),
    "a third": ([(F(1, 3), 1)] * 3, "33.33"),
    "thirds add up without loss": ([(F(1, 3), 1), (F(2, 3), 1)] * 5, "50.00"),
    "three thirds are one right": ([(F(1, 3), 1)] * 3 + [(0, 1)], "25.00"),
    "just below is never rounded up to a pass": (
        [(1, 1)] * 79 + [(F(9999, 10_000), 1)] + [(0, 1)] * 20,
        "79.99",
    ),
    "below by less than a decimal holds": (
        [(1, 1)] * 79 + [(1 - F(1, 10**40), 1)] + [(0, 1)] * 20,
        "79.99",
    ),
    "marks weigh": ([(1, 3), (0, 1)], "75.00"),
    "half marks": ([(1, Decimal("0.50")), (0, Decimal("1.50"))], "25.00"),
}


@pytest.mark.parametrize(("pairs", "percent"), SCORES.values(), ids=SCORES.keys())
def test_score_percent(pairs, percent):
    assert str(score_percent((F(share), Decimal(possible)) for share, possible in pairs)) == percent


def test_thirds_written_as_percentages_pass_at_exactly_the_pass_mark():
    third = with_shares("single", {"a": 100, "b": "33.33333"})
    two_thirds = with_shares("single", {"a": 100, "b": "66.66667"})
    shares = [marked(third, ["b"]), marked(third, ["b"]), marked(third, ["b"]), marked(third, ["a"])]

    assert score_percent((share, Decimal(1)) for share in shares) == 50
    assert marked(third, ["b"]) + marked(two_thirds, ["b"]) == 1


# What holds for any question of several choices, any answer, in any order

MODES = st.sampled_from(Mode.values)
SHARE = st.one_of(
    st.none(),
    st.integers(-100, 100),
    st.sampled_from(["33.33333", "-33.33333", "66.66667", "14.28571", "12.5", "-50"]),
)


@st.composite
def several(draw):
    """A question of several choices in any mode, and what was chosen of it."""
    keys = draw(st.lists(st.sampled_from("abcdefgh"), min_size=2, unique=True))
    mode = draw(MODES)
    if mode == SHARES:
        content = with_shares("multiple", {key: draw(SHARE) or 0 for key in keys})
    else:
        right = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
        content = question("multiple", "".join(right), keys="".join(keys), mode=mode)
    return content, frozenset(draw(st.lists(st.sampled_from(keys), unique=True)))


def helps(content, key) -> bool:
    choice = content.choice(key)
    return choice.share > 0 if content.mode == SHARES else choice.is_correct


@given(several())
def test_a_right_choice_more_never_lowers(made):
    content, chosen = made

    for key in content.keys:
        if helps(content, key):
            assert marked(content, chosen | {key}) >= marked(content, chosen)


@given(several())
def test_a_wrong_choice_less_never_lowers(made):
    """Unless nothing is left: a blank answer earns nothing in any mode, and never costs."""
    content, chosen = made

    for key in chosen:
        if not helps(content, key) and chosen - {key}:
            assert marked(content, chosen - {key}) >= marked(content, chosen)


@given(several(), st.randoms(use_true_random=False))
def test_neither_the_order_of_the_options_nor_of_the_ticks_matters(made, random):
    content, chosen = made
    choices, ticks = list(content.choices), list(chosen)
    random.shuffle(choices)
    random.shuffle(ticks)
    shuffled = content.model_copy(update={"choices": tuple(choices)})

    assert clean_answer(shuffled, ticks) == clean_answer(content, list(chosen))
    assert marked(shuffled, ticks) == marked(content, list(chosen))


@given(several(), MODES)
def test_everything_right_and_nothing_wrong_is_everything(made, mode):
    content, _ = made
    if content.mode == SHARES:
        return
    right = [choice.key for choice in content.choices if choice.is_correct]

    assert marked(content.model_copy(update={"mode": mode}) if mode != SHARES else content, right) == 1


PAIRS = st.lists(st.sampled_from(["meow", "bark", "moo", "neigh"]), min_size=2, max_size=6)


@given(PAIRS, st.lists(st.sampled_from(["hoot", "hiss"]), unique=True), st.data())
def test_a_right_pair_more_never_lowers_and_the_order_of_pairs_is_nothing(sounds, extra, data):
    content = matching(*(f"animal {n}={sound}" for n, sound in enumerate(sounds)), *(f"={e}" for e in extra))
    names = {half.match: half.key for half in content.halves}
    lefts = [left.key for left in content.lefts]
    answer = data.draw(st.dictionaries(st.sampled_from(lefts), st.sampled_from(sorted(names.values()))))
    turned = dict(reversed(answer.items()))

    assert marked(content, turned) == marked(content, answer)
    for left in content.lefts:
        assert marked(content, answer | {left.key: names[left.match]}) >= marked(content, answer)
        less = {key: half for key, half in answer.items() if key != left.key}
        if answer.get(left.key) != names[left.match]:
            assert marked(content, less) == marked(content, answer)


@given(st.permutations("abcdef"), st.integers(0, 5))
def test_a_part_brought_to_its_place_never_lowers(order, place):
    content, order = ordering("abcdef"), list(order)
    better = list(order)
    at = better.index("abcdef"[place])
    better[place], better[at] = better[at], better[place]

    assert marked(content, better) >= marked(content, order)


@st.composite
def sheets(draw):
    """A whole quiz: shares earned of marks possible."""
    share = st.fractions(0, 1, max_denominator=60)
    marks = st.decimals(min_value=Decimal("0.25"), max_value=10, places=2)
    return draw(st.lists(st.tuples(share, marks), max_size=30))


@given(sheets(), st.randoms(use_true_random=False))
def test_a_score_is_per_cent_and_the_same_in_any_order(sheet, random):
    score = score_percent(sheet)
    random.shuffle(sheet)

    assert 0 <= score <= 100
    assert score_percent(sheet) == score


@given(sheets(), st.data())
def test_one_question_better_never_lowers_the_score(sheet, data):
    if not sheet:
        return
    place = data.draw(st.integers(0, len(sheet) - 1))
    share, marks = sheet[place]
    better = [*sheet[:place], (data.draw(st.fractions(share, 1)), marks), *sheet[place + 1 :]]

    assert score_percent(better) >= score_percent(sheet)


@given(sheets(), st.integers(1, 100))
def test_rounding_never_turns_a_fail_into_a_pass(sheet, pass_mark):
    total = sum(F(marks) for _, marks in sheet)
    exact = 100 * sum(share * F(marks) for share, marks in sheet) / total if total else 0

    assert (score_percent(sheet) >= pass_mark) == (exact >= pass_mark)


@given(sheets(), st.decimals(min_value=Decimal("0.25"), max_value=10, places=2))
def test_a_blank_costs_no_more_than_a_wrong_answer(sheet, marks):
    """Blank earns the same nothing for every type; it takes nothing from the other questions."""
    blanks = {mark(content, None) for content, _ in EVERY_TYPE.values()}

    assert blanks == {0}
    assert score_percent([*sheet, (blanks.pop(), marks)]) == score_percent([*sheet, (F(0), marks)])


@given(st.sampled_from(list(EVERY_TYPE)), st.integers(0))
def test_the_order_in_which_options_were_written_down_or_shown_does_not_matter(name, seed):
    """Except where the order is the question."""
    content, right = EVERY_TYPE[name]
    if content.type == ItemType.ORDERING:
        return
    choices = list(content.choices)
    Random(seed).shuffle(choices)

    assert marked(content.model_copy(update={"choices": tuple(choices)}), right) == 1
