from decimal import Decimal

import pytest
from django.urls import reverse

from courses.steps import StepStatus
from quizzes.models import Attempt, ItemType
from quizzes.queries import QuizState, passing_attempt, quiz_of, quiz_passed, quiz_states, result_of
from quizzes.services import save_response, start_attempt, submit_attempt
from quizzes.steps import quiz_steps
from tests.factories.courses import EnrolmentFactory
from tests.factories.quizzes import (
    QuizFactory,
    SubmittedAttemptFactory,
    answer,
    fill_bank,
    make_attempt,
    make_course,
    make_enrolment,
    make_item,
)

pytestmark = pytest.mark.django_db


def submitted(enrolment, score):
    return SubmittedAttemptFactory(
        enrolment=enrolment, quiz=enrolment.course.quiz, score=Decimal(score), passed=Decimal(score) >= 80
    )


def test_the_best_passing_attempt_counts():
    enrolment = make_enrolment(QuizFactory())
    assert (passing_attempt(enrolment), quiz_passed(enrolment)) == (None, False)

    submitted(enrolment, 60)
    assert (passing_attempt(enrolment), quiz_passed(enrolment)) == (None, False)

    first, _ = submitted(enrolment, 90), submitted(enrolment, 80)
    submitted(enrolment, 40)
    assert (passing_attempt(enrolment), quiz_passed(enrolment)) == (first, True)


def test_a_course_without_a_quiz_asks_for_none():
    enrolment = EnrolmentFactory()

    assert quiz_of(enrolment.course) is None
    assert quiz_passed(enrolment)
    assert quiz_states([enrolment]) == {enrolment.pk: QuizState()}
    assert quiz_steps(enrolment.course, enrolment, True) == []


def test_quiz_states():
    quiz = QuizFactory()
    fill_bank(quiz.course)
    new, tried, done, again = [make_enrolment(quiz) for _ in range(4)]
    submitted(tried, 40)
    submitted(tried, "66.66")
    submitted(done, 80)
    submitted(again, 20)
    start_attempt(again)

    assert quiz_states([new, tried, done, again]) == {
        new.pk: QuizState(None, False, 0, False),
        tried.pk: QuizState(Decimal("66.66"), False, 2, False),
        done.pk: QuizState(Decimal(80), True, 1, False),
        again.pk: QuizState(Decimal(20), False, 1, True),
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_quiz_states_takes_one_query(rows, django_assert_num_queries):
    quiz = QuizFactory()
    enrolments = [make_enrolment(quiz) for _ in range(rows)]

    with django_assert_num_queries(1):
        quiz_states(enrolments)


def test_result_by_outcome_keeps_the_courses_order_and_weighs_marks():
    quiz = QuizFactory(course=make_course(modules=1), question_count=3)
    quiz.course.outcomes.create(code="LO2", text="act safely", sort_order=2)
    quiz.course.save()
    module = quiz.course.course_modules.get().module
    make_item(module, "A", outcomes=["LO2", "LO1"])
    make_item(module, "B", outcomes=["LO2"])
    make_item(module, "C", outcomes=["LO9"], type=ItemType.MULTIPLE, right="ab")
    attempt = make_attempt(quiz)
    for response in attempt.responses.all():
        keys = {"A": ["keya"], "B": ["keyb"], "C": ["keya"]}[response.version.item.code]
        save_response(attempt, response.position, keys)
    submit_attempt(attempt)

    result = result_of(attempt)

    assert [(o.code, o.text, o.questions, o.percent) for o in result.outcomes] == [
        ("LO1", "notice signs", 1, Decimal(100)),
        ("LO2", "act safely", 2, Decimal(50)),
        ("LO9", "", 1, Decimal(50)),
    ]
    assert [place.module for place in result.revisit] == [module]
    verdicts = {shown.stem: shown.verdict for shown in result.responses}
    assert verdicts == {"Stem of A?": "Right", "Stem of B?": "Not right", "Stem of C?": "Partly right"}


def step(enrolment, modules_done=True):
    (found,) = quiz_steps(enrolment.course, enrolment, modules_done)
    return found.status, found.url


def test_the_quiz_as_a_step_of_its_course():
    quiz = QuizFactory(minutes=10)
    fill_bank(quiz.course)
    enrolment = make_enrolment(quiz)

    (visitor,) = quiz_steps(quiz.course, None, False)
    assert (visitor.title, visitor.hint, visitor.minutes) == (
        "Quiz",
        "4 questions. You need 80% to pass.",
        10,
    )
    assert (visitor.status, visitor.url) == (StepStatus.LOCKED, "")
    assert step(enrolment, modules_done=False) == (StepStatus.LOCKED, "")

    start = reverse("quizzes:one", args=[quiz.course.slug, quiz.slug])
    assert step(enrolment) == (StepStatus.NOT_STARTED, start)

    attempt = start_attempt(enrolment)
    save_response(attempt, 1, ["keya"])
    assert step(enrolment) == (StepStatus.IN_PROGRESS, reverse("quizzes:question", args=[attempt.pk, 2]))

    answer(attempt, right=0)
    assert step(enrolment) == (StepStatus.IN_PROGRESS, reverse("quizzes:check", args=[attempt.pk]))

    submit_attempt(attempt)
    assert step(enrolment) == (StepStatus.IN_PROGRESS, start)

    passed = start_attempt(enrolment)
    answer(passed, right=4)
    submit_attempt(passed)
    start_attempt(enrolment)
    assert step(enrolment) == (StepStatus.COMPLETED, reverse("quizzes:result", args=[passed.pk]))


@pytest.mark.parametrize("attempts", [1, 3])
def test_the_step_takes_two_queries(attempts, django_assert_num_queries):
    enrolment = make_enrolment(QuizFactory())
    for _ in range(attempts):
        submitted(enrolment, 40)

    with django_assert_num_queries(2):
        quiz_steps(enrolment.course, enrolment, True)


def test_attempts_of_one_enrolment_say_nothing_about_another():
    quiz = QuizFactory()
    submitted(make_enrolment(quiz), 90)
    other = make_enrolment(quiz)

    assert not quiz_passed(other)
    assert Attempt.objects.taken_by(other.learner).count() == 0
