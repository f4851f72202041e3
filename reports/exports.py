"""The report and the lists as files: values only, and no value that a spreadsheet would run."""

from collections.abc import Iterable

import tablib

from evaluation.statistics import Paired
from reports.anonymous import entries
from reports.figures import Line
from reports.people import Row
from reports.programme import Report
from trainingsite.lib.spreadsheets import safe_cell

HIDDEN = "hidden"


def table_of(headings: list[str], rows: Iterable[Iterable], title: str) -> tablib.Dataset:
    table = tablib.Dataset(headers=headings, title=title)
    for row in rows:
        table.append([safe_cell(cell) for cell in row])
    return table


def tables_of(report: Report) -> tablib.Dataset:
    """Return every number of the report, one a row: part, what it is of, people, attendances, target, per cent."""
    headings = ["Part", "Group", "People", "Attendances", "Target", "Headcount", "Per cent", "Value"]
    rows = [["Period", report.period], *_totals(report)]
    parts = [
        ("Trained, by sector", report.by_sector, True),
        ("Trained, by area", report.by_area, True),
        ("Trained, by format", report.by_format, True),
        ("Trained, by month", report.by_month, True),
        ("Trained, by organisation, whole programme", report.by_agency, True),
        ("Reached by the people trained, by format", report.reached.by_format, False),
        ("Reached by the people trained, by sector", report.reached.by_sector, False),
        ("Reached by the people trained, by area", report.reached.by_area, False),
    ]
    for part, lines, with_attendances in parts:
        rows += [_line(part, line, with_attendances) for line in lines]
    rows += _changes(report)
    return table_of(headings, [[*row, *[None] * (len(headings) - len(row))] for row in rows], "Report")


def _totals(report: Report) -> list[list]:
    programme, used = report.programme, report.used
    return [
        ["People", "Trained", _shown(report.trained), _shown(report.attendances), programme.target_people],
        ["Places", "Sessions", None, None, None, None, None, used.sessions],
        ["Places", "Places", None, None, None, None, None, used.places],
        ["Places", "Booked", None, None, None, None, None, used.booked],
        ["Places", "On the waiting list", None, None, None, None, None, used.waiting],
        ["Places", "Came", None, None, None, None, used.attendance_percent, used.came],
        ["Places", "Did not come", None, None, None, None, None, used.absent],
        ["Places", "Excused", None, None, None, None, None, used.excused],
        ["Whole programme", "With a certificate", _shown(report.certified)],
        [
            "Whole programme",
            "Passed it on",
            _shown(report.passed_on),
            None,
            None,
            None,
            report.passed_on_percent,
        ],
        ["Whole programme", "People reached by them", _shown(report.reached.people)],
    ]


def _line(part: str, line: Line, with_attendances: bool) -> list:
    attendances = _shown(line.attendances) if with_attendances else None
    percent = line.coverage if line.headcount else line.target_percent
    return [part, line.label, _shown(line.people), attendances, line.target, line.headcount, percent]


def _shown(value: int | None) -> int | str:
    return HIDDEN if value is None else value


def _changes(report: Report) -> Iterable[list]:
    found = report.evaluation
    if found.knowledge:
        yield from _change("Knowledge, per cent", "All", "after", found.knowledge)
    for then, comparison in found.comparisons:
        yield from _change("Confidence, 1 to 5", "All outcomes", then, comparison.overall)
        for part, lines in (("by outcome", comparison.outcomes), ("by sector", comparison.sectors)):
            for line in lines:
                if line.change:
                    yield from _change(f"Confidence, 1 to 5, {part}", line.name, then, line.change)
    if found.survey.asked:
        yield ["Three months on", "Asked", found.survey.asked]
        answered = _shown(found.survey.answered)
        yield ["Three months on", "Answered", answered, None, None, None, found.reply_percent]
        for words, count in found.survey.lines:
            yield ["Three months on", words, _shown(count)]


def _change(part: str, about: str, then: str, change: Paired) -> Iterable[list]:
    """Yield the numbers of one change of the same people, one a row."""
    numbers = [
        ("before", change.mean_before),
        (then, change.mean_after),
        (f"change to {then}", change.mean_change),
        (f"change to {then}, 95% interval from", change.low),
        (f"change to {then}, 95% interval to", change.high),
        (f"Cohen's d to {then}", change.d),
        (f"Cohen's d to {then}, 95% interval from", change.d_low),
        (f"Cohen's d to {then}, 95% interval to", change.d_high),
    ]
    for words, value in numbers:
        if value is not None:
            yield [part, f"{about}: {words}", change.n, *[None] * 4, round(value, 2)]
    yield [part, f"{about}: share who rose to {then}", change.n, *[None] * 3, round(change.rose_percent)]


def anonymous_of(report: Report) -> tablib.Dataset:
    """Return one row a person of the whole programme, without names, nobody in a group of fewer than five."""
    headings = ["Sector", "Area", "Trained in", "Sessions attended", "Certificate"]
    rows = [
        (entry.sector, entry.area, entry.period, entry.sessions, "yes" if entry.certified else "no")
        for entry in entries(report.people.values(), report.tables)
    ]
    return table_of(headings, rows, "People")


def completion_of(rows: Iterable[Row]) -> tablib.Dataset:
    """Return what the organisation's page shows, dates as dates."""
    headings = ["Name", "Course", "State", "Completed on", "Refresh by"]
    cells = ((row.name, row.course, str(row.state), row.completed_on, row.refresh_by) for row in rows)
    return table_of(headings, cells, "Completion")
