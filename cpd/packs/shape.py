"""What a pack is made of. Plain data: every format says the same because it is written from this."""

from dataclasses import dataclass
from datetime import date

from cpd.record import Record
from cpd.rules import WORDING, Rule
from cpd.standing import Line


@dataclass(frozen=True)
class Own:
    """A question with the holder's own words, or none. Nothing else may ever stand in `words`."""

    prompt: str
    words: str = ""


@dataclass(frozen=True)
class Table:
    """Cells are texts; `numeric` counts the columns at the end that hold numbers."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    numeric: int = 0


@dataclass(frozen=True)
class Part:
    """A part with a heading: facts from the record, a table, questions, boxes for the holder to tick."""

    heading: str
    text: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    table: Table | None = None
    own: tuple[Own, ...] = ()
    boxes: tuple[str, ...] = ()
    own_page: bool = False


@dataclass(frozen=True)
class Pack:
    """`sheet` is the CSV: one row a piece of learning, in the order of the days."""

    rule: Rule
    record: Record
    holder: str
    made_on: date
    standing: tuple[Line, ...]
    parts: tuple[Part, ...]
    sheet: Table

    @property
    def code(self) -> str:
        return self.rule.regulator.value

    @property
    def title(self) -> str:
        return f"CPD for {self.rule.short}"

    @property
    def wording(self) -> str:
        return WORDING

    @property
    def source(self) -> str:
        return self.rule.source_words

    @property
    def owns(self) -> list[Own]:
        """Every question of the pack."""
        return [own for part in self.parts for own in part.own]
