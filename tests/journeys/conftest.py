"""A real browser in front of a real server. Every page it opens is watched for trouble."""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from scripts.demo_site import demo_site

CHROMIUM = os.environ.get("CHROME_PATH", "/usr/bin/chromium")
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PASSWORD = "demo-Thornwell-2026"
PATIENCE_MS = 30_000


@pytest.fixture(scope="session")
def site():
    with demo_site() as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What went wrong in a browser: errors on the console (CSP reports are some) and requests to other hosts."""

    host: str
    trouble: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self.request)
        context.on("console", self.console)
        context.on("weberror", lambda error: self.trouble.append(f"script error: {error.error}"))

    def request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.host:
            self.trouble.append(f"request to {request.url}")

    def console(self, message) -> None:
        inside_cms = message.page and "/cms/" in message.page.url
        expected = (
            "status of 4" in message.text and message.page and message.location["url"] == message.page.url
        )
        cut_off = "ERR_INTERNET_DISCONNECTED" in message.text  # by a journey that takes the network away
        if message.type == "error" and not inside_cms and not expected and not cut_off:
            self.trouble.append(f"console: {message.text}")


@pytest.fixture
def browser(chromium, site):
    """`browser(js=False, width=320)` opens a new person's browser and returns its page."""
    opened, watch = [], Watch(urlsplit(site.url).netloc)

    def open_page(js: bool = True, width: int = 1280, log_in: str = "") -> Page:
        context = chromium.new_context(
            base_url=site.url,
            java_script_enabled=js,
            viewport={"width": width, "height": 800},
            locale="en-GB",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        opened.append(context)
        page = context.new_page()
        if log_in:
            page.goto("/accounts/login/")
            page.get_by_label("E-mail address").fill(log_in)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
            page.wait_for_url(lambda url: "/accounts/login/" not in url)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert watch.trouble == []
