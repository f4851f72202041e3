"""What trainers read of a group, and what no number may give away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cohorts.models import Cohort
from evaluation.group import comparisons, sessions_said
from evaluation.models import Stage
from evaluation.statistics import paired
from tests.factories.cohorts import CohortFactory, CohortMemberFactory
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


def test_a_rating_shows_from_the_next_day_on(cohort):
    rated(cohort, FIVE, days_ago=0)
    assert (after(cohort).rated, after(cohort).people) == (5, 0)


def test_the_sixth_answer_changes_nothing_until_five_more_came(cohort):
    rated(cohort, FIVE, days_ago=9)
    first = after(cohort)
    rated(cohort, [(1, 5)], days_ago=8)
    assert (after(cohort).rated, after(cohort).overall) == (6, first.overall)
    rated(cohort, [(1, 5)] * 6, days_ago=7)
    assert after(cohort).people == 12


def test_only_those_count_who_rated_both_times(cohort):
    rated(cohort, FIVE)
    rate_all(join_many(cohort, 5), Stage.BEFORE, [1] * 5)
    rate_all(join_many(cohort, 5), Stage.AFTER, [5] * 5)
    assert after(cohort).rated == 5


def test_people_count_for_the_group_they_were_in_when_they_rated(cohort):
    places = rated(cohort, [*FIVE, *FIVE])
    other = CohortFactory(course=cohort.course)
    two_days_ago, now = timezone.now() - timedelta(days=2), timezone.now()
    cohort.members.filter(enrolment__in=places[:5]).update(left_at=two_days_ago)
    cohort.members.filter(enrolment__in=places[5:]).update(left_at=now)
    for place in places:
        CohortMemberFactory(cohort=other, enrolment=place, learner=place.learner, joined_at=now)
    assert [comparisons(group)[0].people for group in (cohort, other)] == [5, 5]
    assert comparisons(Cohort.objects.filter(pk__in=[cohort.pk, other.pk]))[0].people == 10


def test_people_of_no_group_do_not_count(cohort):
    rated(cohort, FIVE)
    alone = [EnrolmentFactory(course=cohort.course)]
    rate_all(alone, Stage.BEFORE, [1])
    rate_all(alone, Stage.AFTER, [5])
    assert after(cohort).rated == 5


def test_people_who_left_an_outcome_out_wait_for_others_who_did(cohort):
    add_outcome(cohort.course, "LO2", "act safely")
    places = rated(cohort, [*FIVE, (1, 5)])
    for stage in (Stage.BEFORE, Stage.AFTER):
        rate_all(places[:5], stage, [3] * 5, ["LO2"])
    found = after(cohort)
    assert (found.rated, found.people) == (6, 5)
    assert [(line.name, line.change.n) for line in found.outcomes] == [("notice signs", 5), ("act safely", 5)]
    rated(cohort, FIVE[:4])
    assert [(line.name, line.change.n) for line in after(cohort).outcomes] == [
        ("notice signs", 10),
        ("act safely", 5),
    ]


def sectors(found):
    return {line.name: line.change and line.change.n for line in found.sectors}


def test_a_sector_below_five_is_hidden_and_others_tell_of_fewer_so_that_it_cannot_be_worked_out(
    cohort, health, police
):
    """Of eight and three, two of the eight stay with the three: the rest of eleven are five."""
    rated(cohort, [(2, 4)] * 8, sector=health)
    rated(cohort, [(1, 5)] * 3, sector=police)
    assert (after(cohort).people, sectors(after(cohort))) == (11, {"Health": 6, "Police": None})


def test_three_months_on_waits_where_the_difference_would_be_one_person(cohort):
    """Ten rated after the course, nine of them three months on: one less the other would be one person."""
    places = rated(cohort, [(2, 4)] * 10, days_ago=9)
    rate_all(places[:9], Stage.LATER, [3] * 9, days_ago=5)
    first, later = comparisons(cohort)
    assert (first.people, later.rated, later.people) == (10, 9, 0)
    rate_all(places[9:], Stage.LATER, [3], days_ago=1)
    assert comparisons(cohort)[1].people == 10


def test_a_programme_is_the_sum_of_its_groups(cohort, health, police, faith):
    """So no difference of the programme's report and the groups' pages is about anybody who is not told of."""
    other, small = CohortFactory.create_batch(2, course=cohort.course)
    groups = Cohort.objects.filter(pk__in=[cohort.pk, other.pk, small.pk])
    rated(cohort, [(2, 4)] * 8, sector=health)
    rated(cohort, [(1, 5)] * 3, sector=police)
    rated(other, [(3, 4), (2, 5)] * 3, sector=police)
    rated(other, [(4, 5)], sector=faith)
    rated(small, [(1, 2)] * 4, sector=health)
    whole, parts = after(groups), [after(group) for group in (cohort, other, small)]
    assert whole.people == sum(part.people for part in parts) == 18
    for lines in ("outcomes", "sectors"):
        for line in getattr(whole, lines):
            shown = [
                one.change
                for part in parts
                for one in getattr(part, lines)
                if one.name == line.name and one.change
            ]
            assert (line.change.n if line.change else 0) == sum(one.n for one in shown)
            if line.change:
                assert line.change.mean_change * line.change.n == pytest.approx(
                    sum(one.mean_change * one.n for one in shown)
                )


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
