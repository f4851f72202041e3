"""What one answered question says, for every type of question and every setting of what may be shown."""

import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations, product

import pytest

from library.models import Indicator
from quizzes.bank import publish_item
from quizzes.content import ItemType
from quizzes.feedback import feedback_of, feedback_on_all
from quizzes.models import Feedback, Regrade, RegradeAction
from quizzes.regrading import apply_regrade, plan_regrade
from quizzes.services import save_response, submit_attempt
from quizzes.shown import (
    ChoiceRow,
    DecisionRow,
    PairRow,
    PlaceRow,
    SentenceRow,
    ShownChoices,
    ShownOrder,
    ShownPairs,
    ShownSigns,
    ShownStory,
    ShownTyped,
)
from tests.factories.accounts import UserFactory
from tests.factories.every_type import ANSWERS, PART, RIGHT, WRONG, answer_all, quiz_of_every_type
from tests.factories.quizzes import make_attempt

pytestmark = pytest.mark.django_db
ALL = frozenset(Feedback.values)
SCORE, CORRECTNESS, REASONS, KEY = (frozenset({value}) for value in Feedback.values)


def telling(type):
    """Return what tells an answer to one question, whose parts are shown as they are written."""
    attempt = make_attempt(quiz_of_every_type([type], shuffle_choices=False))

    def tell(which=None, shown=ALL):
        answer = None if which is None else ANSWERS[type][which]
        attempt.responses.update(answer=answer)
        return feedback_of(attempt.responses.get(), shown)

    return tell


def told(type, which=None, shown=ALL):
    """The feedback on one answer; None leaves it blank."""
    return telling(type)(which, shown)


def words_in(value) -> list[str]:
    """Every text that a template could print."""
    if isinstance(value, dict):
        value = value.values()
    elif isinstance(value, Indicator):
        return [value.text]
    elif isinstance(value, str):
        return [value]
    elif not isinstance(value, list | tuple):
        return []
    return [word for part in value for word in words_in(part)]


# --- Verdict and marks ------------------------------------------------------------------------------


@pytest.mark.parametrize("type", ItemType.values)
def test_verdict_and_marks_of_every_type(type):
    attempt = make_attempt(quiz_of_every_type([type]))
    seen = []
    for which in (None, WRONG, PART, RIGHT):
        if which is not None:
            attempt.responses.update(answer=ANSWERS[type][which])
        response = feedback_of(attempt.responses.get(), ALL)
        seen.append((response.verdict, response.marks, response.tone, response.explanation))

    part = {"matching": "0.33", "branching": "0.67"}.get(type, "0.5")
    why = f"HIDEXPLANATION-{type}"
    assert seen == [
        ("Not answered", "0 of 1 mark", "strong", why),
        ("Not right", "0 of 1 mark", "strong", why),
        ("Not answered", "0 of 1 mark", "strong", why)
        if ANSWERS[type][PART] is None
        else ("Partly right", f"{part} of 1 mark", "strong", why),
        ("Right", "1 of 1 mark", "", why),
    ]


@pytest.mark.parametrize("type", ItemType.values)
@pytest.mark.parametrize("size", range(5))
def test_nothing_is_told_that_may_not_be_shown(type, size):
    """Whatever part of the matrix is closed, no value that a template receives holds it."""
    tell = telling(type)
    for which, shown in product((None, WRONG, PART, RIGHT), combinations(Feedback.values, size)):
        answer = None if which is None else ANSWERS[type][which]
        response = tell(which, shown)
        words = " ".join(words_in(asdict(replace(response, rule="", correction=""))))
        if isinstance(answer, str):
            words = words.replace(answer, "")
        assert ("HIDEXPLANATION" in words) == ("key" in shown)
        assert bool(response.marks) == ("score" in shown)
        if "key" not in shown:
            assert not re.search(r"HIDaccepted|40713|40720|Right answer|did not tick", words)
        if not {"key", "reasons"} & set(shown):
            assert not re.search(r"HIDFEEDBACK|HIDWHY", words)
        if not {"key", "correctness"} & set(shown):
            assert not re.search(r"right|Right|place|better|good choice|HIDSIGN|noticed|no sign", words)
            assert response.verdict == ("" if answer else "Not answered")


# --- Choices ----------------------------------------------------------------------------------------


def choices(*rows):
    return ShownChoices([ChoiceRow(*row) for row in rows])


def test_one_choice_that_is_not_right():
    assert told("single", WRONG).answer == choices(
        ("TEXT-single-a", "Your answer, not right", "HIDFEEDBACK-single-a"),
        ("TEXT-single-b", "Right answer", "HIDFEEDBACK-single-b"),
        ("TEXT-single-c",),
        ("TEXT-single-d",),
    )


def test_a_choice_with_a_share_of_its_own_is_partly_right():
    tell = telling("scenario")

    assert tell(PART).answer == choices(
        ("TEXT-scenario-a", "Right answer", "HIDFEEDBACK-scenario-a"),
        ("TEXT-scenario-b", "Your answer, partly right", "HIDFEEDBACK-scenario-b"),
        ("TEXT-scenario-c",),
    )
    assert tell(RIGHT, KEY).answer.rows[1].label == "Partly right answer"


def test_choices_with_correctness_alone_tell_nothing_about_the_others():
    assert told("multiple", PART, CORRECTNESS).answer == choices(
        ("TEXT-multiple-a", "Your answer, right"),
        ("TEXT-multiple-b",),
        ("TEXT-multiple-c",),
        ("TEXT-multiple-d",),
    )


def test_choices_with_reasons_alone_give_the_feedback_on_what_was_chosen():
    assert told("multiple", WRONG, REASONS).answer == choices(
        ("TEXT-multiple-a",),
        ("TEXT-multiple-b", "Your answer", "HIDFEEDBACK-multiple-b"),
        ("TEXT-multiple-c",),
        ("TEXT-multiple-d", "Your answer", "HIDFEEDBACK-multiple-d"),
    )


def test_a_blank_answer_still_teaches():
    assert told("truefalse").answer == choices(
        ("TEXT-truefalse-a", "Right answer", "HIDFEEDBACK-truefalse-a"), ("TEXT-truefalse-b",)
    )


def test_answers_stand_in_the_order_in_which_they_were_shown():
    attempt = make_attempt(quiz_of_every_type(["multiple"]))
    attempt.responses.update(choice_order=["zqd", "zqb", "zqa", "zqc"])

    rows = feedback_of(attempt.responses.get(), ALL).answer.rows

    assert [row.text[-1] for row in rows] == ["d", "b", "a", "c"]


def test_the_rule_of_marking_is_told_with_the_score():
    tell = telling("multiple")

    assert "takes away" in tell(PART, SCORE).rule
    assert tell(PART, ALL - SCORE).rule == ""


def test_one_choice_needs_no_rule():
    assert told("single", WRONG).rule == ""


# --- Signs ------------------------------------------------------------------------------------------


def test_signs_tell_hits_misses_and_false_alarms_in_words():
    attempt = make_attempt(quiz_of_every_type(["signs"]))
    save_response(attempt, 1, ["zqa", "zqb"])
    b, d = Indicator.objects.order_by("text")

    answer = feedback_of(attempt.responses.get(), ALL).answer

    assert answer == ShownSigns(
        [
            SentenceRow(
                "TEXT-signs-a", "You ticked this, but it is no sign", "strong", "HIDFEEDBACK-signs-a"
            ),
            SentenceRow("TEXT-signs-b", "You noticed this sign", "", "HIDFEEDBACK-signs-b", b),
            SentenceRow("TEXT-signs-c"),
            SentenceRow("TEXT-signs-d", "A sign that you did not tick", "strong", "HIDFEEDBACK-signs-d", d),
        ],
        "You noticed 1 of 2 signs. 1 ticked sentence is no sign.",
    )


def test_missed_signs_and_how_many_there_are_belong_to_the_key():
    answer = told("signs", PART, CORRECTNESS | REASONS).answer

    assert [row.label for row in answer.rows] == ["", "You noticed this sign", "", ""]
    assert [row.indicator and row.indicator.text for row in answer.rows] == [None, "HIDSIGN-b", None, None]
    assert answer.summary == "You noticed 1 sign."


# --- Pairs, places, typed answers -------------------------------------------------------------------


def test_each_pair_says_yours_and_the_right_one():
    assert told("matching", PART).answer == ShownPairs(
        [
            PairRow("TEXT-matching-a", "HALF-a", "Your answer, right", "", "HIDFEEDBACK-matching-a"),
            PairRow(
                "TEXT-matching-b", "HALF-c", "Your answer, not right", "HALF-b", "HIDFEEDBACK-matching-b"
            ),
            PairRow("TEXT-matching-c", "not answered", "Your answer", "HALF-c", "HIDFEEDBACK-matching-c"),
        ]
    )


def test_pairs_without_the_key():
    assert told("matching", PART, CORRECTNESS | REASONS).answer == ShownPairs(
        [
            PairRow("TEXT-matching-a", "HALF-a", "Your answer, right", "", "HIDFEEDBACK-matching-a"),
            PairRow("TEXT-matching-b", "HALF-c", "Your answer, not right"),
            PairRow("TEXT-matching-c", "not answered", "Your answer"),
        ]
    )


def test_an_order_says_your_place_and_the_right_one():
    tell, texts = telling("ordering"), [f"TEXT-ordering-{key}" for key in "abcd"]

    def row(key, note):
        return PlaceRow(f"TEXT-ordering-{key}", note, f"HIDFEEDBACK-ordering-{key}")

    assert tell(PART).answer == ShownOrder(
        [
            row("a", "in its place"),
            row("b", "in its place"),
            row("d", "belongs in place 4"),
            row("c", "belongs in place 3"),
        ],
        texts,
    )
    assert tell(RIGHT).answer.right == []
    assert tell().answer == ShownOrder([], texts)


def test_an_order_without_the_key():
    answer = told("ordering", PART, CORRECTNESS).answer

    assert [row.note for row in answer.yours] == [
        "in its place",
        "in its place",
        "not in its place",
        "not in its place",
    ]
    assert answer.right == []


def test_a_typed_answer_is_told_with_what_is_accepted():
    tell, accepted = telling("short"), ["HIDaccepted", "HIDpartly, for part of the marks"]

    assert tell(WRONG).answer == ShownTyped(
        "mistaken", accepted, "HIDFEEDBACK-short-2", "HIDFEEDBACK-short-0"
    )
    assert tell(RIGHT).answer == ShownTyped("hidACCEPTED", accepted, "HIDFEEDBACK-short-0")
    assert tell().answer == ShownTyped("not answered", accepted, "", "HIDFEEDBACK-short-0")
    assert tell(WRONG, REASONS).answer == ShownTyped("mistaken", [], "HIDFEEDBACK-short-2")


def test_a_number_is_told_with_its_tolerance_in_words():
    assert told("numeric", RIGHT).answer == ShownTyped(
        "40,720",
        ["40713; anything from 40706 to 40720 is accepted", "40000, for part of the marks"],
        "HIDFEEDBACK-numeric-0",
    )


def test_words_that_no_feedback_foresees():
    attempt = make_attempt(quiz_of_every_type(["short"]))
    save_response(attempt, 1, "something <b>else</b>")

    answer = feedback_of(attempt.responses.get(), CORRECTNESS | REASONS).answer

    assert answer == ShownTyped("something <b>else</b>")


# --- Stories ----------------------------------------------------------------------------------------


def test_a_story_tells_each_decision_with_the_best_one_and_how_it_ended():
    assert told("branching", PART).answer == ShownStory(
        [
            DecisionRow(
                text="SCENE-start",
                question="ASKS-start",
                yours="START-z",
                label="Your choice, there was a better choice",
                why="HIDWHY-START-z",
                best="START-x",
                best_why="HIDWHY-START-x",
            ),
            DecisionRow(
                text="SCENE-detour",
                question="ASKS-detour",
                yours="DETOUR-x",
                label="Your choice, a good choice",
                why="HIDWHY-DETOUR-x",
            ),
            DecisionRow(
                text="SCENE-second",
                question="ASKS-second",
                yours="SECOND-x",
                label="Your choice, a good choice",
                why="HIDWHY-SECOND-x",
            ),
        ],
        "ENDS-1",
        ("DEBRIEF-question",),
    )


def test_a_story_shows_no_more_than_was_met():
    attempt = make_attempt(quiz_of_every_type(["branching"]))
    save_response(attempt, 1, ANSWERS["branching"][PART][:1])

    answer = feedback_of(attempt.responses.get(), REASONS).answer

    assert answer == ShownStory(
        [DecisionRow("SCENE-start", "ASKS-start", "START-z", "Your choice", "HIDWHY-START-z")]
    )


def test_a_story_that_was_not_begun():
    assert told("branching").answer == ShownStory([])


# --- Corrections ------------------------------------------------------------------------------------


def corrected(item, action, *, on=datetime(2026, 5, 3, 12, tzinfo=UTC)):
    plan = plan_regrade(item, action)
    regrade = apply_regrade(
        item, action, reason="Two answers were right", by=UserFactory(), expected=plan.fingerprint
    )
    Regrade.objects.filter(pk=regrade.pk).update(decided_at=on)


def marked_attempt(type, which):
    attempt = make_attempt(quiz_of_every_type([type], shuffle_choices=False))
    answer_all(attempt, which)
    submit_attempt(attempt)
    return attempt, attempt.responses.get().version.item


def test_a_correction_that_gave_everybody_full_marks():
    attempt, item = marked_attempt("single", WRONG)
    corrected(item, RegradeAction.FULL)

    response = feedback_of(attempt.responses.get(), ALL)

    assert response.correction == "We corrected this question on 3 May 2026: everybody received full marks."
    assert (response.verdict, response.marks) == ("Full marks for everybody", "1 of 1 mark")
    assert response.explanation == ""
    assert response.answer == choices(
        ("TEXT-single-a", "Your answer"), ("TEXT-single-b",), ("TEXT-single-c",), ("TEXT-single-d",)
    )
    assert feedback_of(attempt.responses.get(), REASONS).correction == ""


def test_a_correction_that_left_the_question_out():
    attempt = make_attempt(quiz_of_every_type(["numeric", "single"]))
    answer_all(attempt, WRONG)
    submit_attempt(attempt)
    corrected(attempt.responses.get(position=1).version.item, RegradeAction.LEAVE_OUT)

    response = feedback_of(attempt.responses.get(position=1), ALL)

    assert response.correction.startswith("We corrected this question on 3 May 2026: it counts for nobody")
    assert (response.verdict, response.marks) == ("Left out of the score", "")
    assert "40713" not in repr(response)


def test_a_correction_of_the_key_marks_by_the_new_one():
    attempt, item = marked_attempt("single", WRONG)
    first, second, *_ = choices_now = list(item.choices.all())
    first.is_correct, second.is_correct, first.feedback = True, False, "NEWFEEDBACK"
    item.choices = choices_now
    publish_item(item)
    corrected(item, RegradeAction.KEY)

    response = feedback_of(attempt.responses.get(), ALL)

    assert response.verdict == "Right"
    assert response.correction == (
        "We corrected the right answer to this question on 3 May 2026 and marked yours again."
    )
    assert response.answer.rows[0] == ChoiceRow("TEXT-single-a", "Your answer, right", "NEWFEEDBACK")
    assert response.answer.rows[1] == ChoiceRow("TEXT-single-b")


def test_a_right_answer_that_the_correction_added_was_not_there_to_choose():
    attempt, item = marked_attempt("multiple", RIGHT)
    new = item.choices.model(text="NEWTEXT", is_correct=True, feedback="NEWFEEDBACK", key="new", sort_order=9)
    item.choices = [*item.choices.all(), new]
    publish_item(item)
    corrected(item, RegradeAction.KEY)

    response = feedback_of(attempt.responses.get(), ALL)

    label = "Right answer, added when we corrected the question"
    assert response.answer.rows[-1] == ChoiceRow("NEWTEXT", label, "NEWFEEDBACK")
    assert response.verdict == "Partly right"


# --- What it costs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("types", [["signs", "single"], ItemType.values])
def test_references_are_loaded_at_once(types, django_assert_num_queries):
    attempt = make_attempt(quiz_of_every_type(types))
    answer_all(attempt, WRONG)

    with django_assert_num_queries(2):  # the answers, the signs
        told = feedback_on_all(list(attempt.responses.select_related("version__item", "marked_with")), ALL)

    assert len(told) == len(types)


def test_confidence_is_told_as_it_was_said():
    attempt = make_attempt(quiz_of_every_type(["single"]))
    save_response(attempt, 1, ["zqa"], confidence="guessing")

    assert feedback_of(attempt.responses.get(), frozenset()).confidence == "Guessing"


def test_marks_have_two_places():
    attempt = make_attempt(quiz_of_every_type(["matching"]))
    attempt.responses.update(marks_possible=Decimal("2.5"), answer=ANSWERS["matching"][PART])

    assert feedback_of(attempt.responses.get(), SCORE).marks == "0.83 of 2.5 marks"
