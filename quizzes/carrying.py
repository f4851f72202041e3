"""How an answer to one version of a question stands to another version of it. Pure, no database."""

from typing import Any

from django.db import models

from quizzes.content import MANY_CHOICES, ONE_CHOICE, TYPED, ItemContent, ItemType
from quizzes.scoring import carried


class Trouble(models.TextChoices):
    """Why an answer cannot be carried to another version as it was given."""

    TYPE = "type", "The question is of another type now: the marks stay as they are"
    GONE = "gone", "What was chosen is not in the question any more: the marks stay as they are"
    PART = "part", "A part of what was chosen is not in the question any more: that part is not counted"

    @classmethod
    def keeps_its_key(cls) -> frozenset[str]:
        """Of these nothing is left to mark by the new key, so the old one goes on counting."""
        return frozenset({cls.TYPE, cls.GONE})


def trouble_with(content: ItemContent, drawn: ItemContent, answer: Any) -> str:
    """Say why `answer` to the question as `drawn` cannot be carried whole to `content`; empty if it can."""
    if content is drawn or not answer:
        return ""
    if content.type != drawn.type:
        return Trouble.TYPE
    left = carried(content, drawn, answer)
    if not left:
        return Trouble.GONE
    return Trouble.PART if content.type not in TYPED and len(left) < len(answer) else ""


def takes_every_answer(content: ItemContent, drawn: ItemContent) -> bool:
    """Say whether whatever may be answered to the question as `drawn` can be marked by `content`."""
    if content.type != drawn.type:
        return False
    now, shown = set(content.keys), set(drawn.keys)
    if content.type == ItemType.ORDERING:
        return now == shown
    if content.type == ItemType.BRANCHING:
        return _steps(drawn) <= _steps(content) and drawn.story.nodes[0].key == content.story.nodes[0].key
    if content.type == ItemType.MATCHING:
        words = {half.match for half in content.halves}
        keys = {half.key for half in content.halves}
        halves = all(half.key in keys or half.match in words for half in drawn.halves)
        return halves and {c.key for c in drawn.lefts} <= {c.key for c in content.lefts}
    return content.type in TYPED or shown <= now


def _steps(content: ItemContent) -> set[tuple[str, str, str]]:
    return {(node.key, choice.key, choice.next) for node in content.story.nodes for choice in node.choices}


def key_differs(one: ItemContent, other: ItemContent) -> bool:
    """Say whether the two may mark the same answer differently; words alone make no difference."""
    return _key(one) != _key(other)


def _key(content: ItemContent) -> tuple:
    if content.type == ItemType.BRANCHING:
        parts = [(n.key, c.key, c.quality, c.next) for n in content.story.nodes for c in n.choices]
    elif content.type == ItemType.ORDERING:
        return content.type, content.mode, content.keys
    elif content.type == ItemType.MATCHING:
        parts = [(c.key, c.match, bool(c.text)) for c in content.choices]
    else:
        parts = [
            (c.key, c.is_correct, c.share, c.tolerance, c.text if content.type in TYPED else "")
            for c in content.choices
        ]
    mode = "" if content.type in ONE_CHOICE | TYPED else content.mode
    caps = content.type == ItemType.SHORT and content.is_case_sensitive
    needed = content.type in MANY_CHOICES and len(content.choices)
    return content.type, mode, caps, needed, sorted(parts, key=repr)
