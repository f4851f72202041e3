"""Item statistics against numbers worked out by hand, and against published ones.

The worked example: six people, four questions A, B, C for 1 mark and D for 2.

=======  ==  ==  ==  ==  ==
person   A   B   C   D   T
=======  ==  ==  ==  ==  ==
1        1   1   1   2   5
2        1   1   0   1   3
3        1   0   1   2   4
4        0   1   0   0   1
5        1   0   0   1   2
6        0   0   1   0   1
=======  ==  ==  ==  ==  ==

Sums of squares and products are about the mean, so Σxr stands for Σ(x−x̄)(r−r̄); covariances are these by 5.

A  x̄ = 4/6; Σxx = 4 − 16/6 = 4/3; sd = √(4/15).  r = 4 2 3 1 1 1: r̄ = 2, Σrr = 32 − 24 = 8; Σxr = 10 − 8 = 2.
   Index 100·2/√(4/3·8) = 61.237244.  Best pairing of 0 0 1 1 1 1 and 1 1 1 2 3 4: 10 − 8 = 2, efficiency 100.
B  x̄ = 1/2; Σxx = 3/2.  r = 4 2 4 0 2 1: Σrr = 41 − 169/6 = 77/6; Σxr = 6 − 13/2 = −1/2.
   Index −50/√(3/2·77/6) = −11.396058.  Best: 10 − 13/2 = 7/2, efficiency −100/7.
C  x̄ = 1/2; Σxx = 3/2.  r = 4 3 3 1 2 0: Σrr = 39 − 169/6 = 65/6; Σxr = 7 − 13/2 = 1/2.
   Index 50/√(3/2·65/6) = 12.403473.  Best: 10 − 13/2 = 7/2, efficiency 100/7.
D  x̄ = 1; Σxx = 10 − 6 = 4; sd = √(4/5).  r = 3 2 2 1 1 1: Σrr = 20 − 100/6 = 10/3; Σxr = 13 − 10 = 3.
   Index 300/√(4·10/3) = 82.158384.  Best pairing of 0 0 1 1 2 2 and 1 1 1 2 2 3: 13 − 10 = 3, efficiency 100.
T  mean 16/6; in thirds of a mark the deviations are 7 1 4 −5 −2 −5: Σd² = 120/9 = 40/3, Σd³ = 150/27, Σd⁴ = 3924/81.
   k2 = (40/3)/5 = 8/3.  m3 = 25/27, k3 = 36·(25/27)/20 = 5/3: skewness (5/3)/(8/3)^1.5 = 0.382733.
   m2 = 20/9, m4 = 218/27, k4 = 36·(7·218/27 − 15·400/81)/60 = −10.533333: kurtosis k4/(64/9) = −1.48125.
   Σvar(x) = 4/15 + 3/10 + 3/10 + 4/5 = 5/3: CIC = 100·4/3·(1 − (5/3)/(8/3)) = 50.
   Error ratio 100·√(1/2) = 70.710678; standard error √(1/2)·√(8/3) = √(4/3) = 1.154701.
ΣxT = Σxr + Σxx: A 10/3, B 1, C 2, D 7 (in all 40/3). Covariances 2/3, 1/5, 2/5, 7/5; their roots 0.816497,
0.447214, 0.632456, 1.183216 add up to 3.079382: effective weights 26.514952, 14.522838, 20.538394, 38.423816.
"""

from collections import Counter

import pytest

from quizzes.statistics import (
    ItemNumbers,
    MantelHaenszel,
    Reliability,
    ScoreNumbers,
    Weight,
    effective_weights,
    is_no_better_than_chance,
    is_surely_more,
    item_numbers,
    mantel_haenszel,
    reliability,
    score_numbers,
    thirds,
)

MARKS = {"A": [1, 1, 1, 0, 1, 0], "B": [1, 1, 0, 1, 0, 0], "C": [1, 0, 1, 0, 0, 1], "D": [2, 1, 2, 0, 1, 0]}
TOTALS = [5, 3, 4, 1, 2, 1]


def with_rests(marks, totals=TOTALS) -> Counter:
    return Counter((x, total - x) for x, total in zip(marks, totals, strict=True))


def near(*values, digits=6):
    return tuple(
        v if v is None or isinstance(v, bool) else pytest.approx(v, abs=0.6 * 10**-digits) for v in values
    )


@pytest.mark.parametrize(
    ("name", "possible", "facility", "sd", "discrimination", "efficiency"),
    [
        ("A", 1, 66.666667, 0.516398, 61.237244, 100),
        ("B", 1, 50, 0.547723, -11.396058, -14.285714),
        ("C", 1, 50, 0.547723, 12.403473, 14.285714),
        ("D", 2, 50, 0.894427, 82.158384, 100),
    ],
)
def test_questions_of_the_worked_example(name, possible, facility, sd, discrimination, efficiency):
    found = item_numbers(with_rests(MARKS[name]), possible)

    assert (found.n, found.facility, found.sd, found.discrimination, found.efficiency) == near(
        6, facility, sd, discrimination, efficiency
    )


def test_scores_of_the_worked_example():
    found = score_numbers(Counter(TOTALS))

    assert (found.n, found.mean, found.median, found.sd, found.skewness, found.kurtosis) == near(
        6, 2.666667, 2.5, 1.632993, 0.382733, -1.48125
    )


def test_reliability_of_the_worked_example():
    found = reliability([Counter(marks) for marks in MARKS.values()], Counter(TOTALS))

    assert (found.consistency, found.error_ratio, found.standard_error) == near(50, 70.710678, 1.154701)


def test_effective_weights_of_the_worked_example():
    found = effective_weights([Counter(zip(marks, TOTALS, strict=True)) for marks in MARKS.values()])

    assert tuple(weight.effective for weight in found) == near(26.514952, 14.522838, 20.538394, 38.423816)
    assert not any(weight.is_negative for weight in found)


def test_a_question_that_pulls_against_the_total_is_told_and_not_weighed():
    """T = 2 2 2 1: the one who is right here has least in all."""
    against, along = [0, 0, 0, 1], [2, 2, 2, 0]

    found = effective_weights([Counter(zip(marks, [2, 2, 2, 1], strict=True)) for marks in (against, along)])

    assert found == [Weight(None, True), Weight(pytest.approx(100), False)]


#: Law School Admission Test, section VI: 1,000 people, five questions; how many had each pattern of right and
#: wrong from 00000 to 11111. Bock & Lieberman 1970; shares right and a consistency of 0.295 in Rizopoulos 2006,
#: “ltm”, J. Stat. Software 17(5).
LSAT = [
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
]  # fmt: skip
LSAT_FACILITIES = [92.4, 70.9, 55.3, 76.3, 87.0]


def lsat() -> list[tuple[tuple[int, ...], int]]:
    return [
        (tuple(int(bit) for bit in f"{number:05b}"), people) for number, people in enumerate(LSAT) if people
    ]


def test_shares_right_of_the_law_school_test_are_the_published_ones():
    found = []
    for place in range(5):
        pairs = Counter()
        for pattern, people in lsat():
            pairs[pattern[place], sum(pattern) - pattern[place]] += people
        found.append(item_numbers(pairs, 1).facility)

    assert tuple(found) == near(*LSAT_FACILITIES)


def test_consistency_of_the_law_school_test_is_the_published_one():
    """Σ variances = Σ p(1−p)·1000/999; the totals 0…5 were reached by 3, 20, 85, 237, 357 and 298 people."""
    slots, totals = [Counter() for _ in range(5)], Counter()
    for pattern, people in lsat():
        totals[sum(pattern)] += people
        for slot, mark in zip(slots, pattern, strict=True):
            slot[mark] += people
    assert [totals[score] for score in range(6)] == [3, 20, 85, 237, 357, 298]
    by_hand = sum(p / 100 * (1 - p / 100) for p in LSAT_FACILITIES) * 1000 / 999
    squares = 20 + 4 * 85 + 9 * 237 + 16 * 357 + 25 * 298 - 3819**2 / 1000

    found = reliability(slots, totals).consistency

    assert found == pytest.approx(29.5, abs=0.005)
    assert found == pytest.approx(125 * (1 - by_hand / (squares / 999)), abs=1e-9)


# --- What the data cannot give ---------------------------------------------------------------


def test_nothing_comes_of_nothing():
    assert item_numbers({}, 1) == ItemNumbers(0, None, None, None, None)
    assert score_numbers({}) == ScoreNumbers(0, None, None, None, None, None)
    assert reliability([], {}) == Reliability(None, None, None)
    assert mantel_haenszel([]) == MantelHaenszel(None, None, None, None, None, None)


def test_one_attempt_has_a_facility_and_nothing_else():
    assert item_numbers({(1, 3): 1}, 2) == ItemNumbers(1, 50, None, None, None)


@pytest.mark.parametrize(
    "pairs", [{(1, 0.1): 3, (1, 0.7): 4}, {(0, 0.3): 5, (1, 0.3): 5}, {(0, None): 5, (1, None): 5}]
)
def test_without_a_difference_in_marks_or_rest_nothing_is_told_apart(pairs):
    found = item_numbers(pairs, 1)

    assert (found.discrimination, found.efficiency) == (None, None)


def test_equal_marks_have_no_spread_whatever_their_last_digit():
    third = 1 / 3

    assert score_numbers({third: 30}) == ScoreNumbers(30, pytest.approx(third), third, 0, None, None)
    assert reliability([{third: 30}, {third: 30}], {2 * third: 30}) == Reliability(None, None, None)


def test_skewness_asks_for_three_scores_and_kurtosis_for_four():
    assert score_numbers({1: 1, 2: 1}).skewness is None
    assert score_numbers({1: 2, 2: 1}).skewness is not None
    assert score_numbers({1: 2, 2: 1}).kurtosis is None
    assert score_numbers({1: 2, 2: 2}).kurtosis is not None


def test_consistency_asks_for_three_attempts_and_two_slots():
    assert reliability([{0: 1, 1: 1}, {0: 1, 1: 1}], {0: 1, 2: 1}).consistency is None
    assert reliability([{0: 2, 1: 1}], {0: 2, 1: 1}).consistency is None
    assert reliability([{0: 2, 1: 1}, {0: 2, 1: 1}], {0: 2, 2: 1}).consistency == pytest.approx(100)


# --- Mantel–Haenszel -------------------------------------------------------------------------

#: Admissions to Berkeley in 1973 by department: men admitted, rejected, women admitted, rejected.
#: Bickel, Hammel & O'Connell 1975. R's mantelhaen.test(UCBAdmissions) gives 0.9046968 (0.7719074 to 1.0603298),
#: chi-squared 1.4269, p 0.2323.
BERKELEY = [
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
]


def test_mantel_haenszel_of_the_berkeley_admissions_is_the_published_one():
    """ln 0.9046968 = −0.1001554; delta = 2.35·0.1001554 = 0.235365. The interval is e^(ln ± 1.959964·se):
    (ln 1.0603298 − ln 0.7719074)/(2·1.959964) = 0.0809889, on the delta scale 0.190324."""
    found = mantel_haenszel(BERKELEY)

    assert found.odds_ratio == pytest.approx(0.9046968, abs=5e-8)
    assert found.chi_square == pytest.approx(1.4269, abs=5e-5)
    assert found.p == pytest.approx(0.2323, abs=5e-5)
    assert (found.delta, found.se) == near(0.235365, 0.190324)
    assert found.grade == "A"


def test_strata_that_say_nothing_change_nothing():
    assert mantel_haenszel([*BERKELEY, (9, 4, 0, 0), (0, 0, 0, 1), (0, 0, 0, 0)]) == mantel_haenszel(BERKELEY)


def test_one_stratum_worked_out_by_hand():
    """60 of 100 others and 40 of 100 of the group are right. Odds ratio (60·60)/(40·40) = 9/4; delta −2.35·ln 2.25 =
    −1.905686; expected 50, variance 100·100·100·100/(200²·199) = 12.562814: (10 − ½)²/12.562814 = 7.183900;
    se = 2.35·√(1/60 + 1/40 + 1/40 + 1/60) = 0.678387."""
    found = mantel_haenszel([(60, 40, 40, 60)])

    assert (found.odds_ratio, found.delta, found.chi_square, found.se) == near(
        2.25, -1.905686, 7.1839, 0.678387
    )


@pytest.mark.parametrize(
    ("stratum", "grade"),
    [
        ((500, 500, 480, 520), "A"),  # slight
        ((12, 8, 8, 12), "A"),  # large but may be chance
        ((60, 40, 40, 60), "B"),  # large, not surely beyond slight: 1.906 − 1.645·0.678 < 1
        ((600, 400, 470, 530), "B"),  # delta −1.235
        ((600, 400, 400, 600), "C"),
        ((400, 600, 600, 400), "C"),  # easier for the group
    ],
)
def test_grades(stratum, grade):
    assert mantel_haenszel([stratum]).grade == grade


# --- Thirds and chance -----------------------------------------------------------------------


def test_thirds_keep_equal_scores_together():
    assert thirds(Counter([1, 2, 3, 4, 5, 6])) == (2, 5)
    assert thirds(Counter([1, 1, 1, 1, 5, 6])) == (1, 5)
    assert thirds(Counter([1, 5, 5, 5, 5, 5])) is None
    assert thirds(Counter([7, 7, 7])) is None
    assert thirds(Counter([1, 2])) is None


@pytest.mark.parametrize(
    ("facility", "n", "options", "expected"),
    [
        (25, 100, 4, True),
        (32, 100, 4, True),
        (33, 100, 4, False),
        (10, 100, 4, True),
        (55, 30, 2, True),
        (80, 30, 2, False),
    ],
)
def test_no_better_than_chance(facility, n, options, expected):
    """With 100 attempts and four options chance reaches 25 + 164.5·√(0.25·0.75/100) = 32.1 per cent."""
    assert is_no_better_than_chance(facility, n, options) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((20, 100, 10, 100), True),
        ((14, 100, 10, 100), False),
        ((10, 100, 20, 100), False),
        ((3, 3, 0, 0), False),
    ],
)
def test_surely_more(counts, expected):
    """20 and 10 of 100: pooled 0.15, se √(0.15·0.85·0.02) = 0.0505; 0.1 > 1.645·0.0505 = 0.083."""
    assert is_surely_more(*counts) == expected
