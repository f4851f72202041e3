"""Every number is compared to six digits with one that somebody else published or that a closed formula gives."""

from math import pi, sqrt, tan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.statistics import interval_of_d, noncentral_t_probability, paired, paired_counts, t_quantile

SIX_DIGITS = 1e-6

# Student 1908, Biometrika 6:20: hours of sleep gained by ten patients with two drugs. R keeps it as `sleep`.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_own_example_comes_out_as_published():
    """Interval as R 4 prints it for t.test(paired = TRUE); interval of d by scipy 1.17, stats.nct."""
    found = paired(FIRST, SECOND)

    assert (found.n, found.rose_percent, found.stayed_percent, found.fell_percent) == (10, 90, 10, 0)
    assert [
        found.mean_before,
        found.mean_after,
        found.mean_change,
        found.sd_change,
        found.low,
        found.high,
        found.d,
        found.d_low,
        found.d_high,
    ] == pytest.approx(
        [0.75, 2.33, 1.58, 1.2299955, 0.7001142, 2.4598858, 1.2845576, 0.4146278, 2.1180165], rel=SIX_DIGITS
    )


def test_ratings_of_six_people_as_worked_by_hand():
    """Changes 1, 2, 0, 1, 1, −1: sum 4, squares 8, variance (8 − 16/6)/5 = 16/15, t(.975; 5) = 2.5705818."""
    found = paired([2, 1, 4, 3, 2, 5], [3, 3, 4, 4, 3, 4])

    sd = sqrt(16 / 15)
    half = 2.5705818 * sd / sqrt(6)
    assert [found.mean_change, found.sd_change, found.d, found.low, found.high] == pytest.approx(
        [2 / 3, sd, (2 / 3) / sd, 2 / 3 - half, 2 / 3 + half], rel=SIX_DIGITS
    )
    assert (found.rose_percent, found.stayed_percent, found.fell_percent) == pytest.approx(
        (400 / 6, 100 / 6, 100 / 6)
    )


@pytest.mark.parametrize(
    ("p", "df", "published"),
    [  # Fisher & Yates 1963, table III, with more digits from NIST's and R's qt
        (0.975, 1, 12.7062047),
        (0.975, 2, 4.3026527),
        (0.975, 5, 2.5705818),
        (0.975, 9, 2.2621572),
        (0.975, 10, 2.2281389),
        (0.975, 30, 2.0422725),
        (0.975, 120, 1.9799304),
        (0.95, 10, 1.8124611),
        (0.995, 5, 4.0321430),
        (0.025, 10, -2.2281389),
        (0.975, 20_000, 1.9600824),
    ],
)
def test_students_t_has_the_values_of_the_tables(p, df, published):
    assert t_quantile(p, df) == pytest.approx(published, rel=SIX_DIGITS)


@pytest.mark.parametrize("p", [0.6, 0.75, 0.9, 0.95, 0.999])
def test_students_t_follows_the_closed_formulas_of_one_and_two_degrees(p):
    assert t_quantile(p, 1) == pytest.approx(tan(pi * (p - 0.5)), rel=1e-9)
    assert t_quantile(p, 2) == pytest.approx((2 * p - 1) * sqrt(2 / (4 * p * (1 - p))), rel=1e-9)


@pytest.mark.parametrize(
    ("d", "n", "low", "high"),
    [  # scipy 1.17: the roots of stats.nct.cdf(d * sqrt(n), n - 1, x) = .975 and .025, divided by sqrt(n)
        (0.8, 5, -0.2604557, 1.7931794),
        (1.1, 12, 0.3596626, 1.8104381),
        (2.4, 30, 1.6832601, 3.1054252),
    ],
)
def test_interval_of_d_is_that_of_the_noncentral_t(d, n, low, high):
    assert interval_of_d(d, n) == pytest.approx((low, high), rel=SIX_DIGITS)
    assert interval_of_d(-d, n) == pytest.approx((-high, -low), rel=SIX_DIGITS)


def test_noncentral_t_without_a_shift_is_students_t():
    assert noncentral_t_probability(2.2621572, 9, 0) == pytest.approx(0.975, rel=SIX_DIGITS)


def test_large_numbers_of_people_come_near_the_formula_for_large_samples():
    """Standard error √(1/n + d²/2n): Hedges & Olkin 1985, as n grows."""
    low, high = interval_of_d(0.8, 20_000)
    error = 1.959964 * sqrt(1 / 20_000 + 0.64 / 40_000)
    assert (low, high) == pytest.approx((0.8 - error, 0.8 + error), abs=1e-4)


def test_nobody_gives_no_result():
    assert paired([], []) is None


def test_one_person_has_a_change_and_no_interval():
    found = paired([2], [4])
    assert (found.mean_change, found.sd_change, found.low, found.high, found.d, found.d_low) == (
        2, None, None, None, None, None,
    )  # fmt: skip


def test_where_all_change_alike_the_effect_size_has_no_value():
    found = paired([1, 2, 3], [2, 3, 4])
    assert (found.mean_change, found.sd_change, found.low, found.high, found.d) == (1, 0, 1, 1, None)


def test_changes_that_differ_by_rounding_alone_are_alike():
    found = paired([1 / 3, 0.1, 2], [4 / 3, 1.1, 3])
    assert (found.sd_change, found.d) == (0, None)


def test_lists_of_different_length_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        paired([1, 2], [1])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=40))
def test_turning_time_round_turns_every_sign(pairs):
    there = paired_counts({pair: pairs.count(pair) for pair in pairs})
    back = paired([after for _, after in pairs], [before for before, _ in pairs])
    assert back.mean_change == pytest.approx(-there.mean_change)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert (back.rose_percent, back.fell_percent) == (there.fell_percent, there.rose_percent)
    if there.d is not None:
        assert back.d == pytest.approx(-there.d)
        assert there.d_low < there.d < there.d_high
