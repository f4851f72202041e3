"""The checklist for a good question, point by point."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from quizzes.checks import About, warnings_about
from quizzes.content import ChoiceContent, ItemContent

TODAY = date(2026, 11, 22)
FINE = About(source="Home Office, 2026", review_due_on=date(2027, 1, 1), names_what_it_tests=True)


def content(
    *texts, right=0, type="single", stem="Who decides?", feedback="Because.", **fields
) -> ItemContent:
    choices = tuple(
        ChoiceContent(key=f"k{n}", text=text, is_correct=n == right, feedback=feedback)
        for n, text in enumerate(texts or ("The first responder", "The employer", "The landlord"))
    )
    return ItemContent(type=type, stem=stem, choices=choices, **fields)


def told(item: ItemContent, about: About = FINE) -> list[str]:
    return [f"{point.where}: {point.text}" for point in warnings_about(item, about, TODAY)]


def test_a_good_question_gets_no_hint():
    assert told(content()) == []


LONG = "A very long answer that says everything one could possibly say about it"


@pytest.mark.parametrize(
    ("texts", "right", "says"),
    [
        (
            (LONG, "Short one", "Another one"),
            0,
            "Answer 1 is clearly the longest and it is right, which gives it away",
        ),
        ((LONG, "Short one", "Another one"), 1, "Answer 1 is clearly the longest. Make"),
        ((LONG, LONG[:-3], "Another one"), 0, ""),
        (("Eight", "Seventeen or more", "Nine"), 0, ""),
        ((LONG, "Short"), 0, ""),
    ],
)
def test_the_longest_answer(texts, right, says):
    hints = told(content(*texts, right=right))

    assert [says in hint for hint in hints] == ([True] if says else [])


@pytest.mark.parametrize(
    "text",
    [
        "All of the above",
        "None of the above.",
        "Both of these",
        "None of them",
        "all the above",
        "A and B",
        "Both A and C",
    ],
)
def test_answers_that_lean_on_others(text):
    assert any("leans on the others" in hint for hint in told(content("The first", "The second", text)))


@pytest.mark.parametrize(
    "text", ["None of them has papers", "All of these people work", "A friend and a cousin"]
)
def test_answers_that_only_sound_like_it(text):
    assert not any("leans on" in hint for hint in told(content("The first", "The second", text)))


@pytest.mark.parametrize(
    ("stem", "is_fine"),
    [
        ("Who decides?", True),
        ("A man waits. What do you do first? He looks away.", True),
        ("Sort each piece under the right element.", True),
        ("A case. Choose the best answer.", True),
        ("True or false: nobody decides.", True),
        ("Until his age is settled you…", True),
        ("Indicators", False),
        ("Something about the NRM.", False),
    ],
)
def test_a_stem_asks_or_tells_what_to_do(stem, is_fine):
    assert (told(content(stem=stem)) == []) is is_fine


@pytest.mark.parametrize(
    ("stem", "is_fine"),
    [
        ("Which of these is not a sign?", False),
        ("Which of these is NOT a sign?", True),
        ("He does not answer. Which step is next?", True),
        ("Who can never consent?", False),
        ("Choose the step that is wrong.", False),
    ],
)
def test_what_is_asked_in_the_negative(stem, is_fine):
    assert (told(content(stem=stem)) == []) is is_fine


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (("Ask him.", "Ask her", "Ask them"), "end with a full stop"),
        (("Ask him", "ask her", "Ask them"), "begin with a capital letter"),
        (("Ask him?", "Ask her", "Ask them"), "are questions"),
        (("1,200", "Two hundred", "Nine"), ""),
    ],
)
def test_answers_are_written_alike(texts, says):
    hints = told(content(*texts))

    assert [says in hint for hint in hints] == ([True] if says else [])


def test_feedback_on_every_answer():
    bare = content(feedback="")

    assert told(bare) == [
        "Feedback: Say of each answer why it is right or wrong: answer 1, 2 and 3 has no feedback yet."
    ]
    assert told(bare.model_copy(update={"type": "multiple", "explanation": "Because."})) == []


@pytest.mark.parametrize(("explanation", "hints"), [("", 1), ("Because.", 0)])
@pytest.mark.parametrize("type", ["short", "numeric", "ordering"])
def test_an_explanation_where_answers_are_typed_or_ordered(type, explanation, hints):
    assert len(told(content("12", "13", type=type, feedback="", explanation=explanation))) == hints


def test_pictures_are_put_into_words():
    choices = (
        ChoiceContent(key="a", image=1, feedback="x"),
        ChoiceContent(key="b", image=2, image_alt="A van", feedback="x"),
    )
    item = ItemContent(type="single", stem="Which?", choices=choices, image=3, marks=Decimal(1))

    assert [hint.split(",")[0] for hint in told(item)] == [
        "Pictures: Put the picture of the question into words",
        "Pictures: Put the picture of answer 1 into words",
    ]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"source": " "}, "Source"),
        ({"review_due_on": TODAY}, "Review"),
        ({"names_what_it_tests": False}, "What it tests"),
        ({"media_lacks": ["captions", "a transcript"]}, "Video or sound"),
    ],
)
def test_what_stands_beside_the_words(change, where):
    assert [hint.split(":")[0] for hint in told(content(), replace(FINE, **change))] == [where]


@pytest.mark.parametrize(
    "type",
    [
        "single",
        "multiple",
        "truefalse",
        "scenario",
        "matching",
        "ordering",
        "short",
        "numeric",
        "signs",
        "branching",
    ],
)
def test_an_empty_draft_of_any_type_gets_hints_and_no_error(type):
    told(ItemContent(type=type, stem=""), About())
    told(content("", "", type=type, stem="", feedback=""), About())
