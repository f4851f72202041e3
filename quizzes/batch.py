"""One change made to many questions, each wholly or not at all, with a word on those that were left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.actions.edit import EditAction

from quizzes.models import Item
from quizzes.permissions import may_publish_questions


class LeftAlone(Exception):
    """A question that a batch leaves as it is. `str()` says why, to the editor."""


@dataclass
class Report:
    """What became of each question. waiting: changed as a draft, for a moderator to publish."""

    done: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def for_each(items: Iterable[Item], step: Callable[[Item], bool]) -> Report:
    """Take `step` for each item in a transaction of its own; `step` says whether the change counts at once."""
    report = Report()
    for item in items:
        try:
            with transaction.atomic():
                (report.done if step(item) else report.waiting).append(item.code)
        except LeftAlone as reason:
            report.left.append((item.code, str(reason)))
        except ValidationError as error:
            report.left.append((item.code, " ".join(error.messages)))
    return report


def change_each(items: Iterable[Item], change: Callable[[Item], None], *, by) -> Report:
    """Make `change` to each item, and publish those in use. Questions with a later draft are left: publishing
    the change would publish the draft as well."""
    may_publish = may_publish_questions(by)

    def step(item: Item) -> bool:
        if item.live and item.has_unpublished_changes:
            raise LeftAlone("it has a later draft")
        _check_lock(item, by)
        draft = item.get_latest_revision_as_object()
        change(draft)
        EditAction(draft, user=by, publish=item.live and may_publish, clean=False).execute()
        return may_publish or not item.live

    return for_each(items, step)


def publish_each(items: Iterable[Item], *, by) -> Report:
    """Make the latest draft of each item ready."""

    def step(item: Item) -> bool:
        if item.live and not item.has_unpublished_changes:
            raise LeftAlone("it is ready already")
        _check_lock(item, by)
        draft = item.get_latest_revision_as_object()
        draft.full_clean()
        (item.get_latest_revision() or item.save_revision(user=by)).publish(user=by)
        return True

    return for_each(items, step)


def retire_each(items: Iterable[Item], *, by) -> Report:
    """Let quizzes draw none of the items any more."""

    def step(item: Item) -> bool:
        if not item.live:
            raise LeftAlone("no quiz draws it now")
        _check_lock(item, by)
        item.unpublish(user=by)
        return True

    return for_each(items, step)


def _check_lock(item: Item, user) -> None:
    lock = item.get_lock()
    if lock and lock.for_user(user):
        raise LeftAlone("it is locked")
