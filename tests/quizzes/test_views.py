import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.services import withdraw
from quizzes.forms import answer_form
from quizzes.marking import clean_answer
from quizzes.models import Allowance, Attempt, AttemptState, Feedback, ItemType, QuizKind
from quizzes.models.quizzes import everything
from quizzes.services import save_response, start_attempt, submit_attempt
from quizzes.staff import void_attempt
from tests.factories.accounts import UserFactory
from tests.factories.courses import CoursePageFactory
from tests.factories.quizzes import (
    QuizFactory,
    answer,
    attempt_at,
    fill_bank,
    make_attempt,
    make_course,
    make_enrolment,
    make_item,
)
from tests.hostile import HOSTILE
from tests.quizzes.contents import EVERY_TYPE

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    quiz = QuizFactory(introduction="Four questions.\n\nNo clock.")
    fill_bank(quiz.course)
    return quiz


@pytest.fixture
def enrolment(quiz):
    return make_enrolment(quiz)


@pytest.fixture
def attempt(enrolment):
    return start_attempt(enrolment)


@pytest.fixture
def learner(client_for, enrolment):
    return client_for(enrolment.learner)


def at(name, *args):
    return reverse(f"quizzes:{name}", args=args)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def start_url(quiz):
    return at("one", quiz.course.slug, quiz.slug)


# --- Start ---------------------------------------------------------------------------------------


def test_start_page_says_what_to_expect_and_starts(learner, quiz):
    page = learner.get(start_url(quiz))

    assert "Start quiz" in text_of(page)
    assert "you need 80% to pass" in text_of(page)
    assert "<p>No clock.</p>" in page.content.decode()

    response = learner.post(start_url(quiz))

    attempt = Attempt.objects.get()
    assert response.url == at("question", attempt.pk, 1)


def test_starting_twice_goes_on_with_the_same_attempt(learner, quiz):
    learner.post(start_url(quiz))
    attempt = Attempt.objects.get()
    save_response(attempt, 1, ["keya"])

    assert learner.post(start_url(quiz)).url == at("question", attempt.pk, 2)
    assert Attempt.objects.count() == 1
    assert "Start quiz" not in text_of(learner.get(start_url(quiz)))


def test_start_page_before_the_modules_are_done(client_for, quiz):
    enrolment = make_enrolment(quiz, modules_done=False)
    client = client_for(enrolment.learner)

    page = client.get(start_url(quiz))
    assert "Start quiz" not in text_of(page)
    assert "Go on with the course" in text_of(page)

    response = client.post(start_url(quiz), follow=True)
    assert response.redirect_chain[-1][0] == reverse("courses:course", args=[quiz.course.slug])
    assert "Complete the required modules" in text_of(response)
    assert not Attempt.objects.exists()


def test_start_page_is_for_people_on_the_course(client, client_for, quiz, enrolment):
    to_course = reverse("courses:course", args=[quiz.course.slug])

    assert client.get(start_url(quiz)).url.startswith(reverse("account_login"))
    assert client_for(UserFactory()).post(start_url(quiz)).url == to_course
    withdraw(enrolment)
    assert client_for(enrolment.learner).get(start_url(quiz)).url == to_course
    assert client_for(enrolment.learner).get(at("one", "no-such-course", "quiz")).status_code == 404


# --- Questions -----------------------------------------------------------------------------------


def test_question_page(learner, attempt):
    page = learner.get(at("question", attempt.pk, 3))

    html = page.content.decode()
    response = attempt.responses.get(position=3)
    assert "Question 3 of 4" in html
    assert re.search(r"<h1[^>]*>\s*Stem of [^<]+\?", html)
    assert html.count('type="radio"') == 3
    shown = [html.index(f"TEXT-{response.version.item.code}-{key[-1]}") for key in response.choice_order]
    assert shown == sorted(shown)
    assert "Save and continue" in html
    assert at("question", attempt.pk, 4) in html
    assert "no-store" in page["Cache-Control"]


def test_saving_goes_on_and_keeps_the_answer(learner, attempt):
    response = learner.post(at("question", attempt.pk, 1), {"answer": "2"})

    assert response.url == at("question", attempt.pk, 2)
    first = attempt.responses.get(position=1)
    assert first.answer == [first.choice_order[1]]
    html = learner.get(at("question", attempt.pk, 1)).content.decode()
    assert re.search(r'value="2"\s+checked', html)


def test_saving_goes_to_the_next_question_without_an_answer_then_to_the_check_page(learner, attempt):
    save_response(attempt, 2, ["keya"])

    assert learner.post(at("question", attempt.pk, 1), {"answer": "1"}).url == at("question", attempt.pk, 3)
    assert learner.post(at("question", attempt.pk, 4), {"answer": "1"}).url == at("check", attempt.pk)


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({}, "Select an answer, or answer this question later"),
        ({"answer": ""}, "Select an answer, or answer this question later"),
        ({"answer": "4"}, "Select one of the answers below"),
        ({"answer": "keya"}, "Select one of the answers below"),
    ],
)
def test_an_answer_is_needed_to_save(learner, attempt, posted, message):
    page = learner.post(at("question", attempt.pk, 2), posted)

    html = page.content.decode()
    assert page.status_code == 200
    assert html.count(message) == 2
    assert "<title>Error: Question 2 of 4" in html
    assert 'href="#id_answer"' in html
    assert 'id="id_answer"' in html
    assert attempt.responses.get(position=2).answered_at is None


def test_a_mistaken_post_keeps_the_answer_of_before(learner, attempt):
    save_response(attempt, 2, ["keya"])

    learner.post(at("question", attempt.pk, 2), {})

    assert attempt.responses.get(position=2).answer == ["keya"]


def test_multiple_response_takes_several_and_keeps_them_ticked(client_for):
    quiz = QuizFactory(question_count=1)
    module = quiz.course.course_modules.first().module
    make_item(module, "M", type=ItemType.MULTIPLE, right="ab", keys="abcd")
    attempt = make_attempt(quiz)
    client = client_for(attempt.enrolment.learner)
    url = at("question", attempt.pk, 1)

    assert (
        "You can choose more than one answer. A wrong one takes away a right one."
        in client.get(url).content.decode()
    )
    assert "Select at least one answer" in client.post(url, {}).content.decode()
    assert client.post(url, {"answer": ["3", "1"]}).url == at("check", attempt.pk)
    response = attempt.responses.get()
    assert response.answer == sorted([response.choice_order[0], response.choice_order[2]])
    html = client.get(url).content.decode()
    assert re.findall(r'value="(\d)"\s+checked', html) == ["1", "3"]
    assert client.post(url, {"answer": ["1", "9"]}).status_code == 200
    assert attempt.responses.get().answer == response.answer


def test_any_text_may_be_posted(learner, attempt, hostile):
    page = learner.post(at("question", attempt.pk, 1), {"answer": hostile})

    assert page.status_code == 200
    assert attempt.responses.get(position=1).answered_at is None


# --- Check and submit ------------------------------------------------------------------------------


def test_check_page_lists_every_question_and_warns(learner, attempt):
    save_response(attempt, 1, ["keya"])

    page = learner.get(at("check", attempt.pk))

    text = text_of(page)
    assert "3 questions are not answered. They will score nothing." in text
    assert "Change question 1" in text
    assert [f"Answer question {n}" in text for n in (2, 3, 4)] == [True] * 3
    assert "Submit answers" in text


def test_check_page_has_no_warning_when_everything_is_answered(learner, attempt):
    answer(attempt, right=4)

    assert "score nothing" not in text_of(learner.get(at("check", attempt.pk)))


def test_submitting_shows_the_result_and_doing_it_twice_is_harmless(learner, attempt):
    answer(attempt, right=4)

    assert learner.post(at("submit", attempt.pk)).url == at("result", attempt.pk)
    assert learner.post(at("submit", attempt.pk)).url == at("result", attempt.pk)
    assert Attempt.objects.get().score == 100
    assert learner.get(at("submit", attempt.pk)).status_code == 405


def test_back_after_submitting_leads_to_the_result_and_changes_nothing(learner, attempt):
    answer(attempt, right=4)
    submit_attempt(attempt)
    before = list(attempt.responses.values_list("answer", flat=True))

    for url in (at("question", attempt.pk, 1), at("check", attempt.pk)):
        assert learner.get(url).url == at("result", attempt.pk)
    response = learner.post(at("question", attempt.pk, 1), {"answer": "3"}, follow=True)

    assert "your answers have not been changed" in text_of(response)
    assert list(attempt.responses.values_list("answer", flat=True)) == before


# --- Result ----------------------------------------------------------------------------------------


def test_trying_again_draws_a_new_attempt_and_the_best_one_counts(learner, attempt):
    answer(attempt, right=4)
    submit_attempt(attempt)
    page = learner.get(start_url(attempt.quiz))
    assert "You passed with 100%" in text_of(page)

    learner.post(start_url(attempt.quiz))
    second = Attempt.objects.open().get()
    submit_attempt(second)

    assert "Try again" in text_of(learner.get(at("result", second.pk)))
    assert "You passed with 100%" in text_of(learner.get(start_url(attempt.quiz)))


def test_result_before_submitting_leads_back_to_the_question(learner, attempt):
    save_response(attempt, 1, ["keya"])
    assert learner.get(at("result", attempt.pk)).url == at("question", attempt.pk, 2)

    answer(attempt, right=4)
    assert learner.get(at("result", attempt.pk)).url == at("check", attempt.pk)


def test_nothing_answered_says_so(learner, attempt):
    submit_attempt(attempt)

    assert text_of(learner.get(at("result", attempt.pk))).count("Not answered") == 4


# --- Whose attempt ---------------------------------------------------------------------------------


def test_somebody_elses_attempt_is_not_found(client, client_for, attempt):
    other = client_for(make_enrolment(attempt.quiz).learner)
    addresses = [
        ("get", at("question", attempt.pk, 1), {}),
        ("post", at("question", attempt.pk, 1), {"answer": "1"}),
        ("get", at("check", attempt.pk), {}),
        ("post", at("submit", attempt.pk), {}),
        ("get", at("result", attempt.pk), {}),
    ]
    for method, url, data in addresses:
        assert getattr(other, method)(url, data).status_code == 404
        assert getattr(client, method)(url, data).url.startswith(reverse("account_login"))
    attempt.refresh_from_db()
    assert attempt.submitted_at is None
    assert not attempt.responses.exclude(answered_at=None).exists()


@pytest.mark.parametrize("position", [0, 5, 99_999, 10**30])
def test_a_question_that_is_not_there(learner, attempt, position):
    assert learner.get(at("question", attempt.pk, position)).status_code == 404
    assert learner.post(at("question", attempt.pk, position), {"answer": "1"}).status_code == 404
    assert learner.get(at("check", 10**30)).status_code == 404


# --- Addresses -------------------------------------------------------------------------------------


def test_the_course_alone_leads_to_its_assessment(learner, quiz):
    assert learner.get(at("quiz", quiz.course.slug)).url == start_url(quiz)
    assert learner.get(at("quiz", "no-such-course")).status_code == 404
    QuizFactory(course=CoursePageFactory(slug="other"), slug="elsewhere")
    assert learner.get(at("one", quiz.course.slug, "elsewhere")).status_code == 404


def test_a_diagnostic_and_a_check_are_open_before_the_modules_are_done(client_for, quiz):
    module = quiz.course.course_modules.first().module
    before = QuizFactory(course=quiz.course, slug="before", kind=QuizKind.DIAGNOSTIC)
    check = QuizFactory(
        course=quiz.course, slug="check", kind=QuizKind.CHECK, module=module, question_count=2
    )
    client = client_for(make_enrolment(quiz, modules_done=False).learner)

    for other, says in ((before, "nobody passes or fails"), (check, "This is practice")):
        page = text_of(client.get(start_url(other)))
        assert says in page
        assert "to pass" not in page
        assert client.post(start_url(other)).status_code == 302
    assert Attempt.objects.filter(quiz__in=[before, check]).count() == 2
    assert client.get(start_url(quiz)).status_code == 200
    assert not Attempt.objects.filter(quiz=quiz).exists()


def test_start_page_says_the_rules_and_why_not_now(learner, quiz, enrolment):
    quiz.attempts_allowed, quiz.delay_minutes, quiz.time_limit_minutes = 2, 60, 45
    quiz.save()
    Allowance.objects.create(enrolment=enrolment, quiz=quiz, extra_minutes=15, reason="Asked for it")

    page = text_of(learner.get(start_url(quiz)))
    assert "you have 1 hour from the moment you start; 15 minutes of it are your extra time" in page
    assert "2 attempts allowed: you have 2 left" in page
    assert "between two attempts you wait 1 hour" in page
    assert "ask before you start" in page

    attempt = start_attempt(enrolment)
    submit_attempt(attempt)
    page = text_of(learner.get(start_url(quiz)))
    assert "You can try again from" in page
    assert "Start quiz" not in page
    assert "Attempt 1 Not passed yet 0%" in page
    assert at("result", attempt.pk) in learner.get(start_url(quiz)).content.decode()


def test_a_score_that_the_quiz_does_not_show_is_not_shown_beside_earlier_attempts(learner, quiz, attempt):
    answer(attempt, right=4)
    submit_attempt(attempt)
    quiz.show_after = []
    quiz.save()

    page = text_of(learner.get(start_url(quiz)))

    assert "Attempt 1 Handed in" in page
    assert "100%" not in page
    assert "passed with" not in page


# --- Every type of question, without a script ------------------------------------------------------


def entered(response, right) -> list[dict]:
    """What a browser sends, page after page, to give the answer `right`."""
    content = response.version.content
    orders = {"choice_order": response.choice_order, "half_order": response.half_order}
    if content.type != ItemType.BRANCHING:
        form = answer_form(content, **orders, answer=clean_answer(content, right))
        return [{name: form[name].value() for name in form.fields}]
    pages = []
    for step, (_, key) in enumerate(right):
        form = answer_form(content, **orders, answer=right[:step])
        label = next(choice.label for choice in form.node.choices if choice.key == key)
        place = next(option.place for option in form.options if option.text == label)
        pages.append({"step": str(step), "answer": place})
    return [*pages, {"step": str(len(right))}]


@pytest.mark.parametrize("type", EVERY_TYPE)
def test_an_answer_of_every_type_is_given_and_kept(client_for, type):
    content, right = EVERY_TYPE[type]
    attempt = attempt_at({"Q": content})
    client = client_for(attempt.enrolment.learner)
    url = at("question", attempt.pk, 1)
    assert "Save and continue" in text_of(client.get(url))

    pages = entered(attempt.responses.get(), right)
    for fields in pages:
        seen = re.search(r'name="seen" value="(\d+)"', client.get(url).content.decode())[1]
        last = client.post(url, {**fields, "seen": seen})

    assert last.url == at("check", attempt.pk)
    response = attempt.responses.get()
    assert response.answer == clean_answer(content, right)
    assert "score nothing" not in text_of(client.get(at("check", attempt.pk)))
    client.post(at("submit", attempt.pk))
    assert Attempt.objects.get().score == 100


@pytest.mark.parametrize("type", EVERY_TYPE)
def test_every_type_takes_any_text_and_tells_nothing_to_others(client_for, type):
    attempt = attempt_at({"Q": EVERY_TYPE[type][0]})
    url = at("question", attempt.pk, 1)
    client, stranger = client_for(attempt.enrolment.learner), client_for(UserFactory())

    for text in HOSTILE.values():
        names = ("seen", "confidence", "step", "move", "pair_1", "place_1", "answer")
        assert client.post(url, dict.fromkeys(names, text)).status_code in (200, 302)
    for page in (stranger.get(url), stranger.post(url, {"answer": "1"}), stranger.get(f"{url}feedback/")):
        assert page.status_code == 404


def test_moving_an_item_saves_nothing_and_keeps_what_else_was_entered(client_for):
    attempt = attempt_at({"Q": EVERY_TYPE["ordering"][0]}, ask_confidence=True)
    client = client_for(attempt.enrolment.learner)
    fields = {"place_1": "1", "place_2": "2", "place_3": "3", "confidence": "sure", "seen": "0"}

    page = client.post(at("question", attempt.pk, 1), {**fields, "move": "down-1"})

    html = page.content.decode()
    assert re.search(r'value="sure"\s+checked', html)
    assert 'name="seen" value="0"' in html
    assert "is now number 2 of 3. This is not saved yet." in html
    assert "<title>Question 1 of 1" in html
    assert attempt.responses.get().answered_at is None


def test_enter_saves_rather_than_moves(client_for):
    """A browser presses the form's first button."""
    attempt = attempt_at({"Q": EVERY_TYPE["ordering"][0]})

    html = client_for(attempt.enrolment.learner).get(at("question", attempt.pk, 1)).content.decode()

    form = html[html.index("data-app-question") :]
    assert form.index('type="submit" value="Save and continue" hidden') < form.index("<button")


def test_an_unfinished_answer_is_kept_and_named(client_for):
    attempt = attempt_at({"Q": EVERY_TYPE["matching"][0]})
    client = client_for(attempt.enrolment.learner)

    client.post(at("question", attempt.pk, 1), {"pair_1": "1", "pair_2": ""})

    page = text_of(client.get(at("check", attempt.pk)))
    assert "1 question is not finished. Only what you have answered counts." in page
    assert "Begun, not finished Finish question 1" in page


def test_a_story_begins_with_its_note_and_a_way_out(client_for):
    content = EVERY_TYPE["branching"][0].model_copy(
        update={"content_note": "Mentions fear.", "stem": "The van"}
    )
    attempt = attempt_at({"A": content, "B": EVERY_TYPE["single"][0]})
    client = client_for(attempt.enrolment.learner)
    url = at("question", attempt.pk, 1)

    note = client.get(url)
    assert "Mentions fear." in text_of(note)
    assert "The van" not in text_of(note)
    assert f'href="{at("question", attempt.pk, 2)}"' in note.content.decode()
    assert "The van" not in text_of(client.get(at("check", attempt.pk)))
    assert "The van" in text_of(client.get(f"{url}?read"))

    fields, *_ = entered(attempt.responses.get(position=1), [["start", "g"], ["next", "g"]])
    assert client.post(url, fields).url == f"{url}#now"
    page = text_of(client.get(url))
    assert "You chose: label g" in page
    assert "You cannot go back" in page


# --- Two tabs --------------------------------------------------------------------------------------


def test_a_page_from_before_a_change_overwrites_nothing_until_it_is_sent_again(learner, attempt):
    url = at("question", attempt.pk, 1)
    first = attempt.responses.get(position=1)
    learner.post(url, {"answer": "1", "seen": "0"})

    page = learner.post(url, {"answer": "2", "seen": "0"})

    html, text = page.content.decode(), text_of(page)
    assert page.status_code == 200
    assert "<title>Error: Question 1" in html
    assert "This answer was changed in another tab or on another device" in text
    assert f"Saved now: {first.version.content.choice(first.choice_order[0]).text}" in text
    assert re.search(r'value="2"\s+checked', html)
    assert attempt.responses.get(position=1).answer == [first.choice_order[0]]

    seen = re.search(r'name="seen" value="(\d+)"', html)[1]
    assert learner.post(url, {"answer": "2", "seen": seen}).status_code == 302
    assert attempt.responses.get(position=1).answer == [first.choice_order[1]]


def test_the_same_answer_twice_is_no_conflict(learner, attempt):
    url = at("question", attempt.pk, 1)
    learner.post(url, {"answer": "1", "seen": "0"})

    assert learner.post(url, {"answer": "1", "seen": "0"}).url == at("question", attempt.pk, 2)


def test_a_decision_of_another_tab_stands(client_for):
    attempt = attempt_at({"Q": EVERY_TYPE["branching"][0]})
    client = client_for(attempt.enrolment.learner)
    url = at("question", attempt.pk, 1)
    (first, *_), (other, *_) = (
        entered(attempt.responses.get(), [["start", key], ["next", "g"]]) for key in ("g", "p")
    )
    client.post(url, {**first, "seen": "0"})

    assert client.post(url, {**first, "seen": "0"}).url == f"{url}#now"
    assert "that decision stands" in text_of(client.post(url, {**other, "seen": "0"}))
    assert attempt.responses.get().answer == [["start", "g"]]


# --- The clock -------------------------------------------------------------------------------------


def let_time_pass(attempt, minutes):
    """Move what was done in an attempt into the past."""
    for name in ("started_at", "due_at", "check_at"):
        moment = getattr(attempt, name)
        setattr(attempt, name, moment and moment - timedelta(minutes=minutes))
    attempt.save()


@pytest.fixture
def timed(quiz, enrolment):
    quiz.time_limit_minutes = 10
    quiz.save()
    return start_attempt(enrolment)


def test_until_when_is_said_on_every_page(learner, timed):
    until = f"You have until {timezone.localtime(timed.due_at):%H:%M}"

    for url in (at("question", timed.pk, 1), at("check", timed.pk)):
        page = learner.get(url)
        assert until in text_of(page)
        assert "quiz-clock" in page.content.decode()


def test_time_up_hands_in_what_was_saved_and_says_so(learner, timed):
    answer(timed, right=4)
    let_time_pass(timed, 11)

    page = learner.post(at("question", timed.pk, 1), {"answer": "2"}, follow=True)

    assert page.redirect_chain[-1][0] == at("result", timed.pk)
    assert "Time was up before this answer arrived" in text_of(page)
    assert Attempt.objects.get().score == 100


def test_reading_a_page_after_the_time_leads_to_the_result(learner, timed):
    let_time_pass(timed, 11)

    page = learner.get(at("check", timed.pk), follow=True)

    assert page.redirect_chain[-1][0] == at("result", timed.pk)
    assert "Time was up, so the answers that you had saved were handed in" in text_of(page)


def test_with_time_to_hand_in_only_submitting_is_left(learner, timed):
    timed.quiz.grace_minutes = 30
    timed.quiz.save()
    let_time_pass(timed, 11)

    assert learner.get(at("question", timed.pk, 1)).url == at("check", timed.pk)
    assert learner.post(start_url(timed.quiz)).url == at("check", timed.pk)
    page = learner.post(at("question", timed.pk, 1), {"answer": "1"}, follow=True)
    text = text_of(page)
    assert "Time is up" in text
    assert (
        f"You can still hand in until {timezone.localtime(timed.due_at) + timedelta(minutes=30):%H:%M}"
        in text
    )
    assert "was not saved" in text
    assert "Submit answers" in text
    assert "question 1" not in text.replace("Question 1", "")
    assert "come back later" not in text

    learner.post(at("submit", timed.pk))
    assert Attempt.objects.get().state == AttemptState.FINISHED


def test_an_attempt_that_was_closed_or_set_aside_takes_nothing_and_says_so(learner, attempt, enrolment):
    void_attempt(attempt, by=UserFactory(), reason="A test")

    for url in (at("question", attempt.pk, 1), at("check", attempt.pk)):
        assert learner.get(url).url == at("result", attempt.pk)
    page = learner.post(at("question", attempt.pk, 1), {"answer": "1"}, follow=True)
    assert "This attempt is closed" in text_of(page)
    assert not attempt.responses.exclude(answered_at=None).exists()


# --- How sure, and feedback at once ----------------------------------------------------------------


def test_how_sure_is_asked_only_where_the_quiz_asks(client_for, learner, attempt):
    assert "How sure are you?" not in text_of(learner.get(at("question", attempt.pk, 1)))
    other = attempt_at({"Q": EVERY_TYPE["single"][0]}, ask_confidence=True, course=make_course(1, "sure"))
    client = client_for(other.enrolment.learner)
    url = at("question", other.pk, 1)
    assert "How sure are you? (optional) It never changes your score." in text_of(client.get(url))

    assert "Select one of the answers below, or none" in text_of(
        client.post(url, {"answer": "1", "confidence": "x"})
    )
    client.post(url, {"answer": "1", "confidence": "guessing"})

    assert other.responses.get().confidence == "guessing"
    assert re.search(r'value="guessing"\s+checked', client.get(url).content.decode())


@pytest.fixture
def told(quiz, enrolment):
    quiz.show_during = [Feedback.CORRECTNESS, Feedback.REASONS]
    quiz.save()
    return start_attempt(enrolment)


def test_feedback_comes_after_the_answer_which_is_final_then(learner, told):
    url, feedback = at("question", told.pk, 1), at("feedback", told.pk, 1)
    assert learner.get(feedback).url == url
    assert "You will see feedback as soon as your answer is saved" in text_of(learner.get(url))

    assert learner.post(url, {"answer": "1", "seen": "0"}).url == feedback

    kept = told.responses.get(position=1).answer
    page = learner.get(feedback)
    assert "FEEDBACK-" in text_of(page)
    assert f'href="{at("question", told.pk, 2)}"' in page.content.decode()
    assert learner.get(url).url == feedback
    assert learner.post(url, {"answer": "1", "seen": "0"}).url == feedback
    assert "so it has not been changed" in text_of(learner.post(url, {"answer": "2"}, follow=True))
    assert told.responses.get(position=1).answer == kept
    assert "See feedback on question 1" in text_of(learner.get(at("check", told.pk)))


def test_the_end_of_a_story_is_read_before_its_feedback(client_for):
    content, right = EVERY_TYPE["branching"]
    attempt = attempt_at({"Q": content}, show_during=everything())
    client = client_for(attempt.enrolment.learner)
    url = at("question", attempt.pk, 1)
    *decisions, end = entered(attempt.responses.get(), right)
    for fields in decisions:
        assert client.post(url, fields).url == f"{url}#now"

    assert "How it ends" in text_of(client.get(url))
    assert client.post(url, end).url == at("feedback", attempt.pk, 1)
    assert "why g" in text_of(client.get(at("feedback", attempt.pk, 1)))


# --- No leak ---------------------------------------------------------------------------------------


def test_nothing_tells_right_from_wrong_before_submission(learner, quiz):
    """Follow every link and form of an open attempt; read bodies, headers and addresses."""
    quiz.question_count = 8
    quiz.save()
    modules = [place.module for place in quiz.course.course_modules.all()]
    make_item(modules[0], "MULTI", type=ItemType.MULTIPLE, right="ac", keys="abcd")
    make_item(modules[1], "TF", type=ItemType.TRUE_FALSE, keys="ab")
    seen = [learner.get(start_url(quiz)), learner.post(start_url(quiz))]
    attempt = Attempt.objects.get()
    waiting, visited = [seen[1].url], set()
    while waiting:
        url = waiting.pop()
        if url in visited:
            continue
        visited.add(url)
        page = learner.get(url)
        seen += [
            page,
            learner.head(url),
            learner.options(url),
            learner.get(url, headers={"accept": "application/json"}),
        ]
        if "/attempts/" in url and re.search(r"/\d+/\d+/$", url):
            seen += [learner.post(url, {}), learner.post(url, {"answer": "1"}), learner.get(url)]
        links = re.findall(r'(?:href|action)="(/(?:quizzes|courses)/[^"#]*)"', page.content.decode())
        waiting += [link for link in links if not link.endswith(("/submit/", "/complete/", "/start/"))]
    seen += [learner.get(at("result", attempt.pk)), learner.get(at("submit", attempt.pk))]

    assert {at("question", attempt.pk, n) for n in range(1, 9)} | {at("check", attempt.pk)} <= visited
    for response in seen:
        everything = response.content.decode() + str(response.items())
        assert not re.search(r"FEEDBACK|key[a-d]\b|is_correct|correct|marks|score of", everything), (
            response.request
        )
    for number in range(1, 9):
        html = learner.get(at("question", attempt.pk, number)).content.decode()
        # the same attributes on every answer, apart from its number and what the learner chose
        inputs = {
            re.sub(r'id="[^"]*"|value="\d"|checked', "", tag).split(">")[0].strip()
            for tag in re.findall(r'<input class="govuk-(?:radios|checkboxes)__input[^>]*>', html)
        }
        assert len({" ".join(tag.split()) for tag in inputs}) == 1


# --- What it costs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, 20])
def test_queries_do_not_grow_with_the_questions(client_for, django_assert_num_queries, count):
    quiz = QuizFactory(question_count=count)
    fill_bank(quiz.course, each=10)
    attempt = make_attempt(quiz)
    answer(attempt, right=1)
    client = client_for(attempt.enrolment.learner)
    client.get(at("question", attempt.pk, 1))

    with django_assert_num_queries(QUESTION):
        assert client.get(at("question", attempt.pk, 2)).status_code == 200
    with django_assert_num_queries(SAVE):
        client.post(at("question", attempt.pk, 2), {"answer": "1"})
    with django_assert_num_queries(CHECK):
        client.get(at("check", attempt.pk))
    with django_assert_num_queries(START):
        client.get(start_url(quiz))
    with django_assert_num_queries(SUBMIT):
        client.post(at("submit", attempt.pk))


#: Queries of a request in all: session, account and the marks around a transaction included.
QUESTION, SAVE, CHECK, START, SUBMIT = 4, 8, 5, 7, 15
