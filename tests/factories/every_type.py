"""One question of every type, each part of it with a word of its own, and answers to them.

What gives a key away begins with HID: no learner may read it before the quiz says so. Keys begin with zq.
"""

import json
from collections.abc import Sequence
from decimal import Decimal

from courses.models import ModulePage
from quizzes.content import ItemType, Mode
from quizzes.models import Attempt, Choice, Item, Quiz, QuizItem
from quizzes.services import save_response
from tests.factories.library import IndicatorFactory
from tests.factories.quizzes import QuizFactory, make_item

#: The scenario's second answer has half of the marks.
HALF = Decimal(50)


def _choices(type: str, right: str, keys: str = "abcd", **fields) -> list[Choice]:
    return [
        Choice(
            key=f"zq{key}",
            text=f"TEXT-{type}-{key}",
            is_correct=key in right,
            feedback=f"HIDFEEDBACK-{type}-{key}",
            sort_order=order,
            **fields.get(key, {}),
        )
        for order, key in enumerate(keys)
    ]


def _signs() -> list[Choice]:
    """Four sentences: b and d are signs of the library."""
    choices = _choices("signs", "bd")
    for letter in "bd":
        sign = IndicatorFactory(text=f"HIDSIGN-{letter}")
        choices["abcd".index(letter)].indicator = sign
    return choices


def _pairs() -> list[Choice]:
    halves = {"a": "HALF-a", "b": "HALF-b", "c": "HALF-c"}
    choices = _choices("matching", "", keys="abc")
    for choice, half in zip(choices, halves.values(), strict=True):
        choice.match = half
    return [*choices, Choice(key="zqd", text="", match="HALF-extra", sort_order=3)]


def _typed(type: str, texts: dict[str, dict]) -> list[Choice]:
    return [
        Choice(
            key=f"zq{n}",
            text=text,
            feedback=f"HIDFEEDBACK-{type}-{n}",
            sort_order=n,
            **({"is_correct": True} | fields),
        )
        for n, (text, fields) in enumerate(texts.items())
    ]


def _decision(label: str, quality: str, then: str) -> dict:
    return {"label": label, "quality": quality, "why": f"HIDWHY-{label}", "next": then}


def story_blocks() -> list[dict]:
    """start: good and partial lead to `second`, poor to `detour` and back; `second`: good ends well, poor badly."""
    start = [
        _decision("START-x", "good", "second"),
        _decision("START-y", "partial", "second"),
        _decision("START-z", "poor", "detour"),
    ]
    second = [_decision("SECOND-x", "good", "well"), _decision("SECOND-z", "poor", "badly")]
    detour = [_decision("DETOUR-x", "good", "second"), _decision("DETOUR-z", "poor", "badly")]
    parts = [
        {"type": "node", "value": _node("start", start)},
        {"type": "node", "value": _node("detour", detour)},
        {"type": "node", "value": _node("second", second)},
        {"type": "ending", "value": {"name": "well", "text": "ENDS-1"}},
        {"type": "ending", "value": {"name": "badly", "text": "ENDS-2"}},
        {"type": "debrief", "value": "DEBRIEF-question"},
    ]
    return [part | {"id": f"part-{n}"} for n, part in enumerate(parts)]


def _node(name: str, choices: list[dict]) -> dict:
    numbered = [{"type": "item", "id": f"zq-{name}-{n}", "value": c} for n, c in enumerate(choices)]
    return {"name": name, "text": f"SCENE-{name}", "question": f"ASKS-{name}", "choices": numbered}


def choices_of(type: str) -> list[Choice]:
    return {
        ItemType.SINGLE: lambda: _choices("single", "b"),
        ItemType.TRUE_FALSE: lambda: _choices("truefalse", "a", keys="ab"),
        ItemType.SCENARIO: lambda: _choices("scenario", "a", keys="abc", b={"share": HALF}),
        ItemType.MULTIPLE: lambda: _choices("multiple", "ac"),
        ItemType.SIGNS: _signs,
        ItemType.MATCHING: _pairs,
        ItemType.ORDERING: lambda: _choices("ordering", ""),
        ItemType.SHORT: lambda: _typed(
            "short", {"HIDaccepted": {}, "HIDpartly": {"share": HALF}, "mistaken": {"is_correct": False}}
        ),
        ItemType.NUMERIC: lambda: _typed(
            "numeric",
            {
                "40713": {"tolerance": Decimal(7)},
                "40000": {"share": HALF},
                "1": {"is_correct": False},
            },
        ),
        ItemType.BRANCHING: list,
    }[ItemType(type)]()


def make_of_type(module: ModulePage, type: str, **fields) -> Item:
    """One question of `type`, with `outcomes`, an explanation and whatever else is given."""
    fields = {"explanation": f"HIDEXPLANATION-{type}", "mode": Mode.RIGHT_MINUS_WRONG} | fields
    if type == ItemType.BRANCHING:
        fields["story"] = json.dumps(story_blocks())
    fields.setdefault("choices", choices_of(type))
    return make_item(module, f"Q-{type}", type=type, **fields)


def quiz_of_every_type(types: Sequence[str] = ItemType.values, **fields) -> Quiz:
    """A quiz that asks one question of each of `types`, in their order."""
    quiz = QuizFactory(**{"question_count": len(types), "only_chosen": True, "shuffle_items": False} | fields)
    module = quiz.course.course_modules.first().module
    for order, type in enumerate(types):
        QuizItem.objects.create(quiz=quiz, item=make_of_type(module, type), sort_order=order)
    return quiz


def answer_all(attempt: Attempt, which: int, **fields) -> None:
    """Answer every question: RIGHT, PART or WRONG; a type without such an answer stays blank."""
    for response in attempt.responses.select_related("version"):
        answer = ANSWERS[response.version.content.type][which]
        save_response(attempt, response.position, answer, **fields)


def _way(*steps: tuple[str, int]) -> list[list[str]]:
    return [[node, f"zq-{node}-{n}"] for node, n in steps]


#: Type -> answers that earn everything, a part, and nothing. A true or false question has no part.
ANSWERS = {
    "single": (["zqb"], None, ["zqa"]),
    "truefalse": (["zqa"], None, ["zqb"]),
    "scenario": (["zqa"], ["zqb"], ["zqc"]),
    "multiple": (["zqa", "zqc"], ["zqa"], ["zqb", "zqd"]),
    "signs": (["zqb", "zqd"], ["zqb"], ["zqa"]),
    "matching": (
        {"zqa": "zqa", "zqb": "zqb", "zqc": "zqc"},
        {"zqa": "zqa", "zqb": "zqc"},
        {"zqa": "zqb", "zqb": "zqd", "zqc": "zqa"},
    ),
    "ordering": (["zqa", "zqb", "zqc", "zqd"], ["zqa", "zqb", "zqd", "zqc"], ["zqd", "zqc", "zqb", "zqa"]),
    "short": ("hidACCEPTED", "hidpartly", "mistaken"),
    "numeric": ("40,720", "40000", "1"),
    "branching": (
        _way(("start", 0), ("second", 0)),
        _way(("start", 2), ("detour", 0), ("second", 0)),
        _way(("start", 2), ("detour", 1)),
    ),
}
RIGHT, PART, WRONG = range(3)
