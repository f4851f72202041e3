from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.recertification import Rule, refresh_by, window_opens

HELD = date(2013, 5, 3)


@pytest.mark.parametrize(
    ("rule", "completed_on", "expected"),
    [
        # The vectors of Totara's recertdates test: active for a year, window of a month, held until 3 May 2013.
        (Rule.ANNIVERSARY, date(2013, 4, 15), date(2014, 5, 3)),
        (Rule.ANNIVERSARY, date(2013, 2, 15), date(2013, 5, 3)),
        (Rule.ROLLING, date(2013, 4, 15), date(2014, 4, 15)),
        # The edges of the window, and after it.
        (Rule.ANNIVERSARY, date(2013, 4, 3), date(2014, 5, 3)),
        (Rule.ANNIVERSARY, date(2013, 4, 2), date(2013, 5, 3)),
        (Rule.ANNIVERSARY, date(2013, 5, 3), date(2014, 5, 3)),
        (Rule.ANNIVERSARY, date(2013, 5, 4), date(2014, 5, 4)),
    ],
)
def test_renewal(rule, completed_on, expected):
    assert refresh_by(rule, completed_on, 12, window_months=1, previous=HELD) == expected


def test_the_window_opens_a_month_before():
    assert window_opens(date(2014, 5, 3), 1) == date(2014, 4, 3)


@pytest.mark.parametrize("rule", [Rule.ROLLING, Rule.ANNIVERSARY, Rule.FIXED])
def test_the_first_time_counts_from_completion(rule):
    assert refresh_by(rule, date(2024, 2, 29), 12) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("completed_on", "least_months", "expected"),
    [
        (date(2026, 3, 30), 0, date(2026, 3, 31)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
        (date(2026, 4, 1), 0, date(2027, 3, 31)),
        (date(2026, 2, 1), 6, date(2027, 3, 31)),
        (date(2019, 1, 1), 0, date(2025, 3, 31)),
    ],
)
def test_a_common_day(completed_on, least_months, expected):
    common = {"fixed_from": date(2025, 3, 31), "least_months": least_months}

    assert refresh_by(Rule.FIXED, completed_on, 12, **common) == expected


DAYS = st.dates(date(2000, 1, 1), date(2080, 1, 1))


@given(
    st.sampled_from(Rule), DAYS, st.integers(1, 60), st.integers(0, 12), st.none() | DAYS, st.none() | DAYS
)
def test_a_refresher_never_shortens_what_was_held(rule, completed_on, months, window, previous, fixed):
    found = refresh_by(rule, completed_on, months, window_months=window, previous=previous, fixed_from=fixed)

    assert found >= completed_on
    if rule == Rule.ANNIVERSARY and previous and completed_on <= previous:
        assert found >= previous
    if rule == Rule.FIXED and fixed and completed_on > fixed:
        assert found - completed_on <= timedelta(days=31 * months)
