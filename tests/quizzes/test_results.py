"""The page of an attempt that is over, in every state, for every kind of quiz."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.services import withdraw
from library.models import Indicator
from quizzes.life import move
from quizzes.models import (
    Attempt,
    AttemptState,
    Confidence,
    Feedback,
    Quiz,
    QuizKind,
    Regrade,
    RegradeAction,
    ScoreChange,
)
from quizzes.regrading import apply_regrade, plan_regrade
from quizzes.results import Before, Revisit, result_of
from quizzes.services import save_response, start_attempt, submit_attempt
from quizzes.staff import void_attempt
from tests.factories.accounts import UserFactory
from tests.factories.courses import CourseModuleFactory, CoursePageFactory, ModulePageFactory
from tests.factories.every_type import (
    ANSWERS,
    PART,
    RIGHT,
    WRONG,
    answer_all,
    make_of_type,
    quiz_of_every_type,
)
from tests.factories.library import IndicatorFactory
from tests.factories.quizzes import (
    QuizFactory,
    answer,
    fill_bank,
    make_attempt,
    make_enrolment,
    make_item,
)

pytestmark = pytest.mark.django_db
TYPES = list(ANSWERS)


@pytest.fixture
def quiz():
    quiz = QuizFactory()
    fill_bank(quiz.course)
    return quiz


@pytest.fixture
def attempt(quiz):
    return make_attempt(quiz)


@pytest.fixture
def page_of(client_for):
    """`page_of(attempt)` is the result page as its learner reads it; `.text` without markup."""

    def read(attempt):
        page = client_for(attempt.enrolment.learner).get(reverse("quizzes:result", args=[attempt.pk]))
        main = re.search(r"<main.*</main>", page.content.decode(), re.S)
        page.html = main.group() if main else ""
        assert 'href=""' not in page.html
        page.text = " ".join(re.sub(r"<[^>]+>", " ", page.html).split())
        return page

    return read


def finish(attempt, *, right):
    answer(attempt, right=right)
    submit_attempt(attempt)
    return attempt


def setting(attempt, **fields):
    """Change the quiz of `attempt` and return the attempt as it is read anew."""
    Quiz.objects.filter(pk=attempt.quiz_id).update(**fields)
    return Attempt.objects.get(pk=attempt.pk)


# --- Passed, not passed yet, practice ---------------------------------------------------------------


def test_a_pass(page_of, attempt):
    page = page_of(finish(attempt, right=4))

    assert "<h1" in page.html
    assert "Passed" in page.text
    assert "Your score is 100%. The pass mark is 80%." in page.text
    assert "your certificate is prepared" in page.text
    assert "What to look at again" not in page.text
    assert "You may take the quiz again for practice; your pass stays." in page.text
    assert "no-store" in page["Cache-Control"]


def test_not_passed_yet_leads_on(page_of, attempt):
    page = page_of(finish(attempt, right=3))
    missed = attempt.responses.get(position=4).version.item.module

    assert "Not passed yet" in page.text
    assert "Your score is 75%. The pass mark is 80%." in page.text
    assert "Nothing is lost" in page.text
    assert "Try again" in page.text
    assert reverse("courses:module", args=[attempt.quiz.course.slug, missed.slug]) in page.html
    assert "You will be able to: notice signs" in page.text
    assert not re.search(r"\bfail", page.text, re.I)


@pytest.mark.parametrize(
    ("kind", "heading", "words"),
    [
        (QuizKind.CHECK, "Your result", "This is practice: it counts for nothing"),
        (QuizKind.DIAGNOSTIC, "What you know already", "There is nothing to pass here."),
    ],
)
def test_practice_says_nothing_of_passing(page_of, quiz, kind, heading, words):
    module = quiz.course.course_modules.first().module if kind == QuizKind.CHECK else None
    Quiz.objects.filter(pk=quiz.pk).update(kind=kind, module=module)
    quiz.refresh_from_db()

    page = page_of(finish(start_attempt(make_enrolment(quiz), quiz), right=1))

    assert heading in page.text
    assert words in page.text
    assert not re.search(r"pass mark|passed|Passed|certificate", page.text)
    assert ("Try again" in page.text) == (kind == QuizKind.CHECK)
    given = "What this course will give you" if kind == QuizKind.DIAGNOSTIC else "What to look at again"
    assert given in page.text


def test_outcomes_say_where_a_minimum_is_missing(page_of):
    course = CoursePageFactory(slug="two", outcomes=["notice signs", "respond safely"])
    place = CourseModuleFactory(course=course, module=ModulePageFactory(slug="m", code="M1"))
    quiz = QuizFactory(course=course, question_count=4, pass_mark=50, outcome_minimum=60, shuffle_items=False)
    for number, outcome in enumerate(["LO1", "LO1", "LO2", "LO2"], 1):
        make_item(place.module, f"Q{number}", outcomes=[outcome])
    attempt = make_attempt(quiz)
    for response in attempt.responses.select_related("version__item"):
        code = response.version.item.code
        save_response(attempt, response.position, ["keyb"] if code == "Q4" else ["keya"])
    submit_attempt(attempt)

    result, page = result_of(attempt), page_of(attempt)

    assert [(o.text, o.questions, o.percent, o.is_below) for o in result.outcomes] == [
        ("notice signs", 2, Decimal(100), False),
        ("respond safely", 2, Decimal(50), True),
    ]
    assert result.revisit == [Revisit(place.module, ["respond safely"])]
    assert "Not passed yet" in page.text
    assert "each outcome needs at least 60%, and 1 of them has less" in page.text
    assert page.text.count("Below the 60% that each outcome needs") == 1


# --- Every type on the page -------------------------------------------------------------------------


@pytest.mark.parametrize("which", [None, WRONG, PART, RIGHT])
def test_every_type_is_told_on_the_page(page_of, which):
    attempt = make_attempt(quiz_of_every_type())
    if which is not None:
        answer_all(attempt, which)
    submit_attempt(attempt)

    page = page_of(attempt)

    verdicts = re.findall(r'govuk-tag[^>]*">(Right|Partly right|Not right|Not answered)</strong>', page.html)
    assert (
        verdicts
        == {
            None: ["Not answered"] * 10,
            WRONG: ["Not right"] * 10,
            PART: [
                ("Partly right" if ANSWERS[type][PART] else "Not answered") for type in attempt_types(attempt)
            ],
            RIGHT: ["Right"] * 10,
        }[which]
    )
    assert page.text.count("HIDEXPLANATION") == 10
    assert [f'id="question-{n}"' in page.html for n in range(1, 11)] == [True] * 10
    assert ("DEBRIEF-question" in page.text) == (which is not None)
    for sign in Indicator.objects.all():
        assert f'href="{sign.get_absolute_url()}"' in page.html


def attempt_types(attempt):
    return [response.version.content.type for response in attempt.responses.select_related("version")]


def test_what_learners_and_editors_wrote_is_never_markup(page_of):
    attempt = make_attempt(quiz_of_every_type(["short"]))
    save_response(attempt, 1, "<script>alert('x')</script>")
    submit_attempt(attempt)

    assert "&lt;script&gt;alert" in page_of(attempt).html


# --- The feedback matrix ----------------------------------------------------------------------------

LATER = datetime(2199, 5, 4, 12, tzinfo=UTC)
EVERYTHING = list(Feedback.values)
HIDDEN = r"HID|40713|Right answer|Your answer, |You noticed|HALF-a|in its place|Your choice"


def everything_wrong(**rules):
    attempt = make_attempt(quiz_of_every_type(**rules))
    answer_all(attempt, WRONG)
    submit_attempt(attempt)
    return attempt


def test_with_nothing_shown_the_page_holds_neither_score_nor_answers(page_of):
    page = page_of(everything_wrong(show_after=[], show_closed=EVERYTHING, closes_at=LATER))

    assert "Your answers are handed in" in page.text
    assert (
        "We show your score, the feedback on your answers and the right answers after 4 May 2199" in page.text
    )
    assert not re.search(HIDDEN + r"|TEXT-|\d%|Not passed|What to look at", page.html)


def test_with_the_score_alone_no_question_is_told(page_of):
    page = page_of(everything_wrong(show_after=["score"], show_closed=["score"]))

    assert "Your score is 0%" in page.text
    assert "The questions and answers of this quiz are not shown afterwards." in page.text
    assert "What to look at again" in page.text
    assert not re.search(HIDDEN + "|TEXT-|Signs (you|to)", page.html)


def test_with_correctness_the_key_stays_closed_until_the_closing_date(page_of):
    page = page_of(everything_wrong(show_after=["correctness"], show_closed=EVERYTHING, closes_at=LATER))

    assert "Not right" in page.text
    assert not re.search(r"HID|40713|Right answer|\d%|Passed|Not passed", page.html)
    assert "We show your score, the feedback on your answers and the right answers after" in page.text


def test_after_the_closing_date_its_own_setting_counts():
    attempt = everything_wrong(show_after=EVERYTHING, show_closed=["score"], closes_at=LATER)

    before, after = result_of(attempt), result_of(attempt, now=LATER + timedelta(seconds=1))

    assert (len(before.responses), before.later) == (10, "")
    assert after.responses == []
    assert after.signs.again == []
    assert after.later == "The questions and answers of this quiz are not shown afterwards."
    assert after.score == "0%"


# --- Signs ------------------------------------------------------------------------------------------


def test_signs_noticed_and_to_look_at_again():
    tested, both, plain = IndicatorFactory(), IndicatorFactory(), IndicatorFactory()
    quiz = quiz_of_every_type(["signs"], question_count=4, only_chosen=False)
    module = quiz.course.course_modules.first().module
    make_item(module, "KNOWN", indicators=[tested, both])
    make_item(module, "MISSED", indicators=[both])
    make_item(module, "NONE")
    attempt = make_attempt(quiz)
    for response in attempt.responses.select_related("version__item"):
        keys = {"Q-signs": ["zqb"], "MISSED": ["keyb"]}.get(response.version.item.code, ["keya"])
        save_response(attempt, response.position, keys)
    submit_attempt(attempt)
    b, d = Indicator.objects.filter(text__startswith="HIDSIGN").order_by("text")

    signs = result_of(attempt).signs

    assert signs.noticed == [tested, b]
    assert signs.again == [both, d]
    assert plain not in signs.noticed + signs.again
    closed = result_of(setting(attempt, show_after=["correctness"])).signs
    assert (closed.noticed, closed.again) == ([tested, b], [both])
    hidden = result_of(setting(attempt, show_after=["score", "reasons"])).signs
    assert (hidden.noticed, hidden.again) == ([], [])


# --- Before and now ---------------------------------------------------------------------------------


@pytest.fixture
def diagnostic(quiz):
    return QuizFactory(course=quiz.course, kind=QuizKind.DIAGNOSTIC, slug="before", title="Before you start")


def test_the_result_is_compared_with_the_diagnostic(page_of, quiz, diagnostic):
    enrolment = make_enrolment(quiz)
    first = finish(start_attempt(enrolment, diagnostic), right=1)
    attempt = finish(start_attempt(enrolment, quiz), right=3)

    result, page = result_of(attempt), page_of(attempt)

    assert result.before == Before(Decimal(25), first.submitted_at, {"LO1": Decimal(25)})
    assert [(o.before, o.percent) for o in result.outcomes] == [(Decimal(25), Decimal(75))]
    assert "Before the course you scored 25%. Now it is 75%." in page.text
    assert result_of(first).before is None


@pytest.mark.parametrize("case", ["none", "open", "hidden", "somebody else"])
def test_there_is_no_comparison_without_a_diagnostic_to_show(quiz, diagnostic, case):
    enrolment = make_enrolment(quiz)
    owner = make_enrolment(quiz) if case == "somebody else" else enrolment
    if case != "none":
        earlier = start_attempt(owner, diagnostic)
        if case != "open":
            finish(earlier, right=1)
    if case == "hidden":
        setting(earlier, show_after=["correctness"])
    result = result_of(finish(start_attempt(enrolment, quiz), right=3))

    assert result.before is None
    assert [o.before for o in result.outcomes] == [None]


# --- How sure ---------------------------------------------------------------------------------------


def test_sure_and_wrong_guessed_and_right(page_of):
    quiz = QuizFactory(question_count=6, ask_confidence=True)
    fill_bank(quiz.course)
    attempt = make_attempt(quiz)
    said = [("sure", "a"), ("sure", "b"), ("guessing", "a"), ("guessing", "b"), ("fairly", "a"), ("", "a")]
    for position, (confidence, key) in enumerate(said, 1):
        save_response(attempt, position, [f"key{key}"], confidence=confidence)
    submit_attempt(attempt)

    sureness, page = result_of(attempt).sureness, page_of(attempt)

    assert [(row.label, row.right, row.not_right) for row in sureness.rows] == [
        (Confidence.SURE.label, 1, 1),
        (Confidence.FAIRLY.label, 1, 0),
        (Confidence.GUESSING.label, 1, 1),
    ]
    assert [r.position for r in sureness.sure_wrong] == [2]
    assert [r.position for r in sureness.guessed_right] == [3]
    assert "Sure, and not right: look at these first" in page.text
    assert 'href="#question-2"' in page.html
    assert result_of(setting(attempt, show_after=["score", "reasons"])).sureness is None


def test_without_confidence_there_is_no_map(page_of, attempt):
    assert "How sure you were" not in page_of(finish(attempt, right=2)).text


# --- Corrections of the score -----------------------------------------------------------------------


def test_a_changed_score_says_from_what_to_what_when_and_why(page_of, attempt):
    finish(attempt, right=3)
    item = attempt.responses.get(position=4).version.item
    plan = plan_regrade(item, RegradeAction.FULL)
    regrade = apply_regrade(
        item,
        RegradeAction.FULL,
        reason="Two answers were right.",
        by=UserFactory(),
        expected=plan.fingerprint,
    )
    Regrade.objects.filter(pk=regrade.pk).update(decided_at=datetime(2026, 5, 3, 12, tzinfo=UTC))

    page = page_of(attempt)

    assert (
        "Your score was changed from 75% to 100% on 3 May 2026. The reason: Two answers were right. "
        "You have passed now." in page.text
    )
    assert "We corrected this question on 3 May 2026: everybody received full marks." in page.text
    assert "was changed" not in page_of(setting(attempt, show_after=["correctness"])).text


@pytest.mark.parametrize(
    ("was", "now", "kept", "words"),
    [
        (True, True, True, "You keep your pass."),
        (True, False, False, "It is no pass any more."),
        (False, False, False, "The reason: A reason."),
    ],
)
def test_what_a_correction_did_to_the_pass(attempt, was, now, kept, words):
    finish(attempt, right=2)
    item = attempt.responses.get(position=1).version.item
    regrade = Regrade.objects.create(item=item, version=item.versions.get(), reason="A reason")
    ScoreChange.objects.create(
        regrade=regrade,
        attempt=attempt,
        old_marks=1,
        new_marks=0,
        old_score=Decimal("66.50"),
        new_score=Decimal(50),
        old_passed=was,
        new_passed=now,
        pass_kept=kept,
    )

    (change,) = result_of(attempt).changes

    assert change.startswith("Your score was changed from 66.5% to 50% on ")
    assert change.endswith(words)


# --- Trying again -----------------------------------------------------------------------------------


def test_no_attempts_left_says_so(page_of, attempt):
    page = page_of(setting(finish(attempt, right=1), attempts_allowed=1))

    assert "You have used all your attempts." in page.text
    assert "Try again" not in page.text


def test_attempts_left_are_told(page_of, attempt):
    assert "You have 2 attempts left." in page_of(setting(finish(attempt, right=1), attempts_allowed=3)).text


def test_a_delay_says_when(page_of, attempt):
    page = page_of(setting(finish(attempt, right=1), delay_minutes=60))

    assert "You can try again from" in page.text
    assert "<form" not in page.html


def test_an_attempt_that_is_open_is_continued(page_of, attempt):
    finish(attempt, right=1)
    start_attempt(attempt.enrolment, attempt.quiz)

    page = page_of(attempt)

    assert re.search(r"<button[^>]*>\s*Continue\s*</button>", page.html)
    assert "Try again" not in page.text


def test_trying_again_starts_an_attempt(client_for, page_of, attempt):
    finish(attempt, right=1)
    address = re.search(r'<form method="post" action="([^"]+)"', page_of(attempt).html).group(1)

    response = client_for(attempt.enrolment.learner).post(address)

    second = Attempt.objects.open().get()
    assert response.url == reverse("quizzes:question", args=[second.pk, 1])


def test_somebody_who_left_the_course_still_reads_the_result(page_of, attempt):
    finish(attempt, right=1)
    withdraw(attempt.enrolment)

    page = page_of(attempt)

    assert "Your score is 25%" in page.text
    assert "<form" not in page.html


# --- Other states -----------------------------------------------------------------------------------


def test_an_open_attempt_leads_back_to_its_questions(page_of, attempt):
    save_response(attempt, 1, ["keya"])

    assert page_of(attempt).url == reverse("quizzes:question", args=[attempt.pk, 2])


def test_an_overdue_attempt_leads_to_handing_in(page_of, attempt):
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.OVERDUE, check_at=None)

    assert page_of(attempt).url == reverse("quizzes:check", args=[attempt.pk])


def test_time_that_is_up_is_noticed_by_the_page(page_of, quiz):
    quiz.time_limit_minutes = 10
    quiz.save()
    attempt = make_attempt(quiz)
    past = timezone.now() - timedelta(hours=1)
    Attempt.objects.filter(pk=attempt.pk).update(due_at=past, check_at=past)

    assert "Not passed yet" in page_of(attempt).text


def test_marking_that_waits_shows_a_calm_page(page_of, attempt, settings):
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.SUBMITTED, submitted_at=timezone.now(), check_at=None
    )

    page = page_of(attempt)

    assert page.status_code == 200
    assert "We have your answers They are being marked." in page.text
    assert f'href="{reverse("quizzes:result", args=[attempt.pk])}"' in page.html
    assert "Try again" not in page.text
    assert not re.search(r"FEEDBACK|TEXT-|%", page.html)


def test_a_page_that_finds_unmarked_answers_marks_them(page_of, attempt):
    moment = timezone.now() - timedelta(seconds=1)
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.SUBMITTED, submitted_at=moment, check_at=moment
    )

    assert "Your score is 0%" in page_of(attempt).text


@pytest.mark.parametrize(
    ("due", "why"), [(True, "The time was up and"), (False, "Nothing was answered for a long time, so")]
)
def test_an_attempt_that_was_not_handed_in(page_of, attempt, due, why):
    if due:
        attempt.due_at = timezone.now()
        attempt.save()
    move(attempt, AttemptState.ABANDONED, at=datetime(2026, 5, 3, 12, tzinfo=UTC))

    page = page_of(attempt)

    assert "This attempt was not handed in" in page.text
    assert f"{why} the attempt was closed on 3 May 2026" in page.text
    assert "tell your trainer" in page.text
    assert "Try again" in page.text
    assert "FEEDBACK" not in page.html


def test_an_attempt_that_was_set_aside(page_of, attempt):
    void_attempt(finish(attempt, right=4), by=UserFactory(), reason="The fire alarm went off.")

    page = page_of(attempt)

    assert "This attempt does not count" in page.text
    assert "The reason: The fire alarm went off." in page.text
    assert "It uses up none of your attempts" in page.text
    assert not re.search(r"FEEDBACK|Passed|100%", page.html)


def test_somebody_elses_result_is_not_found(client_for, attempt):
    finish(attempt, right=4)
    url = reverse("quizzes:result", args=[attempt.pk])

    assert client_for(UserFactory()).get(url).status_code == 404
    assert client_for(attempt.enrolment.learner).post(url).status_code == 405


# --- On paper, and what it costs --------------------------------------------------------------------


def test_the_page_can_be_printed(page_of, attempt):
    page = page_of(finish(attempt, right=1))

    assert "print this page from your browser’s menu" in page.text
    printed = re.sub(r'<(\w+)[^>]*class="[^"]*app-no-print[^"]*".*?</\1>', "", page.html, flags=re.S)
    assert "<button" not in printed
    assert attempt.enrolment.learner.name in printed


@pytest.mark.parametrize("count", [3, 20])
def test_queries_do_not_grow_with_the_questions(client_for, django_assert_num_queries, count):
    quiz = QuizFactory(question_count=count, ask_confidence=True, attempts_allowed=3)
    fill_bank(quiz.course, each=10)
    QuizFactory(course=quiz.course, kind=QuizKind.DIAGNOSTIC, slug="before", question_count=count)
    enrolment = make_enrolment(quiz)
    finish(start_attempt(enrolment, quiz.course.quizzes.get(slug="before")), right=1)
    attempt = start_attempt(enrolment, quiz)
    signs = [IndicatorFactory(), IndicatorFactory()]
    for response in attempt.responses.select_related("version__item"):
        response.version.item.indicators.set(signs)
        response.version.item.save()
        save_response(attempt, response.position, ["keyb"], confidence="sure")
    submit_attempt(attempt)
    client = client_for(enrolment.learner)
    client.get(reverse("quizzes:result", args=[attempt.pk]))

    with django_assert_num_queries(RESULT):
        page = client.get(reverse("quizzes:result", args=[attempt.pk]))

    assert page.content.decode().count('id="question-') == count


#: Session and account, attempt, another open one, modules and attempts for trying again, answers, outcomes,
#: places, signs, corrections, the diagnostic and its answers.
RESULT = 16


def test_a_diagnostic_of_the_lot_of_types_costs_the_same(django_assert_num_queries):
    one = make_attempt(quiz_of_every_type(["signs"]))
    answer_all(one, WRONG)
    submit_attempt(one)
    module = one.quiz.course.course_modules.last().module
    for type in set(TYPES) - {"signs"}:
        make_of_type(module, type)

    with django_assert_num_queries(8):
        result_of(one)
