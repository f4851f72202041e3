"""From which day to which day a record counts. Pure, but for the name of each period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from certificates.dates import add_months
from trainingsite.lib.templatetags.gds import day

Dated = TypeVar("Dated")
CUSTOM = "dates"
ALL = "all"


@dataclass(frozen=True)
class Period:
    """Both days belong to it; None is without limit."""

    code: str
    first: date | None = None
    last: date | None = None

    def holds(self, completed_on: date) -> bool:
        """Learning counts in the period in which it was completed."""
        return (self.first is None or self.first <= completed_on) and (
            self.last is None or completed_on <= self.last
        )

    def within(self, rows: Iterable[Dated]) -> list[Dated]:
        return [row for row in rows if self.holds(row.completed_on)]

    @property
    def words(self) -> str:
        if self.first and self.last:
            return f"{day(self.first)} to {day(self.last)}"
        return "everything so far"

    @property
    def as_query(self) -> str:
        """The period in an address, for links to the packs and files."""
        if self.code == CUSTOM:
            return f"period={CUSTOM}&from={self.first:%d/%m/%Y}&to={self.last:%d/%m/%Y}"
        return f"period={self.code}"


def _from_month(today: date, month: int) -> tuple[date, date]:
    """The year that begins on the first of `month` and holds `today`."""
    first = date(today.year - (today.month < month), month, 1)
    return first, add_months(first, 12) - timedelta(days=1)


def presets(today: date) -> dict[str, Period]:
    """Return the periods that can be chosen by name, in the order in which they are offered.

    The last years end today; Social Work England's registration year runs from 1 December to 30 November.
    """
    spans = {
        "year": _from_month(today, 1),
        "twelve-months": (add_months(today, -12) + timedelta(days=1), today),
        "registration-year": _from_month(today, 12),
        "school-year": _from_month(today, 9),
        "two-years": (add_months(today, -24) + timedelta(days=1), today),
        "three-years": (add_months(today, -36) + timedelta(days=1), today),
    }
    return {ALL: Period(ALL)} | {code: Period(code, *span) for code, span in spans.items()}


NAMES = {
    ALL: "Everything so far",
    "year": "This calendar year",
    "twelve-months": "Last 12 months (RCGP, policing)",
    "registration-year": "Registration year to 30 November (Social Work England)",
    "school-year": "This school year",
    "two-years": "Last 2 years (HCPC)",
    "three-years": "Last 3 years (NMC)",
    CUSTOM: "Days that I choose",
}
