from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.marking import fraction_right, marks_for, score_percent

TABLE = {
    "one right, chosen": ("a", "a", 1),
    "one right, other chosen": ("a", "b", 0),
    "one right, nothing chosen": ("a", "", 0),
    "one right, both chosen": ("a", "ab", 0),
    "two right, both chosen": ("ab", "ab", 1),
    "two right, one chosen": ("ab", "a", Fraction(1, 2)),
    "two right, one and one wrong": ("ab", "ac", 0),
    "two right, both and one wrong": ("ab", "abc", Fraction(1, 2)),
    "two right, all of four": ("ab", "abcd", 0),
    "two right, only wrong ones": ("ab", "cd", 0),
    "three right, both thirds": ("abc", "ab", Fraction(2, 3)),
    "three right, two and one wrong": ("abc", "abd", Fraction(1, 3)),
    "three right, nothing chosen": ("abc", "", 0),
}


@pytest.mark.parametrize(("right", "chosen", "share"), TABLE.values(), ids=TABLE.keys())
def test_fraction_right(right, chosen, share):
    assert fraction_right(right, chosen) == share


def test_a_question_without_a_right_answer_cannot_be_marked():
    with pytest.raises(ValueError, match="without a right answer"):
        fraction_right([], ["a"])


@pytest.mark.parametrize(
    ("share", "possible", "marks"),
    [
        (Fraction(1, 3), "1", "0.333333"),
        (Fraction(2, 3), "1", "0.666667"),
        (Fraction(1, 2), "2.50", "1.250000"),
        (Fraction(0), "1", "0.000000"),
        (Fraction(1), "3", "3.000000"),
    ],
)
def test_marks_for(share, possible, marks):
    assert marks_for(share, Decimal(possible)) == Decimal(marks)


SCORES = {
    "nothing asked": ([], "0.00"),
    "all right": ([(1, 1)] * 10, "100.00"),
    "all wrong": ([(0, 1)] * 10, "0.00"),
    "exactly four fifths": ([(1, 1)] * 8 + [(0, 1)] * 2, "80.00"),
    "three thirds are a whole": ([(Fraction(1, 3), 1)] * 3, "33.33"),
    "thirds add up without loss": ([(Fraction(1, 3), 1), (Fraction(2, 3), 1)] * 5, "50.00"),
    "just below is never rounded up to a pass": (
        [(1, 1)] * 79 + [(Fraction(9999, 10_000), 1)] + [(0, 1)] * 20,
        "79.99",
    ),
    "marks weigh": ([(1, 3), (0, 1)], "75.00"),
    "half marks": ([(1, Decimal("0.50")), (0, Decimal("1.50"))], "25.00"),
}


@pytest.mark.parametrize(("marked", "percent"), SCORES.values(), ids=SCORES.keys())
def test_score_percent(marked, percent):
    assert score_percent((Fraction(share), Decimal(possible)) for share, possible in marked) == Decimal(
        percent
    )


KEYS = st.lists(st.sampled_from("abcdefgh"), min_size=2, unique=True)
ITEM = KEYS.flatmap(
    lambda keys: st.tuples(
        st.just(keys),
        st.lists(st.sampled_from(keys), min_size=1, unique=True),
        st.lists(st.sampled_from(keys), unique=True),
        st.decimals(min_value=Decimal("0.25"), max_value=10, places=2),
    )
)


@given(st.lists(ITEM, max_size=12), st.randoms(use_true_random=False))
def test_a_score_is_per_cent_and_the_same_in_any_order(items, random):
    marked = [(fraction_right(right, chosen), marks) for _, right, chosen, marks in items]
    score = score_percent(marked)

    random.shuffle(marked)
    for _, right, chosen, _ in items:
        random.shuffle(right)
        random.shuffle(chosen)
    shuffled = [(fraction_right(right, chosen), marks) for _, right, chosen, marks in items]

    assert 0 <= score <= 100
    assert score_percent(marked) == score_percent(shuffled) == score


@given(ITEM)
def test_one_more_right_answer_never_lowers_the_score(item):
    _, right, chosen, marks = item
    before = marks_for(fraction_right(right, chosen), marks)

    assert all(marks_for(fraction_right(right, {*chosen, key}), marks) >= before for key in right)


@given(ITEM, st.integers(1, 100))
def test_rounding_never_turns_a_fail_into_a_pass(item, pass_mark):
    _, right, chosen, marks = item
    share = fraction_right(right, chosen)

    assert (score_percent([(share, marks)]) >= pass_mark) == (share * 100 >= pass_mark)
