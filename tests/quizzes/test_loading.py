from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Sector
from library.models import Fact, Indicator
from quizzes.loading import QuestionError, load_questions
from quizzes.models import Item, ItemVersion
from quizzes.rows import QuestionRow, ScenarioRow
from tests.factories.accounts import SectorFactory
from tests.factories.quizzes import make_course

pytestmark = pytest.mark.django_db

COMMON = {
    "module": "signs-1",
    "outcomes": ["LO1"],
    "difficulty": "easy",
    "tests": ["CF-1"],
    "reviewed_on": date(2026, 11, 2),
    "review_due_on": date(2027, 11, 2),
}
SINGLE = COMMON | {
    "code": "Q1",
    "type": "single",
    "stem": "Which one?",
    "sectors": ["HLT"],
    "tests": ["CF-1", "IND-1"],
    "check": True,
    "options": [
        {"key": "a", "text": "This", "correct": False, "feedback": "No."},
        {"key": "b", "text": "That", "correct": True, "feedback": "Yes."},
    ],
}
MATCHING = COMMON | {
    "code": "Q2",
    "type": "matching",
    "stem": "Match.",
    "pairs": [
        {"left": "One", "right": "First", "feedback": "Yes."},
        {"left": "Two", "right": "Second", "feedback": "Yes."},
    ],
}
ORDERING = COMMON | {
    "code": "Q3",
    "type": "ordering",
    "stem": "Order.",
    "items": [{"text": "Before", "feedback": "First."}, {"text": "After", "feedback": "Last."}],
}

SHORT = COMMON | {
    "code": "Q4",
    "type": "short",
    "stem": "Which system?",
    "accepted": [{"text": "NRM", "feedback": "Yes."}],
    "rejected": [{"text": "NHS", "feedback": "No: that is the health service."}],
}
NUMERIC = COMMON | {
    "code": "Q5", "type": "numeric", "stem": "How many?", "number": "45", "tolerance": "0.5", "feedback": "Days.",
}  # fmt: skip
SIGNS = COMMON | {
    "code": "Q6",
    "type": "signs",
    "stem": "Which are signs?",
    "content_note": "Mentions fear.",
    "sentences": [
        {"text": "She holds his passport.", "sign": True, "indicator": "IND-1", "feedback": "Control."},
        {"text": "It rains.", "sign": False, "feedback": "Weather."},
    ],
}
CHOICES = [
    {"label": "Knock", "quality": "good", "next": "end", "why": "Somebody may need you."},
    {"label": "Leave", "quality": "poor", "next": "end", "why": "Nobody asks again."},
]
NODE = {"name": "n1", "text": "A door.", "question": "What now?", "choices": CHOICES}
SCENARIO = COMMON | {
    "code": "SC1",
    "title": "At the door",
    "intro": "You are a postman.",
    "nodes": [NODE],
    "endings": [{"name": "end", "text": "It is over."}],
    "debrief": ["What did you see?"],
}


@pytest.fixture
def load():
    course = make_course()
    SectorFactory(code="HLT")
    review = {"review_due_on": date(2027, 1, 1)}
    Fact.objects.create(code="CF-1", statement="A fact", source="Programme", **review)
    Indicator.objects.create(code="IND-1", text="A sign", strength="key", source="Guide", **review)
    modules = {place.module.code: place.module for place in course.course_modules.all()}

    def run(*rows, row_type=QuestionRow):
        known = (by_code(model) for model in (Fact, Indicator, Sector))
        return load_questions(list(rows), modules, *known, row_type)

    return run


def by_code(model):
    return {row.code: row for row in model.objects.all()}


def test_every_type_is_loaded_ready(load):
    assert load(SINGLE, MATCHING, ORDERING) == 3

    item = Item.objects.get(code="Q1")
    version = item.versions.get()
    assert (item.module.code, item.difficulty, item.outcomes, item.needs_check) == (
        "signs-1",
        "easy",
        ["LO1"],
        True,
    )
    assert (item.source, item.checked_on) == ("Programme; Guide", date(2026, 11, 2))
    assert [list(m.values_list("code", flat=True)) for m in (item.facts, item.indicators, item.sectors)] == [
        ["CF-1"],
        ["IND-1"],
        ["HLT"],
    ]
    content = version.content
    assert (version.status, content.type, content.stem, content.marks) == ("ready", "single", "Which one?", 1)
    assert [(c.key, c.text, c.is_correct, c.feedback) for c in content.choices] == [
        ("a", "This", False, "No."),
        ("b", "That", True, "Yes."),
    ]
    assert [(c.text, c.match) for c in content_of("Q2").choices] == [("One", "First"), ("Two", "Second")]
    assert [c.text for c in content_of("Q3").choices] == ["Before", "After"]


def content_of(code):
    return ItemVersion.objects.get(item__code=code).content


def test_typed_answers_numbers_and_signs(load):
    load(SHORT, NUMERIC, SIGNS)

    assert [(c.text, c.is_correct, c.feedback) for c in content_of("Q4").choices] == [
        ("NRM", True, "Yes."),
        ("NHS", False, "No: that is the health service."),
    ]
    number = content_of("Q5").choices[0]
    assert (number.text, number.tolerance, number.feedback) == ("45", Decimal("0.5"), "Days.")
    signs = content_of("Q6")
    sign = Indicator.objects.get(code="IND-1").pk
    assert [(c.text, c.is_correct, c.indicator) for c in signs.choices] == [
        ("She holds his passport.", True, sign),
        ("It rains.", False, None),
    ]
    assert signs.content_note == "Mentions fear."


def test_a_scenario_becomes_a_story_whose_choices_keep_their_names(load):
    load(SCENARIO, row_type=ScenarioRow)

    content = content_of("SC1")
    assert content.stem == "At the door\n\nYou are a postman."
    assert content.story == ScenarioRow.model_validate(SCENARIO).content().story
    assert [node.key for node in content.story.nodes] == ["n1"]
    assert [(c.label, c.quality, c.next) for c in content.story.nodes[0].choices] == [
        ("Knock", "good", "end"),
        ("Leave", "poor", "end"),
    ]
    assert Item.objects.get(code="SC1").category.name == "Practice / Cases"


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        (
            [NODE | {"choices": [CHOICES[0], CHOICES[1] | {"next": "n9"}]}],
            "leads to “n9”, which is not there",
        ),
        ([NODE | {"choices": [CHOICES[1], CHOICES[1]]}], "No choice at “n1” is good"),
        ([NODE, NODE | {"name": "n2"}], "No way leads to “n2”"),
        ([NODE, NODE], "Two parts are called “n1”"),
        ([NODE | {"choices": [CHOICES[0], CHOICES[1] | {"next": "n1"}]}], "round in circles at “n1”"),
    ],
)
def test_a_story_that_does_not_work_is_refused(load, nodes, message):
    with pytest.raises(QuestionError, match=message):
        load(SCENARIO | {"nodes": nodes}, row_type=ScenarioRow)


def test_loading_again_changes_nothing_that_an_editor_has_changed(load):
    load(SINGLE)
    Item.objects.update(difficulty="hard")
    Item.objects.update(stem="Edited?")

    assert load(SINGLE | {"stem": "From the file?"}, MATCHING) == 1

    assert Item.objects.get(code="Q1").difficulty == "hard"
    assert Item.objects.get(code="Q1").stem == "Edited?"


def changed(**fields):
    """A broken question; one that brings a type of its own leaves the options out."""
    base = {
        k: v for k, v in SINGLE.items() if k != "options" or "code" not in fields or fields["code"] != "Q1"
    }
    return deepcopy(base) | fields


OPTIONS = SINGLE["options"]
MISTAKES = {
    "no mapping": ("just text", "valid dictionary"),
    "unknown key": (changed(stems="x"), "stems"),
    "no stem": ({k: v for k, v in SINGLE.items() if k != "stem"}, "stem"),
    "empty stem": (changed(stem="  "), "stem"),
    "unknown type": (changed(type="essay"), "type"),
    "unknown module": (changed(module="M99"), "M99 is not known"),
    "unknown fact": (changed(tests=["CF-9"]), "CF-9 is not known"),
    "unknown sector": (changed(sectors=["NOBODY"]), "NOBODY is not known"),
    "bad date": (changed(reviewed_on="soon"), "reviewed_on"),
    "two right": (changed(options=[o | {"correct": True} for o in OPTIONS]), "exactly one answer"),
    "none right": (changed(options=[o | {"correct": False} for o in OPTIONS]), "exactly one answer"),
    "one key twice": (changed(options=[o | {"key": "a"} for o in OPTIONS]), "the same key"),
    "no options": (changed(options=[]), "at least two"),
    "true or false with three": (
        changed(
            type="truefalse",
            options=[*OPTIONS, {"key": "c", "text": "Or", "correct": False, "feedback": "No."}],
        ),
        "exactly two",
    ),
    "sign that is a fact": (
        changed(**SIGNS | {"code": "Q1", "sentences": [SIGNS["sentences"][0] | {"indicator": "CF-1"}]}),
        "CF-1 is not known",
    ),
    "no number": (changed(**NUMERIC | {"code": "Q1", "number": "many"}), "number"),
    "nothing accepted": (
        changed(**SHORT | {"code": "Q1", "accepted": []}),
        "at least one answer that is right",
    ),
    "code twice": (changed(code="Q2"), "Q2 is used twice"),
}


@pytest.mark.parametrize(("row", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_and_nothing_is_loaded(load, row, message):
    with pytest.raises(QuestionError, match="Question 2") as mistake:
        load(MATCHING, row, ORDERING)

    assert mistake.value.index == 1
    assert message in mistake.value.message
    assert not Item.objects.exists()


def test_a_file_that_is_no_list(load):
    with pytest.raises(QuestionError, match="no list"):
        load_questions({"Q1": {}}, {}, {}, {}, {})
