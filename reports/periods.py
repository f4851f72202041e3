"""Calendar quarters: the periods by which a report can be narrowed. Pure.

A report is narrowed by quarters and by nothing finer, so that two periods can never differ by a few days and tell
who came on them. The tables of all quarters are hidden together (see `figures`).
"""

from datetime import date

MONTHS_A_QUARTER = 3


def quarter_of(day: date) -> str:
    """Return the quarter as it stands in addresses: 2026-2."""
    return f"{day.year}-{(day.month - 1) // MONTHS_A_QUARTER + 1}"


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def quarter_words(quarter: str) -> str:
    """Return “April to June 2026”."""
    year, number = quarter.split("-")
    first = date(int(year), (int(number) - 1) * MONTHS_A_QUARTER + 1, 1)
    return f"{first:%B} to {first.replace(month=first.month + 2):%B} {year}"


def month_words(month: str) -> str:
    year, number = month.split("-")
    return f"{date(int(year), int(number), 1):%B %Y}"
