"""What trainers read of a group, and what no number may give away."""

import pytest

from evaluation.group import comparisons, sessions_said
from evaluation.models import Stage
from evaluation.statistics import paired
from tests.factories.courses import EnrolmentFactory
from tests.factories.evaluation import (
    PastSessionFactory,
    SessionFeedbackFactory,
    add_outcome,
    join_many,
    rate_all,
    rated,
)

pytestmark = pytest.mark.django_db
FIVE = [(2, 4), (1, 3), (3, 3), (2, 5), (4, 3)]


def after(cohort):
    return comparisons(cohort)[0]


def test_below_five_nothing_shows(cohort):
    rated(cohort, FIVE[:4])
    found = after(cohort)
    assert (found.rated, found.people, found.overall, found.outcomes) == (4, 0, None, [])


def test_five_people_compared_with_themselves(cohort):
    rated(cohort, FIVE)
    found = after(cohort)
    assert (found.rated, found.people) == (5, 5)
    assert found.overall == paired([2, 1, 3, 2, 4], [4, 3, 3, 5, 3])
    assert [(line.name, line.change) for line in found.outcomes] == [("notice signs", found.overall)]


def test_the_sixth_answer_changes_nothing_until_the_tenth_came(cohort):
    rated(cohort, FIVE)
    first = after(cohort)
    rated(cohort, [(1, 5)])
    assert (after(cohort).rated, after(cohort).overall) == (6, first.overall)
    rated(cohort, [(1, 5)] * 4)
    assert after(cohort).people == 10


def test_only_those_count_who_rated_both_times(cohort):
    rated(cohort, FIVE)
    rate_all(join_many(cohort, 5), Stage.BEFORE, [1] * 5)
    rate_all(join_many(cohort, 5), Stage.AFTER, [5] * 5)
    assert after(cohort).rated == 5


def test_people_who_left_the_group_and_people_of_other_groups_do_not_count(cohort):
    rated(cohort, FIVE)
    cohort.members.update(left_at="2026-11-01T00:00Z")
    rate_all([EnrolmentFactory(course=cohort.course)], Stage.BEFORE, [1])
    assert after(cohort).rated == 0


def test_an_outcome_that_few_rated_is_hidden_while_the_others_show(cohort):
    add_outcome(cohort.course, "LO2", "act safely")
    places = rated(cohort, FIVE)
    rate_all(places[:4], Stage.BEFORE, [1] * 4, ["LO2"])
    rate_all(places[:4], Stage.AFTER, [5] * 4, ["LO2"])
    assert [(line.name, line.change and line.change.n) for line in after(cohort).outcomes] == [
        ("notice signs", 5),
        ("act safely", None),
    ]


def sectors(found):
    return {line.name: line.change and line.change.n for line in found.sectors}


def test_a_sector_below_five_is_hidden_and_so_is_what_would_give_it_away(cohort, health, police):
    """Of ten, seven and three: five of health would leave five, so nobody is told of by subtraction."""
    rated(cohort, [(2, 4)] * 7, sector=health)
    rated(cohort, [(1, 5)] * 3, sector=police)
    assert (after(cohort).people, sectors(after(cohort))) == (10, {"Health": 5, "Police": None})


def test_no_two_figures_of_the_page_differ_by_fewer_than_five_people(cohort, health, police, faith):
    """Fifteen in all; ten of health leave five; with five of police in between nobody is left alone."""
    rated(cohort, [(2, 4)] * 11, sector=health)
    rated(cohort, [(1, 5)] * 4, sector=police)
    assert sectors(after(cohort)) == {"Health": 10, "Police": None}
    rated(cohort, [(1, 5)] * 2, sector=faith)
    assert sectors(after(cohort)) == {"Faith": None, "Health": 10, "Police": None}


def test_three_months_on_counts_fewer_where_the_difference_would_be_one_person(cohort):
    """Ten rated after the course, nine of them and one other three months on: two people would be told of."""
    places = rated(cohort, [(2, 4)] * 10)
    rated(cohort, [(1, 5)], stage=Stage.LATER)
    rate_all(places[:9], Stage.LATER, [3] * 9)
    first, later = comparisons(cohort)
    assert (first.people, later.rated, later.people) == (10, 10, 5)


@pytest.mark.parametrize("people", [5, 15])
def test_the_comparisons_cost_three_queries(cohort, people, health, django_assert_num_queries):
    rated(cohort, [(2, 4)] * people, sector=health)
    with django_assert_num_queries(3):
        assert after(cohort).people == people


# --- Sessions ------------------------------------------------------------------------------------


def say(session, count, **fields):
    for _ in range(count):
        SessionFeedbackFactory(session=session, **fields)


def test_what_was_said_of_a_session_shows_from_five_answers_on(cohort):
    session = PastSessionFactory(cohort=cohort)
    say(session, 4, will_change="Ask to speak alone")
    (row,) = sessions_said(cohort)
    assert (row.said, row.texts) == (None, ())
    say(session, 1, usefulness=5, pace=4)
    (row,) = sessions_said(cohort)
    assert (row.said.people, row.said.usefulness, row.said.right_pace_percent) == (5, 4.2, 80)
    assert row.texts == ("Ask to speak alone",) * 4


def test_texts_stand_in_the_order_of_their_random_keys(cohort):
    session = PastSessionFactory(cohort=cohort)
    for number in range(12):
        say(session, 1, will_change=f"Text {number}")
    (row,) = sessions_said(cohort)
    by_key = session.feedback.order_by("pk").values_list("will_change", flat=True)
    assert row.texts == tuple(by_key)


@pytest.mark.parametrize("sessions", [1, 3])
def test_sessions_cost_three_queries(cohort, sessions, django_assert_num_queries):
    for _ in range(sessions):
        say(PastSessionFactory(cohort=cohort), 5, will_change="Listen more")
    with django_assert_num_queries(3):
        assert [row.said.people for row in sessions_said(cohort)] == [5] * sessions
