"""Steps that every journey takes."""

import subprocess
import sys

from playwright.sync_api import Locator, Page

from scripts.demo_site import ROOT, environment


def follow(locator: Locator) -> None:
    """Click what leads to another page, and wait until that page is there.

    A click by itself returns when the next page has begun at best: who then reads without waiting may read the
    old page, or half of the new one.
    """
    with locator.page.expect_navigation():
        locator.click()


def press(page: Page, name: str) -> None:
    """Follow a button or a link that looks like one."""
    main = page.get_by_role("main")
    follow(
        main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True))
    )


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", level=1, name=name)


def in_the_site(site, module: str, *arguments) -> str:
    """Run a module of the journeys in the site's environment; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env=environment(site.folder) | {"SITE_URL": site.url},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
