"""The trainer's work with sessions: planned, booked, marked and evaluated; tables; people from a file; a delivery."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.running_session import PEOPLE
from tests.journeys.steps import follow, heading, in_the_site, press

pytestmark = pytest.mark.browser
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("js", "width", "email"),
    [(True, 1280, "learner2@demo.example"), (False, 390, "learner3@demo.example")],
    ids=["JavaScript on", "plain phone"],
)
def test_a_session_is_planned_booked_marked_and_evaluated(browser, site, js, width, email):
    title = f"Evening session {width}"
    start = datetime.now(LONDON).replace(second=0, microsecond=0) + timedelta(minutes=10)
    end = start + timedelta(minutes=30)
    trainer = browser(js=js, width=width, log_in="trainer@demo.example")
    trainer.goto("/trainer/cohorts/new/")
    trainer.get_by_label("Name of the group").fill(f"Group of the {title}")
    trainer.get_by_label("Course", exact=True).select_option("fast-track")
    press(trainer, "Create cohort")
    press(trainer, "Add session")

    trainer.get_by_label("Name of the session").fill(title)
    trainer.get_by_label("Date", exact=True).fill(f"{start:%d/%m/%Y}")
    trainer.get_by_label("Starts at").fill(f"{start:%H:%M}")
    trainer.get_by_label("Ends at").fill("soon")
    trainer.get_by_label("Online link (optional)").fill("https://meet.example/evening")
    trainer.get_by_label("Places", exact=True).fill("8")
    trainer.get_by_label("Anyone: it stands in the public calendar").check()
    press(trainer, "Add session")
    expect(trainer.get_by_role("alert")).to_contain_text("Enter a time of the day")
    expect(trainer.get_by_label("Name of the session")).to_have_value(title)
    trainer.get_by_label("Ends at").fill(f"{end:%H:%M}")
    press(trainer, "Add session")
    expect(trainer.get_by_role("main")).to_contain_text("Bookings open when it is complete.")
    session = trainer.url
    press(trainer, "Complete the safety plan")
    trainer.get_by_label("Safeguarding lead").fill("Aditi Ramsbottom, 020 7946 0188")
    trainer.get_by_label("If somebody discloses").fill(
        "One trainer leaves the room with the person and listens."
    )
    trainer.get_by_label("Quiet room").fill("Breakout room 2")
    press(trainer, "Save changes")
    press(trainer, "Open bookings")
    expect(trainer.get_by_text("Bookings are open.")).to_be_visible()

    learner = browser(js=js, width=width, log_in=email)
    learner.goto("/sessions/")
    follow(learner.get_by_role("link", name=re.compile(title)))
    learner.get_by_label("Is there anything we should know?").fill("A seat near the door.")
    press(learner, "Book")
    expect(learner.get_by_text("You have a place.", exact=True)).to_be_visible()

    trainer.goto(session)
    expect(trainer.get_by_role("main")).to_contain_text("A seat near the door.")
    trainer.goto(f"{session}register/")
    trainer.get_by_role("radio", name="Present").check()
    if js:
        expect(trainer.get_by_role("main").get_by_role("status")).to_have_text(re.compile("Saved at"))
    else:
        press(trainer, "Save register")
    in_the_site(site, "tests.journeys.time_passes", re.search(r"/sessions/(\d+)/", session)[1])

    learner.goto("/courses/fast-track/")
    follow(learner.get_by_role("link", name=f"What was it like? {title}"))
    for answer in ("Very useful", "Right", "Well"):
        learner.get_by_label(answer, exact=True).check()
    press(learner, "Send without my name")
    expect(heading(learner, "Thank you")).to_be_visible()


def test_groups_are_made_of_thirty_people_and_one_is_moved_by_hand(browser, site):
    number = in_the_site(site, "tests.journeys.running_session", "Room for tables")
    trainer = browser(width=390, log_in="trainer@demo.example")
    trainer.goto(f"/trainer/sessions/{number}/")
    press(trainer, "Make groups")
    trainer.get_by_label("People at a table, or number of tables").fill("6")
    trainer.get_by_label("Most people of one organisation at a table").fill("1")
    trainer.get_by_label("Rounds").fill("2")
    press(trainer, "Make groups")
    expect(trainer.get_by_text(f"{PEOPLE} people at 5 tables, 2 rounds")).to_be_visible()
    first = trainer.get_by_role("region", name="Round 1")
    expect(first.get_by_role("listitem")).to_have_count(PEOPLE)

    first.get_by_text("Move a person").click()
    option = first.get_by_role("option", name=re.compile("Person 07"), include_hidden=True)
    first.get_by_label("Person").select_option(option.get_attribute("value"))
    first.get_by_label("To table").select_option("5")
    follow(first.get_by_role("button", name="Move", exact=True))

    expect(trainer.get_by_text("Person 07 sits at table 5 in round 1.")).to_be_visible()
    fifth = trainer.get_by_role("region", name="Round 1").get_by_role("article").nth(4)
    expect(fifth).to_contain_text("Person 07")
    press(trainer, "Undo the last change")
    expect(trainer.get_by_text("The tables are as they were before.")).to_be_visible()


def test_a_file_with_one_bad_row_is_corrected_and_everybody_is_invited(browser, site):
    good = [f"Invited {n},invited{n}@import.example.org" for n in range(3)]
    bad = "Wren Ashdown,wren at example.org"
    trainer = browser(log_in="trainer@demo.example")
    trainer.goto("/trainer/")
    follow(trainer.get_by_role("link", name="Multi-agency group 1", exact=True))
    group = trainer.url

    def choose(rows: list[str]) -> None:
        trainer.goto(f"{group}people/file/")
        text = "\n".join(["Name,E-mail", *rows])
        trainer.locator("input[type=file]").set_input_files(
            {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        press(trainer, "Show what it holds")

    choose([good[0], bad, *good[1:]])
    problems = trainer.get_by_role("region", name="Rows that cannot be used")
    expect(problems.get_by_role("row").filter(has_text="3")).to_contain_text("No e-mail address")
    choose([good[0], bad.replace(" at ", "@"), *good[1:]])
    expect(problems).to_have_count(0)
    press(trainer, "Invite 4 people")

    expect(trainer.get_by_text("Finished").first).to_be_visible()
    trainer.goto(group)
    invited = [letter["To"] for letter in site.letters() if letter["To"].endswith("example.org")]
    assert sorted(to for to in invited if "invited" in to or "wren@" in to) == [
        *(f"invited{n}@import.example.org" for n in range(3)),
        "wren@example.org",
    ]


def test_a_licensed_trainer_logs_a_delivery_and_sees_whom_it_reached(browser):
    trainer = browser(width=390, log_in="trainer2@demo.example")
    trainer.goto("/trainer/licence/")
    expect(trainer.get_by_role("main")).to_contain_text("Run my own session")
    press(trainer, "Log a delivery")
    press(trainer, "Log delivery")
    expect(trainer.get_by_role("alert")).to_contain_text("Enter how many people came, in at least one line.")
    yesterday = datetime.now(LONDON) - timedelta(days=1)
    trainer.get_by_label("Course", exact=True).select_option("half-day")
    trainer.get_by_label("Day", exact=True).fill(f"{yesterday:%d/%m/%Y}")
    trainer.get_by_label("Face to face").check()
    trainer.get_by_label("Health (optional)").fill("11")
    trainer.get_by_label("Other or not known").fill("3")
    press(trainer, "Log delivery")

    expect(trainer.get_by_text("The delivery is logged.")).to_be_visible()
    rows = trainer.get_by_role("region", name="My deliveries").get_by_role("row")
    expect(rows.filter(has_text=f"{yesterday.day} {yesterday:%B %Y}").first).to_contain_text("14")
