from copy import deepcopy
from datetime import date

import pytest

from accounts.models import Sector
from library.models import Fact, Indicator
from quizzes.loading import QuestionError, load_questions
from quizzes.models import Choice, Item, ItemVersion
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
        {"left": "Two", "right": "First", "feedback": "Yes."},
    ],
}
ORDERING = COMMON | {
    "code": "Q3",
    "type": "ordering",
    "stem": "Order.",
    "items": [{"text": "Before", "feedback": "First."}, {"text": "After", "feedback": "Last."}],
}


@pytest.fixture
def load():
    course = make_course()
    SectorFactory(code="HLT")
    review = {"review_due_on": date(2027, 1, 1)}
    Fact.objects.create(code="CF-1", statement="A fact", source="Programme", **review)
    Indicator.objects.create(code="IND-1", text="A sign", strength="key", source="Guide", **review)
    modules = {place.module.code: place.module for place in course.course_modules.all()}

    def run(*rows):
        return load_questions(list(rows), modules, *(by_code(model) for model in (Fact, Indicator, Sector)))

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
    assert (version.status, version.stem, version.marks) == ("ready", "Which one?", 1)
    assert list(version.choices.values_list("key", "text", "is_correct", "feedback", "order")) == [
        ("a", "This", False, "No.", 1),
        ("b", "That", True, "Yes.", 2),
    ]
    pairs = Choice.objects.filter(version__item__code="Q2").values_list("text", "match")
    assert list(pairs) == [("One", "First"), ("Two", "First")]
    ordered = Choice.objects.filter(version__item__code="Q3").values_list("text", "order")
    assert list(ordered) == [("Before", 1), ("After", 2)]


def test_loading_again_changes_nothing_that_an_editor_has_changed(load):
    load(SINGLE)
    Item.objects.update(difficulty="hard")
    ItemVersion.objects.update(stem="Edited?")

    assert load(SINGLE | {"stem": "From the file?"}, MATCHING) == 1

    assert Item.objects.get(code="Q1").difficulty == "hard"
    assert ItemVersion.objects.get(item__code="Q1").stem == "Edited?"


def changed(**fields):
    return deepcopy(SINGLE) | fields


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
