"""Every type of question answered in a real browser, and a case played to each of its ends."""

import pytest
from playwright.sync_api import expect

from quizzes.content import ItemType
from tests.journeys.questions import answer_question, bank, content_on, go_on, play, save, ways_to_each_ending
from tests.journeys.steps import follow

pytestmark = pytest.mark.browser
LONG = "/courses/half-day/"
JS = pytest.mark.parametrize("js", [True, False], ids=["JavaScript on", "JavaScript off"])


@pytest.fixture
def learner(browser):
    """`learner(js)` is a learner on the long course; the narrow screen goes with the plain browser."""

    def open_page(js):
        page = browser(js=js, width=1280 if js else 320, log_in="learner3@demo.example")
        page.goto(LONG)
        start = page.get_by_role("button", name="Start course")
        if start.count():
            follow(start)
        return page

    return open_page


def begin(page, slug):
    page.goto(f"/quizzes/half-day/{slug}/")
    main = page.get_by_role("main")
    follow(main.get_by_role("button", name="Start quiz").or_(main.get_by_role("button", name="Continue")))


def submit(page):
    follow(page.get_by_role("button", name="Submit answers"))


@JS
def test_a_question_of_every_type_is_answered_right_and_explained_at_once(learner, js):
    page = learner(js)
    begin(page, "practise-everything")
    seen = set()
    for _ in range(8):
        content = answer_question(page, right=True)
        seen.add(content.type)
        expect(page.get_by_role("main")).to_contain_text("Right")
        go_on(page)
    submit(page)
    expect(page.get_by_role("main")).to_contain_text("100%")
    assert seen == set(ItemType) - {ItemType.SIGNS, ItemType.BRANCHING}


@JS
def test_signs_are_marked_in_a_text_and_each_sentence_is_explained(learner, js):
    page = learner(js)
    begin(page, "spot-the-signs")
    content = answer_question(page, right=True)
    for sign in content.choices:
        if sign.is_correct:
            expect(page.get_by_role("main")).to_contain_text(sign.feedback)
    go_on(page)
    for right in (False, True, True):
        answer_question(page, right=right)
        go_on(page)
    submit(page)
    expect(page.get_by_role("main")).to_contain_text("%")


@JS
def test_a_case_is_played_to_each_of_its_ends(learner, js):
    page = learner(js)
    story = bank()["The aunt at the appointment"].story
    ways = ways_to_each_ending(story)
    assert len(ways) == len(story.endings)
    for ending, way in ways.items():
        begin(page, "practise-talking")
        assert content_on(page).story == story
        play(page, story, way)
        expect(page.get_by_role("main")).to_contain_text(story.ending(ending).text)
        save(page)
        for node_key, choice_key in way:  # why, for what was chosen and for what would have been best
            node = story.node(node_key)
            taken = next(choice for choice in node.choices if choice.key == choice_key)
            expect(page.get_by_role("main")).to_contain_text(taken.why)
            best = next(choice for choice in node.choices if choice.quality == "good")
            expect(page.get_by_role("main")).to_contain_text(best.why)
        page.goto(page.url.replace("/1/feedback/", "/"))
        submit(page)


@JS
def test_two_tabs_never_overwrite_each_other_unnoticed(browser, js):
    first = browser(js=js, log_in="learner3@demo.example")
    first.goto("/quizzes/fast-track/")
    main = first.get_by_role("main")
    follow(main.get_by_role("button", name="Start quiz").or_(main.get_by_role("button", name="Continue")))
    second = first.context.new_page()
    second.goto(first.url)

    answer_question(first, right=True)
    answer_question(second, right=False)

    problem = second.get_by_role("alert")
    expect(problem).to_contain_text("another tab")
    save(second)
    expect(second.get_by_role("alert")).to_have_count(0)
