"""The CPD record as CSV."""

from collections.abc import Iterable

import tablib

from certificates.models import Award
from trainingsite.lib.templatetags.gds import hours

HEADINGS = [
    "Completed on",
    "Course",
    "Provider",
    "How it was taught",
    "CPD hours (h:mm)",
    "Participatory hours (h:mm)",
    "Refresh by",
    "Certificate number",
    "Status",
]


def as_text(value) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def cpd_csv(awards: Iterable[Award]) -> str:
    """Return the record with a heading line, the latest award first; dates as 2026-11-21."""
    table = tablib.Dataset(headers=HEADINGS)
    for award in awards:
        row = [
            award.completed_on,
            award.activity.title,
            award.activity.provider_name,
            award.activity.delivery,
            hours(award.credited_minutes),
            hours(award.credited_participatory_minutes),
            award.refresh_by,
            award.certificate.number if award.certificate.is_issued else "",
            award.standing.label,
        ]
        table.append([as_text(value) for value in row])
    return table.export("csv")
