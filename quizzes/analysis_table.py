"""The questions of a report in an order, and as a table for a file. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import tablib

from quizzes.analysis import QuestionReport, QuizReport
from trainingsite.lib.spreadsheets import safe_cell


def _number(name: str):
    return lambda question: getattr(question.numbers, name) if question.numbers else None


#: Name in the address -> heading, and what it sorts by; None comes last either way.
SORTS = {
    "code": ("Question", lambda question: question.code),
    "n": ("Attempts", lambda question: question.n),
    "facility": ("Facility", _number("facility")),
    "discrimination": ("Discrimination", _number("discrimination")),
    "efficiency": ("Efficiency", _number("efficiency")),
    "weight": ("Weight", lambda question: question.effective_weight),
    "flags": ("To look at", lambda q: (sum(flag.is_serious for flag in q.flags), len(q.flags))),
}
#: Looked at from the top: the most flags, everything else from the lowest.
LARGEST_FIRST = {"flags", "n"}


@dataclass(frozen=True)
class Sorting:
    name: str = "code"
    is_descending: bool = False

    @classmethod
    def asked(cls, text: str) -> "Sorting":
        """Return what `text` asks for, facility or -facility; the usual order for anything else."""
        name = text.removeprefix("-")
        return cls(name, text.startswith("-")) if name in SORTS else cls()

    def next_for(self, name: str) -> str:
        """Return what the heading `name` asks for when it is chosen."""
        descending = not self.is_descending if name == self.name else name in LARGEST_FIRST
        return f"-{name}" if descending else name

    def apply(self, questions: Iterable[QuestionReport]) -> list[QuestionReport]:
        key = SORTS[self.name][1]
        ordered = sorted(questions, key=lambda question: question.code)
        known = [question for question in ordered if key(question) is not None]
        return sorted(known, key=key, reverse=self.is_descending) + [q for q in ordered if key(q) is None]


HEADINGS = [
    "Question", "Words", "Type", "Attempts", "Facility %", "Standard deviation %", "Discrimination index %",
    "Discriminative efficiency %", "Intended weight %", "Effective weight %", "To look at",
]  # fmt: skip


def table_of(report: QuizReport) -> tablib.Dataset:
    """Return one row a question: numbers as numbers, to six places; empty where there is none."""
    table = tablib.Dataset(headers=HEADINGS, title="Item analysis")
    for question in report.questions:
        numbers = question.numbers
        found = [None] * 4
        if numbers:
            found = [numbers.facility, numbers.sd, numbers.discrimination, numbers.efficiency]
        cells = [
            question.code,
            question.stem,
            question.type_name,
            question.n,
            *(_rounded(value) for value in [*found, question.intended_weight, question.effective_weight]),
            "; ".join(flag.title for flag in question.flags),
        ]
        table.append([safe_cell(cell) for cell in cells])
    return table


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
