import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from certificates.drawing import UndrawableName, UndrawableText, draw
from certificates.drawing.glyphs import SERIF, tidy, undrawable
from certificates.drawing.names import name_size
from certificates.models import Certificate
from certificates.printed import Design
from certificates.snapshot import printed
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


def drawn(award, name, when=WHEN) -> bytes:
    certificate = Certificate(award=award, holder_name=name, number="FL-2026-7Q4ZK0M9-T", token="t" * 22)
    return draw(printed(certificate, when), Design())


def read(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(pdf))
    return reader, " ".join(reader.pages[0].extract_text().split())


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_any_name_is_drawn_whole_on_one_page(db, name):
    pdf = drawn(AwardFactory(), name)

    reader, text = read(pdf)
    assert len(reader.pages) == 1
    assert tidy(name).replace(" ", "") in text.replace(" ", "")


def test_longest_texts_everywhere_fit_on_one_page(db):
    award = AwardFactory(
        activity__title=("Awareness of modern slavery, law and referral " * 6)[:255],
        activity__outcomes=[("recognise what trafficking can do to a person " * 6)[:255]] * 15,
        activity__provider_name="P" * 160,
        activity__provider_number="C" * 80,
        activity__signatories=[{"name": "S" * 120, "role": "R" * 120}],
        activity__assessment_basis="b" * 255,
        activity__accreditor="A" * 120,
        activity__accreditation_number="N" * 60,
    )

    reader, _ = read(drawn(award, NAMES["150 letters"]))

    assert len(reader.pages) == 1


def test_document_carries_every_field(db, settings):
    settings.SITE_URL = "https://training.example"
    award = AwardFactory(
        learner_name="Hannah Bellamy",
        activity__accreditor="Demo CPD Body",
        activity__accreditation_number="DEMO-0001",
        refresh_by=datetime(2028, 11, 21).date(),  # noqa: DTZ001 -- a day
        enrolment__course__title="Signs and safe steps",
    )

    _, text = read(drawn(award, "Hannah Bellamy"))

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
        *award.activity.outcomes,
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

    reader, _ = read(drawn(award, "Ann"))

    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/Lang"] == "en-GB"
    assert "FL-2026-7Q4ZK0M9-T" in reader.metadata.title
    assert b"pdfuaid" in reader.root_object["/Metadata"].get_data()


def test_same_input_gives_the_same_bytes(db):
    award = AwardFactory()

    assert drawn(award, "Ann") == drawn(award, "Ann")


def test_only_bundled_fonts_are_used(db):
    award = AwardFactory()

    reader, _ = read(drawn(award, NAMES["Vietnamese"]))

    fonts = {str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert {font.partition("+")[2] for font in fonts} == {
        "source-sans-3",
        "source-sans-3-Semi-Bold",
        "source-serif-4-Semi-Bold",
    }


def test_characters_that_cannot_be_drawn_are_named(db):
    award = AwardFactory()

    with pytest.raises(UndrawableName, match=r"李 \(U\+674E CJK UNIFIED IDEOGRAPH-674E\)"):
        drawn(award, "Anna 李")


@pytest.mark.parametrize("name", ["", "\u200b\u200d", "\x00"])
def test_a_name_without_visible_characters_is_refused(db, name):
    award = AwardFactory()

    with pytest.raises(UndrawableName, match="no visible character"):
        drawn(award, name)


def test_a_course_text_that_cannot_be_drawn_is_named(db):
    award = AwardFactory(activity__outcomes=["see 🚩"])

    with pytest.raises(UndrawableText, match="see 🚩"):
        drawn(award, "Ann")


def test_any_name_is_drawn_or_refused_by_name(db, hostile):
    award = AwardFactory(activity__title=f"Course\u200b {'x' * 10}")
    if undrawable(tidy(hostile[:150])) or not tidy(hostile[:150]):
        with pytest.raises(UndrawableName, match=r"U\+|no visible"):
            drawn(award, hostile[:150])
    else:
        assert len(read(drawn(award, hostile[:150]))[0].pages) == 1


def test_markup_in_a_name_is_text(db):
    award = AwardFactory()

    _, text = read(drawn(award, "<b>Ann</b> & Co"))

    assert "<b>Ann</b> & Co" in text


def test_long_names_shrink_then_wrap():
    assert name_size("Ann", SERIF) == 38
    assert 19 < name_size("Bartholomew Featherstonehaugh-Cholmondeley", SERIF) < 38
    assert name_size("Wilhelmina Featherstonehaugh " * 5, SERIF) == 19
    assert name_size("W" * 60, SERIF) < 19, "a word stays whole as long as it can"
    assert name_size("W" * 150, SERIF) == 8
