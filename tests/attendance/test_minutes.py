from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.minutes import learning_minutes, reaches

TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)


def at(minutes):
    return TEN + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("start", "end", "pauses", "minutes"),
    [
        (0, 180, [], 180),
        (0, 180, [(60, 15)], 165),
        (0, 70, [(60, 15)], 60),  # ends in the break
        (70, 180, [(60, 15)], 105),  # begins in the break
        (0, 180, [(60, 15), (70, 15)], 155),  # breaks that overlap count once
        (0, 60, [(60, 15)], 60),
        (60, 0, [], 0),
    ],
)
def test_breaks_never_count(start, end, pauses, minutes):
    assert learning_minutes(at(start), at(end), [(at(s), m) for s, m in pauses]) == minutes


@settings(max_examples=50, deadline=None)
@given(
    cut=st.integers(0, 240),
    pauses=st.lists(st.tuples(st.integers(0, 240), st.integers(0, 60)), max_size=4),
)
def test_what_was_missed_and_what_was_not_make_the_whole(cut, pauses):
    pauses = [(at(start), minutes) for start, minutes in pauses]
    parts = learning_minutes(at(0), at(cut), pauses) + learning_minutes(at(cut), at(240), pauses)
    assert parts == learning_minutes(at(0), at(240), pauses)


@pytest.mark.parametrize(
    ("there", "whole", "percent", "counts"),
    [(132, 165, 80, True), (131, 165, 80, False), (0, 0, 80, False), (1, 1, 100, True)],
)
def test_exactly_the_share_counts(there, whole, percent, counts):
    assert reaches(there, whole, percent) is counts
