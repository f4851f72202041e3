"""Reflections: the holder's own words, with a second look before details of a case are kept."""

import re

import pytest
from django.urls import reverse

from cpd.models import Reflection
from tests.factories.accounts import UserFactory
from tests.factories.certificates import AwardFactory
from tests.factories.cpd import OutsideLearningFactory, ReflectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def award():
    return AwardFactory()


@pytest.fixture
def browser(client_for, award):
    return client_for(award.enrolment.learner)


@pytest.fixture
def page(award) -> str:
    return reverse("cpd:reflect_on_award", args=[award.pk])


def seen_of(response) -> str:
    return re.search(r'name="seen" value="([^"]*)"', response.content.decode())[1].replace("&#x27;", "'")


def test_every_question_starts_empty(browser, page):
    shown = browser.get(page).content.decode()

    assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL) == [""] * 4
    assert 'name="peer_role" type="text" value=""' in shown


def test_words_are_kept_as_they_were_written(browser, page, award):
    words = "I ask before I act.\r\n\r\n– “Slowly” & <b>calmly</b>"

    browser.post(page, {"learned": words, "peer_role": "team manager"})

    kept = Reflection.objects.get()
    assert kept.learned == words.replace("\r\n", "\n")
    assert (kept.owner, kept.award, kept.practice) == (award.enrolment.learner, award, "")
    shown = browser.get("/my/cpd/").content.decode()
    assert "&lt;b&gt;calmly&lt;/b&gt;" in shown


def test_several_reflections_on_the_same_learning(client_for):
    entry = OutsideLearningFactory()
    client = client_for(entry.owner)

    for words in ("The first week", "A year later"):
        client.post(reverse("cpd:reflect_on_learning", args=[entry.pk]), {"learned": words})

    assert [r.learned for r in entry.reflections.all()] == ["The first week", "A year later"]


def test_all_questions_empty_is_no_reflection(browser, page):
    response = browser.post(page, {"learned": " ", "peer_role": "team manager"})

    assert "Write something under at least one of the questions." in response.content.decode()
    assert not Reflection.objects.exists()


def test_too_long_is_said_and_kept(browser, page):
    response = browser.post(page, {"practice": "x" * 4001})

    assert "Use at most 4,000 characters." in response.content.decode()
    assert "x" * 4001 in response.content.decode()


def test_a_double_click_makes_one(browser, page):
    form = {"learned": "Once", "form_key": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}

    browser.post(page, form)
    browser.post(page, form)

    assert Reflection.objects.count() == 1


# --- The second look -----------------------------------------------------------------------------

CASE = {
    "learned": "I should have rung Mrs Okafor on 07700 900123",
    "practice": "I listen",
    "peer_role": "DS Hughes",
}


def test_details_are_pointed_out_before_anything_is_kept(browser, page):
    response = browser.post(page, CASE)

    shown = response.content.decode()
    assert "<title>Look again: " in shown
    assert "“Mrs Okafor” looks like a person’s name (What did you learn?)" in shown
    assert "“07700 900123” looks like a phone number (What did you learn?)" in shown
    assert "“DS Hughes” looks like a person’s name (Whom did you talk to?)" in shown
    assert "I should have rung Mrs Okafor on 07700 900123</textarea>" in shown
    assert not Reflection.objects.exists()


def test_the_writer_may_go_on_after_looking(browser, page):
    seen = seen_of(browser.post(page, CASE))

    response = browser.post(page, CASE | {"seen": seen, "go_on": "1"})

    assert response.status_code == 302
    assert Reflection.objects.get().learned == CASE["learned"]


def test_what_was_mended_is_saved_by_the_first_button(browser, page):
    seen = seen_of(browser.post(page, CASE))

    browser.post(page, {"learned": "I should have rung the parent", "seen": seen})

    assert Reflection.objects.get().learned == "I should have rung the parent"


@pytest.mark.parametrize("more", [{"go_on": "1"}, {"seen": "learned:NAME:Mrs Okafor"}, {}])
def test_nobody_gets_past_without_having_looked(browser, page, more):
    assert browser.post(page, CASE | more).status_code == 200
    assert not Reflection.objects.exists()


def test_what_is_added_after_the_look_is_pointed_out_too(browser, page):
    seen = seen_of(browser.post(page, CASE))

    response = browser.post(page, CASE | {"practice": "born 1 May 2009", "seen": seen, "go_on": "1"})

    assert "“born 1 May 2009” looks like a date of birth" in response.content.decode()
    assert not Reflection.objects.exists()


def test_markup_in_what_was_seen_is_shown_not_run(browser, page):
    response = browser.post(page, {"learned": "Mrs O'Brien<script>alert(1)</script>"})

    assert "<script>alert" not in response.content.decode()
    assert "O&#x27;Brien" in response.content.decode() or "O&#39;Brien" in response.content.decode()


# --- Changing and deleting -----------------------------------------------------------------------


def test_a_reflection_can_be_changed_and_deleted(client_for):
    reflection = ReflectionFactory()
    client = client_for(reflection.owner)
    address = reverse("cpd:reflection", args=[reflection.pk])
    assert "I ask open questions now</textarea>" in client.get(address).content.decode()

    client.post(address, {"learned": "I ask, and wait"})
    reflection.refresh_from_db()
    assert reflection.learned == "I ask, and wait"

    client.post(reverse("cpd:reflection_delete", args=[reflection.pk]))
    assert not Reflection.objects.exists()


def test_any_text_can_be_sent(browser, page, hostile):
    response = browser.post(
        page, dict.fromkeys(("learned", "practice", "peer", "peer_role", "seen", "form_key"), hostile)
    )

    assert response.status_code in {200, 302}


def test_a_stranger_finds_nothing(client_for):
    reflection = ReflectionFactory(on_outside=True)
    stranger = client_for(UserFactory())

    for name in ("cpd:reflection", "cpd:reflection_delete"):
        assert stranger.post(reverse(name, args=[reflection.pk]), {"learned": "x"}).status_code == 404
    reflection.refresh_from_db()
    assert reflection.learned == "I ask open questions now"
