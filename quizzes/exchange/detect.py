"""What kind of file somebody chose. A wrong kind gets one sentence that says what it is and what to do."""

import re
import zipfile
from io import BytesIO

from quizzes.exchange import xml
from quizzes.exchange.question import Unreadable

GIFT, MOODLE_XML, QTI = "gift", "moodlexml", "qti"
NAMES = {GIFT: "GIFT", MOODLE_XML: "Moodle XML", QTI: "QTI"}
MAX_BYTES = 20 * 1024 * 1024
WANTED = "Choose a GIFT text file, Moodle XML, or a QTI 2.1 or 3.0 item or package."

BEGINNINGS = [
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel or PowerPoint document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a compressed archive, perhaps a Moodle course backup"),
    (b"SQLite format 3", "a database"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
]
INSIDE_ZIP = [
    ("word/", "a Word document"),
    ("xl/", "an Excel workbook"),
    ("ppt/", "a PowerPoint presentation"),
    ("content.xml", "an OpenDocument file"),
    ("moodle_backup.xml", "a Moodle course backup, not a question export"),
    ("h5p.json", "an H5P package"),
    ("tincan.xml", "an xAPI course package"),
    ("META-INF/container.xml", "an e-book"),
]
INSIDE_XML = {
    "questestinterop": "QTI 1.2, which older systems write, and not QTI 2.1 or 3.0",
    "html": "a web page",
    "assessmentTest": "a QTI test without its questions: choose the package it came in",
    "qti-assessment-test": "a QTI test without its questions: choose the package it came in",
    "manifest": "the manifest of a package alone: choose the whole zip archive",
    "rss": "a news feed",
    "svg": "a drawing",
    "moodle_backup": "a Moodle course backup, not a question export",
}
ROOTS = {"quiz": MOODLE_XML, "assessmentItem": QTI, "qti-assessment-item": QTI}


def kind_of(data: bytes, wanted: str = "") -> str:
    """Return gift, moodlexml or qti. Raises Unreadable, in one sentence, for anything but `wanted`."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"This file has more than {MAX_BYTES // 1024**2} MB; split it.")
    if not data.strip():
        raise Unreadable("This file is empty.")
    kind, what = _look(data)
    if kind and wanted in ("", kind):
        return kind
    what = what or NAMES[kind]
    raise Unreadable(f"This is {what}, not {NAMES[wanted]}." if wanted else f"This is {what}. {WANTED}")


def _look(data: bytes) -> tuple[str, str]:
    """Return the kind, or an empty one and what the file is instead."""
    if data.startswith(b"PK"):
        return _look_into_zip(data)
    for beginning, what in BEGINNINGS:
        if data.startswith(beginning):
            return "", what
    text, _ = decoded(data[:200_000])
    start = text.lstrip()
    if start.startswith("<") and _is_markup(start):
        return _look_into_xml(data, start)
    if sum(text.count(chr(code)) for code in range(9)) > len(text) / 1000:
        return "", "no text file"
    return _look_into_text(start)


def _is_markup(start: str) -> bool:
    return bool(re.match(r"<(\?xml|!--|!DOCTYPE|[A-Za-z])", start, re.IGNORECASE)) and "::" not in start[:20]


def _look_into_zip(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("This zip archive is damaged: it cannot be opened.") from error
    for inside, what in INSIDE_ZIP:
        if any(name == inside or (inside.endswith("/") and name.startswith(inside)) for name in names):
            return "", what
    if any(name.rpartition("/")[2] == "imsmanifest.xml" for name in names):
        return QTI, ""
    return "", "a zip archive without the imsmanifest.xml of a QTI package"


def _look_into_xml(data: bytes, start: str) -> tuple[str, str]:
    if re.match(r"<!DOCTYPE\s+html|<html", start, re.IGNORECASE):
        return "", "a web page"
    found = xml.local(xml.parse(data).tag)
    if found in ROOTS:
        return ROOTS[found], ""
    return "", INSIDE_XML.get(found, f"XML of another kind (its first element is “{found[:40]}”)")


def _look_into_text(start: str) -> tuple[str, str]:
    if "{" not in start and re.search(r"^ANSWER:\s*[A-Z]\s*$", start, re.MULTILINE):
        return "", "a file in Aiken format"
    if re.match(r"[\[{]\s*[\"{\]}]", start):
        return "", "a JSON file"
    if "{" not in start:
        return "", "a text without any question in GIFT"
    return GIFT, ""


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of `data` and, where its encoding had to be guessed, a note that says so."""
    for mark, encoding in [
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ]:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), ""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4:
            return data[: error.start].decode("utf-8"), ""
    return (
        data.decode("cp1252", errors="replace"),
        "This file is not in UTF-8: it was read as Western European (Windows). Look at its accents and quotes.",
    )
