"""What became of each question of a file, in words for its editor."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from quizzes.exchange.question import Row


class Outcome(StrEnum):
    """What happened to one question; on a trial run, what would."""

    CARRIED = "carried"
    LOSS = "loss"
    THERE = "there"
    REFUSED = "refused"


IMPORT_WORDS = {
    Outcome.CARRIED: "imported",
    Outcome.LOSS: "imported with a loss",
    Outcome.THERE: "already there",
    Outcome.REFUSED: "refused",
}
EXPORT_WORDS = {
    Outcome.CARRIED: "exported",
    Outcome.LOSS: "exported with a loss",
    Outcome.REFUSED: "left out",
}


@dataclass(frozen=True)
class Line:
    """One question. place: where it stands in the file.  notes: what is lost, or why it is refused."""

    outcome: Outcome
    name: str
    kind: str
    place: str = ""
    code: str = ""
    notes: tuple[str, ...] = ()
    words: str = ""

    @property
    def note(self) -> str:
        return "; ".join(self.notes)


@dataclass
class Report:
    """title: which file, or which questions.  carried_out: whether anything was written."""

    title: str
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    format: str = ""
    is_import: bool = True
    carried_out: bool = False

    def add(self, outcome: Outcome, row: Row, *, code: str = "", notes: Iterable[str] = ()) -> None:
        words = (IMPORT_WORDS if self.is_import else EXPORT_WORDS)[outcome]
        self.lines.append(Line(outcome, row.name, row.kind, place_of(row), code, tuple(notes), words))

    def count(self, *outcomes: Outcome) -> int:
        return sum(line.outcome in outcomes for line in self.lines)

    @property
    def carried(self) -> int:
        return self.count(Outcome.CARRIED, Outcome.LOSS)

    @property
    def refused(self) -> int:
        return self.count(Outcome.REFUSED)

    @property
    def kinds(self) -> dict[str, int]:
        """How many questions of each type the file holds, by the other system's names."""
        return dict(sorted(Counter(line.kind for line in self.lines).items()))

    @property
    def summary(self) -> list[tuple[str, int]]:
        words = IMPORT_WORDS if self.is_import else EXPORT_WORDS
        return [(word, self.count(outcome)) for outcome, word in words.items()]

    @property
    def verdict(self) -> str:
        """Return in one sentence what was done."""
        if not self.is_import:
            return f"{plural(self.carried)} exported."
        if self.carried_out:
            return f"{plural(self.carried)} imported."
        if self.refused:
            return f"Nothing was imported: {plural(self.refused)} refused."
        return f"{plural(self.carried)} would be imported; nothing is written yet."

    def as_text(self) -> str:
        """Return the report for a terminal, a line a question."""
        head = [self.title, *self.notes]
        rows = [
            f"{line.place or line.code}: {line.name if line.place else line.kind} "
            f"[{line.kind}]: {line.words}{f' as {line.code}' if line.place and line.code else ''}"
            f"{f': {line.note}' if line.note else ''}"
            for line in self.lines
        ]
        sums = [f"  {word}: {count}" for word, count in self.summary]
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.kinds.items())
        return "\n".join([*head, "", *rows, "", self.verdict, *sums, f"  types: {kinds}"])


def plural(count: int) -> str:
    return f"{count:,} question{'' if count == 1 else 's'}"


def place_of(row: Row) -> str:
    """Return where a question stands: line 12, or line 3 of Q051.xml."""
    if not row.line:
        return ""
    return f"line {row.line} of {row.file}" if row.file else f"line {row.line}"
