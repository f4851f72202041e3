"""Answers made from the key: the best one and a poor one, for the demonstration, previews and tests."""

from typing import Any

from quizzes.content import ONE_CHOICE, TYPED, ItemContent, ItemType, Quality, StoryContent
from quizzes.marking import POINTS, share_of


def best_answer(content: ItemContent) -> Any:
    """Return an answer that earns everything."""
    if content.type == ItemType.BRANCHING:
        return _way(content.story, best=True)
    if content.type == ItemType.MATCHING:
        halves = {choice.match: choice.key for choice in content.halves}
        return {choice.key: halves[choice.match] for choice in content.lefts}
    if content.type == ItemType.ORDERING:
        return content.keys
    if content.type in ONE_CHOICE:
        return [max(content.choices, key=share_of).key]
    if content.type in TYPED:
        return max(content.choices, key=share_of).text.replace("*", "")
    return [choice.key for choice in content.choices if choice.is_correct]


def poor_answer(content: ItemContent) -> Any:
    """Return an answer, never blank, that earns less than everything."""
    if content.type == ItemType.BRANCHING:
        return _way(content.story, best=False)
    if content.type == ItemType.MATCHING:
        return _shifted(content)
    if content.type == ItemType.ORDERING:
        return content.keys[::-1]
    if content.type == ItemType.SHORT:
        return "I do not know"
    if content.type == ItemType.NUMERIC:
        return "-987654321"
    wrong = [choice.key for choice in content.choices if not choice.is_correct]
    return (wrong or content.keys)[:1]


def _shifted(content: ItemContent) -> dict[str, str]:
    halves = content.halves
    words = [half.match for half in halves]
    return {left.key: halves[(words.index(left.match) + 1) % len(halves)].key for left in content.lefts}


def _way(story: StoryContent, *, best: bool) -> list[list[str]]:
    """Return a way to an ending that takes the best, or else the poorest, choice each time."""
    path, node = [], story.nodes[0]
    while node:
        by_points = sorted(node.choices, key=lambda choice: POINTS[Quality(choice.quality)])
        taken = by_points[-1 if best else 0]
        path.append([node.key, taken.key])
        node = story.node(taken.next)
    return path
