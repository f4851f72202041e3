"""Marks corrected by those who publish questions, and an item analysis read by a trainer and by an editor."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from scripts.demo_site import ROOT, environment
from tests.journeys.questions import answer_question, go_on
from tests.journeys.steps import follow

pytestmark = pytest.mark.browser
QUESTION = "Q021"


def test_a_correction_of_marks_is_tried_first_then_made_and_told_to_the_learner(browser, site):
    learner = browser(log_in="learner2@demo.example")
    learner.goto("/quizzes/half-day/practise-everything/")
    follow(learner.get_by_role("button", name="Start quiz"))
    for _ in range(8):
        answer_question(learner, right=False)
        go_on(learner)
    follow(learner.get_by_role("button", name="Submit answers"))
    result = learner.url

    moderator = browser(log_in="moderator@demo.example")
    moderator.goto(f"/cms/snippets/quizzes/item/?q={QUESTION}")
    follow(moderator.get_by_role("link", name=QUESTION).first)
    pk = re.search(r"/edit/(\d+)/|/(\d+)/", moderator.url)
    moderator.goto(f"/cms/questions/{pk[1] or pk[2]}/marks/")
    moderator.get_by_label("Give everybody full marks").check()
    moderator.get_by_role("button", name="Show what it would do").click()
    trial = moderator.get_by_role("main")
    expect(trial).to_contain_text("nothing is changed yet")
    expect(trial).not_to_contain_text("@")
    learner.goto(result)
    before = score_on(learner)

    moderator.get_by_label("Reason").or_(moderator.locator("[name=reason]")).first.fill(
        "Two of the answers could be read as right."
    )
    follow(moderator.get_by_role("button", name="Correct the marks"))

    expect(moderator.get_by_role("main")).to_contain_text("Two of the answers could be read as right.")
    learner.goto(result)
    assert score_on(learner) > before
    expect(learner.get_by_role("main")).to_contain_text("Two of the answers could be read as right.")


def score_on(page) -> float:
    return float(re.search(r"(\d+(?:\.\d+)?)%", page.get_by_role("main").inner_text())[1])


def test_an_item_analysis_is_read_by_the_trainer_and_by_an_editor(browser, site):
    made = subprocess.run(
        [sys.executable, "-m", "tests.journeys.big_group"],
        cwd=ROOT,
        env=environment(site.folder) | {"SITE_URL": site.url},
        check=True,
        capture_output=True,
        text=True,
    )
    group = f"/trainer/cohorts/{made.stdout.split()[-1]}/"
    for js, width in ((True, 1280), (False, 320)):
        trainer = browser(js=js, width=width, log_in="trainer@demo.example")
        trainer.goto(group)
        links = trainer.get_by_role("main").get_by_role("link")
        follow(links.filter(has_text=re.compile("group answered|questions", re.I)).first)
        trainer.goto(f"{group}questions/?quiz=before")
        expect(trainer.get_by_role("heading", level=1, name="How the group answered")).to_be_visible()
        expect(trainer.get_by_role("row").nth(1)).to_contain_text("%")
        expect(trainer.get_by_role("main")).not_to_contain_text("Robin Borough")
    stranger = browser(log_in="trainer2@demo.example")
    assert stranger.goto(f"{group}questions/").status == 404

    editor = browser(log_in="editor@demo.example")
    editor.goto("/cms/analysis/")
    follow(editor.get_by_role("link", name="What do you know already?").first)
    expect(editor.get_by_role("main")).to_contain_text("Internal consistency")
    follow(editor.locator("table a[href*='/questions/']").first)
    expect(editor.get_by_role("main")).to_contain_text(re.compile("attempts", re.I))
    expect(editor.get_by_role("main")).not_to_contain_text("Robin Borough")
