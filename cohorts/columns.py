"""Columns that apps above add to a group's table: the certificate, later attendance.

Cohorts know nothing of certificates; an app above registers a provider when it starts (AppConfig.ready).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from courses.models import Enrolment

#: The column that says who is certified; the summaries count its values.
CERTIFICATE = "certificate"

#: Maps enrolments to {enrolment id: value}, leaving out those with nothing to show, in a number of queries that
#: does not grow with the enrolments.
Provider = Callable[[Sequence[Enrolment]], Mapping[int, date | str]]


@dataclass(frozen=True)
class Column:
    name: str
    heading: str
    values: Provider


_columns: dict[str, Column] = {}


def register_column(name: str, heading: str, values: Provider) -> None:
    """Show `values` under `heading` in every group's table and export."""
    _columns[name] = Column(name, heading, values)


def columns() -> list[Column]:
    return list(_columns.values())


def has_certificates() -> bool:
    return CERTIFICATE in _columns


def certified(enrolments: Sequence[Enrolment]) -> Mapping[int, date | str]:
    """Return {enrolment id: date} of those certified; empty while no app offers certificates."""
    column = _columns.get(CERTIFICATE)
    return column.values(enrolments) if column else {}
