"""Files from strangers: the wrong kind, hostile archives, hostile XML, odd encodings, pictures that are none."""

import stat
import zipfile
from io import BytesIO

import pytest

from quizzes.exchange import archive, detect, gift_reading, moodlexml_reading, pictures, qti_reading, xml
from quizzes.exchange.html import to_text
from quizzes.exchange.question import Unreadable
from quizzes.exchange.service import read_rows
from tests.hostile import HOSTILE
from tests.quizzes.exchange.strategies import picture_bytes


def zipped(*names: str, **options) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, b"x", **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty."),
        (b" \n ", "This file is empty."),
        (b"%PDF-1.7", "This is a PDF document. Choose"),
        (zipped("word/document.xml"), "This is a Word document. Choose"),
        (zipped("xl/workbook.xml"), "This is an Excel workbook."),
        (zipped("moodle_backup.xml"), "This is a Moodle course backup, not a question export."),
        (zipped("a.txt"), "This is a zip archive without the imsmanifest.xml"),
        (b"PK\x03\x04rubbish", "This zip archive is damaged"),
        (b"\xd0\xcf\x11\xe0", "This is an old Word, Excel or PowerPoint document."),
        (picture_bytes(), "This is a picture."),
        (b"<!DOCTYPE html><html></html>", "This is a web page."),
        (b"<questestinterop/>", "This is QTI 1.2"),
        (b"<manifest/>", "choose the whole zip archive"),
        (b"<rss/>", "This is a news feed."),
        (b"<a/>", "XML of another kind (its first element is “a”)"),
        (b"<quiz>", "This is no well-formed XML: line 1, column 7."),
        (b'{"a": 1}', "This is a JSON file."),
        (b"What?\nA. x\nB. y\nANSWER: A\n", "This is a file in Aiken format."),
        (b"Nothing at all", "This is a text without any question in GIFT."),
        (b"\x00\x01\x02\x03" * 100, "This is no text file."),
    ],
)
def test_a_file_of_the_wrong_kind_gets_one_sentence(data, sentence):
    with pytest.raises(Unreadable) as problem:
        read_rows(data)
    assert sentence in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_file_of_another_format_than_chosen_is_named():
    with pytest.raises(Unreadable, match=r"^This is Moodle XML, not GIFT\.$"):
        detect.kind_of(b"<quiz/>", detect.GIFT)
    with pytest.raises(Unreadable, match=r"^This is a Word document, not GIFT\.$"):
        detect.kind_of(zipped("word/document.xml"), detect.GIFT)


def test_a_file_without_questions_says_so():
    with pytest.raises(Unreadable, match=r"^This Moodle XML file holds no question\.$"):
        read_rows(b"<quiz/>")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["../evil.xml"], "points outside it"),
        (["a/../../evil.xml"], "points outside it"),
        (["/etc/passwd"], "points outside it"),
        (["C:\\evil.xml"], "points outside it"),
        (["..\\evil.xml"], "points outside it"),
        (["inner.zip"], "another archive"),
        ([f"{n}.xml" for n in range(archive.MAX_FILES + 1)], "is the limit"),
    ],
)
def test_archives_that_no_honest_program_writes_are_refused_whole(names, sentence):
    with pytest.raises(Unreadable, match=sentence):
        archive.Archive(zipped("imsmanifest.xml", *names))


def test_an_archive_with_a_link_is_refused():
    link = zipfile.ZipInfo("link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(Unreadable, match="a link or device"):
        archive.Archive(out.getvalue())


@pytest.mark.parametrize("size", [archive.MAX_RATIO * 50_000, archive.MAX_TOTAL + 1])
def test_an_archive_that_swells_is_refused_before_it_is_unpacked(size):
    with pytest.raises(Unreadable, match="unpacks to more than"):
        archive.Archive(archive.pack({"a.xml": b" " * size}))


def test_an_archive_that_lies_about_its_size_is_refused_while_reading():
    data = bytearray(archive.pack({"a.xml": b"x" * 4000}))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        archive.Archive(bytes(data)).read("a.xml")


def test_a_name_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped("a.xml", "a.xml")
    with pytest.raises(Unreadable, match="two files called"):
        archive.Archive(data)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE quiz [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>',
    ],
)
def test_xml_with_entities_or_document_types_is_refused(head):
    with pytest.raises(Unreadable, match="declares a document type or entities"):
        read_rows(f'<?xml version="1.0"?>{head}<quiz>&b;</quiz>'.encode())


def test_xml_nested_without_end_is_refused():
    with pytest.raises(Unreadable, match="nested more than"):
        xml.parse(b"<a>" * 10_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom"])
def test_texts_in_any_unicode_are_read_without_a_note(encoding):
    text = "Ärzte — 日本?{=ja ~nein}\n"
    data = b"\xfe\xff" + text.encode("utf-16-be") if encoding.endswith("bom") else text.encode(encoding)
    kind, rows, notes = read_rows(data)
    assert (kind, rows[0].question.content.stem, notes) == ("gift", "Ärzte — 日本?", [])


def test_a_text_in_an_old_encoding_is_read_with_a_note():
    _, rows, notes = read_rows("Café “x”?{=a ~b}".encode("cp1252"))
    assert rows[0].question.content.stem == "Café “x”?"
    assert "not in UTF-8" in notes[0]


def test_xml_in_utf_16_and_latin_1_is_read():
    text = '<?xml version="1.0" encoding="{}"?><quiz><question type="truefalse"><name><text>é</text></name></question></quiz>'
    for encoding in ("utf-16", "iso-8859-1"):
        rows = moodlexml_reading.read(text.format(encoding).encode(encoding))
        assert rows[0].name == "é"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<script>alert(1)</script>b</p>", "ab"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<a href='javascript:alert(1)'>x</a>", "x"),
        ("<svg><script>alert(1)</script></svg>y", "y"),
        ("&lt;script&gt;", "<script>"),
        ("<style>p{}</style><p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<div>" * 5000 + "deep", "deep"),
        ("<p>unclosed <b>bold", "unclosed bold"),
    ],
)
def test_html_becomes_text_and_nothing_else(html, text):
    assert to_text(html).text == text


def test_pictures_are_checked_by_their_content():
    good, problem = pictures.checked(picture_bytes(form="JPEG"), "x.png")
    assert (good.name.endswith(".jpg"), problem) == (True, "")
    assert pictures.checked(b"<svg/>", "x.png") == (None, "picture “x.png”: damaged, or no picture")
    assert pictures.checked(picture_bytes()[:30], "x.png")[0] is None


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_break_no_reader(value):
    gift_reading.read(value)
    gift_reading.read(f"{value}{{={value} ~b#{value}}}")
    escaped = value.replace("\0", "").replace("&", "&amp;").replace("<", "&lt;")
    moodlexml_reading.read(
        f'<quiz><question type="multichoice"><questiontext><text>{escaped}</text></questiontext>'
        f'<answer fraction="100"><text>{escaped}</text></answer></question></quiz>'.encode()
    )
    qti_reading.read(
        f'<assessmentItem title="{escaped.replace(chr(34), "")}"><itemBody>{escaped}</itemBody></assessmentItem>'.encode()
    )
