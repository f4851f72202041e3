"""When a learner is asked what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.models import Stage
from evaluation.services import give_feedback, rate, stop_asking
from evaluation.stages import open_stage, sessions_to_speak_of, standing_of
from evaluation.steps import evaluation_steps
from tests.factories.courses import ModuleCompletionFactory
from tests.factories.evaluation import (
    FollowUpFactory,
    PastSessionFactory,
    SessionFeedbackFactory,
    came_to,
)
from tests.factories.quizzes import complete_modules

pytestmark = pytest.mark.django_db


def begin(enrolment):
    ModuleCompletionFactory(enrolment=enrolment, module=enrolment.course.course_modules.first().module)


def test_before_anything_is_completed_the_first_question_is_open(enrolment):
    assert open_stage(enrolment) == Stage.BEFORE


def test_the_first_question_closes_with_the_first_module(enrolment):
    begin(enrolment)
    assert open_stage(enrolment) is None


def test_after_all_modules_those_are_asked_again_who_rated_before(enrolment):
    rate(enrolment, Stage.BEFORE, {"LO1": 2})
    complete_modules(enrolment)
    assert open_stage(enrolment) == Stage.AFTER


def test_who_did_not_rate_before_is_not_asked_after(enrolment):
    complete_modules(enrolment)
    assert open_stage(enrolment) is None


def test_a_session_that_is_over_opens_the_second_question(cohort, enrolment):
    rate(enrolment, Stage.BEFORE, {"LO1": 2})
    came_to(PastSessionFactory(cohort=cohort), enrolment.learner)
    assert open_stage(enrolment) == Stage.AFTER


def test_a_session_under_way_leaves_the_first_question_open(cohort, enrolment):
    """People rate in the room, while the register is taken."""
    came_to(
        PastSessionFactory(cohort=cohort, starts_at=timezone.now() - timedelta(minutes=5)), enrolment.learner
    )
    assert open_stage(enrolment) == Stage.BEFORE


def test_the_letter_closes_after_and_opens_three_months_on(enrolment):
    rate(enrolment, Stage.BEFORE, {"LO1": 2})
    complete_modules(enrolment)
    FollowUpFactory(enrolment=enrolment)
    assert open_stage(enrolment) == Stage.LATER


@pytest.mark.parametrize("days", [61, 400])
def test_two_months_after_the_letter_nothing_is_asked(enrolment, days):
    rate(enrolment, Stage.BEFORE, {"LO1": 2})
    FollowUpFactory(enrolment=enrolment, sent_at=timezone.now() - timedelta(days=days))
    assert open_stage(enrolment) is None


def test_who_stopped_the_questions_is_asked_nothing(enrolment):
    rate(enrolment, Stage.BEFORE, {"LO1": 2})
    FollowUpFactory(enrolment=enrolment)
    stop_asking(enrolment.learner)
    assert open_stage(enrolment) is None


# --- The task list -----------------------------------------------------------------------------


def steps_of(enrolment, *, modules_done=False):
    return [
        (step.title, step.status.name, step.comes_first, step.is_optional)
        for step in evaluation_steps(enrolment.course, enrolment, modules_done)
    ]


def test_the_task_list_begins_with_the_question_and_never_asks_for_it(enrolment):
    assert steps_of(enrolment) == [("How sure do you feel before you start?", "NOT_STARTED", True, True)]
    rate(enrolment, Stage.BEFORE, {"LO1": 3})
    assert steps_of(enrolment) == [("How sure do you feel before you start?", "COMPLETED", True, True)]


def test_afterwards_it_ends_with_the_question_and_with_the_session(cohort, enrolment):
    rate(enrolment, Stage.BEFORE, {"LO1": 3})
    complete_modules(enrolment)
    session = PastSessionFactory(cohort=cohort, title="Day one")
    came_to(session, enrolment.learner)
    assert steps_of(enrolment, modules_done=True) == [
        ("How sure do you feel now?", "NOT_STARTED", False, True),
        ("What was it like? Day one", "NOT_STARTED", False, True),
    ]
    give_feedback(session, enrolment.learner, SessionFeedbackFactory.build(session=None))
    assert len(steps_of(enrolment, modules_done=True)) == 1


def test_visitors_are_asked_nothing(cohort, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert evaluation_steps(cohort.course, None, False) == []


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_task_list_costs_two_queries_however_many_sessions(
    cohort, enrolment, sessions, django_assert_num_queries
):
    for _ in range(sessions):
        came_to(PastSessionFactory(cohort=cohort), enrolment.learner)
    with django_assert_num_queries(2):
        assert len(evaluation_steps(enrolment.course, enrolment, False)) == sessions


def test_where_an_enrolment_stands_costs_one_query(enrolment, django_assert_num_queries):
    with django_assert_num_queries(1):
        standing_of(enrolment)


# --- Sessions ----------------------------------------------------------------------------------


def test_only_sessions_that_one_came_to_and_that_are_over_can_be_spoken_of(cohort, enrolment):
    learner = enrolment.learner
    over = PastSessionFactory(cohort=cohort)
    PastSessionFactory(cohort=cohort)  # did not come
    old = PastSessionFactory(cohort=cohort, starts_at=timezone.now() - timedelta(days=32))
    off = PastSessionFactory(cohort=cohort, cancelled_at=timezone.now())
    for session in (over, old, off):
        came_to(session, learner)
    assert list(sessions_to_speak_of(learner)) == [over]
