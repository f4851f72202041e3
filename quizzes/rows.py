"""What a content file may say of a question or of a branching scenario, and the content that it becomes."""

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from quizzes.content import (
    ChoiceContent,
    DecisionContent,
    EndingContent,
    ItemContent,
    ItemType,
    NodeContent,
    Quality,
    StoryContent,
)
from quizzes.models import Choice, Item

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,20}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,12}$")]
PlaceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,20}$")]
Number = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OptionRow(Strict):
    key: Key
    text: ShortText
    correct: bool
    feedback: Text

    def choice(self, place: int) -> ChoiceContent:
        return ChoiceContent(key=self.key, text=self.text, is_correct=self.correct, feedback=self.feedback)


class PairRow(Strict):
    left: ShortText
    right: ShortText
    feedback: Text

    def choice(self, place: int) -> ChoiceContent:
        return ChoiceContent(
            key=f"p{place}", text=self.left, match=self.right, is_correct=True, feedback=self.feedback
        )


class OrderedRow(Strict):
    text: ShortText
    feedback: Text

    def choice(self, place: int) -> ChoiceContent:
        return ChoiceContent(key=f"i{place}", text=self.text, is_correct=True, feedback=self.feedback)


class TypedRow(Strict):
    text: ShortText
    feedback: Text


class SentenceRow(Strict):
    text: ShortText
    sign: bool
    indicator: Code | None = None
    feedback: Text


class BankRow(Strict):
    """What every question says: what it is about, what it rests on and when it was reviewed."""

    code: Code
    module: str
    outcomes: list[Code] = Field(min_length=1)
    difficulty: Literal[tuple(Item.Difficulty.values)]
    category: ShortText = "Assessment"
    sectors: list[str] = []
    tests: list[str] = Field(min_length=1)
    check: bool = False
    source: ShortText | None = None
    reviewed_on: date
    review_due_on: date
    content_note: Annotated[str, StringConstraints(max_length=200)] = ""

    def indicators_named(self) -> list[str]:
        """Codes of indicators beyond `tests` that must be known."""
        return []

    def words(self, indicators: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of the item that hold its words. indicators: those named, by code."""
        raise NotImplementedError

    def choices(self, indicators: Mapping[str, Any]) -> list[Choice]:
        return []


class QuestionRow(BankRow):
    """One question as a content file holds it; demo/content/questions.yaml explains the keys."""

    type: Literal[tuple(t for t in ItemType.values if t != ItemType.BRANCHING)]
    stem: Text
    options: list[OptionRow] = []
    pairs: list[PairRow] = []
    items: list[OrderedRow] = []
    accepted: list[TypedRow] = []
    rejected: list[TypedRow] = []
    number: Number | None = None
    tolerance: Number = "0"
    feedback: Text | None = None
    sentences: list[SentenceRow] = []

    def content(self) -> ItemContent:
        return ItemContent(type=self.type, stem=self.stem, choices=tuple(self._choice_contents()))

    def indicators_named(self) -> list[str]:
        return [row.indicator for row in self.sentences if row.indicator]

    def words(self, indicators) -> dict[str, Any]:
        return {"type": self.type, "stem": self.stem, "content_note": self.content_note}

    def choices(self, indicators) -> list[Choice]:
        choices = [
            Choice(sort_order=n, **content.model_dump(exclude={"image", "indicator"}))
            for n, content in enumerate(self._choice_contents())
        ]
        for choice, row in zip(choices, self.sentences, strict=False):
            choice.indicator = indicators[row.indicator] if row.indicator else None
        return choices

    def _choice_contents(self) -> list[ChoiceContent]:
        if self.type == ItemType.SHORT:
            typed = [(True, row) for row in self.accepted] + [(False, row) for row in self.rejected]
            return [
                ChoiceContent(key=f"t{n}", text=row.text, is_correct=right, feedback=row.feedback)
                for n, (right, row) in enumerate(typed, start=1)
            ]
        if self.type == ItemType.NUMERIC:
            number = ChoiceContent(
                key="n1",
                text=self.number or "",
                tolerance=Decimal(self.tolerance),
                is_correct=True,
                feedback=self.feedback or "",
            )
            return [number]
        if self.type == ItemType.SIGNS:
            return [
                ChoiceContent(key=f"s{n}", text=row.text, is_correct=row.sign, feedback=row.feedback)
                for n, row in enumerate(self.sentences, start=1)
            ]
        name = {ItemType.MATCHING: "pairs", ItemType.ORDERING: "items"}.get(self.type, "options")
        return [row.choice(place) for place, row in enumerate(getattr(self, name), start=1)]


class DecisionRow(Strict):
    label: ShortText
    quality: Literal[tuple(Quality.values)]
    next: PlaceName
    why: Text


class NodeRow(Strict):
    name: PlaceName
    text: Text
    question: ShortText
    choices: list[DecisionRow] = Field(min_length=2, max_length=6)


class EndingRow(Strict):
    name: PlaceName
    text: Text


class ScenarioRow(BankRow):
    """One branching scenario as a content file holds it; demo/content/scenarios.yaml explains the keys."""

    title: ShortText
    category: ShortText = "Practice / Cases"
    intro: Text
    nodes: list[NodeRow] = Field(min_length=1)
    endings: list[EndingRow] = Field(min_length=1)
    debrief: list[ShortText] = []

    @property
    def stem(self) -> str:
        return f"{self.title}\n\n{self.intro}"

    def content(self) -> ItemContent:
        nodes = tuple(
            NodeContent(
                key=node.name,
                text=node.text,
                question=node.question,
                choices=tuple(
                    DecisionContent(key=self._id(node.name, n), **choice.model_dump())
                    for n, choice in enumerate(node.choices)
                ),
            )
            for node in self.nodes
        )
        endings = tuple(EndingContent(key=ending.name, text=ending.text) for ending in self.endings)
        story = StoryContent(nodes=nodes, endings=endings, debrief=tuple(self.debrief))
        return ItemContent(type=ItemType.BRANCHING, stem=self.stem, story=story)

    def words(self, indicators) -> dict[str, Any]:
        return {
            "type": ItemType.BRANCHING,
            "stem": self.stem,
            "content_note": self.content_note,
            "story": self._blocks(),
        }

    def _blocks(self) -> list[dict[str, Any]]:
        """Return the story as the CMS keeps it. A choice keeps its id however often the file is loaded."""
        blocks = [
            {
                "type": "node",
                "id": self._id(node.name),
                "value": node.model_dump(exclude={"choices"})
                | {
                    "choices": [
                        {"type": "item", "id": self._id(node.name, n), "value": choice.model_dump()}
                        for n, choice in enumerate(node.choices)
                    ]
                },
            }
            for node in self.nodes
        ]
        blocks += [
            {"type": "ending", "id": self._id(ending.name), "value": ending.model_dump()}
            for ending in self.endings
        ]
        return blocks + [
            {"type": "debrief", "id": self._id("debrief", n), "value": question}
            for n, question in enumerate(self.debrief)
        ]

    def _id(self, *place) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, (self.code, *place)))))
