import re

import pytest
from django.urls import reverse

from courses.services import withdraw
from quizzes.models import Attempt, ItemType
from quizzes.services import save_response, start_attempt, submit_attempt
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import (
    QuizFactory,
    answer,
    fill_bank,
    make_attempt,
    make_enrolment,
    make_item,
)

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


def test_result_of_a_pass(learner, attempt):
    answer(attempt, right=4)
    submit_attempt(attempt)

    page = learner.get(at("result", attempt.pk))

    text = text_of(page)
    assert "Your score is 100%. The pass mark is 80%." in text
    assert 'href="/my/"' in page.content.decode()
    assert "notice signs" in text
    assert "What to look at again" not in text
    assert "Try again" not in text
    assert "RIGHTFEEDBACK" in text
    assert "WRONGFEEDBACK" not in text
    assert "no-store" in page["Cache-Control"]


def test_result_says_what_to_revisit_and_explains_what_was_chosen(learner, attempt):
    answer(attempt, right=3)
    submit_attempt(attempt)
    missed = attempt.responses.get(position=4)

    page = learner.get(at("result", attempt.pk))

    text, html = text_of(page), page.content.decode()
    module = missed.version.item.module
    assert "Not passed yet" in text
    assert "Your score is 75%" in text
    assert reverse("courses:module", args=[attempt.quiz.course.slug, module.slug]) in html
    assert text.count("WRONGFEEDBACK") == 1
    assert f"WRONGFEEDBACK-{missed.version.item.code}-{missed.answer[0][-1]}" in text
    assert text.count("RIGHTFEEDBACK") == 4


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
    submit_attempt(attempt)
    with django_assert_num_queries(RESULT):
        client.get(at("result", attempt.pk))


#: Queries of a request in all, session and account included.
QUESTION, SAVE, CHECK, START, RESULT = 6, 7, 5, 6, 8
