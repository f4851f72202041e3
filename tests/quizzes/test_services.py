import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from courses.services import withdraw
from courses.signals import progress_changed
from quizzes.models import Attempt, Item, ItemType, Response, VersionStatus
from quizzes.services import AttemptClosed, NotOffered, NotReady, save_response, start_attempt, submit_attempt
from tests.factories.quizzes import (
    QuizFactory,
    answer,
    complete_modules,
    fill_bank,
    make_attempt,
    make_course,
    make_enrolment,
    make_item,
    right_answer,
    wrong_answer,
)

pytestmark = pytest.mark.django_db


def drawn(attempt):
    return list(attempt.responses.order_by("position").values_list("version__item__code", flat=True))


def test_start_attempt_draws_evenly_and_stores_the_order():
    quiz = QuizFactory(course=make_course(modules=3), question_count=5, pass_mark=75)
    fill_bank(quiz.course, each=4)

    attempt = start_attempt(make_enrolment(quiz))

    assert (attempt.pass_mark, attempt.submitted_at, attempt.score) == (75, None, None)
    assert list(attempt.responses.values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    modules = Counter(attempt.responses.values_list("version__item__module", flat=True))
    assert sorted(modules.values()) == [1, 2, 2]
    assert all(sorted(r.choice_order) == ["keya", "keyb", "keyc"] for r in attempt.responses.all())


def test_start_attempt_returns_the_open_attempt():
    attempt = make_attempt()

    assert start_attempt(attempt.enrolment) == attempt
    assert Attempt.objects.count() == 1


def test_start_attempt_draws_again_what_was_seen_least():
    quiz = QuizFactory(question_count=3)
    fill_bank(quiz.course, each=3)
    first = make_attempt(quiz)
    submit_attempt(first)

    second = start_attempt(first.enrolment)

    assert set(drawn(first)).isdisjoint(drawn(second))


def test_true_or_false_keeps_its_order_and_others_are_shuffled(monkeypatch):
    quiz = QuizFactory(question_count=2)
    module = quiz.course.course_modules.first().module
    make_item(module, "TF", type=ItemType.TRUE_FALSE, keys="ab")
    make_item(module, "S", keys="abcdef")
    monkeypatch.setattr("quizzes.services.secrets.SystemRandom", lambda: random.Random(3))

    attempt = start_attempt(make_enrolment(quiz))

    orders = dict(attempt.responses.values_list("version__item__code", "choice_order"))
    assert orders["TF"] == ["keya", "keyb"]
    assert orders["S"] != sorted(orders["S"])


def test_only_ready_questions_of_the_course_in_types_that_are_drawn():
    quiz = QuizFactory(question_count=20, exclude_needs_check=True)
    module = quiz.course.course_modules.first().module
    for number, type in enumerate(
        (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.SCENARIO)
    ):
        make_item(module, f"OK{number}", type=type, keys="ab")
    make_item(module, "DRAFT", status=VersionStatus.DRAFT)
    make_item(module, "RETIRED", status=VersionStatus.RETIRED)
    make_item(module, "CHECK", needs_check=True)
    make_item(module, "ORDERING", type=ItemType.ORDERING)
    make_item(module, "MATCHING", type=ItemType.MATCHING, right="abc")
    make_item(make_course(slug="other").course_modules.first().module, "ELSEWHERE")

    assert sorted(drawn(start_attempt(make_enrolment(quiz)))) == ["OK0", "OK1", "OK2", "OK3"]


def test_questions_that_may_change_are_drawn_unless_the_quiz_leaves_them_out():
    quiz = QuizFactory()
    make_item(
        quiz.course.course_modules.first().module, "CHECK", needs_check=True, checked_on=date(2026, 1, 1)
    )

    assert drawn(start_attempt(make_enrolment(quiz))) == ["CHECK"]


def test_start_attempt_needs_the_modules():
    quiz = QuizFactory()
    fill_bank(quiz.course)
    enrolment = make_enrolment(quiz, modules_done=False)

    with pytest.raises(NotReady, match="required modules"):
        start_attempt(enrolment)

    complete_modules(enrolment)
    assert start_attempt(enrolment).responses.count() == 4


def test_start_attempt_needs_an_active_enrolment_and_questions():
    quiz = QuizFactory()
    enrolment = make_enrolment(quiz)

    with pytest.raises(NotReady, match="no questions"):
        start_attempt(enrolment)

    fill_bank(quiz.course)
    withdraw(enrolment)
    with pytest.raises(NotReady, match="not open to you"):
        start_attempt(enrolment)
    assert not Attempt.objects.exists()


def test_a_course_without_a_quiz_has_nothing_to_start():
    quiz = QuizFactory()
    enrolment = make_enrolment(quiz)
    quiz.delete()

    with pytest.raises(NotReady):
        start_attempt(enrolment)


def test_the_database_allows_one_open_attempt():
    attempt = make_attempt()

    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(enrolment=attempt.enrolment, quiz=attempt.quiz, pass_mark=80)


def test_save_response_keeps_the_answer_in_shown_order_and_changes_only_its_question():
    quiz = QuizFactory(question_count=2)
    for place in quiz.course.course_modules.all():
        make_item(place.module, place.module.code, type=ItemType.MULTIPLE, right="ab", keys="abcd")
    attempt = make_attempt(quiz)
    shown = attempt.responses.get(position=1).choice_order

    save_response(attempt, 1, [shown[2], shown[0]])

    first, second = attempt.responses.all()
    assert first.chosen == [shown[0], shown[2]]
    assert first.answered_at
    assert (second.chosen, second.answered_at) == ([], None)


def test_save_response_can_be_changed_and_cleared():
    attempt = make_attempt()

    save_response(attempt, 1, ["keya"])
    save_response(attempt, 1, ["keyb"])
    assert attempt.responses.get(position=1).chosen == ["keyb"]

    save_response(attempt, 1, [])
    response = attempt.responses.get(position=1)
    assert (response.chosen, response.answered_at) == ([], None)


@pytest.mark.parametrize("keys", [["keyx"], ["keya", "keyx"], ["keya", "keyb"], [""]])
def test_save_response_refuses_what_is_not_offered(keys):
    attempt = make_attempt()

    with pytest.raises(NotOffered):
        save_response(attempt, 1, keys)
    assert attempt.responses.get(position=1).chosen == []


def test_save_response_after_submitting_writes_nothing():
    attempt = make_attempt()
    submit_attempt(attempt)

    with pytest.raises(AttemptClosed):
        save_response(attempt, 1, ["keya"])
    assert attempt.responses.get(position=1).chosen == []


def test_an_answer_that_waited_for_the_submission_is_refused():
    """PostgreSQL reads the row again after waiting: marks on it are enough to refuse the answer."""
    attempt = make_attempt()
    attempt.responses.filter(position=1).update(marks_awarded=0)

    with pytest.raises(AttemptClosed):
        save_response(attempt, 1, ["keya"])


@pytest.mark.parametrize(
    ("right", "score", "passed"), [(5, "100.00", True), (4, "80.00", True), (3, "60.00", False)]
)
def test_submit_attempt_marks_and_compares_with_the_pass_mark(right, score, passed):
    attempt = make_attempt(QuizFactory(question_count=5))
    answer(attempt, right=right)

    submit_attempt(attempt)

    attempt = Attempt.objects.get()
    assert (attempt.score, attempt.passed) == (Decimal(score), passed)
    assert attempt.submitted_at
    assert sum(attempt.responses.values_list("marks_awarded", flat=True)) == right


def test_submit_attempt_scores_nothing_for_what_is_not_answered():
    attempt = make_attempt()

    submit_attempt(attempt)

    assert (attempt.score, attempt.passed) == (0, False)


def test_submit_attempt_uses_the_pass_mark_of_the_start():
    quiz = QuizFactory(question_count=4)
    attempt = make_attempt(quiz)
    quiz.pass_mark = 50
    quiz.save()
    answer(attempt, right=3)

    submit_attempt(attempt)

    assert (attempt.score, attempt.passed) == (75, False)


def test_submit_attempt_marks_multiple_response_right_minus_wrong():
    quiz = QuizFactory(question_count=1)
    module = quiz.course.course_modules.first().module
    make_item(module, "M", type=ItemType.MULTIPLE, right="abc", keys="abcd")
    attempt = make_attempt(quiz)
    save_response(attempt, 1, ["keya", "keyb"])

    submit_attempt(attempt)

    assert attempt.score == Decimal("66.66")
    assert attempt.responses.get().marks_awarded == Decimal("0.666667")


def test_submitting_again_changes_nothing_and_announces_nothing():
    attempt = make_attempt()
    answer(attempt, right=4)
    heard = []
    progress_changed.connect(listener := lambda enrolment, **kwargs: heard.append(enrolment))
    submit_attempt(attempt)
    first = Attempt.objects.get()

    submit_attempt(Attempt.objects.get())

    progress_changed.disconnect(listener)
    assert heard == [attempt.enrolment]
    assert (first.submitted_at, first.score) == Attempt.objects.values_list("submitted_at", "score").get()


def test_the_announcement_and_the_marks_stand_or_fall_together():
    attempt = make_attempt()

    def fail(**kwargs):
        raise RuntimeError

    progress_changed.connect(fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        submit_attempt(attempt)
    progress_changed.disconnect(fail)

    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.score) == (None, None)


@pytest.mark.parametrize("count", [10, 20])
def test_submitting_takes_the_same_queries_whatever_the_number_of_questions(count, django_assert_num_queries):
    quiz = QuizFactory(question_count=count)
    fill_bank(quiz.course, each=10)
    attempt = make_attempt(quiz)
    answer(attempt, right=count)

    with django_assert_num_queries(SUBMIT_QUERIES):
        submit_attempt(attempt)


#: A savepoint and its release, claim, read, responses, right answers, marks, score, the enrolment announced.
SUBMIT_QUERIES = 9


def at_once(*jobs):
    """Run the jobs on threads of their own, each with its own connection; return results or exceptions."""

    def run(job):
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_once_start_one_attempt():
    quiz = QuizFactory()
    fill_bank(quiz.course)
    enrolment = make_enrolment(quiz)

    attempts = at_once(*[lambda: start_attempt(enrolment)] * 8)

    assert set(attempts) == {Attempt.objects.get()}
    assert Response.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_many_submissions_at_once_count_once():
    attempt = make_attempt()
    answer(attempt, right=4)
    heard = []
    progress_changed.connect(listener := lambda enrolment, **kwargs: heard.append(enrolment))

    results = at_once(*[lambda: submit_attempt(Attempt.objects.get())] * 8)

    progress_changed.disconnect(listener)
    assert results == [None] * 8
    assert len(heard) == 1
    assert Attempt.objects.get().score == 100


@pytest.mark.django_db(transaction=True)
def test_an_answer_saved_while_submitting_is_either_marked_or_refused():
    quiz = QuizFactory(question_count=1)
    fill_bank(quiz.course, each=1)
    enrolment = make_enrolment(quiz)
    for _ in range(5):
        attempt = start_attempt(enrolment)
        save_response(attempt, 1, wrong_answer(attempt.responses.get()))
        right = right_answer(attempt.responses.get())

        saved, _ = at_once(
            lambda a=attempt, r=right: save_response(a, 1, r), lambda a=attempt: submit_attempt(a)
        )

        response = Response.objects.get(attempt=attempt)
        marked_right = response.marks_awarded == 1
        assert marked_right == (response.chosen == right) == (saved is None)


@pytest.mark.django_db(transaction=True)
def test_answers_from_many_tabs_never_touch_each_other():
    attempt = make_attempt()

    results = at_once(*[lambda p=p: save_response(attempt, p, ["keyb"]) for p in (1, 2, 3, 4)])

    assert results == [None] * 4
    assert [r.chosen for r in attempt.responses.all()] == [["keyb"]] * 4


def test_an_item_is_never_twice_in_an_attempt():
    attempt = make_attempt(QuizFactory(question_count=50))

    assert sorted(drawn(attempt)) == sorted(Item.objects.values_list("code", flat=True))
    assert attempt.started_at <= timezone.now()
