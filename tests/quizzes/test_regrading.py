"""Corrections of marks: what the trial run says, what is carried out, what never happens."""

from decimal import Decimal

import pytest

from certificates.models import Award
from courses.signals import progress_changed
from quizzes.bank import publish_item
from quizzes.carrying import Trouble
from quizzes.models import (
    Attempt,
    AttemptState,
    Choice,
    Credit,
    ItemType,
    Mode,
    QuizItem,
    Regrade,
    RegradeAction,
    ScoreChange,
)
from quizzes.regrading import (
    PlanOutOfDate,
    RegradeRefused,
    apply_regrade,
    history_of,
    needs_correction,
    plan_regrade,
)
from quizzes.services import save_response, start_attempt, submit_attempt
from quizzes.staff import reopen_attempt, void_attempt
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import QuizFactory, make_course, make_enrolment, make_item, right_answer

pytestmark = pytest.mark.django_db

KEY, FULL, LEAVE_OUT = RegradeAction.KEY, RegradeAction.FULL, RegradeAction.LEAVE_OUT


@pytest.fixture
def faulty():
    """A quiz of two questions, the first of which, “FAULTY”, has the wrong key: it says a, it should say b."""
    quiz = QuizFactory(course=make_course(modules=1), question_count=2, pass_mark=80, shuffle_items=False)
    module = quiz.course.course_modules.get().module
    item = make_item(module, "FAULTY")
    sound = make_item(module, "SOUND")
    QuizItem.objects.create(quiz=quiz, item=item, sort_order=1)
    QuizItem.objects.create(quiz=quiz, item=sound, sort_order=2)
    return item


def attempt_at(item, first, second="keya", *, submit=True, enrolment=None) -> Attempt:
    """An attempt that answers FAULTY with `first` and SOUND with `second`."""
    quiz = item.fixed_in.get().quiz
    attempt = start_attempt(enrolment or make_enrolment(quiz))
    for position, answer in ((1, first), (2, second)):
        if answer:
            save_response(attempt, position, [answer] if isinstance(answer, str) else answer)
    if submit:
        submit_attempt(attempt)
    return attempt


def correct(item, right="b", **fields):
    """Publish the question with `right` as its key."""
    item = type(item).objects.get(pk=item.pk)
    choices = list(item.choices.all())
    for choice in choices:
        choice.is_correct = choice.key == f"key{right}"
    item.choices = choices
    for name, value in fields.items():
        setattr(item, name, value)
    publish_item(item)
    return type(item).objects.get(pk=item.pk)


def regrade(item, action=KEY, **kwargs) -> Regrade:
    kwargs = {
        "reason": "Wrong key",
        "by": UserFactory(),
        "expected": plan_regrade(item, action).fingerprint,
    } | kwargs
    return apply_regrade(item, action, **kwargs)


def standing(attempt) -> tuple:
    attempt.refresh_from_db()
    return attempt.score, attempt.passed


def test_the_trial_run_says_who_rises_and_falls_and_writes_nothing(faulty, django_assert_num_queries):
    falls = attempt_at(faulty, "keya")
    rises = attempt_at(faulty, "keyb")
    same = attempt_at(faulty, "keyc")
    correct(faulty)
    before = list(Attempt.objects.values())

    plan = plan_regrade(faulty, KEY)

    assert (
        [line.attempt_id for line in plan.rises] == [line.attempt_id for line in plan.gaining] == [rises.pk]
    )
    assert (
        [line.attempt_id for line in plan.falls]
        == [line.attempt_id for line in plan.falling_below]
        == [falls.pk]
    )
    assert {line.attempt_id for line in plan.lines} == {falls.pk, rises.pk, same.pk}
    line = plan.falls[0]
    assert (line.old_marks, line.new_marks, line.old_score, line.new_score) == (1, 0, 100, 50)
    assert (line.old_passed, line.earns_pass) == (True, False)
    assert list(Attempt.objects.values()) == before
    assert not Regrade.objects.exists()


def test_a_new_key_moves_scores_and_a_pass_once_given_stays(faulty):
    falls, rises, same = (attempt_at(faulty, key) for key in ("keya", "keyb", "keyc"))
    faulty = correct(faulty)
    by = UserFactory()

    done = regrade(faulty, by=by, reason="The key was wrong")

    assert standing(falls) == (50, True)
    assert standing(rises) == (100, True)
    assert standing(same) == (50, False)
    assert (done.decided_by, done.reason, done.version.number) == (by, "The key was wrong", 2)
    changes = {c.attempt_id: c for c in done.changes.all()}
    assert changes.keys() == {falls.pk, rises.pk}
    kept = changes[falls.pk]
    assert (kept.old_marks, kept.new_marks, kept.old_score, kept.new_score) == (1, 0, 100, 50)
    assert (kept.old_passed, kept.new_passed, kept.pass_kept) == (True, True, True)
    assert (changes[rises.pk].old_passed, changes[rises.pk].new_passed, changes[rises.pk].pass_kept) == (
        False, True, False,
    )  # fmt: skip
    response = falls.responses.get(position=1)
    assert (response.marked_with, response.marks_awarded, response.answer) == (done.version, 0, ["keya"])


def test_a_pass_is_taken_back_only_where_staff_name_the_attempt(faulty):
    named, other = attempt_at(faulty, "keya"), attempt_at(faulty, "keya")
    faulty = correct(faulty)

    done = regrade(faulty, take_back=[named.pk])

    assert (standing(named), standing(other)) == ((50, False), (50, True))
    change = done.changes.get(attempt=named)
    assert (change.old_passed, change.new_passed, change.pass_kept) == (True, False, False)


def test_a_pass_that_was_kept_can_be_taken_back_later(faulty):
    attempt = attempt_at(faulty, "keya")
    faulty = correct(faulty)
    regrade(faulty)

    plan = plan_regrade(faulty, KEY)
    assert plan.is_idle
    regrade(faulty, take_back=[attempt.pk])

    assert standing(attempt) == (50, False)


def test_only_a_pass_in_danger_can_be_taken_back(faulty):
    attempt_at(faulty, "keya")
    passing = attempt_at(faulty, "keyb")
    faulty = correct(faulty)

    with pytest.raises(RegradeRefused, match="falls below"):
        regrade(faulty, take_back=[passing.pk])
    assert not Regrade.objects.exists()


def test_an_award_stays_even_when_the_pass_is_taken_back(faulty, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        attempt = attempt_at(faulty, "keya")
    award = Award.objects.get()
    faulty = correct(faulty)

    with django_capture_on_commit_callbacks(execute=True):
        regrade(faulty, take_back=[attempt.pk])

    assert Award.objects.filter(pk=award.pk, revoked_at=None).exists()


def test_a_new_pass_earns_its_award_the_usual_way(faulty, django_capture_on_commit_callbacks):
    attempt = attempt_at(faulty, "keyb")
    faulty = correct(faulty)
    assert not Award.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        regrade(faulty)

    assert Award.objects.get().enrolment == attempt.enrolment


def test_one_announcement_that_fails_keeps_nobody_waiting(faulty, django_capture_on_commit_callbacks):
    first, second = attempt_at(faulty, "keyb"), attempt_at(faulty, "keyb")
    faulty = correct(faulty)

    def fail(enrolment, **kwargs):
        if enrolment == first.enrolment:
            raise RuntimeError

    progress_changed.connect(fail)
    with django_capture_on_commit_callbacks(execute=True):
        regrade(faulty)
    progress_changed.disconnect(fail)

    assert [award.enrolment for award in Award.objects.all()] == [second.enrolment]


def test_everybody_gets_full_marks(faulty):
    wrong, right, blank = attempt_at(faulty, "keyb"), attempt_at(faulty, "keya"), attempt_at(faulty, None)

    done = regrade(faulty, FULL)

    assert [standing(a) for a in (wrong, right, blank)] == [(100, True)] * 3
    assert {c.attempt_id for c in done.changes.all()} == {wrong.pk, blank.pk}
    assert set(faulty.versions.get().responses.values_list("credit", "marks_awarded")) == {
        (Credit.FULL, Decimal(1))
    }


def test_a_question_left_out_counts_neither_way(faulty):
    rises = attempt_at(faulty, "keyb")
    falls = attempt_at(faulty, "keya", "keyb")

    regrade(faulty, LEAVE_OUT)

    assert (standing(rises), standing(falls)) == ((100, True), (0, False))


def test_leaving_out_the_only_question_is_refused():
    quiz = QuizFactory(course=make_course(modules=1), question_count=1)
    item = make_item(quiz.course.course_modules.get().module, "ONLY")
    attempt = start_attempt(make_enrolment(quiz))
    submit_attempt(attempt)

    plan = plan_regrade(item, LEAVE_OUT)

    assert "full marks instead" in plan.problem
    with pytest.raises(RegradeRefused, match="full marks instead"):
        regrade(item, LEAVE_OUT)


def test_a_correction_repeated_changes_nothing_and_leaves_no_second_record(faulty):
    attempt_at(faulty, "keya")
    faulty = correct(faulty)
    regrade(faulty)

    assert plan_regrade(faulty, KEY).is_idle
    with pytest.raises(RegradeRefused, match="Nothing would change"):
        regrade(faulty)
    assert (Regrade.objects.count(), ScoreChange.objects.count()) == (1, 1)


def test_a_second_correction_starts_from_the_score_of_the_first(faulty):
    attempt = attempt_at(faulty, "keyc")
    regrade(faulty, FULL)
    faulty = correct(faulty, right="b")

    regrade(faulty)

    scores = ScoreChange.objects.order_by("pk").values_list(
        "old_score", "new_score", "new_passed", "pass_kept"
    )
    assert list(scores) == [(50, 100, True, False), (100, 50, True, True)]
    assert (attempt.responses.get(position=1).credit, standing(attempt)) == ("", (50, True))


def test_a_trial_run_that_is_out_of_date_is_refused_and_nothing_is_written(faulty):
    attempt_at(faulty, "keya")
    faulty = correct(faulty)
    agreed = plan_regrade(faulty, KEY).fingerprint
    attempt_at(faulty, "keyc")
    assert plan_regrade(faulty, KEY).fingerprint == agreed, "a later attempt drew the right key"

    faulty = correct(faulty, right="c")

    with pytest.raises(PlanOutOfDate, match="Look at it again"):
        regrade(faulty, expected=agreed)
    assert not Regrade.objects.exists()


def test_a_double_click_is_refused_as_out_of_date(faulty):
    attempt_at(faulty, "keya")
    faulty = correct(faulty)
    agreed = plan_regrade(faulty, KEY).fingerprint
    regrade(faulty, expected=agreed)

    with pytest.raises(RegradeRefused):
        regrade(faulty, expected=agreed)
    assert Regrade.objects.count() == 1


def test_void_attempts_are_left_alone(faulty):
    attempt = attempt_at(faulty, "keya")
    void_attempt(attempt, by=UserFactory(), reason="Somebody else took it")
    faulty = correct(faulty)

    assert plan_regrade(faulty, KEY).is_idle


@pytest.mark.parametrize(("action", "score"), [(KEY, 100), (FULL, 100), (LEAVE_OUT, 100)])
def test_an_open_attempt_is_marked_by_what_counts_now(faulty, action, score):
    attempt = attempt_at(faulty, "keyb", submit=False)
    faulty = correct(faulty)
    assert len(plan_regrade(faulty, action).unmarked) == 1

    done = regrade(faulty, action)
    submit_attempt(attempt)

    assert attempt.score == score
    assert not done.changes.exists()


def test_an_abandoned_attempt_that_is_opened_again_is_marked_by_the_new_key(faulty):
    attempt = attempt_at(faulty, "keyb", submit=False)
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.ABANDONED)
    faulty = correct(faulty)
    regrade(faulty)

    reopen_attempt(attempt, by=UserFactory(), reason="The internet was down")
    submit_attempt(attempt)

    assert attempt.score == 100


def test_an_open_attempt_keeps_its_key_when_an_answer_it_offers_is_gone(faulty):
    attempt = attempt_at(faulty, "keyc", submit=False)
    faulty = correct(faulty)
    faulty.choices = [c for c in faulty.choices.all() if c.key != "keyc"]
    publish_item(faulty)

    plan = plan_regrade(faulty, KEY)

    assert (plan.unmarked, plan.out_of_reach) == ([], 1)
    assert attempt.responses.get(position=1).marked_with is None


def test_an_answer_that_is_gone_keeps_its_marks_and_is_named(faulty):
    chose_it, chose_other = attempt_at(faulty, "keyc"), attempt_at(faulty, "keyb")
    item = correct(faulty)
    item.choices = [c for c in item.choices.all() if c.key != "keyc"]
    publish_item(item)

    plan = plan_regrade(item, KEY)

    assert plan.troubles == [(Trouble.GONE.label, 1)]
    assert [line.attempt_id for line in plan.changing] == [chose_other.pk]
    regrade(item)
    assert chose_it.responses.get(position=1).marked_with is None


def test_another_type_carries_no_answer(faulty):
    attempt = attempt_at(faulty, "keya")
    item = correct(faulty, type=ItemType.MULTIPLE)

    plan = plan_regrade(item, KEY)

    assert plan.troubles == [(Trouble.TYPE.label, 1)]
    assert plan.is_idle
    assert standing(attempt) == (100, True)


def test_a_part_that_is_gone_is_not_counted_and_named():
    quiz = QuizFactory(course=make_course(modules=1), question_count=1)
    item = make_item(
        quiz.course.course_modules.get().module, "MANY", type=ItemType.MULTIPLE, right="ab", keys="abcd",
        mode=Mode.RIGHT_MINUS_WRONG,
    )  # fmt: skip
    attempt = start_attempt(make_enrolment(quiz))
    save_response(attempt, 1, ["keya", "keyb", "keyd"])
    submit_attempt(attempt)
    assert attempt.score == 50
    item.choices = [c for c in item.choices.all() if c.key != "keyd"]
    publish_item(item)

    plan = plan_regrade(item, KEY)
    regrade(item)

    assert plan.troubles == [(Trouble.PART.label, 1)]
    assert standing(attempt) == (100, True)


def test_answers_are_told_by_their_keys_whatever_their_words_and_places(faulty):
    attempt = attempt_at(faulty, "keyb")
    item = type(faulty).objects.get(pk=faulty.pk)
    first, second, third = item.choices.all()
    for order, choice in enumerate((third, second, first)):
        choice.text, choice.sort_order = f"New words {order}", order
        choice.is_correct = choice.key == "keyb"
    item.choices = [third, second, first]
    publish_item(item)

    regrade(item)

    assert standing(attempt) == (100, True)


def test_halves_that_were_swapped_are_found_by_their_words():
    quiz = QuizFactory(course=make_course(modules=1), question_count=1)
    pairs = [Choice(key=f"k{n}", text=f"left {n}", match=f"half {n}", sort_order=n) for n in (1, 2)]
    item = make_item(quiz.course.course_modules.get().module, "MATCH", type=ItemType.MATCHING, choices=pairs)
    attempt = start_attempt(make_enrolment(quiz))
    save_response(attempt, 1, {"k1": "k2", "k2": "k1"})
    submit_attempt(attempt)
    assert attempt.score == 0
    item = type(item).objects.get(pk=item.pk)
    one, two = item.choices.all()
    one.match, two.match = two.match, one.match
    item.choices = [one, two]
    publish_item(item)

    regrade(item)

    assert standing(attempt) == (100, True)


def test_without_a_ready_version_there_is_no_key_to_mark_by(faulty):
    attempt_at(faulty, "keyb")
    type(faulty).objects.get(pk=faulty.pk).unpublish()

    with pytest.raises(RegradeRefused, match="Publish the corrected question"):
        plan_regrade(faulty, KEY)
    assert len(plan_regrade(faulty, FULL).rises) == 1


def test_the_least_score_of_an_outcome_is_asked_again(faulty):
    quiz = faulty.fixed_in.get().quiz
    quiz.outcome_minimum, quiz.pass_mark = 100, 50
    quiz.save()
    attempt = attempt_at(faulty, "keyb")
    assert standing(attempt) == (50, False)
    faulty = correct(faulty)

    regrade(faulty)

    assert standing(attempt) == (100, True)


@pytest.mark.parametrize("attempts", [1, 3])
def test_the_number_of_queries_does_not_grow_with_attempts(faulty, attempts, django_assert_num_queries):
    for _ in range(attempts):
        attempt_at(faulty, "keya")
        attempt_at(faulty, "keyb")
    faulty = correct(faulty)
    agreed = plan_regrade(faulty, KEY).fingerprint
    by = UserFactory()

    with django_assert_num_queries(PLAN_QUERIES):
        plan_regrade(faulty, KEY)
    with django_assert_num_queries(APPLY_QUERIES):
        apply_regrade(faulty, KEY, reason="Wrong key", by=by, expected=agreed)


#: The ready version; attempts' numbers, their answers, versions, rows; answers still to be marked.
PLAN_QUERIES = 6
#: A savepoint and its release, two locks, the plan, the record, two sorts of marks, scores, changes.
APPLY_QUERIES = PLAN_QUERIES + 9


def test_the_editor_is_told_that_marks_stand_by_another_key(faulty):
    attempt_at(faulty, "keya")
    assert not needs_correction(faulty)

    faulty = correct(faulty, right="a", stem="The same question in better words?")
    assert not needs_correction(faulty), "words change no mark"

    faulty = correct(faulty)
    assert needs_correction(faulty)
    regrade(faulty)
    assert not needs_correction(faulty)


def test_the_history_counts_what_each_correction_did(faulty):
    attempt_at(faulty, "keya")
    attempt_at(faulty, "keyb")
    faulty = correct(faulty)
    regrade(faulty)

    (row,) = history_of(faulty)

    assert (row.changed, row.kept, row.won, row.taken_back) == (2, 1, 1, 0)


def test_right_answers_of_other_questions_are_none_of_its_business(faulty):
    attempt = attempt_at(faulty, "keya", "keyb")
    other = attempt.responses.get(position=2)
    faulty = correct(faulty)

    regrade(faulty)

    assert attempt.responses.get(position=2).marks_awarded == other.marks_awarded == 0
    assert right_answer(other) == ["keya"]
