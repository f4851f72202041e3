"""The three-question check: what the reader chose and what to say to it. Pure; nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """`feedback` is empty unless the reader chose this answer."""

    text: str
    value: str
    is_chosen: bool
    feedback: str
    is_right: bool


@dataclass(frozen=True)
class Question:
    name: str
    stem: str
    options: list[Option]

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.is_chosen), None)


@dataclass(frozen=True)
class Check:
    """`is_answered`: the reader has sent this check, perhaps with gaps."""

    questions: list[Question]
    is_answered: bool

    @property
    def right_count(self) -> int:
        return sum(bool(q.chosen and q.chosen.is_right) for q in self.questions)


def field_name(block_id: str, number: int) -> str:
    """Name of question `number`, counted from 1, of the block."""
    return f"check-{block_id}-{number}"


def evaluate(questions: list[Mapping], block_id: str, sent: Mapping[str, str]) -> Check:
    """Return the check with feedback on what was chosen and on nothing else.

    questions: {"stem", "options": [{"text", "is_right", "feedback"}]}; sent: the query string's values, where an
    option goes by its number in the list. Whatever else is sent counts as not answered.
    """
    found = []
    for number, question in enumerate(questions, 1):
        name = field_name(block_id, number)
        options = []
        for place, option in enumerate(question["options"], 1):
            chosen = sent.get(name) == str(place)
            options.append(
                Option(
                    text=option["text"],
                    value=str(place),
                    is_chosen=chosen,
                    feedback=option["feedback"] if chosen else "",
                    is_right=chosen and bool(option["is_right"]),
                )
            )
        found.append(Question(name, question["stem"], options))
    return Check(found, is_answered=f"check-{block_id}" in sent or any(q.name in sent for q in found))
