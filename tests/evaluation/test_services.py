from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.utils import timezone

from evaluation import services
from evaluation.models import ConfidenceRating, FeedbackGiven, FollowUp, SessionFeedback, Stage
from evaluation.tasks import send_follow_ups_task
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortMemberFactory
from tests.factories.evaluation import (
    FollowUpFactory,
    PastSessionFactory,
    SessionFeedbackFactory,
    came_to,
)
from tests.factories.quizzes import QuizFactory, SubmittedAttemptFactory

pytestmark = pytest.mark.django_db


def ago(**kwargs):
    return timezone.now() - timedelta(**kwargs)


def passed(enrolment, when):
    quiz = enrolment.course.quizzes.first() or QuizFactory(course=enrolment.course)
    SubmittedAttemptFactory(enrolment=enrolment, quiz=quiz, score=90, passed=True, submitted_at=when)


# --- Confidence ----------------------------------------------------------------------------------


def ratings_of(enrolment):
    return set(enrolment.confidence_ratings.values_list("stage", "outcome", "rating"))


def test_ratings_can_be_changed_and_taken_back(enrolment):
    services.rate(enrolment, Stage.BEFORE, {"LO1": 2, "LO2": 4, "LO3": None})
    services.rate(enrolment, Stage.BEFORE, {"LO1": 5, "LO2": None, "LO3": 1})
    assert ratings_of(enrolment) == {("before", "LO1", 5), ("before", "LO3", 1)}


def test_a_later_stage_leaves_the_earlier_one_alone(enrolment):
    services.rate(enrolment, Stage.BEFORE, {"LO1": 2})
    services.rate(enrolment, Stage.AFTER, {"LO1": None})
    assert ratings_of(enrolment) == {("before", "LO1", 2)}


# --- Feedback ------------------------------------------------------------------------------------


def test_feedback_is_kept_once_and_holds_nobody(cohort):
    learner = UserFactory()
    session = PastSessionFactory(cohort=cohort)
    services.give_feedback(session, learner, SessionFeedbackFactory.build(session=None))
    with pytest.raises(services.FeedbackWasGiven):
        services.give_feedback(session, learner, SessionFeedbackFactory.build(session=None))
    assert (FeedbackGiven.objects.count(), SessionFeedback.objects.count()) == (1, 1)


def test_nothing_in_a_feedback_row_leads_to_a_person():
    """No person, no time of day, and a key at random, as one that counts up would tell who came first."""
    fields = {field.name: field.get_internal_type() for field in SessionFeedback._meta.get_fields()}
    assert fields == {
        "id": "UUIDField",
        "session": "ForeignKey",
        "usefulness": "PositiveSmallIntegerField",
        "pace": "PositiveSmallIntegerField",
        "trainer": "PositiveSmallIntegerField",
        "will_change": "TextField",
        "given_on": "DateField",
    }
    ids = [SessionFeedbackFactory.build(session=None).pk for _ in range(40)]
    assert ids != sorted(ids)
    assert {field.name for field in FeedbackGiven._meta.get_fields()} == {"id", "session", "learner"}


# --- Who is asked after ninety days ---------------------------------------------------------------


@pytest.mark.parametrize(("days", "asked"), [(89, False), (90, True), (91, True), (179, True), (181, False)])
def test_ninety_days_after_a_pass_and_no_later_than_half_a_year(enrolment, days, asked):
    passed(enrolment, ago(days=days, minutes=1))
    services.make_follow_ups()
    assert FollowUp.objects.filter(enrolment=enrolment).exists() == asked


def test_ninety_days_after_the_last_session_one_came_to(cohort, enrolment):
    came_to(PastSessionFactory(cohort=cohort, starts_at=ago(days=95)), enrolment.learner)
    services.make_follow_ups()
    assert FollowUp.objects.get().due_on == timezone.localdate(
        ago(days=95) + timedelta(hours=3) + services.ASK_AFTER
    )


def test_the_later_of_pass_and_session_counts(cohort, enrolment):
    passed(enrolment, ago(days=100))
    came_to(PastSessionFactory(cohort=cohort, starts_at=ago(days=20)), enrolment.learner)
    assert services.make_follow_ups() == 0


@pytest.mark.parametrize("why", ["withdrawn", "closed", "failed", "absent", "stopped", "asked"])
def test_others_are_not_asked(cohort, enrolment, why):
    learner = enrolment.learner
    if why == "failed":
        SubmittedAttemptFactory(
            enrolment=enrolment, quiz=QuizFactory(course=enrolment.course), score=10, passed=False,
            submitted_at=ago(days=95),
        )  # fmt: skip
    elif why == "absent":
        session = PastSessionFactory(cohort=cohort, starts_at=ago(days=95))
        came_to(session, learner)
        session.attendances.update(status="absent")
    else:
        passed(enrolment, ago(days=95))
    if why == "withdrawn":
        enrolment.withdrawn_at = timezone.now()
        enrolment.save()
    if why == "closed":
        learner.is_active = False
        learner.save()
    if why == "stopped":
        other = CohortMemberFactory(learner=learner).enrolment
        FollowUpFactory(enrolment=other, stopped_at=timezone.now())
    if why == "asked":
        FollowUpFactory(enrolment=enrolment)
    assert services.make_follow_ups() == 0


def test_making_twice_makes_one(enrolment):
    passed(enrolment, ago(days=95))
    assert [services.make_follow_ups(), services.make_follow_ups()] == [1, 0]


@pytest.mark.parametrize("people", [1, 3])
def test_making_takes_the_same_queries_for_one_and_for_three(cohort, people, django_assert_num_queries):
    for _ in range(people):
        passed(CohortMemberFactory(cohort=cohort).enrolment, ago(days=95))
    with django_assert_num_queries(2):
        assert services.make_follow_ups() == people


# --- The letter ------------------------------------------------------------------------------------


def test_the_letter_goes_out_once_with_a_link_for_each_answer(enrolment):
    services.rate(enrolment, Stage.BEFORE, {"LO1": 2})
    passed(enrolment, ago(days=95))
    send_follow_ups_task()
    send_follow_ups_task()
    (letter,) = mail.outbox
    token = FollowUp.objects.get().token
    assert letter.to == [enrolment.learner.email]
    assert letter.extra_headers["Message-ID"].startswith("<follow-up-")
    for part in (letter.body, letter.alternatives[0].content):
        for answer in FollowUp.Answer.values:
            assert f"/evaluation/follow-up/{token}/?answer={answer}" in part
        assert f"/evaluation/follow-up/{token}/sure/" in part
        assert f"/evaluation/follow-up/{token}/stop/" in part
        assert enrolment.learner.name not in part


def test_who_did_not_rate_before_gets_no_link_to_rate(enrolment):
    FollowUpFactory(enrolment=enrolment, sent_at=None)
    services.email_waiting_follow_ups()
    assert "/sure/" not in mail.outbox[0].body


def test_a_letter_that_fails_waits_for_the_next_run(enrolment, monkeypatch):
    FollowUpFactory(enrolment=enrolment, sent_at=None)
    with monkeypatch.context() as patch:
        patch.setattr(services, "send_templated", _raises(SMTPServerDisconnected()))
        services.email_waiting_follow_ups()
    assert FollowUp.objects.waiting().count() == 1
    services.email_waiting_follow_ups()
    assert len(mail.outbox) == 1


def test_a_refused_address_stops_only_that_letter(enrolment, monkeypatch):
    refused = FollowUpFactory(enrolment=enrolment, sent_at=None)
    other = FollowUpFactory(sent_at=None)

    real = services.send_templated

    def refuse_one(name, *, to, **kwargs):
        if to == enrolment.learner.email:
            raise SMTPRecipientsRefused({to: (550, b"no such user")})
        real(name, to=to, **kwargs)

    monkeypatch.setattr(services, "send_templated", refuse_one)
    services.email_waiting_follow_ups()
    refused.refresh_from_db()
    other.refresh_from_db()
    assert (refused.sent_at, bool(refused.stopped_at), bool(other.sent_at)) == (None, True, True)


def _raises(error):
    def fail(*args, **kwargs):
        raise error

    return fail


# --- Answers ---------------------------------------------------------------------------------------


def test_a_later_answer_replaces_the_first():
    follow_up = FollowUpFactory()
    services.answer_follow_up(follow_up, answer="notyet", passed_on=None)
    services.answer_follow_up(follow_up, answer="used", passed_on=True)
    follow_up.refresh_from_db()
    assert (follow_up.answer, follow_up.passed_on) == ("used", True)


@pytest.mark.parametrize(
    "state", [{"sent_at": None}, {"stopped_at": timezone.now()}, {"sent_at": ago(days=61)}]
)
def test_a_closed_question_takes_no_answer(state):
    follow_up = FollowUpFactory(**state)
    with pytest.raises(services.FollowUpClosed):
        services.answer_follow_up(follow_up, answer="used", passed_on=True)
    follow_up.refresh_from_db()
    assert follow_up.answer == ""


def test_stopping_stops_every_course_of_that_person_and_of_nobody_else():
    mine, other = FollowUpFactory(answer="used"), FollowUpFactory()
    second = FollowUpFactory(enrolment=CohortMemberFactory(learner=mine.enrolment.learner).enrolment)
    services.stop_asking(mine.enrolment.learner)
    stopped = FollowUp.objects.filter(stopped_at__isnull=False)
    assert set(stopped) == {mine, second}
    assert not FollowUp.objects.get(pk=other.pk).stopped_at
    assert FollowUp.objects.get(pk=mine.pk).answer == "used"


def test_ratings_are_from_one_to_five(enrolment):
    from django.db import IntegrityError, transaction

    for rating in (0, 6):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConfidenceRating.objects.create(
                enrolment=enrolment, stage=Stage.BEFORE, outcome="LO1", rating=rating
            )
