import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from accounts import personal_data
from quizzes.models import Allowance, AttemptEvent, RegradeAction
from quizzes.personal_data import export_quizzes
from quizzes.regrading import apply_regrade, plan_regrade
from quizzes.scoring import score_of
from quizzes.services import save_response, start_attempt, submit_attempt
from quizzes.staff import allow_more, void_attempt
from tests.factories.accounts import UserFactory
from tests.factories.every_type import PART, RIGHT, WRONG, answer_all, quiz_of_every_type
from tests.factories.quizzes import make_attempt

pytestmark = pytest.mark.django_db


def export(user) -> dict:
    """What the learner downloads, as JSON holds it."""
    return json.loads(json.dumps(personal_data.export(user)["quizzes"], cls=DjangoJSONEncoder))


def marked(which=PART, **rules):
    attempt = make_attempt(quiz_of_every_type(**rules))
    answer_all(attempt, which, confidence="sure")
    submit_attempt(attempt)
    return attempt


def test_every_answer_is_given_back_in_words():
    attempt = marked()

    (given,) = export(attempt.enrolment.learner)["attempts"]

    answers = {row["question"]: row["your_answer"] for row in given["answers"]}
    assert answers == {
        "Stem of Q-single?": ["No answer"],
        "Stem of Q-truefalse?": ["No answer"],
        "Stem of Q-scenario?": ["TEXT-scenario-b"],
        "Stem of Q-multiple?": ["TEXT-multiple-a"],
        "Stem of Q-signs?": ["TEXT-signs-b"],
        "Stem of Q-matching?": ["TEXT-matching-a: HALF-a", "TEXT-matching-b: HALF-c"],
        "Stem of Q-ordering?": [f"{n}. TEXT-ordering-{key}" for n, key in enumerate("abdc", 1)],
        "Stem of Q-short?": ["hidpartly"],
        "Stem of Q-numeric?": ["40000"],
        "Stem of Q-branching?": ["START-z", "DETOUR-x", "SECOND-x"],
    }
    assert {row["how_sure"] for row in given["answers"] if row["your_answer"] != ["No answer"]} == {"Sure"}
    assert (given["quiz"], given["status"], given["passed"]) == ("Signs quiz", "Marked", False)
    assert given["score_percent"] == str(attempt.score)
    assert [(step["became"], step["by"]) for step in given["what_happened"]] == [
        ("In progress", "you"),
        ("Handed in, not marked yet", "you"),
        ("Marked", "the clock"),
    ]


def test_what_staff_did_is_given_back_with_its_reason():
    attempt, staff = marked(WRONG), UserFactory(name="Hidden Name")
    learner, item = attempt.enrolment.learner, attempt.responses.first().version.item
    plan = plan_regrade(item, RegradeAction.FULL)
    apply_regrade(item, RegradeAction.FULL, reason="It was unclear", by=staff, expected=plan.fingerprint)
    allow_more(attempt.enrolment, attempt.quiz, minutes=15, attempts=1, by=staff, reason="Slow line")
    void_attempt(attempt, by=staff, reason="A fire alarm")

    given = export(learner)

    (change,) = given["attempts"][0]["score_changes"]
    assert (change["from_percent"], change["to_percent"], change["reason"]) == (
        "0.00",
        "10.00",
        "It was unclear",
    )
    last = given["attempts"][0]["what_happened"][-1]
    assert (last["became"], last["by"], last["reason"]) == ("Void", "staff", "A fire alarm")
    (allowance,) = given["allowances"]
    assert (allowance["extra_minutes"], allowance["extra_attempts"], allowance["reason"]) == (
        15,
        1,
        "Slow line",
    )
    assert "Hidden Name" not in json.dumps(given)
    assert export(staff)["corrections_decided"][0]["reason"] == "It was unclear"
    assert export(staff)["attempts"] == []


def test_the_download_is_no_way_round_the_feedback_matrix():
    attempt = marked(WRONG, show_after=[])
    second = start_attempt(attempt.enrolment, attempt.quiz)
    save_response(second, 1, None)

    given = export(attempt.enrolment.learner)

    assert "HID" not in json.dumps(given)
    assert "zq" not in json.dumps(given)
    first = given["attempts"][0]
    assert (first["score_percent"], first["passed"], first["score_changes"]) == (None, None, [])
    assert {row["marks"] for row in first["answers"]} == {None}


def test_the_export_takes_the_same_queries_for_one_attempt_and_for_three(django_assert_num_queries):
    attempt = marked()
    learner = attempt.enrolment.learner
    with django_assert_num_queries(6):
        export_quizzes(learner)
    for _ in range(2):
        again = start_attempt(attempt.enrolment, attempt.quiz)
        answer_all(again, RIGHT)
        submit_attempt(again)
    with django_assert_num_queries(6):
        assert len(export_quizzes(learner)["attempts"]) == 3


@pytest.mark.parametrize("which", [RIGHT, PART, WRONG])
def test_erasure_takes_words_and_keeps_what_scores_rest_on(which):
    attempt = marked(which)
    learner = attempt.enrolment.learner
    allow_more(attempt.enrolment, attempt.quiz, minutes=15, by=UserFactory(), reason="After an operation")
    void_attempt(attempt, by=UserFactory(), reason="Something about Amina")
    before = (attempt.score, list(attempt.responses.values_list("marks_awarded", flat=True)))

    personal_data.erase(learner)

    attempt.refresh_from_db()
    assert before == (attempt.score, list(attempt.responses.values_list("marks_awarded", flat=True)))
    responses = list(attempt.responses.select_related("version", "marked_with"))
    assert score_of(attempt, responses).score == attempt.score
    short = next(r for r in responses if r.version.content.type == "short")
    assert short.answer == {RIGHT: "HIDaccepted", PART: "HIDpartly", WRONG: None}[which]
    assert set(AttemptEvent.objects.filter(attempt=attempt).values_list("reason", flat=True)) == {""}
    assert Allowance.objects.get().reason == ""
    assert Allowance.objects.get().extra_minutes == 15


def test_erasing_one_person_leaves_the_others_words():
    attempt = marked(WRONG)
    void_attempt(attempt, by=UserFactory(), reason="A fire alarm")

    personal_data.erase(UserFactory())

    assert AttemptEvent.objects.filter(reason="A fire alarm").exists()
    assert attempt.responses.get(version__item__type="short").answer == "mistaken"


def test_people_are_told_what_stays():
    (sentence,) = [text for text in personal_data.kept() if "quizzes" in text]

    assert "without your name" in sentence
