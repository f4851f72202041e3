"""Steps that every journey takes."""

from playwright.sync_api import Locator


def follow(locator: Locator) -> None:
    """Click what leads to another page, and wait until that page is there.

    A click by itself returns when the next page has begun at best: who then reads without waiting may read the
    old page, or half of the new one.
    """
    with locator.page.expect_navigation():
        locator.click()
