"""A group's table as a file: values only, and no value that a spreadsheet would run."""

from collections.abc import Iterable

import tablib

from cohorts.columns import columns
from cohorts.roster import Row
from trainingsite.lib.spreadsheets import safe_cell


def table_of(rows: Iterable[Row]) -> tablib.Dataset:
    """Return headings and rows: the columns of the page, numbers as numbers and dates as dates."""
    extra = columns()
    headings = ["Name", "Organisation", "Sector", "Modules completed", "Modules in course", "Quiz"]
    table = tablib.Dataset(
        headers=[*headings, *(column.heading for column in extra), "Joined"], title="Group"
    )
    for row in rows:
        cells = [
            row.name,
            row.organisation,
            row.sector,
            row.modules_completed,
            row.modules_total,
            row.quiz,
            *(row.extra.get(column.name) for column in extra),
            row.joined_on,
        ]
        table.append([safe_cell(cell) for cell in cells])
    return table
