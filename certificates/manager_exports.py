"""The managers' lists as tables for a file. They are the programme's own records: nothing is hidden in them."""

from collections.abc import Iterable

import tablib
from django.utils import timezone

from certificates.manager_queries import status_of
from certificates.models import Award
from certificates.statistics import Figures
from trainingsite.lib.spreadsheets import safe_cell

HEADINGS = (
    "Number",
    "Edition",
    "Name",
    "E-mail",
    "Organisation",
    "Course",
    "State",
    "Completed",
    "Issued",
    "CPD minutes",
    "Participatory minutes",
    "Refresh by",
    "Accreditation",
    "Accredited until",
    "Revoked",
)


def table_of(awards: Iterable[Award]) -> tablib.Dataset:
    """Return one row an award, with its latest edition."""
    table = tablib.Dataset(headers=HEADINGS)
    for award in awards:
        table.append([safe_cell(value) for value in _row(award)])
    return table


def _day(moment):
    return timezone.localdate(moment) if moment else None


def _row(award: Award) -> list:
    certificate, activity, learner = award.certificate, award.activity, award.enrolment.learner
    return [
        certificate.number,
        certificate.edition,
        certificate.holder_name,
        learner.email,
        learner.agency.name if learner.agency else "",
        activity.title,
        status_of(award).text,
        award.completed_on,
        _day(certificate.issued_at),
        award.cpd_minutes,
        award.participatory_minutes,
        award.refresh_by,
        activity.accreditation_number if activity.is_accredited(award.completed_on) else "",
        activity.accredited_to if activity.is_accredited(award.completed_on) else None,
        _day(award.revoked_at),
    ]


def figures_table(figures: Figures) -> tablib.Dataset:
    """Return the figures, one a row: what, of which month, course or sector, how many."""
    table = tablib.Dataset(headers=("Figure", "Of", "Number"))
    for line in figures.totals:
        table.append((line.name, "", line.count))
    for heading, lines in figures.tables:
        for line in lines:
            table.append((heading, safe_cell(line.name), line.count))
    return table
