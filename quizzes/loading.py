"""Questions from a content file. Everything is checked before anything is written."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from quizzes.bank import problem_with, publish_item
from quizzes.content import ChoiceContent, ItemContent
from quizzes.models import Choice, Item, ItemType

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,20}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,12}$")]
#: What of an answer a content file says.
LOADED = {"key", "text", "is_correct", "feedback", "match"}
SOURCE_LENGTH = Item._meta.get_field("source").max_length


class QuestionError(ValueError):
    """A question that cannot be loaded. `index` counts from 0; `message` says what is wrong with it."""

    def __init__(self, index: int, message: str):
        super().__init__(f"Question {index + 1}: {message}")
        self.index = index
        self.message = message


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OptionRow(Strict):
    key: Key
    text: ShortText
    correct: bool
    feedback: Text

    def answer(self, place: int) -> ChoiceContent:
        return ChoiceContent(key=self.key, text=self.text, is_correct=self.correct, feedback=self.feedback)


class PairRow(Strict):
    left: ShortText
    right: ShortText
    feedback: Text

    def answer(self, place: int) -> ChoiceContent:
        return ChoiceContent(
            key=f"p{place}", text=self.left, match=self.right, is_correct=True, feedback=self.feedback
        )


class OrderedRow(Strict):
    text: ShortText
    feedback: Text

    def answer(self, place: int) -> ChoiceContent:
        return ChoiceContent(key=f"i{place}", text=self.text, is_correct=True, feedback=self.feedback)


class QuestionRow(Strict):
    """One question as a content file holds it; demo/content/questions.yaml explains the keys."""

    code: Code
    type: Literal[tuple(ItemType.values)]
    module: str
    outcomes: list[Code] = Field(min_length=1)
    difficulty: Literal[tuple(Item.Difficulty.values)]
    sectors: list[str] = []
    tests: list[str] = Field(min_length=1)
    check: bool = False
    source: ShortText | None = None
    reviewed_on: date
    review_due_on: date
    stem: Text
    options: list[OptionRow] = []
    pairs: list[PairRow] = []
    items: list[OrderedRow] = []

    def content(self) -> ItemContent:
        return ItemContent(type=self.type, stem=self.stem, choices=tuple(self.answers()))

    def answers(self) -> list[ChoiceContent]:
        name = {ItemType.MATCHING: "pairs", ItemType.ORDERING: "items"}.get(self.type, "options")
        return [row.answer(place) for place, row in enumerate(getattr(self, name), start=1)]


def check_questions(
    rows: object,
    modules: Collection[str],
    facts: Collection[str],
    indicators: Collection[str],
    sectors: Collection[str],
) -> list[QuestionRow]:
    """Return `rows` checked against the codes that exist. Raises QuestionError for the first that is wrong."""
    if not isinstance(rows, list):
        raise QuestionError(0, "the file holds no list of questions")
    checked, seen = [], set()
    for index, row in enumerate(rows):
        try:
            question = QuestionRow.model_validate(row)
        except ValidationError as error:
            raise QuestionError(index, _in_words(error)) from error
        problem = _problem_with(question, modules, set(facts) | set(indicators), sectors)
        if question.code in seen:
            problem = f"{question.code} is used twice"
        if problem:
            raise QuestionError(index, problem)
        seen.add(question.code)
        checked.append(question)
    return checked


def _in_words(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]


def _problem_with(question: QuestionRow, modules, tested, sectors) -> str:
    for code, known in [
        (question.module, modules),
        *((code, tested) for code in question.tests),
        *((code, sectors) for code in question.sectors),
    ]:
        if code not in known:
            return f"{code} is not known"
    keys = [answer.key for answer in question.answers()]
    if len(set(keys)) < len(keys):
        return "two options have the same key"
    return problem_with(question.content())


@transaction.atomic
def load_questions(
    rows: Sequence[Mapping],
    modules_by_code: Mapping,
    facts_by_code: Mapping,
    indicators_by_code: Mapping,
    sectors_by_code: Mapping,
) -> int:
    """Write the questions that are not there yet, as ready; return how many. Safe to repeat.

    An item that exists is left as its editors have made it. Raises QuestionError, and writes nothing, if any row
    is wrong. Without a source of its own a question names those of the facts and indicators that it tests.
    """
    questions = check_questions(rows, modules_by_code, facts_by_code, indicators_by_code, sectors_by_code)
    there = set(Item.objects.values_list("code", flat=True))
    new = [question for question in questions if question.code not in there]
    for question in new:
        facts = [facts_by_code[code] for code in question.tests if code in facts_by_code]
        indicators = [indicators_by_code[code] for code in question.tests if code in indicators_by_code]
        item = Item(
            code=question.code,
            module=modules_by_code[question.module],
            type=question.type,
            difficulty=question.difficulty,
            outcomes=question.outcomes,
            source=question.source or _source_of([*facts, *indicators]),
            needs_check=question.check,
            checked_on=question.reviewed_on,
            review_due_on=question.review_due_on,
            stem=question.stem,
        )
        item.sectors = [sectors_by_code[code] for code in question.sectors]
        item.facts, item.indicators = facts, indicators
        item.choices = [
            Choice(sort_order=n, **answer.model_dump(include=LOADED))
            for n, answer in enumerate(question.answers())
        ]
        publish_item(item)
    return len(new)


def _source_of(records: Sequence) -> str:
    """Join the records' sources, each once, as far as the field holds them whole."""
    joined = ""
    for source in dict.fromkeys(record.source for record in records):
        longer = f"{joined}; {source}" if joined else source
        if len(longer) > SOURCE_LENGTH:
            break
        joined = longer
    return joined
