"""Figures about many people for reports: no name, no group below five, the same queries for any number."""

import pytest

from courses.models import Enrolment
from evaluation import queries
from evaluation.models import FollowUp, Stage
from evaluation.statistics import paired
from tests.factories.evaluation import (
    PastSessionFactory,
    SessionFeedbackFactory,
    join_many,
    rate_all,
    rated,
)

pytestmark = pytest.mark.django_db
PAIRS = [(2, 4), (1, 3), (3, 3), (2, 5), (4, 3), (2, 4)]


def test_each_outcome_is_compared_with_itself(cohort):
    places = rated(cohort, PAIRS)
    rate_all(places, Stage.LATER, [3] * 6)
    (found,) = queries.confidence_change(places)
    before = [pair[0] for pair in PAIRS]
    assert (found.code, found.text) == ("LO1", "notice signs")
    assert found.after == paired(before, [pair[1] for pair in PAIRS])
    assert found.later == paired(before, [3] * 6)


def test_fewer_than_five_people_say_nothing(cohort):
    assert queries.confidence_change(rated(cohort, PAIRS[:4])) == []


@pytest.mark.parametrize("people", [6, 24])
def test_confidence_costs_three_queries(cohort, people, django_assert_num_queries):
    rated(cohort, PAIRS * (people // 6))
    with django_assert_num_queries(3):
        assert queries.confidence_change(Enrolment.objects.all())[0].after.n == people


def follow_ups(cohort, counts, **fields):
    for answer, people in counts.items():
        FollowUp.objects.bulk_create(
            FollowUp(
                enrolment=place, due_on="2026-11-01", sent_at="2026-11-01T09:00Z", answer=answer, **fields
            )
            for place in join_many(cohort, people)
        )
    return Enrolment.objects.filter(course=cohort.course)


def test_answers_are_counted_and_a_small_one_takes_another_with_it(cohort, django_assert_num_queries):
    everybody = follow_ups(cohort, {"used": 12, "notyet": 6, "help": 2, "": 3})
    with django_assert_num_queries(1):
        found = queries.follow_up_summary(everybody)
    assert (found.asked, found.answered) == (23, 20)
    assert (found.used, found.not_yet, found.needed_help) == (12, None, None)
    assert (found.passed_on, found.not_passed_on) == (0, 0)


def test_who_passed_it_on_is_counted_beside_the_answer(cohort):
    follow_ups(cohort, {"used": 7}, passed_on=True)
    found = queries.follow_up_summary(follow_ups(cohort, {"used": 8}, passed_on=False))
    assert (found.used, found.passed_on, found.not_passed_on) == (15, 7, 8)


def test_fewer_than_five_answers_say_nothing(cohort):
    found = queries.follow_up_summary(follow_ups(cohort, {"used": 4, "": 9}))
    assert (found.asked, found.answered, found.used, found.not_yet, found.passed_on) == (
        13, None, None, None, None,
    )  # fmt: skip


def test_nobody_asked_is_no_error(cohort):
    found = queries.follow_up_summary(Enrolment.objects.all())
    assert (found.asked, found.answered) == (0, 0)


def test_sessions_with_few_answers_are_left_out_of_the_mean_of_all(cohort, django_assert_num_queries):
    sessions = [PastSessionFactory(cohort=cohort) for _ in range(2)]
    for _ in range(5):
        SessionFeedbackFactory(session=sessions[0], usefulness=5, pace=2)
    for _ in range(4):
        SessionFeedbackFactory(session=sessions[1], usefulness=1)
    with django_assert_num_queries(1):
        found = queries.feedback_summary(sessions)
    assert (found.people, found.usefulness, found.right_pace_percent) == (5, 5, 0)
    assert queries.feedback_summary(sessions[1:]) is None
