"""Files in the form in which Moodle writes them, with every type it knows."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

from quizzes.content import ItemType, Mode
from quizzes.exchange.service import read_rows

FILES = Path(__file__).parent / "files"


def rows_of(name: str):
    return {row.name: row for row in read_rows((FILES / name).read_bytes())[1]}


def test_moodle_xml_is_read_with_the_right_types_and_every_loss_by_name():
    rows = rows_of("moodle.xml")

    assert Counter(row.question.content.type for row in rows.values() if row.question) == {
        ItemType.SINGLE: 2, ItemType.MULTIPLE: 1, ItemType.TRUE_FALSE: 1, ItemType.SHORT: 1,
        ItemType.NUMERIC: 1, ItemType.MATCHING: 1, ItemType.ORDERING: 1,
    }  # fmt: skip
    assert {name: row.losses for name, row in rows.items() if row.question} == {
        "Crowded flat": ("formatting dropped: colour or size, bold",),
        "Debt signs": (
            "feedback on the answer as a whole (correct, partly correct, incorrect)",
            "hints",
            "formatting dropped: script",
        ),
        "Duty": (),
        "Name the mechanism": (),
        "Days": ("feedback for any other number", "units: the answer is the number alone"),
        "Who does what": (),
        "First steps": ("its own rule of marking the order: here each place counts",),
        "Old picture": (
            "picture “spin.gif”: GIF pictures are not kept, only JPEG, PNG, WebP and AVIF",
            "a picture that is not in the file (“https://other.example/a.png”)",
            "the attached file “notes.pdf”",
            "Markdown marks are kept as typed",
            "that it is hidden in Moodle",
            "formatting dropped: link",
        ),
    }


def test_what_moodle_has_and_the_bank_has_not_is_refused_by_name_and_line():
    refused = {name: row for name, row in rows_of("moodle.xml").items() if row.refusal}

    assert {row.kind for row in refused.values()} == {
        "essay", "description", "cloze", "calculated", "calculatedsimple", "calculatedmulti", "gapselect",
        "ddwtos", "ddimageortext", "ddmarker", "randomsamatch", "random", "stack",
    }  # fmt: skip
    assert all(row.line for row in refused.values())
    assert refused["Of a plugin"].refusal == "the type “stack” is not known here"
    assert (refused["Reflect"].line, refused["Reflect"].refusal) == (
        next(
            n
            for n, text in enumerate((FILES / "moodle.xml").read_text().split("\n"), start=1)
            if 'type="essay"' in text
        ),
        "an essay is marked by a person and is no question here",
    )


def test_a_moodle_question_keeps_words_fractions_feedback_tags_category_and_picture():
    question = rows_of("moodle.xml")["Crowded flat"].question
    content = question.content

    assert (question.code, question.category) == ("SG-01", "Default for Signs / Housing & debt/loans")
    assert (question.tags, question.about.difficulty) == (("housing",), "hard")
    assert (content.stem, content.explanation) == ("What do you see?", "One sign alone proves nothing.")
    assert (content.image_alt, list(question.pictures)) == ("Eight mattresses in one room", [""])
    assert [(c.text, c.is_correct, c.share) for c in content.choices] == [
        ("Crowding", True, None),
        ("Poverty", False, Decimal(50)),
        ("Nothing & nobody <here>", False, None),
    ]


def test_moodle_fractions_of_several_right_answers_stay():
    content = rows_of("moodle.xml")["Debt signs"].question.content
    assert (content.mode, content.marks, content.shuffle) == (Mode.OWN_SHARES, 2, False)
    assert [c.share for c in content.choices] == [*[Decimal("33.33333")] * 3, Decimal(-50)]
    assert content.stem == "Which are signs of debt bondage?\n\n- Choose all"


def test_typed_answers_keep_case_variants_and_tolerance():
    rows = rows_of("moodle.xml")
    short = rows["Name the mechanism"].question.content
    assert (short.stem, short.is_case_sensitive) == ("What does NRM mean? Write <three> words.", True)
    assert [(c.text, c.is_correct, c.share) for c in short.choices] == [
        ("National Referral Mechanism", True, None), ("*referral*", False, Decimal(50)), ("*", False, None),
    ]  # fmt: skip
    number = rows["Days"].question.content
    assert [(c.text, c.share, c.tolerance) for c in number.choices] == [
        ("30", None, None), ("45", Decimal(25), Decimal("0.5")),
    ]  # fmt: skip


def test_gift_as_moodle_writes_it():
    rows = rows_of("moodle-gift.txt")

    assert {name: (row.kind, row.refusal or row.losses) for name, row in rows.items()} == {
        "Who refers": ("multichoice", ("formatting dropped: italic",)),
        "Several": ("multichoice", ()),
        "Adults consent": ("truefalse", ()),
        "Short": ("shortanswer", ()),
        "Number": ("numerical", ("feedback for any other number",)),
        "Pairs": ("match", ()),
        "Order": ("ordering", ()),
        "Reflect": ("essay", "an essay is marked by a person and is no question here"),
        "Intro": ("description", "a description asks nothing and is no question here"),
        "The duty is": ("multichoice", ()),
    }
    first = rows["Who refers"].question
    assert (first.code, first.tags, first.about.module) == ("GL-1", ("law",), "M01")
    assert first.category == "Default for Signs / Law"
    assert first.content.stem == "Who may refer to the NRM: choose one."
    assert [(c.text, c.share, c.feedback) for c in first.content.choices] == [
        ("A first responder", None, "Yes."),
        ("Anybody", None, "No: only first responders."),
        ("A charity that is one", Decimal(50), ""),
    ]
    assert rows["The duty is"].question.content.stem == "The duty is _____ in public bodies."
    assert [c.feedback for c in rows["Adults consent"].question.content.choices] == ["Right.", "Look again."]
    number = rows["Number"].question.content
    assert [(c.text, c.tolerance) for c in number.choices] == [("45", None), ("35", Decimal(5))]
    assert [(c.text, c.match) for c in rows["Pairs"].question.content.choices] == [
        ("NRM", "Referral"), ("ICTG", "Guardian"), ("", "Nobody"),
    ]  # fmt: skip
