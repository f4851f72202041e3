import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from certificates.document import UndrawableName, UndrawableText, draw, name_size
from certificates.glyphs import SERIF, tidy, undrawable
from certificates.models import Certificate
from tests.factories.certificates import AwardFactory

WHEN = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)

NAMES = {
    "one letter": "X",
    "150 letters": ("Maria-Alejandra Wolfeschlegelsteinhausen " * 4)[:150].strip(),
    "one word": "W" * 120,
    "Vietnamese": "Nguyễn Thị Phương Thảo",
    "Greek": "Κωνσταντίνος Παπαδόπουλος",
    "Ukrainian": "Наталія Їжакевич",
    "Polish": "Świętosława Gżegżółka",
    "apostrophes": "Siân O’Neill-D'Arcy",
    "letters and their marks apart": "Spın\u0308al Zoe\u0301",
    "a mark alone": "\u0301",
    "letters that only the sans has": "Ŋaŧe Ḣolm",
}


def certificate_for(award, name) -> Certificate:
    return Certificate(award=award, holder_name=name, number="FL-2026-7Q4ZK0M9-T", token="t" * 22)


def read(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(pdf))
    return reader, " ".join(reader.pages[0].extract_text().split())


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_any_name_is_drawn_whole_on_one_page(db, name):
    pdf = draw(award := AwardFactory(), certificate_for(award, name), WHEN)

    reader, text = read(pdf)
    assert len(reader.pages) == 1
    assert tidy(name).replace(" ", "") in text.replace(" ", "")


def test_longest_texts_everywhere_fit_on_one_page(db):
    award = AwardFactory(
        course_title=("Awareness of modern slavery, law and referral " * 6)[:255],
        outcomes=[("recognise what trafficking can do to a person " * 6)[:255]] * 15,
        provider_name="P" * 160,
        provider_number="C" * 80,
        signatory_name="S" * 120,
        signatory_role="R" * 120,
        assessment_basis="b" * 255,
        accreditor="A" * 120,
        accreditation_number="N" * 60,
    )

    reader, _ = read(draw(award, certificate_for(award, NAMES["150 letters"]), WHEN))

    assert len(reader.pages) == 1


def test_document_carries_every_field(db, settings):
    settings.SITE_URL = "https://training.example"
    award = AwardFactory(
        learner_name="Hannah Bellamy",
        accreditor="Demo CPD Body",
        accreditation_number="DEMO-0001",
        refresh_by=datetime(2028, 11, 21).date(),  # noqa: DTZ001 -- a day
        enrolment__course__title="Signs and safe steps",
    )

    _, text = read(draw(award, certificate_for(award, "Hannah Bellamy"), WHEN))

    for expected in [
        "CERTIFICATE OF COMPLETION",
        "Hannah Bellamy",
        "Signs and safe steps",
        "version 2026-11-16.42",
        "Thornwell Training Programme",
        "Charity 1234567",
        "E-learning",
        "14 November 2026",
        "21 November 2026",
        "3:30",
        "participatory: 0:30",
        *award.outcomes,
        "FL-2026-7Q4ZK0M9-T",
        "training.example/verify/",
        "Rowan Adeyemi-Clark",
        "Programme manager",
        "Quiz passed at 80% or more",
        "Demo CPD Body, number DEMO-0001",
        "21 November 2028",
    ]:
        assert expected in text
    assert award.enrolment.learner.email not in text


def test_document_is_tagged_titled_and_in_english(db):
    award = AwardFactory()

    reader, _ = read(draw(award, certificate_for(award, "Ann"), WHEN))

    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/Lang"] == "en-GB"
    assert "FL-2026-7Q4ZK0M9-T" in reader.metadata.title
    assert b"pdfuaid" in reader.root_object["/Metadata"].get_data()


def test_same_input_gives_the_same_bytes(db):
    award = AwardFactory()

    assert draw(award, certificate_for(award, "Ann"), WHEN) == draw(
        award, certificate_for(award, "Ann"), WHEN
    )


def test_only_bundled_fonts_are_used(db):
    award = AwardFactory()

    reader, _ = read(draw(award, certificate_for(award, NAMES["Vietnamese"]), WHEN))

    fonts = {str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert all("Source" in font or "Serif" in font or "Sans" in font for font in fonts)
    assert not any("DejaVu" in font or "Liberation" in font for font in fonts)


def test_characters_that_cannot_be_drawn_are_named(db):
    award = AwardFactory()

    with pytest.raises(UndrawableName, match=r"李 \(U\+674E CJK UNIFIED IDEOGRAPH-674E\)"):
        draw(award, certificate_for(award, "Anna 李"), WHEN)


@pytest.mark.parametrize("name", ["", "\u200b\u200d", "\x00"])
def test_a_name_without_visible_characters_is_refused(db, name):
    award = AwardFactory()

    with pytest.raises(UndrawableName, match="no visible character"):
        draw(award, certificate_for(award, name), WHEN)


def test_a_course_text_that_cannot_be_drawn_is_named(db):
    award = AwardFactory(outcomes=["see 🚩"])

    with pytest.raises(UndrawableText, match="see 🚩"):
        draw(award, certificate_for(award, "Ann"), WHEN)


def test_any_name_is_drawn_or_refused_by_name(db, hostile):
    award = AwardFactory(course_title=f"Course\u200b {'x' * 10}")
    certificate = certificate_for(award, hostile[:150])
    if undrawable(tidy(certificate.holder_name)) or not tidy(certificate.holder_name):
        with pytest.raises(UndrawableName, match=r"U\+|no visible"):
            draw(award, certificate, WHEN)
    else:
        assert len(read(draw(award, certificate, WHEN))[0].pages) == 1


def test_markup_in_a_name_is_text(db):
    award = AwardFactory()

    _, text = read(draw(award, certificate_for(award, "<b>Ann</b> & Co"), WHEN))

    assert "<b>Ann</b> & Co" in text


def test_long_names_shrink_then_wrap():
    assert name_size("Ann", SERIF) == 38
    assert 19 < name_size("Bartholomew Featherstonehaugh-Cholmondeley", SERIF) < 38
    assert name_size("W" * 120, SERIF) == 19
