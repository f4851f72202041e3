"""Questions and scenarios from content files. Everything is checked before anything is written."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from pydantic import ValidationError

from quizzes.bank import problem_with, publish_item
from quizzes.models import Category, Item
from quizzes.rows import BankRow, QuestionRow

SOURCE_LENGTH = Item._meta.get_field("source").max_length


class QuestionError(ValueError):
    """A question that cannot be loaded. `index` counts from 0; `message` says what is wrong with it."""

    def __init__(self, index: int, message: str):
        super().__init__(f"Question {index + 1}: {message}")
        self.index = index
        self.message = message


def check_questions(
    rows: object,
    modules: Collection[str],
    facts: Collection[str],
    indicators: Collection[str],
    sectors: Collection[str],
    row_type: type[BankRow] = QuestionRow,
) -> list[BankRow]:
    """Return `rows` checked against the codes that exist. Raises QuestionError for the first that is wrong."""
    if not isinstance(rows, list):
        raise QuestionError(0, "the file holds no list of questions")
    checked, seen = [], set()
    for index, row in enumerate(rows):
        try:
            question = row_type.model_validate(row)
        except ValidationError as error:
            raise QuestionError(index, _in_words(error)) from error
        problem = _problem_with(question, modules, facts, indicators, sectors)
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


def _problem_with(question: BankRow, modules, facts, indicators, sectors) -> str:
    tested = set(facts) | set(indicators)
    for code, known in [
        (question.module, modules),
        *((code, tested) for code in question.tests),
        *((code, indicators) for code in question.indicators_named()),
        *((code, sectors) for code in question.sectors),
    ]:
        if code not in known:
            return f"{code} is not known"
    content = question.content()
    if len(set(content.keys)) < len(content.keys):
        return "two options have the same key"
    return problem_with(content)


@transaction.atomic
def load_questions(
    rows: Sequence[Mapping],
    modules_by_code: Mapping,
    facts_by_code: Mapping,
    indicators_by_code: Mapping,
    sectors_by_code: Mapping,
    row_type: type[BankRow] = QuestionRow,
) -> int:
    """Write the questions that are not there yet, as ready; return how many. Safe to repeat.

    An item that exists is left as its editors have made it. Raises QuestionError, and writes nothing, if any row
    is wrong. Without a source of its own a question names those of the facts and indicators that it tests.
    """
    questions = check_questions(
        rows, modules_by_code, facts_by_code, indicators_by_code, sectors_by_code, row_type
    )
    there = set(Item.objects.values_list("code", flat=True))
    new = [question for question in questions if question.code not in there]
    for question in new:
        facts = [facts_by_code[code] for code in question.tests if code in facts_by_code]
        indicators = [indicators_by_code[code] for code in question.tests if code in indicators_by_code]
        item = Item(
            code=question.code,
            module=modules_by_code[question.module],
            category=_category(question.category),
            difficulty=question.difficulty,
            outcomes=question.outcomes,
            source=question.source or _source_of([*facts, *indicators]),
            needs_check=question.check,
            checked_on=question.reviewed_on,
            review_due_on=question.review_due_on,
            live=False,
            **question.words(indicators_by_code),
        )
        item.sectors = [sectors_by_code[code] for code in question.sectors]
        item.facts, item.indicators = facts, indicators
        item.choices = question.choices(indicators_by_code)
        publish_item(item)
    return len(new)


def _category(name: str) -> Category:
    return Category.objects.get_or_create(name=name)[0]


def _source_of(records: Sequence) -> str:
    """Join the records' sources, each once, as far as the field holds them whole."""
    joined = ""
    for source in dict.fromkeys(record.source for record in records):
        longer = f"{joined}; {source}" if joined else source
        if len(longer) > SOURCE_LENGTH:
            break
        joined = longer
    return joined
