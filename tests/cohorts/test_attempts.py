"""Quizzes of a group's members on the trainers' pages: what they see, what they may do, what they never learn."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from quizzes.models import Allowance, Attempt, AttemptState
from quizzes.services import start_attempt, submit_attempt
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory
from tests.factories.quizzes import QuizFactory, answer, complete_modules, fill_bank
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    """A member of a group whose quiz gives two attempts of 30 minutes."""
    cohort = CohortFactory()
    QuizFactory(course=cohort.course, attempts_allowed=2, time_limit_minutes=30)
    fill_bank(cohort.course)
    member = CohortMemberFactory(cohort=cohort)
    complete_modules(member.enrolment)
    return member


@pytest.fixture
def trainer(member, client_for):
    return client_for(member.cohort.created_by)


def url(name, member, *more) -> str:
    return reverse(f"cohorts:{name}", args=[member.cohort_id, member.pk, *more])


def quiz_of(member):
    return member.cohort.course.quizzes.get()


def abandoned(member) -> Attempt:
    attempt = start_attempt(member.enrolment)
    answer(attempt, right=4)
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.ABANDONED, check_at=None)
    attempt.refresh_from_db()
    return attempt


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_trainer_sees_where_a_member_stands_and_neither_score_nor_answer(member, trainer):
    assert "Not started" in text(trainer.get(url("member_quizzes", member)))
    attempt = start_attempt(member.enrolment)
    answer(attempt, right=2)
    assert "In progress" in text(trainer.get(url("member_quizzes", member)))
    submit_attempt(attempt)

    page = text(trainer.get(url("member_quizzes", member)))

    assert "Not passed yet" in page
    for secret in (str(attempt.score), "50%", "TEXT-", "Stem of", "keya"):
        assert secret not in page.split("<main")[1].split("</main>")[0]


def test_a_pass_stays_the_answer_whatever_came_later(member, trainer):
    for right in (4, 0):
        attempt = start_attempt(member.enrolment)
        answer(attempt, right=right)
        submit_attempt(attempt)

    assert "Passed" in text(trainer.get(url("member_quizzes", member)))


def test_the_table_of_people_leads_to_the_quizzes(member, trainer):
    assert url("member_quizzes", member) in text(trainer.get(member.cohort.get_absolute_url()))


def test_opening_again_asks_why_and_a_second_click_is_harmless(member, trainer):
    attempt = abandoned(member)
    page = url("attempt_reopen", member, attempt.quiz_id)
    assert page in text(trainer.get(url("member_quizzes", member)))
    assert "Say why, in a few words." in text(trainer.post(page, {"reason": ""}))

    assert "open again" in text(trainer.post(page, {"reason": "The power was cut"}, follow=True))
    assert trainer.post(page, {"reason": "The power was cut"}).status_code == 302

    attempt.refresh_from_db()
    assert attempt.state == AttemptState.IN_PROGRESS
    assert attempt.events.last().actor == member.cohort.created_by


def test_more_time_is_given_before_the_first_attempt_and_once(member, trainer):
    page = url("member_more", member, quiz_of(member).pk)
    sent = {"minutes": "15", "attempts": "", "reason": "Agreed", "had_minutes": 0, "had_attempts": 0}

    trainer.post(page, sent)
    told = text(trainer.post(page, sent, follow=True))

    assert "nothing was added" in told
    assert "15 more minutes" in told
    assert Allowance.objects.get().extra_minutes == 15


@pytest.mark.parametrize("typed", ["", "0", "-5", "601", "9" * 60, *HOSTILE])
def test_what_is_no_number_to_give_is_refused_and_kept(member, trainer, typed):
    page = url("member_more", member, quiz_of(member).pk)

    response = trainer.post(page, {"minutes": typed, "reason": typed, "had_minutes": 0, "had_attempts": 0})

    assert response.status_code == 200
    assert "There is a problem" in text(response)
    assert not Allowance.objects.exists()


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.TRAINER, Role.AGENCY_LEAD, Role.EDITOR])
def test_only_those_who_may_change_the_group_act(member, client_for, role):
    attempt = abandoned(member)
    client = client_for(UserFactory(role=role))
    read = 200 if role == Role.PROGRAMME_MANAGER else 404

    assert client.get(url("member_quizzes", member)).status_code == read
    for name in ("attempt_reopen", "member_more"):
        page = url(name, member, attempt.quiz_id)
        assert client.get(page).status_code == 404
        assert client.post(page, {"reason": "x", "minutes": 5}).status_code == 404
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.ABANDONED


def test_a_lead_trainer_acts_for_every_group(member, client_for):
    attempt = abandoned(member)
    lead = client_for(UserFactory(role=Role.LEAD_TRAINER))

    lead.post(url("attempt_reopen", member, attempt.quiz_id), {"reason": "Asked by phone"})

    attempt.refresh_from_db()
    assert attempt.state == AttemptState.IN_PROGRESS


def test_quizzes_of_other_courses_and_people_who_left_are_not_there(member, trainer):
    elsewhere = QuizFactory(course=CohortFactory().course, attempts_allowed=1)
    for name in ("attempt_reopen", "member_more"):
        assert trainer.get(url(name, member, elsewhere.pk)).status_code == 404
    other = CohortMemberFactory()
    assert (
        trainer.get(reverse("cohorts:member_quizzes", args=[member.cohort_id, other.pk])).status_code == 404
    )


@pytest.mark.parametrize("attempts", [1, 3])
def test_the_page_takes_the_same_queries_however_often_they_tried(
    member, trainer, attempts, django_assert_num_queries
):
    quiz = quiz_of(member)
    quiz.attempts_allowed = 5
    quiz.save()
    for _ in range(attempts):
        submit_attempt(start_attempt(member.enrolment))
    trainer.get(url("member_quizzes", member))

    with django_assert_num_queries(PAGE_QUERIES):
        trainer.get(url("member_quizzes", member))


#: Of its own: the group, the member, quizzes, attempts, what was given, the trainers. The others are every page's.
PAGE_QUERIES = 9
