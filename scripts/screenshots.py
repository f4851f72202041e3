"""Draw docs/images afresh from a demo site, so that the pictures stay true."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingsite.settings.test")
django.setup()  # the journeys' steps know the questions

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.demo_site import demo_site
from tests.journeys.conftest import CHROMIUM, OPTIONS, PASSWORD
from tests.journeys.learner import answer_quiz, sign_up, take_modules

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1100, "height": 820}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        learner_pages(browser, site)
        half_way(browser, site)
        certified(browser, site)
        trainer(browser, site)
        manager(browser, site)
        editor(browser, site)
        browser.close()


def visitor(browser: Browser, site) -> Page:
    return browser.new_context(
        base_url=site.url, viewport=SIZE, locale="en-GB", reduced_motion="reduce"
    ).new_page()


def person(browser: Browser, site, email: str) -> Page:
    page = visitor(browser, site)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def draw(page: Page, name: str, path: str = "") -> None:
    if path:
        page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")


def learner_pages(browser: Browser, site) -> None:
    page = visitor(browser, site)
    draw(page, "home", "/")
    draw(page, "catalogue", "/courses/")
    draw(page, "calendar", "/sessions/")
    sign_up(page, site, "wren@example.org")
    take_modules(page)
    page.goto("/quizzes/fast-track/")
    page.get_by_role("button", name="Start quiz").click()
    draw(page, "quiz-question")
    answer_quiz(page, right=True)
    draw(page, "result")


def half_way(browser: Browser, site) -> None:
    page = person(browser, site, "learner2@demo.example")
    draw(page, "course", "/courses/half-day/")
    page.get_by_role("button", name="Continue").click()
    draw(page, "module")


def certified(browser: Browser, site) -> None:
    page = person(browser, site, "learner3@demo.example")
    draw(page, "my", "/my/")
    href = page.get_by_role("link", name="Download certificate").first.get_attribute("href")
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "certificate.pdf"
        pdf.write_bytes(page.request.get(href).body())
        command = ["pdftoppm", "-png", "-r", "90", "-singlefile", str(pdf), str(IMAGES / "certificate")]
        subprocess.run(command, check=True)
    page.set_viewport_size(SIZE | {"height": 1200})
    draw(page, "cpd", "/my/cpd/")
    draw(page, "cpd-pack", "/my/cpd/packs/nmc/")
    draw(page, "verify", href.replace("/my/certificates/", "/verify/"))


def trainer(browser: Browser, site) -> None:
    page = person(browser, site, "trainer@demo.example")
    page.goto("/trainer/")
    group, evaluated, planned = (
        page.get_by_role("link", name=re.compile(name)).first.get_attribute("href")
        for name in ("Multi-agency group 1", "T1", "open dates")
    )
    page.set_viewport_size(SIZE | {"height": 1560})
    draw(page, "trainer-cohort", group)
    draw(page, "group-evaluation", f"{evaluated}evaluation/")
    page.goto(planned)
    page.get_by_role("link", name="Take register").first.click()
    page.set_viewport_size({"width": 390, "height": 900})
    draw(page, "register")
    page.set_viewport_size(SIZE | {"height": 1200})
    session = page.url.removesuffix("register/")
    draw(page, "session", session)
    draw(page, "door", f"{session}door/")
    draw(page, "tables", f"{session}tables/")
    lead = person(browser, site, "lead@demo.example")
    draw(lead, "cascade", "/trainer/cascade/")


def manager(browser: Browser, site) -> None:
    page = person(browser, site, "manager@demo.example")
    page.goto("/reports/")
    page.set_viewport_size(SIZE | {"height": 1560})
    draw(page, "programme-report", page.get_by_role("link", name="London pilot").first.get_attribute("href"))
    page.set_viewport_size(SIZE | {"height": 1200})
    draw(page, "certificates", "/certificates/")


def editor(browser: Browser, site) -> None:
    page = person(browser, site, "editor@demo.example")
    page.goto("/cms/pages/search/?q=Looking+after+yourself")
    page.get_by_role("link", name="Looking after yourself").first.click()
    draw(page, "editor-module")
    draw(page, "editor-due", "/cms/reports/content-due/")
    page.goto("/cms/snippets/certificates/certificatetemplate/")
    page.get_by_role("main").get_by_role("link", name=re.compile("pilot", re.I)).first.click()
    draw(page, "editor-certificate")


if __name__ == "__main__":
    main()
