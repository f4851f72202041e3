"""Read people out of an uploaded CSV or XLSX file. Pure, no database.

Nothing in a file is trusted: its kind is told by its first bytes, its size before it is unpacked, and every row
that cannot be used is named with its number and the reason.
"""

import csv
import io
import logging
import re
import unicodedata
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from cohorts.addresses import parse_addresses

log = logging.getLogger(__name__)
MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024  # bytes of an XLSX file once unpacked
MAX_PARTS = 500  # files within an XLSX file
MOST_ROWS = 5_000
LAST_ROW = 20_000  # of a sheet with gaps; beyond it nothing is looked at
MOST_COLUMNS = 50
HEADINGS_WITHIN = 10  # rows in which the row of headings is looked for
LONGEST_CELL = 500  # characters of a cell that holds an address
SHOWN = 80  # characters kept of a heading, an organisation or a sector
MIX_KEPT = 12

EMAIL, NAME, ORGANISATION, SECTOR = "email", "name", "organisation", "sector"
#: Number as a spreadsheet shows it, and the cells.
Row = tuple[int, list[str]]
#: What a heading says; the first that fits.
HEADINGS = {
    EMAIL: re.compile(r"\be[-\s]?mails?\b|\be[-\s]?mail[-\s]?address", re.IGNORECASE),
    ORGANISATION: re.compile(
        r"organi[sz]ation|agency|employer|company|works? (for|at)|\btrust\b", re.IGNORECASE
    ),
    SECTOR: re.compile(r"\bsector\b", re.IGNORECASE),
    NAME: re.compile(r"\bnames?\b|surname|forename", re.IGNORECASE),
}
#: Signs that turn the direction of writing round: an address that shows one thing and is another.
TURNS_WRITING = re.compile("[\u202a-\u202e\u2066-\u2069]")

NOT_A_TABLE = (
    "This is not a CSV or Excel file. Save the list as CSV or as Excel (.xlsx), and choose it again."
)
OLD_EXCEL = "This is an old Excel file (.xls). Save it as Excel (.xlsx) or CSV, and choose it again."
UNREADABLE = "This Excel file cannot be read. Open it, save it again as .xlsx or as CSV, and choose it again."
TOO_LARGE = f"This file is larger than {MAX_BYTES // 1024**2} MB. Split the list, or leave other sheets out."
UNPACKS_TOO_LARGE = "This Excel file holds far more than a list of people. Save the list alone as CSV."
TOO_MANY = f"This file has more than {MOST_ROWS:,} rows. Split it."
NOTHING = "This file is empty."
NO_ADDRESSES = "There is no column of e-mail addresses in this file. Give that column the heading “E-mail”."


class FileRefused(Exception):
    """The file as a whole cannot be used; the words say what to do."""


@dataclass(frozen=True)
class PeopleTable:
    """What a file holds. people: addresses in lower case, each once, in their order.

    columns: meaning -> {"heading", "mix"}; mix counts organisations and sectors, most first, and nothing else.
    problems: (row number as a spreadsheet shows it, reason).
    """

    people: list[str] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    merged: int = 0
    columns: dict[str, dict] = field(default_factory=dict)


def read_people(data: bytes) -> PeopleTable:
    """Return the people in the file `data`. Raises FileRefused."""
    if len(data) > MAX_BYTES:
        raise FileRefused(TOO_LARGE)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(OLD_EXCEL)
    rows = _rows_of_xlsx(data) if data.startswith(b"PK\x03\x04") else _rows_of_text(data)
    return _people_in(rows)


# --- Kinds of file -----------------------------------------------------------------------------


def _rows_of_xlsx(data: bytes) -> list[Row]:
    """Return the first sheet as text, values only."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as broken:
        raise FileRefused(UNREADABLE) from broken
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise FileRefused(NOT_A_TABLE)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileRefused(UNPACKS_TOO_LARGE)
    import openpyxl  # noqa: PLC0415 -- only who reads such a file pays its memory

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            found = sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
            return _filled(["" if cell is None else str(cell) for cell in row] for row in found)
    except Exception as broken:  # a file made to break its reader fails in many ways
        log.info("An uploaded workbook was refused: %s", type(broken).__name__)
        raise FileRefused(UNREADABLE) from broken


def _rows_of_text(data: bytes) -> list[Row]:
    text = _decoded(data)
    head = text[:4096]
    if sum(unicodedata.category(c) == "Cc" and c not in "\t\r\n\0" for c in head) > len(head) // 50:
        raise FileRefused(NOT_A_TABLE)
    text = text.replace("\0", "")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
        return _filled(row[:MOST_COLUMNS] for row in reader)
    except csv.Error as broken:
        raise FileRefused(NOT_A_TABLE) from broken


def _filled(rows: Iterable[list[str]]) -> list[Row]:
    """Return the rows that are not empty, numbered as a spreadsheet shows them; enough to know of too many."""
    found = ((number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row))
    return list(islice(found, MOST_ROWS + HEADINGS_WITHIN + 1))


def _decoded(data: bytes) -> str:
    """UTF-8 as most programs write it, UTF-16 as Excel's “Unicode text”, else the old code page of Windows."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """The one of comma, semicolon and tab that comes most often in the first line with any of them."""
    for line in text.splitlines()[:HEADINGS_WITHIN]:
        outside = re.sub(r'"[^"]*"', "", line)
        counted = {sign: outside.count(sign) for sign in ",;\t"}
        if any(counted.values()):
            return max(counted, key=counted.get)
    return ","


# --- People ------------------------------------------------------------------------------------


def _people_in(rows: list[Row]) -> PeopleTable:
    if not rows:
        raise FileRefused(NOTHING)
    start, places = _headings(rows)
    if len(rows) - start > MOST_ROWS:
        raise FileRefused(TOO_MANY)
    columns = {meaning: {"heading": _short(rows[start - 1][1][at])} for meaning, at in places.items()}
    emails = places[EMAIL] if places else _column_of_addresses(rows)
    people: dict[str, None] = {}
    problems, merged = [], 0
    for number, row in rows[start:]:
        address, reason = _address(_cell(row, emails))
        if reason:
            problems.append((number, reason))
        else:
            merged += address in people
            people[address] = None
    for meaning in {ORGANISATION, SECTOR} & columns.keys():
        columns[meaning]["mix"] = _mix(_cell(row, places[meaning]) for _, row in rows[start:])
    return PeopleTable(list(people), problems, merged, columns)


def _headings(rows: list[Row]) -> tuple[int, dict[str, int]]:
    """Return the index of the first row of people, and where each meaning stands; no headings, no meanings."""
    for index, (_, row) in enumerate(rows[:HEADINGS_WITHIN]):
        if any("@" in cell for cell in row):
            break
        places: dict[str, int] = {}
        for at, cell in enumerate(row):
            meaning = next((m for m, words in HEADINGS.items() if words.search(cell[:SHOWN])), None)
            if meaning:
                places.setdefault(meaning, at)
        if EMAIL in places:
            return index + 1, places
    return 0, {}


def _column_of_addresses(rows: list[Row]) -> int:
    """Without a heading: the column in which most cells have an @ sign."""
    signs = Counter(at for _, row in rows for at, cell in enumerate(row) if "@" in cell)
    if not signs:
        raise FileRefused(NO_ADDRESSES)
    return signs.most_common(1)[0][0]


def _address(cell: str) -> tuple[str, str]:
    """Return the one address in a cell, or why there is none."""
    if not cell.strip():
        return "", "there is no e-mail address."
    if len(cell) > LONGEST_CELL:
        return "", f"the e-mail cell has {len(cell):,} characters."
    if TURNS_WRITING.search(cell):
        return "", "the e-mail cell has a sign that turns the direction of writing. Type the address again."
    parsed = parse_addresses(cell)
    if len(parsed.addresses) > 1:
        return "", f"there are {len(parsed.addresses)} addresses in one cell. Put each in a row of its own."
    if parsed.problems:
        return "", parsed.problems[0].reason
    return (parsed.addresses[0], "") if parsed.addresses else ("", "there is no e-mail address.")


def _cell(row: list[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _mix(cells: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(filter(None, map(_short, cells))).most_common(MIX_KEPT)


def _short(text: str) -> str:
    return "".join(_visible(text[:LONGEST_CELL])).strip()[:SHOWN]


def _visible(text: str) -> Iterator[str]:
    return (char for char in text if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"})
