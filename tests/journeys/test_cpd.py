"""A CPD record on a phone and on a desk: learning added, a reflection looked at twice, a pack in three formats."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.steps import follow, heading
from tests.journeys.test_every_page import Inspector

pytestmark = pytest.mark.browser
HOLDER = "learner3@demo.example"


@pytest.mark.parametrize(("width", "js"), [(320, False), (1280, True)], ids=["phone, no JavaScript", "desk"])
def test_from_learning_elsewhere_to_a_pack(browser, width, js):
    page = browser(width=width, js=js, log_in=HOLDER)
    look = Inspector(page).look if js else lambda name: None
    title = f"Team discussion {width}"
    page.goto("/my/")
    follow(page.get_by_role("link", name="Add learning from elsewhere"))
    look("add learning")

    page.get_by_label("What you did").fill(title)
    page.get_by_label("How you learned").select_option(label="Peer or case discussion, supervision")
    page.get_by_label("Hours", exact=True).fill("1")
    page.get_by_label("Minutes", exact=True).fill("30")
    page.get_by_label("All of it").check()
    follow(page.get_by_role("button", name="Save learning"))
    expect(heading(page, "My CPD record")).to_be_visible()
    entry = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))
    expect(entry).to_contain_text("CPD hours 1:30, of these participatory 1:30")
    look("record")

    follow(entry.get_by_role("link", name=f"Write a reflection on {title}"))
    learned = page.get_by_label("What did you learn?")
    expect(learned).to_have_value("")
    look("empty reflection")
    learned.fill("I could have asked Mrs Okafor what she wanted")
    follow(page.get_by_role("button", name="Save reflection"))
    warning = page.get_by_role("link", name="“Mrs Okafor” looks like a person’s name")
    expect(warning).to_be_visible()
    expect(learned).to_have_value("I could have asked Mrs Okafor what she wanted")
    look("second look")
    learned.fill("I could have asked her what she wanted")
    page.get_by_label("How did you change").fill("I ask first. Dr Who is no real person")
    follow(page.get_by_role("button", name="It is no real person: save as it is"))
    expect(page.get_by_role("link", name="“Dr Who” looks like a person’s name")).to_be_visible()
    follow(page.get_by_role("button", name="It is no real person: save as it is"))
    expect(page.get_by_role("main")).to_contain_text(f"Your reflection on {title} is saved.")

    follow(page.get_by_role("link", name="Make a pack for your regulator"))
    follow(page.get_by_role("link", name="Nursing and Midwifery Council (NMC)"))
    expect(heading(page, "CPD for NMC")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("I could have asked her what she wanted")
    look("pack")
    text = fetch(page, "Download the pack (plain text)").decode()
    table = fetch(page, "Download the list (CSV)").decode("utf-8-sig")
    pdf = PdfReader(io.BytesIO(fetch(page, "Download the pack (PDF)")))
    printed = " ".join(sheet.extract_text() for sheet in pdf.pages)
    total = re.search(r"Total, Hours \(h:mm\): (\d+:\d\d)", text)[1]
    for form in (text, table, printed):
        assert "I could have asked her what she wanted" in " ".join(form.split())
        assert title in form
    assert total in printed
    assert page.get_by_label("To copy").input_value() == text


def fetch(page, name: str) -> bytes:
    return page.request.get(page.get_by_role("link", name=name).get_attribute("href")).body()


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_the_record(browser, width):
    see = Inspector(browser(width=width, log_in=HOLDER))
    for path in (
        "/my/cpd/",
        "/my/cpd/?period=dates&from=2/2/2026&to=1/1/2026",
        "/my/cpd/regulator/",
        "/my/cpd/packs/",
    ):
        see.go(path)
    for path in see.links("/my/cpd/packs/"):
        see.go(path)
    see.page.goto("/my/cpd/")
    for path in see.links("/my/cpd/learning/")[:4] + see.links("/my/cpd/reflections/")[:2]:
        see.go(path)
    see.send("/my/cpd/learning/new/", "Save learning")
    see.page.goto("/my/cpd/")
    see.send(see.links("/my/cpd/awards/")[0], "Save reflection")
    assert see.wrong == {}
