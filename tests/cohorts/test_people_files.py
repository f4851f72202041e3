"""Reading uploaded lists of people: every kind of file, and files made to do harm."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from cohorts import people_files
from cohorts.people_files import FileRefused, read_people
from tests.hostile import HOSTILE


def xlsx(rows) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


ROWS = [
    ["Full name", "E-mail address", "Employer", "Sector"],
    ["Zoë Ash", "zoe@example.org", "R&D Trust", "Health"],
    ["Ben Oak", "BEN@example.org", "R&D Trust", "Police"],
    ["Ben Oak", "ben@example.org", "Council", ""],
]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_however_it_was_saved(separator, encoding):
    text = "\r\n".join(separator.join(row) for row in ROWS)

    table = read_people(text.replace("R&D Trust", "Ré Trust").encode(encoding))

    assert (table.people, table.merged, table.problems) == (["zoe@example.org", "ben@example.org"], 1, [])
    assert {name: column["heading"] for name, column in table.columns.items()} == {
        "name": "Full name",
        "email": "E-mail address",
        "organisation": "Employer",
        "sector": "Sector",
    }
    assert table.columns["organisation"]["mix"] == [("Ré Trust", 2), ("Council", 1)]
    assert table.columns["sector"]["mix"] == [("Health", 1), ("Police", 1)]
    assert "mix" not in table.columns["name"]


def test_xlsx_is_read_from_below_a_title():
    table = read_people(xlsx([["People for March"], [], *ROWS]))

    assert table.people == ["zoe@example.org", "ben@example.org"]
    assert table.columns["email"]["heading"] == "E-mail address"


def test_without_headings_the_column_of_addresses_is_found_by_its_signs():
    table = read_people(b"Ann,a@example.org\nBen,b@example.org\nCleo,c@\n")

    assert table.people == ["a@example.org", "b@example.org"]
    assert [row for row, _ in table.problems] == [3]
    assert table.columns == {}


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "there is no e-mail address."),
        ("=cmd|' /C calc'!A0", "no e-mail address in “"),
        ('=HYPERLINK("http://x","y")', "no e-mail address in “"),
        ("@SUM(1+1)*cmd", "is not an e-mail address"),
        ("ann.example.org", "has no @ sign"),
        ("ann@example", "is not an e-mail address"),
        ("a@example.org; b@example.org", "there are 2 addresses in one cell"),
        ("a@example.org\nb@example.org", "there are 2 addresses in one cell"),
        ("x" * 10_000 + "@example.org", "the e-mail cell has 10,012 characters"),
        ("\u202egro.elpmaxe@nna", "turns the direction of writing"),
        ("ann@exa\u2066mple.org", "turns the direction of writing"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_row_that_cannot_be_used_is_named_with_its_number_and_reason(kind, cell, reason):
    if kind == "xlsx":
        data = xlsx(
            [["E-mail", "Name"], ["a@example.org", "Ann"], [f"'{cell}" if cell[:1] == "=" else cell, "B"]]
        )
    else:
        quoted = cell.replace('"', '""')
        data = f'E-mail,Name\na@example.org,Ann\n"{quoted}",B\n'.encode()

    table = read_people(data)

    assert table.people == ["a@example.org"]
    ((row, why),) = table.problems
    assert row == 3
    assert reason in why


def test_marks_that_writing_from_right_to_left_needs_are_dropped():
    assert read_people("E-mail\n\u200fann@example.org\u200e\n".encode()).people == ["ann@example.org"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n , ,\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not a CSV or Excel file"),
        (b"%PDF-1.7\n" + bytes(range(1, 32)) * 50, "not a CSV or Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
        (b"PK\x03\x04 broken", "cannot be read"),
        (b"Name,Sector\nAnn,Health\n", "no column of e-mail addresses"),
        (b"E-mail\n" + b"a@example.org\n" * 5_001, "more than 5,000 rows"),
        (b"a" * (people_files.MAX_BYTES + 1), "larger than 5 MB"),
        (b'"' + b"a@example.org\n" * 20_000, "not a CSV or Excel file"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_people_is_refused_in_one_sentence(data, words):
    with pytest.raises(FileRefused, match=words):
        read_people(data)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&b;</workbook>"""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped(word__document_xml=b"<w/>"), "not a CSV or Excel file"),
        (zipped(xl__workbook_xml=b"\0" * (people_files.MAX_UNPACKED + 1)), "far more than a list"),
        (zipped(xl__workbook_xml=b"", **{f"f{n}": b"" for n in range(600)}), "far more than a list"),
        (zipped(xl__workbook_xml=LAUGHS), "cannot be read"),
        (zipped(xl__workbook_xml=b"<workbook/>"), "cannot be read"),
    ],
    ids=["a letter", "a bomb", "many parts", "entities", "hollow"],
)
def test_a_workbook_made_to_do_harm_is_refused(data, words):
    with pytest.raises(FileRefused, match=words):
        read_people(data)


def test_a_workbook_that_claims_a_million_rows_and_columns_is_read_to_the_limit():
    book, out = Workbook(), io.BytesIO()
    book.active["A1"], book.active["A2"] = "E-mail", "a@example.org"
    book.active["XFD1048576"] = "far away"
    book.save(out)

    assert read_people(out.getvalue()).people == ["a@example.org"]


def test_two_thousand_hostile_rows_end_in_named_errors():
    cells = [*HOSTILE.values(), "=1+1", "+1", "-1", "@a", "x" * 10_000, "\u202ea@example.org", "\0", "\ufeff"]
    wanted = [cells[n % len(cells)].replace('"', '""') for n in range(2_000)]
    data = ("E-mail\n" + "\n".join(f'"{cell}"' for cell in wanted)).encode("utf-8", "surrogatepass")

    table = read_people(data)

    assert len(data) < people_files.MAX_BYTES
    blank = sum(not cell.replace("\0", "").strip() for cell in wanted)
    assert table.people == []
    assert len(table.problems) == 2_000 - blank
    assert all(row > 1 and 0 < len(reason) < 250 for row, reason in table.problems)
