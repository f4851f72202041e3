"""The fidelity checklist: what has to be the same wherever somebody passes the training on. Pure, no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


MARKS = [(Mark.YES, "Yes"), (Mark.PARTLY, "Partly"), (Mark.NO, "No")]


@dataclass(frozen=True)
class Point:
    """One line. A safety point has to be met in full; of the others none may be missing altogether."""

    code: str
    words: str
    hint: str
    is_safety: bool = False


#: The codes stand in stored observations: add and reword freely, but never give an old code a new meaning.
POINTS = (
    Point("content", "Covered what the course covers", "Nothing left out, no facts of their own added."),
    Point("timings", "Kept to the timings", "Breaks were taken and group work was not cut short."),
    Point(
        "safety-words",
        "Said the safety words at the start",
        "Anyone may step out without a reason; nobody tells a real case; where help is to be had.",
        is_safety=True,
    ),
    Point(
        "quiet-room",
        "A quiet room was there",
        "People were told where it is and that it is for them.",
        is_safety=True,
    ),
    Point(
        "pathway",
        "Used the local pathway",
        "Who to tell here, with numbers that were checked.",
        is_safety=True,
    ),
    Point(
        "no-graphic",
        "No graphic material",
        "No shocking pictures or details, no real person's story without consent.",
        is_safety=True,
    ),
    Point(
        "disclosures",
        "Ready for disclosures",
        "Knew what to do if somebody tells of their own experience and, if it happened, did it.",
        is_safety=True,
    ),
    Point("group-work", "People worked in mixed groups", "Organisations were mixed at the tables."),
    Point(
        "questions",
        "Answered questions within what they know",
        "Said so when they did not know, and followed up.",
    ),
)

BY_CODE = {point.code: point for point in POINTS}


def is_passed(marks: Mapping[str, str]) -> bool:
    """Say whether an observation with these marks, code -> Mark, is passed: every point answered, every safety
    point in full, no other point missing altogether."""
    return all(
        marks.get(point.code) == Mark.YES or (marks.get(point.code) == Mark.PARTLY and not point.is_safety)
        for point in POINTS
    )


def in_words(marks: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (point, mark) in words, in the order of the list; points that are no longer asked by their code."""
    named = dict(MARKS)
    codes = [*(code for code in BY_CODE if code in marks), *(code for code in marks if code not in BY_CODE)]
    return [
        (BY_CODE[code].words if code in BY_CODE else code, named.get(marks[code], str(marks[code])))
        for code in codes
    ]
