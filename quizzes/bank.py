"""Writes to the question bank, and the rules that a question keeps."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction

from quizzes.models import Choice, Item, ItemType, ItemVersion, VersionStatus

ONE_RIGHT = (ItemType.SINGLE, ItemType.TRUE_FALSE, ItemType.SCENARIO)


@dataclass(frozen=True)
class Answer:
    """An answer as an editor gives it. An empty `key` means a new answer."""

    text: str
    is_correct: bool = False
    feedback: str = ""
    match: str = ""
    key: str = ""


def problem_with(item_type: str, answers: Sequence[Answer]) -> str:
    """Return what is wrong with the answers of a question, in words for its editor; empty if nothing is."""
    right = sum(answer.is_correct for answer in answers)
    if item_type == ItemType.TRUE_FALSE and len(answers) != 2:
        return "A true or false question has exactly two answers."
    if len(answers) < 2:
        return "Give at least two answers."
    if item_type in ONE_RIGHT and right != 1:
        return f"Mark exactly one answer as right; {right} are marked."
    if item_type == ItemType.MULTIPLE and not right:
        return "Mark at least one answer as right."
    if item_type == ItemType.MATCHING and not all(answer.match for answer in answers):
        return "Give each answer of a matching question the other half that it matches."
    texts = [answer.text.casefold() for answer in answers]
    if len(set(texts)) < len(texts):
        return "Two answers read the same."
    return ""


def answers_of(version: ItemVersion) -> list[Answer]:
    """Return the answers of `version` in their order."""
    return [Answer(c.text, c.is_correct, c.feedback, c.match, c.key) for c in version.choices.all()]


@transaction.atomic
def save_question(
    item: Item, *, stem: str, answers: Sequence[Answer], status: str, marks: Decimal = Decimal(1)
) -> ItemVersion:
    """Give a saved `item` these words and this status, and return its current version.

    Only a draft is changed in place. Other words for a ready or retired version make a new one, and attempts keep
    the one they drew. A new draft leaves the ready version in use; a new ready version retires it; retiring
    retires every version. The database allows one ready version an item.
    """
    Item.objects.select_for_update().get(pk=item.pk)
    answers = _with_keys(answers)
    current = item.current_version()
    is_same = current and (current.stem, current.marks, answers_of(current)) == (stem, marks, answers)
    is_draft = current and current.status == VersionStatus.DRAFT
    if not current or (not is_draft and (not is_same or status == VersionStatus.DRAFT)):
        number = current.number + 1 if current else 1
        current = ItemVersion.objects.create(item=item, number=number, stem=stem, marks=marks)
        _write_choices(current, answers)
    elif not is_same:
        current.stem, current.marks = stem, marks
        current.save(update_fields=["stem", "marks"])
        current.choices.all().delete()
        _write_choices(current, answers)
    if status != VersionStatus.DRAFT:
        item.versions.exclude(pk=current.pk).update(status=VersionStatus.RETIRED)
    current.status = status
    current.save(update_fields=["status"])
    return current


def _with_keys(answers: Sequence[Answer]) -> list[Answer]:
    """Give every new answer a key that says nothing about it."""
    return [replace(answer, key=answer.key or secrets.token_hex(4)) for answer in answers]


def _write_choices(version: ItemVersion, answers: Sequence[Answer]) -> None:
    Choice.objects.bulk_create(
        Choice(
            version=version,
            key=answer.key,
            text=answer.text,
            match=answer.match,
            is_correct=answer.is_correct,
            feedback=answer.feedback,
            order=order,
        )
        for order, answer in enumerate(answers, start=1)
    )
