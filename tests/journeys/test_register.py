"""The register on the day: on a phone, with the network cut, by two trainers at once, and without JavaScript."""

import re
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from scripts.demo_site import ROOT, environment
from tests.journeys.running_session import PEOPLE
from tests.journeys.steps import follow
from tests.journeys.test_every_page import Inspector

pytestmark = pytest.mark.browser

PHONE = 390
A_TRAINER_HAS = 120  # seconds to mark thirty people; the browser needs far less
SAVED = re.compile(r"Saved at \d\d:\d\d")


@pytest.fixture
def register(site, request):
    """The address of the register of a session of its own."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.journeys.running_session", request.node.name],
        cwd=ROOT,
        env=environment(site.folder) | {"SITE_URL": site.url},
        capture_output=True,
        text=True,
        check=True,
    )
    return f"/trainer/sessions/{made.stdout.split()[-1]}/register/"


def person(page, number: int):
    return page.locator("[data-person]").filter(has_text=f"Person {number:02d}")


def mark(page, number: int, status: str) -> None:
    person(page, number).get_by_role("radio", name=status).check()


def state(page):
    return page.get_by_role("main").get_by_role("status")


def kept(page) -> list[str]:
    return page.evaluate("caches.keys()")


def open_and_keep(page, address: str) -> None:
    """Open the register and wait until its worker has everything for work without a network."""
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "async () => { for (const name of await caches.keys())"
        " if (await (await caches.open(name)).match(location.pathname)) return true; return false; }"
    )
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def changes_of(page, address: str, number: int) -> int:
    """Count the marks in the person's history."""
    page.goto(address)
    follow(person(page, number).get_by_role("link", name="History"))
    return page.locator("tbody tr").count()


def test_thirty_people_with_the_network_cut_in_the_middle(browser, register):
    page = browser(width=PHONE, log_in="trainer@demo.example")
    open_and_keep(page, register)
    began = time.monotonic()

    for number in range(10):
        mark(page, number, "Present")
    expect(state(page)).to_have_text(SAVED)
    page.context.set_offline(True)
    for number in range(10, 25):
        mark(page, number, "Absent" if number == 20 else "Present")
    expect(state(page)).to_have_text("Not connected: 15 marks wait on this phone")
    page.reload()  # the page itself comes back without a network, with what waits
    expect(state(page)).to_have_text("Not connected: 15 marks wait on this phone")
    expect(person(page, 20).get_by_role("radio", name="Absent")).to_be_checked()
    for number in range(25, PEOPLE):
        mark(page, number, "Present")
    expect(state(page)).to_have_text("Not connected: 20 marks wait on this phone")
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)

    assert time.monotonic() - began < A_TRAINER_HAS
    colleague = browser(width=PHONE, log_in="trainer2@demo.example")
    colleague.goto(register)
    expect(colleague.get_by_text(f"{PEOPLE} of {PEOPLE} marked.")).to_be_visible()
    expect(person(colleague, 20).get_by_role("radio", name="Absent")).to_be_checked()
    assert [changes_of(colleague, register, number) for number in (0, 12, 20, 29)] == [1, 1, 1, 1]


def test_two_trainers_at_once_see_whose_mark_stands(browser, register):
    one = browser(width=PHONE, log_in="trainer@demo.example")
    other = browser(width=PHONE, log_in="trainer2@demo.example")
    open_and_keep(one, register)
    other.goto(register)

    one.context.set_offline(True)
    mark(one, 3, "Absent")
    expect(state(one)).to_have_text("Not connected: 1 mark waits on this phone")
    mark(other, 3, "Late")
    expect(state(other)).to_have_text(SAVED)
    expect(person(other, 3).get_by_label("Minutes missed")).to_have_value(re.compile(r"\d"))
    one.context.set_offline(False)

    conflict = person(one, 3).locator("[data-conflict]")
    expect(conflict).to_have_text(re.compile("Not used: .* marked “Late” at .*, after you. Mark again"))
    expect(person(one, 3).get_by_role("radio", name="Late")).to_be_checked()
    mark(one, 4, "Excused")
    mark(one, 3, "Left early")
    expect(conflict).to_have_text(re.compile("Changed: .* marked “Late” at .*, before you."))
    other.get_by_role("button", name="Save register").click()
    expect(person(other, 4).get_by_role("radio", name="Excused")).to_be_checked()
    expect(person(other, 3).get_by_role("radio", name="Left early")).to_be_checked()
    assert changes_of(other, register, 3) == 3


def test_without_javascript_the_buttons_save(browser, register):
    page = browser(js=False, width=PHONE, log_in="trainer@demo.example")
    page.goto(register)
    mark(page, 5, "Late")
    person(page, 5).get_by_label("Minutes missed").fill("8")
    mark(page, 6, "Excused")
    page.get_by_role("button", name="Save register").click()
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d: 2 changes\."))).to_be_visible()
    page.get_by_role("button", name="Everyone present").click()
    expect(page.get_by_text(f"{PEOPLE - 2} people marked present.")).to_be_visible()
    expect(person(page, 5).get_by_label("Minutes missed")).to_have_value("8")
    expect(person(page, 6).get_by_role("radio", name="Excused")).to_be_checked()
    expect(page.get_by_text(f"{PEOPLE} of {PEOPLE} marked.")).to_be_visible()


def test_nothing_of_the_register_stays_after_the_log_out(browser, register):
    page = browser(width=PHONE, log_in="trainer@demo.example")
    open_and_keep(page, register)
    page.goto("/trainer/")
    assert len(kept(page)) == 1

    page.get_by_role("banner").get_by_role("button", name="Log out").click()
    page.wait_for_url(lambda address: "/trainer/" not in address)

    assert kept(page) == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_a_session_that_ended_elsewhere_takes_the_page_off_the_phone(browser, register):
    page = browser(width=PHONE, log_in="trainer@demo.example")
    open_and_keep(page, register)
    page.context.clear_cookies()

    mark(page, 1, "Present")

    expect(state(page)).to_have_text(re.compile("You are logged out.* 1 mark waits on this phone"))
    assert kept(page) == []


def test_the_door_lets_people_in_with_a_code_that_changes(browser, register):
    trainer = browser(log_in="trainer@demo.example")
    door = register.replace("register", "door")
    trainer.goto(door)
    follow(trainer.get_by_role("button", name="Open check-in"))
    shown = trainer.locator(".app-door__code")
    visitor = browser(width=320)
    visitor.goto("/check-in/")
    visitor.get_by_label("Code").fill(shown.inner_text())
    visitor.get_by_role("button", name="Continue").click()
    visitor.get_by_role("button", name="Check in by name").click()
    visitor.get_by_label("Full name").fill("Wren Ashdown")
    visitor.get_by_label("Organisation").fill("Harbour Street Surgery")
    visitor.get_by_label("Sector").select_option(index=1)
    follow(visitor.get_by_role("button", name="I am here"))
    expect(visitor.get_by_role("heading", level=1, name="You are on the register")).to_be_visible()
    before = shown.inner_text()
    expect(shown).not_to_have_text(before, timeout=40_000)
    trainer.goto(register)
    expect(trainer.locator("[data-person]").filter(has_text="Wren Ashdown")).to_contain_text("Walk-in")


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_nothing_for_axe_to_find(browser, register, width):
    see = Inspector(browser(width=width, log_in="trainer@demo.example"))
    see.go(register)
    mark(see.page, 2, "Late")
    expect(state(see.page)).to_have_text(SAVED)
    see.look("register with a mark")
    see.page.context.set_offline(True)
    mark(see.page, 3, "Present")
    expect(state(see.page)).to_have_text(re.compile("Not connected"))
    see.look("register without a network")
    see.page.context.set_offline(False)
    expect(state(see.page)).to_have_text(SAVED)
    follow(person(see.page, 2).get_by_role("link", name="History"))
    see.look("history")
    see.go(f"{register}add/")
    see.send(f"{register}add/", "Add and mark present")
    see.go(register.replace("register", "door"))
    follow(see.page.get_by_role("button", name="Open check-in"))
    see.look("door with its code")
    see.go("/check-in/")
    assert see.wrong == {}
