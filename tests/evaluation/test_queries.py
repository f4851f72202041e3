"""Figures about many people for reports: no name, no group below five, the same queries for any number."""

import pytest

from evaluation import queries
from tests.factories.evaluation import PastSessionFactory, SessionFeedbackFactory

pytestmark = pytest.mark.django_db


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
