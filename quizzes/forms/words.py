"""A saved answer in words, for the page that says what another tab saved."""

from typing import Any

from quizzes.content import TYPED, ItemContent, ItemType

NOTHING = "No answer"


def answer_in_words(content: ItemContent, answer: Any) -> list[str]:
    """Return one line for each part of `answer` (see quizzes.content for the shapes)."""
    if not answer:
        return [NOTHING]
    if content.type in TYPED:
        return [answer]
    if content.type == ItemType.BRANCHING:
        nodes = {node.key: {c.key: c.label for c in node.choices} for node in content.story.nodes}
        return [nodes[node][key] for node, key in answer]
    words = {choice.key: choice.text or choice.image_alt for choice in content.choices}
    if content.type == ItemType.MATCHING:
        halves = {choice.key: choice.match for choice in content.choices}
        return [f"{words[left]}: {halves[half]}" for left, half in answer.items()]
    if content.type == ItemType.ORDERING:
        return [f"{number}. {words[key]}" for number, key in enumerate(answer, start=1)]
    return [words[key] for key in content.keys if key in answer]
