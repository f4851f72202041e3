"""How a question is marked, in words for its learner. They say nothing about which answers are right."""

from quizzes.content import ItemContent, ItemType, Mode

MANY = {
    Mode.RIGHT_MINUS_WRONG: "You can choose more than one answer. A wrong one takes away a right one.",
    Mode.ALL_OR_NOTHING: "You can choose more than one answer. It counts only if you choose all the right ones "
    "and no others.",
    Mode.EACH_DECISION: "You can choose more than one answer. Each one counts: a right one chosen, or a wrong one "
    "left alone.",
    Mode.OWN_SHARES: "You can choose more than one answer. Right ones add to your score, wrong ones take away.",
}
SIGNS = {
    Mode.RIGHT_MINUS_WRONG: "Tick every sentence that is a sign. One ticked by mistake takes away one that you found.",
    Mode.ALL_OR_NOTHING: "Tick every sentence that is a sign. It counts only if you tick all of them and no others.",
    Mode.EACH_DECISION: "Tick every sentence that is a sign. Each sentence counts: a sign ticked, or any other left "
    "alone.",
    Mode.OWN_SHARES: "Tick every sentence that is a sign. Signs add to your score, other sentences take away.",
}
PAIRS = {
    True: "Choose one for each. It counts only if every pair is right.",
    False: "Choose one for each. Every right pair counts, even if others are wrong.",
}
PLACES = {
    True: "Put them in order, the first at the top. It counts only if every place is right.",
    False: "Put them in order, the first at the top. Every right place counts, even if others are wrong.",
}
STORY = (
    "Each decision counts, and the best one counts most. You cannot go back: once saved, a decision stands, "
    "as it would at work."
)
NUMBER = (
    "Type a number in figures. For part of a number you can use a full stop or a comma, such as 2.5 or 2,5."
)


def rule_of(content: ItemContent) -> str:
    """Return how `content` is marked, in a sentence or two."""
    if content.type == ItemType.MULTIPLE:
        return MANY[content.mode]
    if content.type == ItemType.SIGNS:
        return SIGNS[content.mode]
    if content.type == ItemType.MATCHING:
        again = "" if len(content.halves) >= len(content.lefts) else " You can use one more than once."
        return PAIRS[content.mode == Mode.ALL_OR_NOTHING] + again
    if content.type == ItemType.ORDERING:
        return PLACES[content.mode == Mode.ALL_OR_NOTHING]
    if content.type == ItemType.SHORT:
        capitals = "Capitals matter." if content.is_case_sensitive else "Capitals do not matter."
        return f"Type a word or a few words. {capitals}"
    if content.type == ItemType.NUMERIC:
        return NUMBER
    if content.type == ItemType.BRANCHING:
        return STORY
    if any(choice.share is not None and 0 < choice.share < 100 for choice in content.choices):
        return "Choose the best answer. Another may count in part."
    return "Choose one answer."
