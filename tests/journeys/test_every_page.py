"""Every kind of page, its error states too: no accessibility finding, no sideways scroll, a title of its own."""

import re
from functools import cache
from pathlib import Path

import pytest

from quizzes.content import ItemType
from tests.journeys.learner import COURSE, answer_quiz, sign_up, take_modules
from tests.journeys.questions import answer_question, content_on, save
from tests.journeys.steps import follow

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => (await axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
})).violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(" ")).slice(0, 3).join(" | ")}`)"""
FIRST_VISIT_BYTES = 60 * 1024
WIDTHS = (320, 1280)


@cache
def axe() -> str:
    return AXE.read_text()


class Inspector:
    """Looks at each page it is led to, and remembers what is wrong with it."""

    def __init__(self, page):
        self.page = page
        self.wrong = {}
        self.titles = {}

    def go(self, path: str, status: int = 200) -> None:
        answer = self.page.goto(path)
        self.look(path)
        if answer.status != status:
            self.wrong.setdefault(path, []).append(f"status {answer.status}")

    def send(self, path: str, button: str, fill: dict[str, str] | None = None) -> None:
        """Send the form on `path` as it is, or with `fill`, and look at the answer, which must name errors."""
        self.page.goto(path)
        for label, value in (fill or {}).items():
            self.page.get_by_label(label, exact=True).fill(value)
        follow(self.page.get_by_role("main").get_by_role("button", name=button, exact=True))
        self.look(f"{path} with errors")
        if not self.page.title().startswith("Error: "):
            self.wrong.setdefault(path, []).append(f"no error in the title: {self.page.title()}")

    def look(self, name: str) -> None:
        self.page.evaluate(axe())
        found = self.page.evaluate(RUN_AXE)
        over = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if over > 0:
            found.append(f"scrolls sideways by {over} px")
        if not self.page.title().endswith(" – Fairlead"):
            found.append(f"title: {self.page.title()}")
        if found:
            self.wrong[name] = found

    def links(self, start: str) -> list[str]:
        """Addresses of the page's links that begin with `start`, without repeats, in order."""
        found = self.page.locator("main a").evaluate_all("all => all.map(a => a.pathname)")
        return list(dict.fromkeys(path for path in found if path.startswith(start) and path != start))


@pytest.fixture(params=WIDTHS, ids="{} px".format)
def inspector(request, browser):
    """`inspector("trainer@demo.example")`; fails at the end with everything that was wrong."""
    made = []

    def build(log_in: str = "") -> Inspector:
        made.append(Inspector(browser(width=request.param, log_in=log_in)))
        return made[-1]

    yield build
    assert {name: wrong for one in made for name, wrong in one.wrong.items()} == {}


def test_public_pages(inspector):
    see = inspector()
    for path in (
        "/", "/courses/", "/courses/?q=zzzz", COURSE, "/courses/half-day/", "/indicators/", "/indicators/?q=zzzz",
        "/indicators/pocket/", "/help/", "/verify/", "/verify/FL-2026-00000000-0/", "/about-this-training/",
        "/leaving-quickly/", "/privacy/", "/accessibility/", "/accounts/login/", "/accounts/signup/",
        "/accounts/login/code/", "/accounts/password/reset/",
    ):  # fmt: skip
        see.go(path)
    see.page.goto("/indicators/")
    see.go(see.links("/indicators/")[-1])
    see.go("/no-such-page/", 404)


def test_forms_that_were_sent_with_mistakes(inspector):
    see = inspector()
    see.send("/accounts/signup/", "Create account")
    see.send(
        "/accounts/login/", "Log in", {"E-mail address": "nobody@example.org", "Password": "wrong-password-1"}
    )
    see.send("/accounts/login/code/", "Send the code")
    see.send("/accounts/password/reset/", "Send the code")
    see.send("/verify/", "Check certificate")


def test_a_learners_own_pages(inspector):
    see = inspector("learner2@demo.example")
    for path in (
        "/my/", "/my/cpd/", "/my/account/", "/my/account/close/", "/accounts/email/", "/accounts/password/change/",
        "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/sessions/",
    ):  # fmt: skip
        see.go(path)
    see.send("/my/account/", "Save details", {"Full name": " "})


def test_every_module(inspector):
    see = inspector("learner2@demo.example")
    see.go("/courses/half-day/")
    modules = see.links("/courses/half-day/")
    assert len(modules) == 11
    for path in modules:
        see.go(path)


def test_a_certified_learners_pages(inspector):
    see = inspector("learner3@demo.example")
    see.go("/my/")
    see.go("/my/cpd/")
    number = (
        see.page.get_by_role("link", name="Download certificate").first.get_attribute("href").split("/")[-2]
    )
    see.go(f"/verify/{number}/")
    see.send(f"/verify/{number}/", "Compare name")


def test_the_quiz(inspector, site, request):
    see = inspector()
    sign_up(see.page, site, f"quiz-{request.node.callspec.id.split()[0]}@example.org")
    take_modules(see.page)
    see.look("the course with all modules completed")
    see.go("/quizzes/fast-track/")
    follow(see.page.get_by_role("button", name="Start quiz"))
    see.look("a question")
    while content_on(see.page).type == ItemType.ORDERING:  # its order as it stands is an answer
        save(see.page)
    save(see.page)
    see.look("a question sent without an answer")
    assert see.page.title().startswith("Error: ")
    follow(see.page.get_by_role("link", name="See all questions"))
    see.look("check your answers")
    follow(see.page.get_by_role("link", name="Answer question").first)
    answer_quiz(see.page, right=False)
    see.look("a result that is not a pass")
    follow(see.page.get_by_role("button", name="Try again"))
    answer_quiz(see.page, right=True)
    see.look("a result that is a pass")
    see.go(COURSE)


def test_questions_of_every_type_with_their_feedback(inspector):
    see = inspector("learner3@demo.example")
    see.page.goto("/courses/half-day/")
    start = see.page.get_by_role("button", name="Start course")
    if start.count():
        follow(start)
    for slug, questions in (("practise-everything", 8), ("spot-the-signs", 1), ("practise-talking", 1)):
        see.go(f"/quizzes/half-day/{slug}/")
        main = see.page.get_by_role("main")
        follow(main.get_by_role("button", name="Start quiz").or_(main.get_by_role("button", name="Continue")))
        for number in range(1, questions + 1):
            see.look(f"question {number} of {slug}")
            content_on(see.page)
            see.look(f"question {number} of {slug}, past its note")
            save(see.page)
            see.look(f"question {number} of {slug}, sent blank or as it stood")
            if "/feedback/" not in see.page.url:
                answer_question(see.page, right=bool(number % 2))
            see.look(f"feedback on question {number} of {slug}")
            follow(main.get_by_text("Continue", exact=True))
        check = re.sub(r"(/attempts/\d+/).*", r"\1", see.page.url)
        see.go(check)
        follow(see.page.get_by_role("button", name="Submit answers"))
        see.look(f"result of {slug}")


def test_the_trainers_area(inspector):
    see = inspector("trainer@demo.example")
    see.go("/trainer/")
    group = see.page.get_by_role("link", name="Multi-agency group 1", exact=True).get_attribute("href")
    for path in (
        group, f"{group}people/add/", f"{group}edit/", "/trainer/cohorts/new/", f"{group}questions/", f"{group}link/",
    ):  # fmt: skip
        see.go(path)
    see.go(see.page.locator(".app-join-address").inner_text())
    see.send("/trainer/cohorts/new/", "Create cohort")
    see.send(f"{group}people/add/", "Add people")
    see.page.goto(group)
    see.go(see.links(f"{group}people/")[-1])
    see.page.goto(group)
    quizzes = next(path for path in see.links(f"{group}people/") if path.endswith("/quizzes/"))
    see.go(quizzes)


def test_sessions_as_their_trainer_plans_them(inspector):
    see = inspector("trainer@demo.example")
    see.page.goto("/trainer/")
    for group in see.links("/trainer/cohorts/"):
        see.page.goto(group)
        if sessions := see.links("/trainer/sessions/"):
            break
    see.look("a group with sessions")
    for part in ("sessions/new/", "copy/", "evaluation/", "people/file/", "messages/"):
        see.go(f"{group}{part}")
    for part in ("", "edit/", "people/add/", "call-off/", "tables/"):
        see.go(f"{sessions[0]}{part}")
    see.send(f"{group}sessions/new/", "Add session")
    see.go("/trainer/licence/")
    see.go("/trainer/licence/deliveries/new/")


def test_sessions_as_people_book_them(inspector):
    see = inspector("learner2@demo.example")
    see.go("/sessions/")
    see.go(see.links("/sessions/")[-1])
    see.go("/my/calendar/")


def test_other_staff_pages(inspector):
    manager = inspector("manager@demo.example")
    manager.go("/certificates/waiting/")
    manager.go("/reports/")
    manager.go(manager.links("/reports/programmes/")[0])
    lead = inspector("lead@demo.example")
    for path in (
        "/trainer/", "/trainer/programmes/", "/trainer/programmes/new/", "/trainer/cascade/",
        "/trainer/cascade/table/", "/trainer/cascade/people/", "/trainer/cascade/rules/",
    ):  # fmt: skip
        lead.go(path)
    lead.page.goto("/trainer/programmes/")
    programme = lead.links("/trainer/programmes/")[-1]
    lead.go(programme)
    agency = inspector("agency@demo.example")
    for path in ("/my/", "/reports/agency/", "/my/colleagues/"):
        agency.go(path)
    funder = inspector("funder@demo.example")
    funder.go("/reports/")
    funder.go(funder.links("/reports/programmes/")[0])


def test_a_first_visit_costs_little(browser):
    """Bytes on the wire for the home page, styles and scripts included, with nothing cached."""
    page = browser(width=390)
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    sizes = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("/", wait_until="networkidle")
    assert len(sizes) > 3
    assert sum(sizes) <= FIRST_VISIT_BYTES


def test_a_very_long_search_is_answered(browser):
    page = browser()
    for path in ("/courses/", "/indicators/"):
        assert page.goto(f"{path}?q={'a' * 20_000}").status == 200
