"""Where a course's quizzes stand in its task list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.steps import StepStatus
from quizzes.models import AttemptState, QuizKind
from quizzes.services import save_response, start_attempt, submit_attempt
from quizzes.steps import quiz_steps
from tests.factories.courses import CourseModuleFactory, EnrolmentFactory, ModulePageFactory
from tests.factories.quizzes import QuizFactory, answer, fill_bank, make_enrolment, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    quiz = QuizFactory(slug="final")
    fill_bank(quiz.course)
    return quiz


@pytest.fixture
def optional(quiz):
    """A diagnostic and a check of the first module."""
    module = quiz.course.course_modules.order_by("sort_order").first().module
    return [
        QuizFactory(course=quiz.course, slug="zz", kind=QuizKind.CHECK, module=module, title="Check one"),
        QuizFactory(course=quiz.course, slug="aa", kind=QuizKind.DIAGNOSTIC, title="Before you start"),
    ]


def steps(enrolment, modules_done=False):
    return {step.title: step for step in quiz_steps(enrolment.course, enrolment, modules_done)}


def test_each_kind_has_its_place_and_only_the_assessment_is_asked(quiz, optional):
    found = quiz_steps(quiz.course, make_enrolment(quiz, modules_done=False), False)

    assert [(s.title, s.comes_first, s.after_module, s.is_optional) for s in found] == [
        ("Before you start", True, None, True),
        ("Check one", False, optional[0].module_id, True),
        ("Quiz", False, None, False),
    ]
    assert [s.hint for s in found] == [
        "Optional. 4 questions.",
        "Optional. 4 questions.",
        "4 questions. You need 80% to pass.",
    ]
    assert [s.status for s in found] == [StepStatus.NOT_STARTED, StepStatus.NOT_STARTED, StepStatus.LOCKED]
    assert found[0].url == reverse("quizzes:one", args=[quiz.course.slug, "aa"])


def test_what_counts_for_nothing_is_completed_by_handing_it_in(quiz, optional):
    enrolment = make_enrolment(quiz, modules_done=False)
    attempt = start_attempt(enrolment, optional[1])
    assert steps(enrolment)["Before you start"].url == reverse("quizzes:question", args=[attempt.pk, 1])

    submit_attempt(attempt)

    step = steps(enrolment)["Before you start"]
    assert (step.status, step.url) == (
        StepStatus.COMPLETED,
        reverse("quizzes:result", args=[attempt.pk]),
    )
    assert steps(enrolment)["Check one"].status is StepStatus.NOT_STARTED


def test_the_assessment_from_locked_to_passed(quiz):
    enrolment = make_enrolment(quiz)
    start = reverse("quizzes:one", args=[quiz.course.slug, quiz.slug])

    def stands(modules_done=True):
        step = steps(enrolment, modules_done)["Quiz"]
        return step.status, step.url

    (visitor,) = quiz_steps(quiz.course, None, False)
    assert (visitor.status, visitor.url) == (StepStatus.LOCKED, "")
    assert stands(modules_done=False) == (StepStatus.LOCKED, "")
    assert stands() == (StepStatus.NOT_STARTED, start)

    attempt = start_attempt(enrolment)
    save_response(attempt, 1, ["keya"])
    assert stands() == (StepStatus.IN_PROGRESS, reverse("quizzes:question", args=[attempt.pk, 2]))
    answer(attempt, right=0)
    assert stands() == (StepStatus.IN_PROGRESS, reverse("quizzes:check", args=[attempt.pk]))
    submit_attempt(attempt)
    assert stands() == (StepStatus.IN_PROGRESS, start)

    passed = start_attempt(enrolment)
    answer(passed, right=4)
    submit_attempt(passed)
    start_attempt(enrolment)
    assert stands() == (StepStatus.COMPLETED, reverse("quizzes:result", args=[passed.pk]))


def test_a_course_without_a_quiz_has_no_step():
    enrolment = EnrolmentFactory()

    assert quiz_steps(enrolment.course, enrolment, True) == []


def test_an_attempt_whose_time_is_up_leads_to_handing_in(quiz):
    enrolment = make_enrolment(quiz)
    attempt = start_attempt(enrolment)
    attempt.state = AttemptState.OVERDUE
    attempt.save()

    assert steps(enrolment, True)["Quiz"].url == reverse("quizzes:check", args=[attempt.pk])


def test_a_quiz_that_opens_later_says_when(quiz):
    quiz.opens_at = timezone.now() + timedelta(days=2)
    quiz.save()

    step = steps(make_enrolment(quiz), True)["Quiz"]

    assert step.status is StepStatus.LOCKED
    assert f"Opens on {timezone.localtime(quiz.opens_at):%-d %B %Y}" in step.hint


def test_a_void_attempt_leaves_the_quiz_as_if_it_was_never_begun(quiz):
    enrolment = make_enrolment(quiz)
    attempt = start_attempt(enrolment)
    attempt.state = AttemptState.VOID
    attempt.save()

    assert steps(enrolment, True)["Quiz"].status is StepStatus.NOT_STARTED


@pytest.mark.parametrize("checks", [1, 3])
def test_the_steps_take_two_queries(quiz, checks, django_assert_num_queries):
    enrolment = make_enrolment(quiz, modules_done=False)
    for number in range(checks):
        module = ModulePageFactory(slug=f"m{number}", code=f"m-{number}")
        check = QuizFactory(course=quiz.course, slug=f"c{number}", kind=QuizKind.CHECK, module=module)
        make_item(module, f"Q{number}")
        start_attempt(enrolment, check)

    with django_assert_num_queries(2):
        assert len(quiz_steps(quiz.course, enrolment, False)) == checks + 1


def test_the_task_list_has_them_in_order_and_continue_leads_past_what_is_optional(quiz, optional, client_for):
    CourseModuleFactory(
        course=quiz.course, module=ModulePageFactory(slug="last", title="Last one"), sort_order=9
    )
    enrolment = make_enrolment(quiz)

    page = (
        client_for(enrolment.learner).get(reverse("courses:course", args=[quiz.course.slug])).content.decode()
    )

    tasks = page[page.index("govuk-task-list") :]
    first, second, last = (
        p.module.title for p in quiz.course.course_modules.select_related("module").order_by("sort_order")
    )
    where = [
        tasks.index(f">{title}<") for title in ("Before you start", first, "Check one", second, last, "Quiz")
    ]
    assert where == sorted(where)
    start = reverse("quizzes:one", args=[quiz.course.slug, "final"])
    assert page.count(f'href="{start}"') == 2  # the line and Continue
