import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from courses.services import withdraw
from courses.signals import progress_changed
from quizzes import services
from quizzes.bank import retire
from quizzes.marking import NotOffered
from quizzes.models import Attempt, AttemptState, Feedback, Item, ItemType, QuizItem, Response
from quizzes.services import (
    AttemptClosed,
    NotReady,
    StaleAnswer,
    bring_up_to_date,
    save_response,
    start_attempt,
    submit_attempt,
    tend_attempts,
)
from tests.factories.quizzes import (
    QuizFactory,
    answer,
    complete_modules,
    fill_bank,
    keep_versions,
    make_attempt,
    make_course,
    make_enrolment,
    make_item,
    right_answer,
    wrong_answer,
)
from tests.quizzes.contents import EVERY_TYPE, matching, ordering, question, story

pytestmark = pytest.mark.django_db


def drawn(attempt):
    return list(attempt.responses.order_by("position").values_list("version__item__code", flat=True))


def quiz_of(**contents):
    """A quiz that asks exactly these questions in this order; every module is done."""
    rules = contents.pop("rules", {})
    rules = {"question_count": len(contents), "shuffle_items": False} | rules
    quiz = QuizFactory(course=make_course(modules=1), **rules)
    keep_versions(quiz.course.course_modules.get().module, contents)
    items = {item.code: item for item in Item.objects.all()}
    for order, code in enumerate(contents):
        QuizItem.objects.create(quiz=quiz, item=items[code], sort_order=order)
    return quiz


def answers(attempt):
    return list(attempt.responses.order_by("position").values_list("answer", flat=True))


@pytest.fixture
def heard():
    """Enrolments whose new evidence was announced."""
    enrolments = []
    progress_changed.connect(listener := lambda enrolment, **kwargs: enrolments.append(enrolment))
    yield enrolments
    progress_changed.disconnect(listener)


@pytest.fixture
def clock(monkeypatch):
    """`clock(minutes=5)` moves the server's clock."""
    real, moved = timezone.now, [timedelta()]
    monkeypatch.setattr(timezone, "now", lambda: real() + moved[0])

    def move(**by):
        moved[0] += timedelta(**by)

    return move


# starting


def test_start_attempt_draws_evenly_and_stores_the_order():
    quiz = QuizFactory(course=make_course(modules=3), question_count=5, pass_mark=75, outcome_minimum=40)
    fill_bank(quiz.course, each=4)

    attempt = start_attempt(make_enrolment(quiz))

    assert (attempt.pass_mark, attempt.outcome_minimum) == (75, 40)
    assert (attempt.submitted_at, attempt.score, attempt.due_at, attempt.check_at) == (None,) * 4
    assert list(attempt.responses.values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    modules = Counter(attempt.responses.values_list("version__item__module", flat=True))
    assert sorted(modules.values()) == [1, 2, 2]
    assert all(sorted(r.choice_order) == ["keya", "keyb", "keyc"] for r in attempt.responses.all())
    assert [(e.was, e.became, e.actor) for e in attempt.events.all()] == [
        ("", AttemptState.IN_PROGRESS, attempt.enrolment.learner)
    ]


def test_start_attempt_returns_the_open_attempt():
    attempt = make_attempt()

    assert start_attempt(attempt.enrolment) == attempt
    assert Attempt.objects.count() == 1


def test_another_device_finds_what_was_answered():
    attempt = make_attempt()
    save_response(attempt, 2, ["keyb"], confidence="sure")

    resumed = start_attempt(attempt.enrolment)

    assert resumed == attempt
    assert answers(resumed) == [None, ["keyb"], None, None]
    save_response(resumed, 1, ["keya"], seen=0)
    assert answers(attempt) == [["keya"], ["keyb"], None, None]


def test_start_attempt_draws_again_what_was_seen_least():
    quiz = QuizFactory(question_count=3)
    fill_bank(quiz.course, each=3)
    first = make_attempt(quiz)
    submit_attempt(first)

    second = start_attempt(first.enrolment)

    assert set(drawn(first)).isdisjoint(drawn(second))


def test_the_orders_are_kept_as_they_were_shown():
    quiz = quiz_of(
        TF=question("truefalse", "a", keys="ab"),
        SIGNS=question("signs", "ac", keys="abcdef"),
        KEPT=question("single", "a", keys="abcdef", shuffle=False),
        ONE=question("single", "a", keys="abcdef"),
        PAIRS=matching("cat=meow", "dog=bark", "fox=bark", "cow=moo", "=neigh"),
    )
    attempt = start_attempt(make_enrolment(quiz), rng=random.Random(3))

    rows = {r.version.item.code: r for r in attempt.responses.all()}
    assert rows["TF"].choice_order == list("ab")
    assert rows["SIGNS"].choice_order == list("abcdef")
    assert rows["KEPT"].choice_order == list("abcdef")
    assert rows["ONE"].choice_order != list("abcdef")
    assert sorted(rows["ONE"].choice_order) == list("abcdef")
    assert sorted(rows["PAIRS"].choice_order) == list("abcd")
    assert sorted(rows["PAIRS"].half_order) == list("abde")
    assert start_attempt(attempt.enrolment).responses.get(position=4).choice_order == rows["ONE"].choice_order


def test_the_same_seed_starts_the_same_attempt():
    quiz = QuizFactory()
    fill_bank(quiz.course)
    one, other = (start_attempt(make_enrolment(quiz), rng=random.Random(5)) for _ in range(2))

    assert drawn(one) == drawn(other)
    assert [r.choice_order for r in one.responses.all()] == [r.choice_order for r in other.responses.all()]


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("keys", ["abc", "abcd"])
def test_an_ordering_question_never_starts_in_the_right_order(shuffle, keys):
    quiz = quiz_of(ORDER=ordering(keys), rules={"shuffle_choices": shuffle})

    for seed in range(12):
        attempt = start_attempt(make_enrolment(quiz), rng=random.Random(seed))
        order = attempt.responses.get().choice_order
        assert order != list(keys)
        assert sorted(order) == list(keys)


def test_two_things_to_order_start_either_way():
    """Never the right way round would give the answer away."""
    quiz = quiz_of(ORDER=ordering("ab"))

    orders = [
        start_attempt(make_enrolment(quiz), rng=random.Random(seed)).responses.get().choice_order
        for seed in range(12)
    ]
    assert ["a", "b"] in orders
    assert ["b", "a"] in orders


def test_only_ready_questions_of_the_course():
    quiz = QuizFactory(question_count=20, exclude_needs_check=True)
    module = quiz.course.course_modules.first().module
    for number, type in enumerate(
        (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.SCENARIO)
    ):
        make_item(module, f"OK{number}", type=type, keys="ab")
    make_item(module, "DRAFT", ready=False)
    make_item(module, "RETIRED")
    Item.objects.get(code="RETIRED").unpublish()
    make_item(module, "CHECK", needs_check=True)
    make_item(make_course(slug="other").course_modules.first().module, "ELSEWHERE")

    assert sorted(drawn(start_attempt(make_enrolment(quiz)))) == ["OK0", "OK1", "OK2", "OK3"]


def test_a_fixed_question_that_was_retired_is_not_served():
    quiz = quiz_of(A=question("single", "a"), B=question("single", "a"))
    retire(Item.objects.get(code="A"))

    assert drawn(start_attempt(make_enrolment(quiz))) == ["B"]


def test_an_open_attempt_keeps_the_version_it_began_with():
    quiz = QuizFactory(course=make_course(modules=1), question_count=1)
    item = make_item(quiz.course.course_modules.get().module, "A")
    attempt = start_attempt(make_enrolment(quiz))
    for choice in item.choices.all():
        choice.is_correct = choice.key == "keyb"
    item.choices = list(item.choices.all())
    for choice in item.choices.all():
        choice.is_correct = choice.key == "keyb"
    item.save_revision().publish()
    save_response(attempt, 1, ["keya"])

    submit_attempt(attempt)

    assert item.versions.count() == 2
    assert attempt.score == 100


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


def test_an_item_is_never_twice_in_an_attempt():
    attempt = make_attempt(QuizFactory(question_count=50))

    assert sorted(drawn(attempt)) == sorted(Item.objects.values_list("code", flat=True))


# saving


@pytest.mark.parametrize(("content", "right"), EVERY_TYPE.values(), ids=EVERY_TYPE.keys())
def test_an_answer_of_every_type_is_kept_and_marked(content, right):
    attempt = start_attempt(make_enrolment(quiz_of(Q=content)))

    save_response(attempt, 1, right)
    assert answers(attempt) == [right]
    submit_attempt(attempt)

    assert (attempt.state, attempt.score) == (AttemptState.FINISHED, 100)


def test_several_ticks_are_the_same_answer_in_any_order():
    attempt = start_attempt(make_enrolment(quiz_of(M=question("multiple", "ab"), N=question("single", "a"))))

    save_response(attempt, 1, ["c", "a"])

    first, second = attempt.responses.all()
    assert (first.answer, second.answer, second.answered_at) == (["a", "c"], None, None)
    assert first.answered_at


def test_an_answer_can_be_changed_and_cleared():
    attempt = make_attempt()

    save_response(attempt, 1, ["keya"], confidence="sure")
    save_response(attempt, 1, ["keyb"], confidence="guessing")
    response = attempt.responses.get(position=1)
    assert (response.answer, response.confidence, response.saved_count) == (["keyb"], "guessing", 2)

    save_response(attempt, 1, [], confidence="sure")
    response = attempt.responses.get(position=1)
    assert (response.answer, response.answered_at, response.confidence) == (None, None, "")


def test_what_is_returned_says_how_often_it_was_saved():
    attempt = make_attempt()

    assert [save_response(attempt, 1, ["keya"], seen=n).saved_count for n in range(3)] == [1, 2, 3]


def test_a_confidence_that_does_not_exist_is_none():
    attempt = make_attempt()

    assert save_response(attempt, 1, ["keya"], confidence="certain").confidence == ""


@pytest.mark.parametrize("keys", [["keyx"], ["keya", "keyx"], ["keya", "keyb"], [""], "keya", {"keya": 1}, 7])
def test_what_is_not_offered_is_refused_and_changes_nothing(keys):
    attempt = make_attempt()
    save_response(attempt, 1, ["keyb"])

    with pytest.raises(NotOffered):
        save_response(attempt, 1, keys)
    assert answers(attempt)[0] == ["keyb"]


def test_a_position_that_is_not_there():
    with pytest.raises(Response.DoesNotExist):
        save_response(make_attempt(), 99, ["keya"])


def test_a_stale_tab_overwrites_nothing():
    attempt = make_attempt()
    first_tab = second_tab = 0
    save_response(attempt, 1, ["keya"], seen=first_tab)

    with pytest.raises(StaleAnswer):
        save_response(attempt, 1, ["keyb"], seen=second_tab)
    with pytest.raises(StaleAnswer):
        save_response(attempt, 1, None, seen=second_tab)
    assert answers(attempt)[0] == ["keya"]

    second_tab = attempt.responses.get(position=1).saved_count
    save_response(attempt, 1, ["keyb"], seen=second_tab)
    assert answers(attempt)[0] == ["keyb"]


def test_a_stale_tab_is_told_even_after_an_answer_was_cleared():
    attempt = make_attempt()
    save_response(attempt, 1, ["keya"], seen=0)
    save_response(attempt, 1, None, seen=1)

    with pytest.raises(StaleAnswer):
        save_response(attempt, 1, ["keyb"], seen=0)


def test_tabs_at_different_questions_do_not_disturb_each_other():
    attempt = make_attempt()

    save_response(attempt, 1, ["keya"], seen=0)
    save_response(attempt, 2, ["keyb"], seen=0)

    assert answers(attempt)[:2] == [["keya"], ["keyb"]]


def test_an_answer_after_submitting_is_refused():
    attempt = make_attempt()
    submit_attempt(attempt)

    with pytest.raises(AttemptClosed):
        save_response(attempt, 1, ["keya"])
    assert answers(attempt)[0] is None


def test_an_answer_is_final_once_its_feedback_was_shown():
    quiz = quiz_of(
        ONE=question("single", "a"),
        PAIRS=matching("cat=meow", "dog=bark"),
        rules={"show_during": [Feedback.CORRECTNESS]},
    )
    attempt = start_attempt(make_enrolment(quiz))

    assert not save_response(attempt, 1, None).is_final
    assert save_response(attempt, 1, ["b"]).is_final
    for late in (["a"], ["b"], None):
        with pytest.raises(AttemptClosed):
            save_response(attempt, 1, late)
    assert not save_response(attempt, 2, {"a": "a"}).is_final
    assert save_response(attempt, 2, {"a": "a", "b": "b"}).is_final
    assert answers(attempt) == [["b"], {"a": "a", "b": "b"}]

    quiz.show_during = []
    quiz.save()
    with pytest.raises(AttemptClosed):
        save_response(attempt, 1, ["a"])


def test_in_a_story_nobody_goes_back():
    attempt = start_attempt(make_enrolment(quiz_of(STORY=story())))
    save_response(attempt, 1, [["start", "b"]])

    for rewritten in ([["start", "g"]], [["start", "g"], ["next", "g"]], None, []):
        with pytest.raises(AttemptClosed):
            save_response(attempt, 1, rewritten)
    assert answers(attempt) == [[["start", "b"]]]

    save_response(attempt, 1, [["start", "b"]])
    save_response(attempt, 1, [["start", "b"], ["detour", "g"], ["next", "g"]])
    submit_attempt(attempt)
    assert attempt.score == Decimal("66.66")


# the clock


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (29, True), (31, False)])
def test_the_server_decides_when_time_is_up(seconds, taken, clock):
    attempt = make_attempt(QuizFactory(time_limit_minutes=10))
    clock(minutes=10, seconds=seconds)

    if taken:
        save_response(attempt, 1, ["keya"])
    else:
        with pytest.raises(AttemptClosed):
            save_response(attempt, 1, ["keya"])
    assert answers(attempt)[0] == (["keya"] if taken else None)


def test_time_up_hands_in_what_was_saved_as_of_the_end(clock, heard):
    attempt = make_attempt(QuizFactory(time_limit_minutes=10))
    answer(attempt, right=4)
    clock(hours=3)

    assert tend_attempts() == 1

    attempt.refresh_from_db()
    assert (attempt.state, attempt.score, attempt.passed) == (AttemptState.FINISHED, 100, True)
    assert (attempt.submitted_at, attempt.check_at) == (attempt.due_at, None)
    assert heard == [attempt.enrolment]
    assert [event.actor for event in attempt.events.all()] == [attempt.enrolment.learner, None, None]
    assert tend_attempts() == 0


def test_with_grace_the_answers_wait_to_be_handed_in(clock):
    quiz = QuizFactory(time_limit_minutes=10, grace_minutes=5)
    fill_bank(quiz.course)
    one, other = (start_attempt(make_enrolment(quiz)) for _ in range(2))
    for attempt in (one, other):
        answer(attempt, right=4)
    clock(minutes=12)
    tend_attempts()
    with pytest.raises(AttemptClosed):
        save_response(one, 1, ["keyb"])

    submit_attempt(one)
    clock(minutes=4)
    tend_attempts()
    submit_attempt(other)

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, one.score) == (AttemptState.FINISHED, 100)
    assert (other.state, other.score, other.check_at) == (AttemptState.ABANDONED, None, None)


def test_an_attempt_that_nobody_comes_back_to(clock):
    attempt = make_attempt(QuizFactory(abandon_after_days=7))
    clock(days=6)
    save_response(attempt, 1, ["keya"])
    clock(days=6)
    tend_attempts()
    assert bring_up_to_date(Attempt.objects.get()).state == AttemptState.IN_PROGRESS

    clock(days=1, seconds=1)
    tend_attempts()

    assert Attempt.objects.get().state == AttemptState.ABANDONED
    assert answers(attempt)[0] == ["keya"]


def test_a_page_brings_the_clock_up_to_date_when_the_job_is_late(clock):
    attempt = make_attempt(QuizFactory(time_limit_minutes=10))
    clock(minutes=11)

    assert bring_up_to_date(attempt).state == AttemptState.FINISHED


def test_what_the_clock_asked_for_stays_when_no_other_attempt_may_start(clock):
    attempt = make_attempt(QuizFactory(time_limit_minutes=10, attempts_allowed=1))
    clock(minutes=11)

    with pytest.raises(NotReady, match="used all your attempts"):
        start_attempt(attempt.enrolment)

    attempt.refresh_from_db()
    assert attempt.state == AttemptState.FINISHED


# submitting and marking


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


def test_what_is_not_answered_scores_nothing():
    attempt = make_attempt()

    submit_attempt(attempt)

    assert (attempt.score, attempt.passed) == (0, False)
    assert set(attempt.responses.values_list("marks_awarded", flat=True)) == {Decimal(0)}


def test_the_rules_are_those_of_the_start():
    quiz = QuizFactory(question_count=4)
    attempt = make_attempt(quiz)
    quiz.pass_mark, quiz.outcome_minimum, quiz.time_limit_minutes = 50, 90, 1
    quiz.save()
    answer(attempt, right=3)

    submit_attempt(attempt)

    assert (attempt.score, attempt.passed, attempt.due_at) == (75, False, None)


@pytest.mark.parametrize(("least", "passed"), [(0, True), (50, True), (51, False)])
def test_every_outcome_needs_its_least_score(least, passed):
    contents = {
        code: question("single", "a", outcomes=("LO2" if code in "DE" else "LO1",)) for code in "ABCDE"
    }
    quiz = quiz_of(**contents, rules={"pass_mark": 80, "outcome_minimum": least})
    attempt = start_attempt(make_enrolment(quiz))
    for position in range(1, 5):
        save_response(attempt, position, ["a"])

    submit_attempt(attempt)

    assert (attempt.score, attempt.passed) == (80, passed)


def test_submitting_again_changes_nothing_and_announces_nothing(heard):
    attempt = make_attempt()
    answer(attempt, right=4)
    submit_attempt(attempt)
    first = Attempt.objects.get()

    submit_attempt(Attempt.objects.get())

    assert heard == [attempt.enrolment]
    assert (first.submitted_at, first.score) == Attempt.objects.values_list("submitted_at", "score").get()
    assert attempt.events.count() == 3


def test_a_marking_that_fails_leaves_the_submission_to_the_job(heard, caplog):
    attempt = make_attempt()
    answer(attempt, right=4)

    def fail(**kwargs):
        raise RuntimeError

    progress_changed.connect(fail)
    submit_attempt(attempt)
    progress_changed.disconnect(fail)

    assert (attempt.state, attempt.score) == (AttemptState.SUBMITTED, None)
    assert not attempt.responses.exclude(marks_awarded=None).exists()
    assert "could not be marked" in caplog.text
    submitted_at = attempt.submitted_at

    tend_attempts()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score, attempt.submitted_at) == (AttemptState.FINISHED, 100, submitted_at)
    assert heard[-1] == attempt.enrolment


def test_attempts_that_cannot_be_marked_keep_nobody_waiting(monkeypatch, clock, caplog):
    monkeypatch.setattr(services, "JOB_BATCH", 2)
    quiz = quiz_of(BROKEN=question("multiple", "ab"))
    broken = [start_attempt(make_enrolment(quiz)) for _ in range(2)]
    for attempt in broken:
        save_response(attempt, 1, ["a"])
        version = attempt.responses.get().version
        version.data["choices"] = [choice | {"is_correct": False} for choice in version.data["choices"]]
        version.save()
        submit_attempt(attempt)
        assert attempt.state == AttemptState.SUBMITTED
    waiting = start_attempt(make_enrolment(quiz))
    quiz.time_limit_minutes = 1
    Attempt.objects.filter(pk=waiting.pk).update(due_at=timezone.now(), check_at=timezone.now())
    clock(minutes=5)

    tend_attempts()
    tend_attempts()

    waiting.refresh_from_db()
    assert waiting.state == AttemptState.FINISHED


# queries, whatever the size of the bank

SAVE_QUERIES = 5
SUBMIT_QUERIES = 12
START_QUERIES = 18


def large_bank(size):
    """A quiz of twenty questions over a bank of `size`."""
    quiz = QuizFactory(course=make_course(modules=2), question_count=20)
    content = question("multiple", "ab", outcomes=("LO1",))
    for number, place in enumerate(quiz.course.course_modules.select_related("module")):
        keep_versions(
            place.module,
            {f"L{number}.{n}": content.model_copy(update={"stem": f"{n}?"}) for n in range(size // 2)},
        )
    return quiz


@pytest.mark.parametrize("size", [50, 5000])
def test_the_same_queries_whatever_the_size_of_the_bank(size, django_assert_num_queries):
    enrolment = make_enrolment(large_bank(size))

    with django_assert_num_queries(START_QUERIES):
        attempt = start_attempt(enrolment)
    assert attempt.responses.count() == 20
    for position in (1, 20):
        with django_assert_num_queries(SAVE_QUERIES):
            save_response(attempt, position, ["a", "b"], confidence="sure", seen=0)
    with django_assert_num_queries(SUBMIT_QUERIES):
        submit_attempt(attempt)
    assert (attempt.state, attempt.score) == (AttemptState.FINISHED, 10)


# many at once


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
def test_clicks_at_once_never_take_more_attempts_than_are_allowed():
    quiz = QuizFactory(attempts_allowed=2)
    fill_bank(quiz.course)
    enrolment = make_enrolment(quiz)

    def start_and_submit():
        submit_attempt(start_attempt(enrolment))

    results = at_once(*[start_and_submit] * 8)

    assert Attempt.objects.count() == 2
    assert {type(result) for result in results} <= {type(None), NotReady}


@pytest.mark.django_db(transaction=True)
def test_many_submissions_at_once_count_once(heard):
    attempt = make_attempt()
    answer(attempt, right=4)

    results = at_once(*[lambda: submit_attempt(Attempt.objects.get())] * 8)

    assert results == [None] * 8
    assert len(heard) == 1
    assert Attempt.objects.get().score == 100
    assert attempt.events.count() == 3


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
        assert marked_right == (response.answer == right) == isinstance(saved, Response)
        assert isinstance(saved, Response | AttemptClosed)


@pytest.mark.django_db(transaction=True)
def test_answers_from_many_tabs_never_touch_each_other():
    attempt = make_attempt()

    at_once(*[lambda p=p: save_response(attempt, p, ["keyb"], seen=0) for p in (1, 2, 3, 4)])

    assert answers(attempt) == [["keyb"]] * 4


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_that_save_the_same_question_at_once_one_is_told():
    attempt = make_attempt()

    results = at_once(
        *[lambda key=key: save_response(attempt, 1, [key], seen=0) for key in ("keya", "keyb", "keyc")]
    )

    kept = [result.answer for result in results if isinstance(result, Response)]
    assert [type(r) for r in results].count(StaleAnswer) == 2
    assert answers(attempt)[:1] == kept


@pytest.mark.parametrize("rules", [{}, {"abandon_after_days": 30}, {"time_limit_minutes": 60}])
def test_a_clock_that_is_far_off_costs_a_save_nothing(django_assert_num_queries, rules):
    attempt = make_attempt(QuizFactory(**rules))
    answer = right_answer(attempt.responses.get(position=1))

    with django_assert_num_queries(5):
        save_response(attempt, 1, answer)
