"""Exports of every list: all rows, plain words, and no cell that a spreadsheet would run."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests.cms.content import LISTS, make_agency, make_fact, make_indicator, make_module
from tests.cms.test_lists import address
from trainingsite.lib.spreadsheets import safe_cell

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def rows_of_csv(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.getvalue().decode(), newline="")))


def sheet_of(response):
    return load_workbook(io.BytesIO(response.getvalue()))


@pytest.mark.parametrize("value", FORMULAS)
def test_text_that_starts_a_formula_gets_an_apostrophe(value):
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize(
    "value", ["", "plain", "08000 121 700", "a=1", -5, 1.5, None, True, date(2026, 11, 21)]
)
def test_everything_else_stays_as_it_is(value):
    assert safe_cell(value) is value or safe_cell(value) == value


def test_control_characters_that_xlsx_cannot_hold_are_dropped():
    assert safe_cell("a\x00\x07\x1b=b\nc") == "a=b\nc"
    assert safe_cell("\x00=1") == "'=1"


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("label", LISTS)
def test_a_list_exports_all_its_rows(label, rows, as_moderator):
    for _ in range(rows):
        LISTS[label][0]()
    total = len(as_moderator.get(address(label)).context["object_list"])
    as_csv = rows_of_csv(as_moderator.get(address(label), {"export": "csv"}))
    as_xlsx = list(sheet_of(as_moderator.get(address(label), {"export": "xlsx"})).active.values)
    assert (len(as_csv), len(as_xlsx)) == (total + 1, total + 1)
    assert "" not in as_csv[0]
    assert as_csv[0] == list(as_xlsx[0])


@pytest.mark.parametrize("rows", [1, 3])
def test_an_export_costs_the_same_whatever_its_length(rows, as_moderator, django_assert_num_queries):
    as_moderator.get(address("library.indicator"))
    for _ in range(rows):
        make_indicator()
    with django_assert_num_queries(9):
        as_moderator.get(address("library.indicator"), {"export": "csv"}).getvalue()


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_export_holds_a_formula(formula, as_moderator):
    text = f"{formula}|cmd"
    make_fact(population=text, statement=text, unit="\x07bell")
    response = as_moderator.get(address("library.fact"), {"export": "csv"})
    heading, row = rows_of_csv(response)
    assert row[heading.index("What is counted")] == f"'{text}"
    book = sheet_of(as_moderator.get(address("library.fact"), {"export": "xlsx"}))
    assert {cell.data_type for line in book.active for cell in line} <= {"s", "inlineStr", "n", "d", "b"}
    assert [sheet.sheet_state for sheet in book] == ["visible"]


def test_wagtails_own_reports_are_safe_too(as_moderator):
    make_module(title="=HYPERLINK(1)", last_published_at=timezone.now())
    response = as_moderator.get(reverse("wagtailadmin_reports:aging_pages"), {"export": "csv"})
    assert response.status_code == 200
    titles = [cell for row in rows_of_csv(response) for cell in row if "HYPERLINK" in cell]
    assert titles == ["'=HYPERLINK(1)"]


def test_exports_follow_search_and_filter_and_speak_plainly(as_moderator):
    wanted = make_indicator(due=-1, for_all_sectors=True)
    make_indicator()
    heading, row = rows_of_csv(
        as_moderator.get(address("library.indicator"), {"due": "overdue", "export": "csv"})
    )
    cells = dict(zip(heading, row, strict=True))
    assert cells["Forms"] == wanted.forms.get().name
    assert cells["Strength"] == "Key: ask for advice the same day"
    assert cells["For everyone"] == "Yes"


def test_the_list_of_organisations_exports_counts_and_no_names_of_people(as_manager):
    agency = make_agency(kind="NHS trust", headcount=420)
    heading, row = rows_of_csv(
        as_manager.get(address("accounts.agency"), {"kind": "NHS trust", "export": "csv"})
    )
    assert heading == [
        "Name",
        "Type",
        "Sector",
        "Region",
        "First responder organisation",
        "Confirmed",
        "People",
        "Headcount",
    ]
    assert row == [agency.name, "NHS trust", "Health", "", "To be checked", "Yes", "0", "420"]
