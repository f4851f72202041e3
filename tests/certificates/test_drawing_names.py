"""Any text as a name: drawn and read back as it is, or refused by its characters."""

import io
import subprocess
from dataclasses import replace

import pytest
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from certificates.drawing import UndrawableName, draw, glyphs
from certificates.drawing.names import set_name
from certificates.printed import Design, Signatory
from certificates.samples import ordinary
from tests.certificates.names import NAMES

BIDI_SIGNS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c"))
ROWAN = Signatory("Rowan Adeyemi-Clark", "Programme manager")


def drawn(name: str, attachments=()) -> bytes:
    return draw(replace(ordinary((ROWAN,), "Thornwell"), holder_name=name), Design(), attachments)


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=30, deadline=None)
def test_any_text_is_drawn_on_one_page_or_refused_by_name(text):
    name = glyphs.tidy(text)
    if not name or glyphs.undrawable(name):
        with pytest.raises(UndrawableName, match=r"U\+|no visible"):
            drawn(text)
    else:
        assert len(PdfReader(io.BytesIO(drawn(text))).pages) == 1
        assert strip_tags(set_name(text).html)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_corpus_can_be_drawn(name):
    assert glyphs.undrawable(glyphs.tidy(name)) == []


@pytest.mark.parametrize(
    "name",
    ["ليلى عبد الرحمن", "مُحَمَّد الطَّيِّب", "بی‌بی زهرا", "שרה לוי", "Layla ليلى Haddad", "Ẹ̀bùn", "Anne-Marie"],
)
def test_names_are_read_back_in_logical_order(name, tmp_path):
    (tmp_path / "a.pdf").write_bytes(drawn(name))

    done = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], check=True, capture_output=True, text=True)

    assert glyphs.tidy(name) in done.stdout.translate(BIDI_SIGNS)


@pytest.mark.parametrize(
    ("name", "families"),
    [
        ("Zoë", ["source-serif-4"]),
        ("Ŋaŧe Ḣolm Zoë", ["noto-serif"]),
        ("Layla ليلى", ["source-serif-4", "noto-naskh-arabic"]),
        ("ليلى (Layla)", ["noto-naskh-arabic", "source-serif-4"]),
    ],
)
def test_one_font_draws_all_of_a_script(name, families):
    assert [run.family for run in glyphs.runs(name, glyphs.SERIF)] == families


@pytest.mark.parametrize(
    ("text", "tidied"),
    [("بی\u200cبی", "بی\u200cبی"), ("An\u200cn", "Ann"), ("\u200dAnn\u200d", "Ann"), ("A\u202eb", "Ab")],
)
def test_joiners_stay_where_they_are_spelling(text, tidied):
    assert glyphs.tidy(text) == tidied


def test_attached_data_is_in_the_file():
    content = b'{"type": "sample"}'

    reader = PdfReader(
        io.BytesIO(drawn("Ann", [("credential.json", content, "application/ld+json", "Badge")]))
    )

    assert reader.attachments == {"credential.json": [content]}
    files = [file.get_object() for file in reader.root_object["/AF"]]
    assert {file["/AFRelationship"] for file in files} == {"/Data"}
