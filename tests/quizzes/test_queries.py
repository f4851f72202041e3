from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from quizzes.drawing import Plan, Wish
from quizzes.models import Allowance, Attempt, AttemptState, Category, Item, QuizDraw, QuizItem
from quizzes.queries import (
    QuizState,
    StartState,
    passing_attempt,
    plan_of,
    pool_of,
    quiz_of,
    quiz_passed,
    quiz_states,
    start_state,
    times_seen,
)
from quizzes.services import start_attempt, submit_attempt
from quizzes.staff import void_attempt
from tests.factories.accounts import UserFactory
from tests.factories.courses import EnrolmentFactory
from tests.factories.quizzes import (
    QuizFactory,
    SubmittedAttemptFactory,
    fill_bank,
    make_course,
    make_enrolment,
    make_item,
)

pytestmark = pytest.mark.django_db


def submitted(enrolment, score, **fields):
    quiz = fields.pop("quiz", None) or quiz_of(enrolment.course)
    return SubmittedAttemptFactory(
        enrolment=enrolment, quiz=quiz, score=Decimal(score), passed=Decimal(score) >= 80, **fields
    )


# how learners stand


def test_the_best_passing_attempt_counts():
    enrolment = make_enrolment(QuizFactory())
    assert (passing_attempt(enrolment), quiz_passed(enrolment)) == (None, False)

    submitted(enrolment, 60)
    assert (passing_attempt(enrolment), quiz_passed(enrolment)) == (None, False)

    first, _ = submitted(enrolment, 90), submitted(enrolment, 80)
    submitted(enrolment, 40)
    assert (passing_attempt(enrolment), quiz_passed(enrolment)) == (first, True)


def test_neither_practice_nor_a_void_attempt_is_a_pass():
    quiz = QuizFactory()
    enrolment = make_enrolment(quiz)
    practice = QuizFactory(course=quiz.course, kind="diagnostic", slug="before")
    submitted(enrolment, 100, quiz=practice)
    assert not quiz_passed(enrolment)

    attempt = submitted(enrolment, 100)
    assert quiz_passed(enrolment)
    void_attempt(attempt, by=UserFactory(), reason="Taken by somebody else")
    assert (quiz_passed(enrolment), passing_attempt(enrolment)) == (False, None)


def test_a_course_without_a_quiz_asks_for_none():
    enrolment = EnrolmentFactory()

    assert quiz_of(enrolment.course) is None
    assert quiz_passed(enrolment)
    assert quiz_states([enrolment]) == {enrolment.pk: QuizState()}


def test_a_course_with_practice_alone_asks_for_none():
    enrolment = make_enrolment(QuizFactory(kind="diagnostic"))

    assert quiz_of(enrolment.course) is None
    assert quiz_passed(enrolment)


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


def test_attempts_of_one_enrolment_say_nothing_about_another():
    quiz = QuizFactory()
    submitted(make_enrolment(quiz), 90)
    other = make_enrolment(quiz)

    assert not quiz_passed(other)
    assert Attempt.objects.taken_by(other.learner).count() == 0


# whether a learner may start

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("rules", "reason", "from_when"),
    [
        ({}, "", None),
        ({"opens_at": NOON}, "", None),
        (
            {"opens_at": NOON + HOUR},
            "The quiz opens on 2 March 2026, 13:00.",
            NOON + HOUR,
        ),
        ({"closes_at": NOON + timedelta(seconds=1)}, "", None),
        ({"closes_at": NOON}, "The quiz closed on 2 March 2026, 12:00.", None),
    ],
)
def test_the_opening_and_the_closing_date(rules, reason, from_when):
    quiz = QuizFactory(**rules)

    assert start_state(make_enrolment(quiz), quiz, NOON) == StartState(reason, from_when)


def test_an_assessment_needs_the_modules_and_practice_does_not():
    quiz = QuizFactory()
    practice = QuizFactory(course=quiz.course, kind="diagnostic", slug="before")
    enrolment = make_enrolment(quiz, modules_done=False)

    assert "required modules" in start_state(enrolment, quiz).reason
    assert start_state(enrolment, practice).reason == ""


def test_the_number_of_attempts():
    quiz = QuizFactory(attempts_allowed=2)
    enrolment, other = make_enrolment(quiz), make_enrolment(quiz)
    submitted(other, 20)
    assert start_state(enrolment, quiz) == StartState(attempts_left=2)

    submitted(enrolment, 20)
    submitted(enrolment, 20, state=AttemptState.VOID)
    Attempt.objects.create(enrolment=enrolment, quiz=quiz, pass_mark=80)
    assert start_state(enrolment, quiz) == StartState(attempts_left=1), "void and open ones are not counted"

    submitted(enrolment, 20, state=AttemptState.ABANDONED, submitted_at=None)
    assert start_state(enrolment, quiz).attempts_left == 0
    assert "used all your attempts" in start_state(enrolment, quiz).reason

    Allowance.objects.create(enrolment=enrolment, quiz=quiz, extra_attempts=1, reason="Was ill")
    assert start_state(enrolment, quiz) == StartState(attempts_left=1)


@pytest.mark.parametrize(
    ("minutes", "from_when"),
    [(0, NOON + HOUR), (59, NOON + HOUR), (60, None), (500, None)],
)
def test_the_delay_counts_from_the_last_submission(minutes, from_when):
    quiz = QuizFactory(delay_minutes=60)
    enrolment = make_enrolment(quiz)
    submitted(enrolment, 20, submitted_at=NOON - HOUR)
    submitted(enrolment, 20, submitted_at=NOON)
    submitted(enrolment, 20, submitted_at=NOON + HOUR, state=AttemptState.VOID)

    state = start_state(enrolment, quiz, NOON + timedelta(minutes=minutes))

    assert state.from_when == from_when
    assert state.reason == ("You can try again from 2 March 2026, 13:00." if from_when else "")


def test_an_abandoned_attempt_starts_no_delay():
    quiz = QuizFactory(delay_minutes=60)
    enrolment = make_enrolment(quiz)
    submitted(enrolment, 20, state=AttemptState.ABANDONED, submitted_at=None)

    assert start_state(enrolment, quiz).reason == ""


# what may be drawn


def test_the_plan_says_what_the_quiz_asks_for():
    quiz = QuizFactory(question_count=9, at_least_per_outcome=2, shuffle_items=False, only_chosen=True)
    module = quiz.course.course_modules.first().module
    law = Category.objects.create(name="UK law")
    part = Category.objects.create(name="UK law / Referral")
    Category.objects.create(name="UK laws of physics")
    second, first = make_item(module, "B"), make_item(module, "A")
    QuizItem.objects.create(quiz=quiz, item=first, sort_order=1)
    QuizItem.objects.create(quiz=quiz, item=second, sort_order=2)
    QuizDraw.objects.create(quiz=quiz, count=3, category=law, difficulty="hard")
    QuizDraw.objects.create(quiz=quiz, count=1, outcome="LO1", type="multiple", module=module)

    plan = plan_of(quiz)

    wishes = [
        Wish(3, None, frozenset({law.pk, part.pk}), "", "hard", ""),
        Wish(1, module.pk, (), "LO1", "", "multiple"),
    ]
    assert plan == Plan(9, [first.pk, second.pk], plan.wishes, ["LO1"], 2, True, False)
    assert sorted(plan.wishes, key=lambda w: -w.count) == wishes


def test_a_module_check_asks_about_its_module():
    course = make_course(modules=2)
    fill_bank(course, each=2)
    module = course.course_modules.first().module
    check = QuizFactory(course=course, kind="check", module=module, slug="check")

    pool, may_fill = pool_of(check)

    assert {c.module_id for c in pool if may_fill(c)} == {module.pk}
    attempt = start_attempt(make_enrolment(check), check)
    assert set(attempt.responses.values_list("version__item__module", flat=True)) == {module.pk}


def test_what_is_retired_or_only_a_draft_is_in_no_pool_even_when_asked_for():
    quiz = QuizFactory()
    module = quiz.course.course_modules.first().module
    make_item(module, "READY")
    draft = make_item(module, "DRAFT", ready=False)
    make_item(module, "RETIRED")
    retired = Item.objects.get(code="RETIRED")
    retired.unpublish()
    for item in (draft, retired):
        QuizItem.objects.create(quiz=quiz, item=item)

    pool, _ = pool_of(quiz)

    assert {c.item_id for c in pool} == {Item.objects.get(code="READY").pk}


def test_draws_may_reach_beyond_the_course_but_what_fills_may_not():
    quiz = QuizFactory(question_count=4)
    fill_bank(quiz.course, each=3)
    elsewhere = make_course(slug="other").course_modules.first().module
    for number in range(5):
        make_item(elsewhere, f"E{number}", difficulty="hard")
    QuizDraw.objects.create(quiz=quiz, count=2, difficulty="hard")

    attempt = start_attempt(make_enrolment(quiz))

    modules = list(attempt.responses.values_list("version__item__module", flat=True))
    assert modules.count(elsewhere.pk) == 2
    assert len(modules) == 4


def test_how_often_a_learner_saw_a_question():
    quiz = QuizFactory(course=make_course(modules=1), question_count=1)
    (item,) = [make_item(quiz.course.course_modules.get().module, "A")]
    enrolment = make_enrolment(quiz)
    for _ in range(2):
        submit_attempt(start_attempt(enrolment))
    start_attempt(make_enrolment(quiz))

    assert times_seen(enrolment.learner_id) == {item.pk: 2}
    assert times_seen(UserFactory().pk) == {}
