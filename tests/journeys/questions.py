"""How a learner answers each type of question in the browser, by what the content files say is right."""

import re
from functools import cache
from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

from quizzes.answers import best_answer, poor_answer
from quizzes.content import ItemContent, ItemType, StoryContent
from quizzes.rows import QuestionRow, ScenarioRow
from tests.journeys.steps import follow

FILES = Path(__file__).resolve().parents[2] / "demo" / "content"


@cache
def bank() -> dict[str, ItemContent]:
    """Question as its page words it -> its content; a scenario by its title."""
    questions = yaml.safe_load((FILES / "questions.yaml").read_text())
    scenarios = yaml.safe_load((FILES / "scenarios.yaml").read_text())
    found = {squeezed(row["stem"]): QuestionRow.model_validate(row).content() for row in questions}
    return found | {row["title"]: ScenarioRow.model_validate(row).content() for row in scenarios}


def go_on(page: Page) -> None:
    """Leave a page that is there to be read: a note before a question, feedback after it."""
    main = page.get_by_role("main")
    follow(
        main.get_by_role("link", name="Continue", exact=True).or_(
            main.get_by_role("button", name="Continue", exact=True)
        )
    )


def squeezed(text: str) -> str:
    return " ".join(text.split())


def content_on(page: Page) -> ItemContent:
    """Return the question that the page shows, past its content note if it has one."""
    if page.get_by_role("heading", level=1, name="Before you read this question").count():
        go_on(page)
    return bank()[squeezed(page.get_by_role("heading", level=1).inner_text())]


def answer_question(page: Page, *, right: bool) -> ItemContent:
    """Answer the question on the page and save; a story is played to its end."""
    content = content_on(page)
    answer = best_answer(content) if right else poor_answer(content)
    if content.type == ItemType.BRANCHING:
        play(page, content.story, answer)
        save(page)
    else:
        fill(page, content, answer)
        save(page)
    return content


def fill(page: Page, content: ItemContent, answer) -> None:
    """Enter an answer to a question of any type but a story, and leave it unsaved."""
    FILL.get(content.type, fill_choices)(page, content, answer)


def save(page: Page) -> None:
    follow(page.get_by_role("button", name="Save and continue"))


def fill_choices(page: Page, content: ItemContent, answer: list[str]) -> None:
    for key in answer:
        box_of(page, content.choice(key).text).check()


def box_of(page: Page, text: str):
    label = page.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(text)}\s*$"))
    return page.locator(f"[id='{label.first.get_attribute('for')}']")


def fill_pairs(page: Page, content: ItemContent, answer: dict[str, str]) -> None:
    for left, half in answer.items():
        box = page.get_by_label(content.choice(left).text, exact=True)
        wanted = content.choice(half).match
        box.select_option(
            label=next(t for t in box.locator("option").all_text_contents() if t.endswith(wanted))
        )


def fill_order(page: Page, content: ItemContent, answer: list[str]) -> None:
    """Move each item up to its place, from the first place on."""
    for place, key in enumerate(answer):
        text = content.choice(key).text
        while places_on(page).index(text) > place:
            now = places_on(page).index(text)
            row(page, text).get_by_role("button", name="Move up").click()
            expect(page.locator(".app-order__text").nth(now - 1)).to_have_text(text)


def places_on(page: Page) -> list[str]:
    return [squeezed(text) for text in page.locator(".app-order__text").all_inner_texts()]


def row(page: Page, text: str):
    return page.locator(".app-order__item").filter(has=page.locator(".app-order__text", has_text=text))


def fill_typed(page: Page, content: ItemContent, answer: str) -> None:
    page.get_by_role("main").get_by_role("textbox").fill(answer)


FILL = {
    ItemType.MATCHING: fill_pairs,
    ItemType.ORDERING: fill_order,
    ItemType.SHORT: fill_typed,
    ItemType.NUMERIC: fill_typed,
}


def play(page: Page, story: StoryContent, path) -> None:
    """Take the way `path` through a story, read how it ends, and go on."""
    for node_key, choice_key in path:
        node = story.node(node_key)
        box_of(page, next(c.label for c in node.choices if c.key == choice_key)).check()
        save(page)


def ways_to_each_ending(story: StoryContent) -> dict[str, list[list[str]]]:
    """Return ending -> the shortest way there."""
    found, frontier = {}, [(story.nodes[0].key, [])]
    while frontier:
        (place, path), *frontier = frontier
        node = story.node(place)
        if node is None:
            found.setdefault(place, path)
            continue
        frontier += [(choice.next, [*path, [place, choice.key]]) for choice in node.choices]
    return found
