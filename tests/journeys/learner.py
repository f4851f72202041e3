"""What a learner does in the browser, step by step."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.questions import answer_question
from tests.journeys.steps import follow

COURSE = "/courses/fast-track/"


def sign_up(page: Page, site, email: str, name: str = "Wren Ashdown-Blake") -> None:
    page.goto("/")
    page.get_by_role("link", name="Create account").first.click()
    page.get_by_label("Full name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill("quiet-harbour-lamp-42")
    page.get_by_label("Sector").select_option(index=2)
    page.get_by_label("Organisation").fill("Harbour Street Surgery")
    page.get_by_label("Role", exact=True).fill("Receptionist")
    follow(page.get_by_role("main").get_by_role("button", name="Create account"))
    page.get_by_label("Code").fill(code_sent_to(site, email))
    follow(page.get_by_role("button", name="Confirm", exact=True))


def code_sent_to(site, email: str) -> str:
    letter = [letter for letter in site.letters() if letter["To"] == email][-1]
    text = letter.get_body(preferencelist=("plain",)).get_content()
    return re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", text, re.M)[1]


def take_modules(page: Page) -> None:
    """Start the course and complete every module, until the quiz is what is left."""
    page.goto(COURSE)
    follow(page.get_by_role("button", name="Start course"))
    for _ in range(5):
        follow(page.get_by_role("button", name="Mark as complete and continue"))
    expect(page.get_by_text("You have completed all modules.")).to_be_visible()


def answer_quiz(page: Page, *, right: bool) -> None:
    """Answer every question from this one on, right or wrong, and submit."""
    submit = page.get_by_role("button", name="Submit answers")
    while not submit.count():
        answer_question(page, right=right)
    follow(submit)
