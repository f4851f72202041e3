"""A certificate in other people's hands: checked, shared, corrected, revoked, refreshed. Each page seen at two widths."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.learner import code_sent_to
from tests.journeys.steps import follow, heading, in_the_site, press
from tests.journeys.test_every_page import RUN_AXE, WIDTHS, Inspector, axe
from trainingsite.lib.rasters import first_page_png

pytestmark = pytest.mark.browser
MANAGER, SECOND_MANAGER = "manager@demo.example", "admin@demo.example"
CERTIFIED, NAME = "learner3@demo.example", "Jordan Achebe-Reid"
A4_AT_100_DPI = 1169  # pixels across, on its side


@pytest.fixture(scope="module")
def holders(site) -> list[str]:
    """Addresses of three people whose refreshers come next; the first two are due within 90 days."""
    return in_the_site(site, "tests.journeys.drawn_certificates", 3).split()


@pytest.fixture
def look():
    """`look(page, "share")` inspects the page at both widths; what was wrong is told at the end."""
    wrong = {}

    def at_both(page: Page, name: str) -> None:
        usual, see = page.viewport_size, Inspector(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            see.look(f"{name}, {width} px")
        page.set_viewport_size(usual)
        wrong.update(see.wrong)

    yield at_both
    assert wrong == {}


@pytest.fixture
def enter_by_code(browser, site):
    def enter(email: str) -> Page:
        page = browser()
        page.goto("/accounts/login/code/")
        page.get_by_label("E-mail address").fill(email)
        press(page, "Send the code")
        page.get_by_label("Code").fill(code_sent_to(site, email))
        press(page, "Log in")
        return page

    return enter


def main(page: Page):
    return page.get_by_role("main")


def number_on(page: Page) -> str:
    """Return the number of the first certificate in the record."""
    page.goto("/my/cpd/")
    address = page.get_by_role("link", name="Download certificate").first.get_attribute("href")
    return address.rstrip("/").split("/")[-1]


def check_by_number(page: Page, number: str) -> None:
    page.goto("/verify/")
    page.get_by_label("Certificate number").fill(number)
    press(page, "Check certificate")


def check_file(page: Page, content: bytes) -> None:
    page.goto("/verify/")
    file = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("Certificate file").set_input_files(file)
    press(page, "Check file")


def path_in_code(pdf: bytes) -> str:
    """Read the square code from a picture of the page, as a telephone would; return the path of its address."""
    with Image.open(io.BytesIO(first_page_png(pdf, A4_AT_100_DPI))) as picture:
        [code] = zxingcpp.read_barcodes(picture)
    return re.fullmatch(r"https?://[^/]+(/verify/.+)", code.text)[1]


def test_received_and_checked_in_three_ways_on_a_phone_without_javascript(browser):
    page = browser(log_in=CERTIFIED)
    number = number_on(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download certificate").first.click()
    pdf = download.value.path().read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/ByteRange" in pdf

    visitor = browser(js=False, width=320)
    check_by_number(visitor, number.lower().replace("-", " "))
    expect(heading(visitor, "This certificate is valid")).to_be_visible()
    expect(main(visitor)).to_contain_text(number)
    assert "Jordan" not in visitor.content()
    for name, answer in (
        ("Jordan Reid", "No, this name does not match"),
        (NAME.upper(), "Yes, this name matches"),
    ):
        visitor.get_by_label("Name on the certificate").fill(name)
        press(visitor, "Compare name")
        expect(main(visitor)).to_contain_text(answer)

    visitor.goto(path_in_code(pdf))
    expect(heading(visitor, "This certificate is valid")).to_be_visible()
    expect(main(visitor)).to_contain_text("J A")

    check_file(visitor, pdf)
    expect(heading(visitor, "This file is as we issued it")).to_be_visible()
    expect(main(visitor)).to_contain_text("This certificate is valid")
    middle = len(pdf) // 2
    check_file(visitor, pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :])
    expect(heading(visitor, "This file was changed after we issued it")).to_be_visible()
    check_file(visitor, b"A letter that says that I was there")
    expect(heading(visitor, "This is no certificate that we can read")).to_be_visible()


def test_a_holder_shares_the_name_by_a_link_and_ends_it(browser, look):
    page = browser(log_in=CERTIFIED)
    page.goto("/my/cpd/")
    follow(page.get_by_role("link", name="Who can check it").first)
    page.get_by_label("What it is for").fill("New employer")
    page.get_by_label("How long it works").select_option(label="1 day")
    press(page, "Make a link")
    address = page.get_by_label("New employer, works until").input_value()
    look(page, "share with a link")

    visitor = browser()
    visitor.goto(address)
    expect(main(visitor)).to_contain_text(NAME)
    look(visitor, "link")
    follow(page.get_by_role("button", name="End link"))
    expect(main(page)).to_contain_text("The link does not work any more.")
    assert visitor.reload().status == 404
    expect(heading(visitor, "This link does not work any more")).to_be_visible()
    look(visitor, "link that ended")


def test_a_name_is_corrected_and_the_old_edition_says_so(browser, enter_by_code, holders, look):
    page = enter_by_code(holders[1])
    old = number_on(page)
    follow(page.get_by_role("link", name="Correct the name"))
    press(page, "Ask for this name")
    assert page.title().startswith("Error: ")
    expect(main(page)).to_contain_text("This is the name that stands on the certificate already")
    look(page, "correct, with the name as it is")
    page.get_by_label("Your name as it should stand").fill("Carys Łódź-Müller")
    page.get_by_label("Why?").fill("married in May")
    press(page, "Ask for this name")
    expect(main(page)).to_contain_text("A programme manager looks at it")

    manager = browser(log_in=MANAGER)
    manager.goto("/certificates/")
    look(manager, "managers' list with a request")
    follow(manager.get_by_role("link", name="Carys Mountford to Carys Łódź-Müller"))
    look(manager, "decide a name")
    manager.get_by_label("Issue a new edition with this name").check()
    press(manager, "Save decision")
    expect(main(manager)).to_contain_text("A new edition is being made.")

    new = number_on(page)
    assert new != old
    check_by_number(page, new)
    expect(heading(page, "This certificate is valid")).to_be_visible()
    expect(main(page)).to_contain_text("edition 2")
    check_by_number(page, old)
    expect(heading(page, "This certificate was replaced by a later edition")).to_be_visible()
    look(page, "replaced")


def test_two_managers_revoke_and_the_holder_appeals(browser, enter_by_code, holders, look):
    page = enter_by_code(holders[2])
    number = number_on(page)
    first = browser(log_in=MANAGER)
    first.goto("/certificates/")
    first.get_by_label("Number, name or e-mail address").fill(number)
    press(first, "Show certificates")
    follow(main(first).get_by_role("rowheader").get_by_role("link"))
    look(first, "one certificate")
    press(first, "Ask to revoke")
    look(first, "ask to revoke")
    first.get_by_label("Issued in error").check()
    press(first, "Ask to revoke")
    expect(main(first)).to_contain_text("Nothing changes until another manager confirms it.")
    follow(first.get_by_role("link", name="waits for a second manager"))
    expect(first.get_by_role("button", name="Save decision")).to_have_count(0)
    check_by_number(page, number)
    expect(heading(page, "This certificate is valid")).to_be_visible()

    second = browser(log_in=SECOND_MANAGER)
    second.goto(first.url)
    look(second, "decide a revocation")
    second.get_by_label("Revoke now").check()
    press(second, "Save decision")
    expect(main(second)).to_contain_text("The certificate is revoked.")
    check_by_number(page, number)
    expect(heading(page, "This certificate was revoked")).to_be_visible()
    expect(main(page)).not_to_contain_text("Refresh by")
    look(page, "revoked")

    page.goto("/my/cpd/")
    expect(main(page)).to_contain_text("It does not count any more.")
    expect(page.get_by_role("link", name="Refresher")).to_have_count(0)
    look(page, "record with a revoked certificate")
    follow(page.get_by_role("link", name="Appeal"))
    expect(main(page)).to_contain_text("Issued in error")
    look(page, "appeal")
    page.get_by_label("Why do you think this is wrong?").fill("I took part in both halves")
    press(page, "Send appeal")
    expect(main(page)).to_contain_text("We look at it again and write to you.")
    second.goto("/certificates/")
    follow(second.get_by_role("link", name="Appeal of"))
    expect(main(second)).to_contain_text("I took part in both halves")
    look(second, "decide an appeal")


def test_a_refresher_begins_anew_and_the_certificate_stays(enter_by_code, holders, look):
    page = enter_by_code(holders[0])
    number = number_on(page)
    follow(page.get_by_role("link", name="Refresher"))
    look(page, "refresher")
    press(page, "Start refresher")
    expect(main(page)).to_contain_text("Your refresher has begun. Your certificate stays as it is.")
    expect(main(page)).to_contain_text("0 of 5")
    look(page, "course begun anew")
    assert number_on(page) == number
    page.goto(f"/my/certificates/{number}/refresh/")
    expect(main(page)).to_contain_text("Your refresher began on")
    check_by_number(page, number)
    expect(heading(page, "This certificate is valid")).to_be_visible()


def test_every_answer_of_the_public_check(browser, look):
    holder = browser(log_in=CERTIFIED)
    number = number_on(holder)
    pdf = holder.request.get(f"/my/certificates/{number}/").body()
    page = browser()
    for name, path in (
        ("keys of the seal", "/verify/keys/"),
        ("code", path_in_code(pdf)),
        ("check", "/verify/"),
    ):
        page.goto(path)
        look(page, name)
    press(page, "Check file")
    assert page.title().startswith("Error: ")
    look(page, "check without a file")
    for name, content in (("file as issued", pdf), ("file that was changed", pdf + b"\n")):
        check_file(page, content)
        look(page, name)


def test_managers_work_with_many_certificates(browser, look):
    page = browser(log_in=MANAGER)
    page.goto("/certificates/statistics/")
    look(page, "statistics")
    tick_two_and(page, "Reissue many")
    expect(heading(page, "Reissue 2 certificates")).to_be_visible()
    look(page, "reissue many")
    tick_two_and(page, "Ask to revoke many")
    expect(heading(page, "Ask to revoke 2 certificates")).to_be_visible()
    look(page, "ask to revoke many")
    page.get_by_label("The course or session was not held as it should be").check()
    press(page, "Ask to revoke")
    expect(main(page)).to_contain_text("All done.")
    look(page, "job")

    second = browser(log_in=SECOND_MANAGER)
    second.goto("/certificates/")
    follow(second.get_by_role("link", name="Revoke 2 certificates"))
    look(second, "decide about many")
    second.get_by_label("Leave it as it is").check()
    second.get_by_label("If you leave it: why?").fill("The session was held as planned")
    press(second, "Save decision")
    expect(main(second)).to_contain_text("All done.")
    second.goto("/certificates/?state=revoked")
    expect(second.get_by_role("link", name="Revoke 2 certificates")).to_have_count(0)


def tick_two_and(page: Page, button: str) -> None:
    page.goto("/certificates/")
    boxes = main(page).get_by_role("table").get_by_role("checkbox")
    for place in (3, 4):
        boxes.nth(place).check()
    press(page, button)


def test_an_editor_sees_a_template_as_it_would_be_drawn(browser):
    page = browser(log_in="editor@demo.example")
    page.goto("/cms/snippets/certificates/certificatetemplate/")
    follow(main(page).get_by_role("row").nth(1).get_by_role("link").first)
    preview = page.evaluate(SEND_TO_PREVIEW)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(preview)
        expect(page.get_by_alt_text("The certificate as it would be drawn.")).to_be_visible()
        page.evaluate(axe())
        assert page.evaluate(RUN_AXE) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


#: Does what the editor's panel does when it opens; returns the address of the preview.
SEND_TO_PREVIEW = """async () => {
  const address = document.querySelector("[data-w-preview-url-value]").dataset.wPreviewUrlValue;
  await fetch(address, {method: "POST", body: new FormData(document.querySelector("[data-edit-form]"))});
  return `${address}?mode=&in_preview_panel=true`;
}"""
