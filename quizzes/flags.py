"""What the numbers of a question say, in words for its editor, and what to do about it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizzes.answer_tables import AnswerTable
from quizzes.content import ONE_CHOICE, ItemContent, ItemType
from quizzes.statistics import ItemNumbers, MantelHaenszel, is_no_better_than_chance

#: Per cent.
TOO_EASY, TOO_HARD = 95, 30
WEAK = 20


@dataclass(frozen=True)
class Flag:
    """is_serious: the question may do harm as it is. The other flags ask for a look.

    names_people: it tells something about the people of one sector.
    """

    title: str
    advice: str
    is_serious: bool = False
    names_people: bool = False


def flags_of(
    numbers: ItemNumbers,
    content: ItemContent,
    tables: Sequence[AnswerTable] = (),
    *,
    pulls_against: bool = False,
) -> list[Flag]:
    """Return the flags of a question with enough attempts, the serious ones first."""
    found = [*_about_the_key(numbers, tables, pulls_against), *_about_difficulty(numbers, content)]
    found += _about_answers(content, tables)
    return sorted(found, key=lambda flag: not flag.is_serious)


def _about_the_key(numbers: ItemNumbers, tables, pulls_against: bool) -> Iterable[Flag]:
    if (numbers.discrimination or 0) < 0 or pulls_against:
        yield Flag(
            "Better learners get this wrong: check the key",
            "Read the question with a colleague who did not write it. Is another answer right as well? If the key "
            "is wrong, correct it and have the attempts marked again.",
            is_serious=True,
        )
    elif _is_weak(numbers):
        yield Flag(
            "It hardly tells who knows the subject",
            "Look for words that can be read in two ways, and for wrong answers that are partly right.",
        )
    for row in (row for table in tables for row in table.rows if row.draws_the_better):
        yield Flag(
            f"Better learners choose “{_short(row.words)}” more often than others",
            "Is that answer right in some cases? Say in the question which case is meant.",
        )


def _is_weak(numbers: ItemNumbers) -> bool:
    """Where nearly everybody is right there is little to tell apart: then the efficiency decides."""
    low = [value is not None and value < WEAK for value in (numbers.discrimination, numbers.efficiency)]
    return all(low) and numbers.facility < TOO_EASY


def _about_difficulty(numbers: ItemNumbers, content: ItemContent) -> Iterable[Flag]:
    options = len(content.choices)
    if content.type in ONE_CHOICE and is_no_better_than_chance(numbers.facility, numbers.n, options):
        yield Flag(
            "Guessing is as good",
            "People who guess get this right as often. Is it taught before it is asked? Can the words be plainer?",
            is_serious=True,
        )
    elif numbers.facility < TOO_HARD:
        yield Flag(
            "Hardly anybody gets this right",
            "Is it taught before it is asked? If it is, look at what people choose instead.",
        )
    elif numbers.facility >= TOO_EASY:
        yield Flag(
            "Almost everybody gets this right",
            "Keep it if the point must be known by all. Otherwise make the wrong answers more likely.",
        )


def _about_answers(content: ItemContent, tables: Iterable[AnswerTable]) -> Iterable[Flag]:
    unchosen = [row for table in tables for row in table.unchosen]
    if unchosen and content.type not in (ItemType.ORDERING, ItemType.MATCHING):
        words = "”, “".join(_short(row.words) for row in unchosen)
        yield Flag(
            "An option nobody chooses" if len(unchosen) == 1 else "Options nobody chooses",
            f"“{words}”: write a mistake that people really make, or leave it out.",
        )


def sector_flag(sector: str, result: MantelHaenszel | None) -> Flag | None:
    """Return the flag for a question much harder for people of one sector than for others of the same score.

    Where it is easier for some it is harder for others: one side is enough.
    """
    if not result or result.grade != "C" or result.delta > 0:
        return None
    return Flag(
        f"Harder for {sector} than for others with the same score: look at the wording",
        "Does it use words or a setting that only some people know? Say the same in words that all know, unless "
        "the difference is what you want to teach.",
        is_serious=True,
        names_people=True,
    )


def weights_flag() -> Flag:
    return Flag(
        "Different weights",
        "The question counts for more in some attempts than in others, so compare its numbers with care.",
    )


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"
