"""Attempts and corrections of marks in the CMS: who meets what, and what a click does."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from quizzes.bank import publish_item
from quizzes.models import Allowance, Attempt, AttemptState, Item, Regrade
from quizzes.regrading import needs_correction, plan_regrade
from quizzes.services import save_response, start_attempt, submit_attempt
from tests.cms.bank import PUBLISH, posted
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import QuizFactory, answer, make_attempt, make_course, make_enrolment, make_item
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(client_for):
    """`client_of(role)` is the browser of somebody with that role."""
    return lambda role: client_for(UserFactory(role=role))


@pytest.fixture
def manager(client_of):
    return client_of(Role.PROGRAMME_MANAGER)


@pytest.fixture
def moderator(client_of):
    return client_of(Role.MODERATOR)


@pytest.fixture
def editor(client_of):
    return client_of(Role.EDITOR)


@pytest.fixture
def corrected():
    """A question whose key said a and says b now, with one learner who falls and one who rises."""
    quiz = QuizFactory(course=make_course(modules=1), question_count=1)
    item = make_item(quiz.course.course_modules.get().module, "Q051")
    for name, key in (("Falling Learner", "keya"), ("Rising Learner", "keyb")):
        attempt = start_attempt(make_enrolment(quiz, name=name))
        save_response(attempt, 1, [key])
        submit_attempt(attempt)
    item = Item.objects.get(pk=item.pk)
    choices = list(item.choices.all())
    for choice in choices:
        choice.is_correct = choice.key == "keyb"
    item.choices = choices
    publish_item(item)
    return Item.objects.get(pk=item.pk)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def marks_url(item) -> str:
    return reverse("correct_marks", args=[item.pk])


# --- Corrections -----------------------------------------------------------------------------


def test_the_trial_run_is_shown_with_names_to_managers_alone(corrected, manager, moderator, editor):
    for client, sees_names in ((manager, True), (moderator, False), (editor, False)):
        page = text(client.get(marks_url(corrected), {"action": "key"}))

        assert ("Falling Learner" in page, "Rising Learner" in page) == (sees_names, sees_names)
        assert ('name="take_back"' in page) == sees_names
        assert "100.00% → 0.00%" in page
        assert "0.00% → 100.00%" in page
    assert not Regrade.objects.exists()


def test_a_moderator_carries_it_out(corrected, moderator):
    agreed = plan_regrade(corrected, "key").fingerprint

    response = moderator.post(
        marks_url(corrected),
        {"action": "key", "expected": agreed, "reason": "The key was wrong"},
        follow=True,
    )

    done = Regrade.objects.get()
    assert response.redirect_chain[-1][0] == reverse("regrade_result", args=[done.pk])
    page = text(response)
    assert "2: 1 passed by it, 1 kept a pass below the pass mark, 0 had the pass taken back" in page
    assert "Falling Learner" not in page
    assert done.decided_by.has_role(Role.MODERATOR)
    assert "The key was wrong" in text(moderator.get(marks_url(corrected)))


def test_a_manager_takes_a_named_pass_back(corrected, manager):
    plan = plan_regrade(corrected, "key")
    falling = plan.falling_below[0].attempt_id

    manager.post(
        marks_url(corrected),
        {"action": "key", "expected": plan.fingerprint, "reason": "Agreed", "take_back": [falling]},
    )

    assert Attempt.objects.get(pk=falling).passed is False


def test_a_moderator_takes_no_pass_back(corrected, moderator):
    plan = plan_regrade(corrected, "key")
    falling = plan.falling_below[0].attempt_id

    response = moderator.post(
        marks_url(corrected),
        {"action": "key", "expected": plan.fingerprint, "reason": "Agreed", "take_back": [falling]},
    )

    assert "Take back only passes of the list" in text(response)
    assert not Regrade.objects.exists()


def test_an_editor_sees_numbers_and_changes_nothing(corrected, editor):
    agreed = plan_regrade(corrected, "key").fingerprint
    page = text(editor.get(marks_url(corrected), {"action": "key"}))
    assert "Correct the marks</button>" not in page

    editor.post(marks_url(corrected), {"action": "key", "expected": agreed, "reason": "x"})

    assert not Regrade.objects.exists()


def test_without_a_reason_nothing_is_done_and_the_trial_run_stays(corrected, moderator):
    agreed = plan_regrade(corrected, "key").fingerprint

    page = text(moderator.post(marks_url(corrected), {"action": "key", "expected": agreed, "reason": " "}))

    assert "Say why, in a few words." in page
    assert "100.00% → 0.00%" in page
    assert not Regrade.objects.exists()


def test_an_outdated_trial_run_is_shown_anew_with_the_reason_kept(corrected, moderator):
    page = text(
        moderator.post(
            marks_url(corrected), {"action": "key", "expected": "old", "reason": "The key was wrong"}
        )
    )

    assert "Look at it again" in page
    assert 'value="The key was wrong"' in page
    assert plan_regrade(corrected, "key").fingerprint in page
    assert not Regrade.objects.exists()


@pytest.mark.parametrize("action", ["", "no-such", *HOSTILE])
def test_an_action_that_is_none_shows_the_choice(corrected, moderator, action):
    assert moderator.get(marks_url(corrected), {"action": action}).status_code == 200


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_refused_or_kept_as_words(corrected, moderator, words):
    response = moderator.post(marks_url(corrected), {"action": "key", "expected": words, "reason": words})

    assert response.status_code == 200
    assert not Regrade.objects.exists()


def test_publishing_another_key_offers_the_correction(moderator):
    quiz = QuizFactory(course=make_course(modules=1), question_count=1)
    item = make_item(quiz.course.course_modules.get().module, "Q051")
    attempt = start_attempt(make_enrolment(quiz))
    save_response(attempt, 1, ["keyb"])
    submit_attempt(attempt)
    assert not needs_correction(item)
    url = reverse(item.snippet_viewset.get_url_name("edit"), args=[item.pk])
    rows = list(item.choices.all())
    answers = [(row.text, row.key == "keyb", row.feedback) for row in rows]
    sent = posted(item.module, answers, rows=rows, code=item.code, stem=item.stem)

    page = text(moderator.post(url, sent | PUBLISH, follow=True))

    assert needs_correction(item)
    assert "were marked by another key of Q051" in page
    assert marks_url(item) in page


def test_corrections_are_found_by_the_code_of_the_question(corrected, manager):
    assert manager.get(reverse("corrections"), {"code": "q051"}).url == marks_url(corrected)
    assert "no question with the code “Q999”" in text(manager.get(reverse("corrections"), {"code": "Q999"}))


# --- Attempts -----------------------------------------------------------------------------------


@pytest.fixture
def abandoned():
    attempt = make_attempt(QuizFactory(attempts_allowed=1), None)
    answer(attempt, right=4)
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.ABANDONED)
    attempt.refresh_from_db()
    return attempt


def test_attempts_are_for_managers_alone(abandoned, manager, moderator, editor):
    more = reverse("staff_more", args=[abandoned.enrolment_id, abandoned.quiz_id])
    pages = [reverse(name, args=[abandoned.pk]) for name in ("staff_attempt", "staff_reopen", "staff_void")]
    pages += [reverse("staff_attempts"), reverse("staff_people"), more]
    for page in pages:
        assert manager.get(page).status_code == 200
        for other in (moderator, editor):
            assert other.get(page).status_code == 302
            assert other.post(page, {"reason": "x", "attempts": 1}).status_code == 302
    abandoned.refresh_from_db()
    assert abandoned.state == AttemptState.ABANDONED


@pytest.mark.parametrize("others", [0, 2])
def test_the_list_takes_the_same_queries_however_long(manager, django_assert_num_queries, others):
    quiz = make_attempt().quiz
    for _ in range(others):
        start_attempt(make_enrolment(quiz))
    manager.get(reverse("staff_attempts"))

    with django_assert_num_queries(LIST_QUERIES):
        assert manager.get(reverse("staff_attempts")).status_code == 200


#: Of its own three: the quizzes to choose from, how many attempts, the rows. The others are the CMS's.
LIST_QUERIES = 12


def test_the_list_is_narrowed_by_learner_quiz_and_state(abandoned, manager):
    other = make_attempt(abandoned.quiz, make_enrolment(abandoned.quiz, name="Somebody Else"))
    mine = str(abandoned.enrolment.learner)
    url = reverse("staff_attempts")

    for asked in ({"q": mine}, {"state": "abandoned"}, {"q": abandoned.enrolment.learner.email.upper()}):
        page = text(manager.get(url, asked))
        assert (mine in page, "Somebody Else" in page) == (True, False)
    assert "No attempt matches" in text(manager.get(url, {"quiz": other.quiz_id, "state": "void"}))


@pytest.mark.parametrize("words", [*HOSTILE, "9" * 40])
def test_hostile_filters_are_answered(abandoned, manager, words):
    for name in ("q", "quiz", "state", "page"):
        assert manager.get(reverse("staff_attempts"), {name: words}).status_code == 200
    assert manager.get(reverse("staff_people"), {"q": words, "page": words}).status_code == 200


def test_the_page_of_an_attempt_tells_its_story_and_no_answer(abandoned, manager):
    page = text(manager.get(reverse("staff_attempt", args=[abandoned.pk])))

    assert "4 of 4" in page
    assert "Started" in page
    assert "TEXT-" not in page
    assert "Stem of" not in page


def test_opening_again_asks_why_and_a_second_click_is_harmless(abandoned, manager):
    url = reverse("staff_reopen", args=[abandoned.pk])
    assert "Say why" in text(manager.post(url, {"reason": ""}))

    assert "is now: in progress" in text(manager.post(url, {"reason": "Power cut"}, follow=True))
    assert "Only an attempt that was not handed in" in text(
        manager.post(url, {"reason": "Power cut"}, follow=True)
    )

    abandoned.refresh_from_db()
    assert abandoned.state == AttemptState.IN_PROGRESS
    assert [event.reason for event in abandoned.events.all()] == ["", "Power cut"]


def test_making_void_says_what_it_does(abandoned, manager):
    url = reverse("staff_void", args=[abandoned.pk])
    assert "certificate that was issued stays valid" in text(manager.get(url))

    manager.post(url, {"reason": "Somebody else took it"})

    abandoned.refresh_from_db()
    assert abandoned.state == AttemptState.VOID


def test_giving_more_before_an_attempt_and_twice(abandoned, manager):
    enrolment = make_enrolment(abandoned.quiz, name="Early Bird")
    found = text(manager.get(reverse("staff_people"), {"q": "early bird"}))
    url = reverse("staff_more", args=[enrolment.pk, abandoned.quiz_id])
    assert url in found
    sent = {"attempts": "2", "reason": "Agreed with the trainer", "had_minutes": 0, "had_attempts": 0}

    manager.post(url, sent)
    page = text(manager.post(url, sent, follow=True))

    assert "nothing was added" in page
    assert Allowance.objects.get().extra_attempts == 2


@pytest.mark.parametrize("typed", ["", "0", "-1", "21", "many", "9" * 60, "\0"])
def test_what_is_no_number_to_give_is_refused_beside_the_field(abandoned, manager, typed):
    url = reverse("staff_more", args=[abandoned.enrolment_id, abandoned.quiz_id])

    response = manager.post(url, {"attempts": typed, "reason": "x", "had_minutes": 0, "had_attempts": 0})

    assert response.status_code == 200
    assert "error-message" in text(response)
    assert not Allowance.objects.exists()


def test_a_quiz_without_clock_and_limit_has_nothing_to_give(manager):
    attempt = make_attempt()
    url = reverse("staff_more", args=[attempt.enrolment_id, attempt.quiz_id])

    assert "nothing to add" in text(manager.get(url))
    assert manager.post(url, {"reason": "x"}).status_code == 200
