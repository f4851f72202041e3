"""What may not be published, and what it says."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from certificates import pictures
from certificates.drawing import document
from certificates.pictures import LOGO, SIGNATURE, UnusablePicture, normalised
from certificates.samples import LONG_NAME, MODES
from certificates.template_checks import MAX_DRAWN_BYTES, problems_with
from certificates.wording import problem_with_wording
from tests.factories.templates import cms_image, make_template, picture


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


# --- Pictures


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_parts_become_white_and_nothing_else_travels_along(kind):
    sent = picture(mode="RGBA", kind=kind, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0", lossless=True)
    image = opened(normalised(sent, LOGO))

    assert (image.format, image.mode, image.info.get("exif")) == ("JPEG", "RGB", None)
    assert min(image.getpixel((2, image.height - 3))) > 250
    assert image.getpixel((image.width // 2, image.height // 4)) == pytest.approx((0x17, 0x49, 0x3F), abs=6)


def test_a_picture_is_made_to_fit_its_place_and_the_same_one_gives_the_same_bytes():
    sent = picture(size=(4000, 900))
    first = normalised(sent, SIGNATURE)

    assert opened(first).size == (SIGNATURE.pixels[0], round(SIGNATURE.pixels[0] * 900 / 4000))
    assert len(first) <= SIGNATURE.max_bytes
    assert normalised(sent, SIGNATURE) == first


def noise() -> bytes:
    image = Image.effect_noise((900, 400), 120).convert("RGB")
    encoded = BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: picture(mode="CMYK", kind="JPEG"), "printing press"),
        (
            lambda: picture(kind="WEBP", save_all=True, append_images=[Image.new("RGB", (400, 160))]),
            "It moves",
        ),
        (lambda: b"\x89PNG\r\n\x1a\n and no more", "cannot be read"),
        (noise, "too much detail"),
    ],
)
def test_pictures_that_cannot_be_used(make, words):
    with pytest.raises(UnusablePicture, match=words):
        normalised(make(), LOGO)


# --- Wording


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Completed on {completed} in {hours}", ""),
        ("For {name}", r"There is no field {name}. There are {course}, {provider}, {completed}, {hours}."),
        ("For {}", "There is no field {}."),
        ("For {course", "stands alone"),
        ("For course}", "stands alone"),
        ("For {{course}}", "stands alone"),
        ("For {course.__class__}", "There is no field {course.__class__}."),
    ],
)
def test_named_fields(text, words):
    problem = problem_with_wording(text)
    assert problem.startswith(words) or words in problem
    assert bool(problem) is bool(words)


# --- The template as a whole


@pytest.fixture
def no_page(monkeypatch):
    monkeypatch.setattr("certificates.template_checks._page", lambda look: ())


def places(template) -> dict:
    return {(one.field, one.row, one.part): one.text for one in problems_with(template)}


@pytest.mark.django_db
@pytest.mark.usefixtures("no_page")
def test_each_problem_is_told_at_its_place():
    cmyk = cms_image(picture(mode="CMYK", kind="JPEG"), "cmyk.jpg")
    template = make_template(
        publish=False,
        logo=cmyk,
        heading="明 certificate",
        lead="",
        note="{date}",
        partners=[(cms_image(), "Harbour Trust"), (cms_image(), " ")],
        signatories=[("Ada Prescott", "", None), ("Bo 明", "Head", cms_image(noise()))],
    )

    found = places(template)

    assert list(found) == [
        ("heading", None, ""),
        ("lead", None, ""),
        ("note", None, ""),
        ("signatories", 0, "role"),
        ("signatories", 1, "name"),
        ("logo", None, ""),
        ("signatories", 1, "signature"),
        ("logo_alt", None, ""),
        ("partner_logos", 1, "alt"),
    ]
    assert "明 (U+660E" in found["heading", None, ""]
    assert template.publication_problems()[3:5] == [
        "Signatory 1: Enter the role.",
        f"Signatory 2: {found['signatories', 1, 'name']}",
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("no_page")
def test_a_picture_whose_file_is_gone_is_told():
    image = cms_image()
    image.file.storage.delete(image.file.name)
    assert (
        "Upload it again" in places(make_template(publish=False, logo=image, logo_alt="Us"))["logo", None, ""]
    )


@pytest.mark.django_db
def test_a_template_with_everything_fits_at_its_longest(monkeypatch):
    monkeypatch.setattr(document, "DENSITIES", document.DENSITIES[-1:])
    image = cms_image()
    template = make_template(
        publish=False,
        logo=image,
        logo_alt="Harbour Trust",
        note="With {provider} and its partners, {hours} of learning up to {completed}.",
        partners=[(image, f"Partner {number}") for number in range(4)],
        signatories=[("Ada Prescott", "Chief executive", image), ("Bo Lindqvist", "Head of training", image)],
    )
    assert problems_with(template) == []


@pytest.mark.django_db
def test_what_does_not_fit_on_the_page_or_into_the_file_is_told(monkeypatch):
    template = make_template(publish=False)
    monkeypatch.setattr(document, "DENSITIES", document.DENSITIES[-1:])
    monkeypatch.setattr("certificates.template_checks.MAX_DRAWN_BYTES", 20_000)
    assert "where there is room for 20 KB" in places(template)["", None, ""]

    endless = ("a long outcome of many words " * 30,) * 8
    monkeypatch.setattr(
        "certificates.template_checks.fullest", lambda printed: replace(printed, outcomes=endless)
    )
    assert "more than one page" in places(template)["", None, ""]


def test_the_hardest_words_are_hard():
    assert len(LONG_NAME) == 150
    assert {"", "longest", "arabic", "vietnamese", "fullest"} <= set(MODES)
    assert MAX_DRAWN_BYTES < 100_000
    assert pictures.LOGO.max_bytes + 4 * pictures.PARTNER_LOGO.max_bytes < MAX_DRAWN_BYTES
