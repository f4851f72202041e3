"""From signing up to a certificate that a stranger checks, with JavaScript and without."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from quizzes.answers import best_answer
from tests.journeys.learner import COURSE, answer_quiz, sign_up, take_modules
from tests.journeys.questions import answer_question, content_on, fill
from tests.journeys.steps import follow

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("js", [True, False], ids=["JavaScript on", "JavaScript off"])
def test_from_sign_up_to_a_checked_certificate(browser, site, js):
    email = f"wren-{'js' if js else 'plain'}@example.org"
    page = browser(js=js, width=1280 if js else 320)
    sign_up(page, site, email)
    take_modules(page)

    follow(page.get_by_role("button", name="Continue", exact=True))
    follow(page.get_by_role("button", name="Start quiz"))
    answer_quiz(page, right=False)
    expect(page.get_by_role("heading", level=1, name="Not passed yet")).to_be_visible()
    follow(page.get_by_role("button", name="Try again"))
    answer_quiz(page, right=True)
    expect(page.get_by_role("heading", level=1, name="Passed")).to_be_visible()
    expect(page.get_by_text("Your score is 100%")).to_be_visible()

    page.goto("/my/")
    link = page.get_by_role("link", name="Download certificate").first
    expect(link).to_contain_text("PDF")
    answer = page.request.get(link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    text = PdfReader(io.BytesIO(answer.body())).pages[0].extract_text()
    assert "Wren Ashdown-Blake" in text
    letter = [letter for letter in site.letters() if letter["To"] == email][-1]
    assert [part.get_content_type() for part in letter.iter_attachments()] == ["application/pdf"]
    assert next(letter.iter_attachments()).get_content() == answer.body()

    number = link.get_attribute("href").rstrip("/").split("/")[-1]
    stranger = browser(js=js)
    stranger.goto("/verify/")
    stranger.get_by_label("Certificate number").fill(number)
    follow(stranger.get_by_role("button", name="Check certificate"))
    expect(stranger.get_by_role("heading", level=1, name="This certificate is valid")).to_be_visible()
    assert "Wren" not in stranger.content()
    assert stranger.goto(link.get_attribute("href")).url.startswith(f"{site.url}/accounts/login/")


def test_a_dropped_connection_loses_no_answer_and_continue_leads_back(browser, site):
    page = browser()
    sign_up(page, site, "dropped@example.org")
    take_modules(page)
    follow(page.get_by_role("button", name="Continue", exact=True))
    follow(page.get_by_role("button", name="Start quiz"))
    content_on(page)
    first = page.get_by_role("heading", level=1).inner_text()
    answer_question(page, right=True)
    content = content_on(page)
    second = page.get_by_role("heading", level=1).inner_text()
    fill(page, content, best_answer(content))
    page.context.set_offline(True)
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)

    page.goto(COURSE)
    follow(page.get_by_role("button", name="Continue", exact=True))

    assert page.get_by_role("heading", level=1).inner_text() == second
    follow(page.get_by_role("link", name="Back", exact=True))
    assert page.get_by_role("heading", level=1).inner_text() == first
    expect(page.get_by_text("(1 answered)")).to_be_visible()


def test_one_question_is_answered_by_keyboard_alone_and_the_focus_is_always_seen(browser, site):
    page = browser()
    sign_up(page, site, "keyboard@example.org")
    page.goto("/courses/half-day/")
    follow(page.get_by_role("button", name="Start course"))
    page.goto("/quizzes/half-day/practise-everything/")
    follow(page.get_by_role("button", name="Start quiz"))
    address = page.url
    page.locator("body").press("Tab")
    seen = []
    for _ in range(40):
        focus = page.evaluate(FOCUS)
        seen.append(focus)
        if focus["kind"] in {"radio", "checkbox"}:
            page.keyboard.press("Space")
        if focus["text"] == "Save and continue":
            page.keyboard.press("Enter")
            break
        page.keyboard.press("Tab")
    page.wait_for_url(lambda url: url != address)
    assert [focus for focus in seen if not focus["is_seen"]] == []
    expect(page.get_by_text("Feedback on question 1 of 8")).to_be_visible()


#: What has the focus, and whether a sighted person can tell: an outline or a shadow, on the page, not covered.
FOCUS = """() => {
  const it = document.activeElement;
  const shown = ["radio", "checkbox"].includes(it.type) ? it.nextElementSibling : it;
  const look = (node, pseudo) => { const s = getComputedStyle(node, pseudo); return parseFloat(s.outlineWidth) > 0
    && s.outlineStyle !== "none" || s.boxShadow !== "none"; };
  const box = shown.getBoundingClientRect();
  return {
    kind: it.type || it.tagName.toLowerCase(),
    text: it.innerText,
    is_seen: (look(shown) || look(shown, "::before")) && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""
