"""What a learner does in the browser, step by step."""

import re
from functools import cache
from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

QUESTIONS = Path(__file__).resolve().parents[2] / "demo" / "content" / "questions.yaml"
COURSE = "/courses/fast-track/"


@cache
def right_answers() -> dict[str, set[str]]:
    """Question -> the texts of its right answers, from the content files."""
    questions = yaml.safe_load(QUESTIONS.read_text())
    return {
        squeezed(question["stem"]): {squeezed(o["text"]) for o in question["options"] if o["correct"]}
        for question in questions
        if "options" in question
    }


def squeezed(text: str) -> str:
    return " ".join(text.split())


def sign_up(page: Page, site, email: str, name: str = "Wren Ashdown-Blake") -> None:
    page.goto("/")
    page.get_by_role("link", name="Create account").first.click()
    page.get_by_label("Full name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill("quiet-harbour-lamp-42")
    page.get_by_label("Sector").select_option(index=2)
    page.get_by_label("Organisation").fill("Harbour Street Surgery")
    page.get_by_label("Role", exact=True).fill("Receptionist")
    page.get_by_role("main").get_by_role("button", name="Create account").click()
    page.get_by_label("Code").fill(code_sent_to(site, email))
    page.get_by_role("button", name="Confirm", exact=True).click()


def code_sent_to(site, email: str) -> str:
    letter = [letter for letter in site.letters() if letter["To"] == email][-1]
    text = letter.get_body(preferencelist=("plain",)).get_content()
    return re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", text, re.M)[1]


def take_modules(page: Page) -> None:
    """Start the course and complete every module, until the quiz is what is left."""
    page.goto(COURSE)
    page.get_by_role("button", name="Start course").click()
    for _ in range(5):
        expect(page.get_by_role("button", name="Mark as complete and continue")).to_be_visible()
        page.get_by_role("button", name="Mark as complete and continue").click()
    expect(page.get_by_text("You have completed all modules.")).to_be_visible()


def answer_quiz(page: Page, *, right: bool) -> None:
    """Answer every question, right or wrong, and submit."""
    for _ in range(10):
        stem, buttons = question_on(page)
        for text, button in buttons.items():
            if (text in right_answers()[stem]) == right:
                button.check()
                if button.get_attribute("type") == "radio" or not right:
                    break
        page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Submit answers").click()


def question_on(page: Page):
    """Return the question and its answers: text -> the button to choose it by."""
    stem = squeezed(page.get_by_role("heading", level=1).inner_text())
    buttons = page.locator("input[name=answer]").all()
    labels = [squeezed(page.locator(f"label[for='{b.get_attribute('id')}']").inner_text()) for b in buttons]
    return stem, dict(zip(labels, buttons, strict=True))
