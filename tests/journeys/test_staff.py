"""The trainer's day and the editor's: a group made, filled and exported; a sentence changed, approved and read."""

import csv
import io
import re

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.journeys.learner import COURSE, sign_up
from tests.journeys.steps import follow

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("js", [True, False], ids=["JavaScript on", "JavaScript off"])
def test_a_trainer_makes_a_group_people_join_and_their_progress_is_exported(browser, site, js):
    group = f"Night shift {'one' if js else 'two'}"
    email = f"joiner-{'js' if js else 'plain'}@example.org"
    trainer = browser(js=js, log_in="trainer@demo.example")
    trainer.goto("/trainer/")
    trainer.get_by_role("button", name="Create cohort").click()
    trainer.get_by_label("Name of the group").fill(group)
    trainer.get_by_label("Course").select_option("fast-track")
    follow(trainer.get_by_role("button", name="Create cohort"))
    expect(trainer.get_by_role("heading", level=1, name=group)).to_be_visible()
    address = trainer.url

    trainer.get_by_role("button", name="Add people").click()
    trainer.get_by_label("E-mail addresses").fill(f"{email}\nnot an address")
    trainer.get_by_role("button", name="Add people").click()
    expect(trainer.get_by_role("alert")).to_contain_text("Nobody was invited yet")
    expect(trainer.get_by_label("E-mail addresses")).to_have_value(re.compile("not an address"))
    trainer.get_by_label("E-mail addresses").fill(email)
    trainer.get_by_role("button", name="Add people").click()
    trainer.get_by_role("link", name="1 unanswered invitation").click()
    expect(trainer.get_by_role("row").filter(has_text=email)).to_be_visible()
    trainer.goto(address)

    follow(trainer.get_by_role("button", name="Invitation link and code"))
    join_address = trainer.locator(".app-join-address").inner_text()
    learner = browser(js=js, width=320)
    sign_up(learner, site, email, name="=Juniper Holt")
    learner.goto(join_address)
    follow(learner.get_by_role("button", name="Join group"))
    learner.goto(COURSE)
    follow(learner.get_by_role("button", name="Continue"))
    follow(learner.get_by_role("button", name="Mark as complete and continue"))

    trainer.goto(address)
    row = trainer.get_by_role("row").filter(has_text="Juniper Holt")
    expect(row).to_contain_text("1 of 5")
    sheets = {kind: exported(trainer, kind) for kind in ("csv", "xlsx")}
    rows = list(csv.reader(io.StringIO(sheets["csv"].decode("utf-8-sig"))))
    assert [cells for cells in rows if any("Juniper Holt" in cell for cell in cells)]
    assert not [cell for cells in rows for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    sheet = openpyxl.load_workbook(io.BytesIO(sheets["xlsx"])).active
    assert "f" not in {cell.data_type for cells in sheet.rows for cell in cells}

    stranger = browser(js=js, log_in="trainer2@demo.example")
    assert stranger.goto(address).status == 404


def exported(page, kind: str) -> bytes:
    page.get_by_label("File type, for everybody in the group").select_option(kind)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    return download.value.path().read_bytes()


def test_an_editor_changes_a_module_a_moderator_approves_and_the_learner_reads_it(browser, site):
    sentence = "Ask a colleague to walk with you."
    learner = browser(log_in="learner3@demo.example")
    reading = "/courses/fast-track/looking-after-yourself/"
    learner.goto(COURSE)
    learner.goto(reading)
    expect(learner.get_by_text(sentence)).to_have_count(0)

    editor = browser(log_in="editor@demo.example")
    editor.goto("/cms/pages/search/?q=Looking+after+yourself")
    follow(editor.get_by_role("link", name="Looking after yourself").first)
    for body in ("body", "short_body"):
        text = editor.locator(f"[data-contentpath='{body}'] .Draftail-Editor [contenteditable=true]").first
        text.click()
        text.press("End")
        editor.keyboard.type(f" {sentence}")
        kept = editor.locator(f"[data-contentpath='{body}'] [name^='{body}-'][name$='-value']").first
        expect(kept).to_have_value(
            re.compile(re.escape(sentence))
        )  # the editor keeps text a moment after typing
    address = editor.url
    editor.get_by_role("button", name="More actions").first.click()
    editor.get_by_role("button", name=re.compile("Submit (for|to) moderat", re.I)).click()
    expect(editor.get_by_text(re.compile("has been submitted for moderation"))).to_be_visible()
    learner.goto(reading)
    expect(learner.get_by_text(sentence)).to_have_count(0)

    moderator = browser(log_in="moderator@demo.example")
    moderator.goto("/cms/")
    expect(moderator.get_by_role("link", name="Looking after yourself").first).to_be_visible()
    moderator.goto(address)
    moderator.get_by_role("button", name="More actions").first.click()
    moderator.get_by_role("button", name=re.compile("Approve and publish", re.I)).first.click()
    moderator.wait_for_url(re.compile(r"/cms/pages/\d+/$"))

    learner.goto(reading)
    expect(learner.get_by_text(sentence).first).to_be_visible()
