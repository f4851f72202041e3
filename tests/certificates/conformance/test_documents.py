"""Hard names under every look: PDF/A-3a and PDF/UA-1 by veraPDF, sealed and not; letters, page and QR code."""

import io
import shutil
import subprocess
from dataclasses import replace
from itertools import islice

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

from certificates import sealing
from certificates.drawing import draw
from certificates.drawing.glyphs import tidy
from certificates.pictures import LOGO, PARTNER_LOGO, SIGNATURE, normalised
from certificates.printed import Design, Picture, Printed, Signatory
from certificates.samples import LONG_TITLE, ordinary
from tests.certificates.conformance import verapdf
from tests.certificates.names import NAMES

pytestmark = pytest.mark.conformance
ROWAN, INES = (
    Signatory("Rowan Adeyemi-Clark", "Programme manager"),
    Signatory("Inês Łukasik", "Chair, Thornwell"),
)
CREDENTIAL = ("credential.json", b'{"type": "sample"}', "application/json", "Digital badge")
BIDI_SIGNS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c"))


def picture(place, alt="") -> Picture:
    image = Image.new("RGB", (600, 240), "white")
    ImageDraw.Draw(image).ellipse((40, 20, 560, 220), outline="#17493f", width=18)
    content = io.BytesIO()
    image.save(content, "PNG")
    return Picture(normalised(content.getvalue(), place), "image/jpeg", alt)


def designs() -> dict[str, tuple[Design, dict]]:
    """Name of a look -> it, and what else the certificate says with it."""
    logo, partner, signature = (
        picture(LOGO, "Thornwell"),
        picture(PARTNER_LOGO, "A partner"),
        picture(SIGNATURE),
    )
    return {
        "plain": (Design(), {}),
        "logo": (
            Design(palette="plum", logo=logo, signatures=(signature,)),
            {"edition": 2, "replaces": "FL-1"},
        ),
        "partners": (Design(palette="harbour", partner_logos=(partner,) * 3), {"signatories": (ROWAN, INES)}),
        "full": (
            Design(
                "amber",
                logo,
                (partner,) * 4,
                (signature, signature),
                "Award",
                "We say that",
                "did",
                "Funded.",
            ),
            {"signatories": (ROWAN, INES), "title": LONG_TITLE, "accreditor": "Demo CPD Body"},
        ),
    }


def certificate(name: str, said: dict) -> Printed:
    return replace(ordinary((ROWAN,), "Thornwell Training Programme"), holder_name=name, **said)


@pytest.fixture(scope="session")
def _tools():
    if not verapdf.is_installed():
        pytest.fail("Run make conformance, which installs veraPDF's Java and Poppler")


@pytest.fixture(scope="session")
def drawn(tmp_path_factory, _tools):
    """A folder with each name under each look, as LOOK-NUMBER.pdf, and sealed as LOOK-NUMBER-sealed.pdf."""
    folder = tmp_path_factory.mktemp("certificates")
    for look, (design, said) in designs().items():
        for number, name in enumerate(NAMES):
            printed = certificate(name, said)
            pdf = draw(printed, design, [CREDENTIAL])
            (folder / f"{look}-{number:03}.pdf").write_bytes(pdf)
            # The seal is the same work whatever the page says.
            if number % 4 == 0 or look == "full":
                (folder / f"{look}-{number:03}-sealed.pdf").write_bytes(sealing.seal(pdf, printed.issued_at))
    return folder


def test_verapdf_finds_no_failure_before_and_after_sealing(drawn, tmp_path):
    found = verapdf.failures(drawn, tmp_path)

    assert len(found) == 2 * len(list(drawn.glob("*.pdf"))) >= 2 * 4 * 100
    assert {file: broken for file, broken in found.items() if broken != "-"} == {}


def test_verapdf_would_find_a_failure(drawn, tmp_path):
    """A page without its tags, so that silence above means something."""
    (tmp_path / "files").mkdir()
    broken = PdfWriter(clone_from=drawn / "plain-000.pdf")
    del broken.root_object["/StructTreeRoot"]
    broken.write(tmp_path / "files" / "broken.pdf")

    found = verapdf.failures(tmp_path / "files", tmp_path)

    assert set(found) == {("broken.pdf", profile) for profile in verapdf.PROFILES}
    assert "-" not in found.values()


@pytest.mark.parametrize("look", ["plain", "logo", "partners", "full"])
def test_every_name_is_read_back_exactly_from_its_one_page(drawn, look):
    wrong = {}
    for number, name in enumerate(NAMES):
        file = drawn / f"{look}-{number:03}.pdf"
        assert len(PdfReader(file).pages) == 1
        if tidy(name) not in text_of(file):
            wrong[name] = text_of(file)

    assert wrong == {}


def text_of(file) -> str:
    done = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True, text=True)
    return " ".join(done.stdout.translate(BIDI_SIGNS).split())


@pytest.mark.parametrize("look", ["plain", "logo", "partners", "full"])
def test_every_code_is_read_from_a_picture_of_100_dpi(drawn, look, tmp_path):
    expected = certificate("Ann", {}).check_url

    for file in islice(sorted(drawn.glob(f"{look}-???.pdf")), 0, None, 1 if look == "plain" else 6):
        shutil.rmtree(tmp_path / "seen", ignore_errors=True)
        (tmp_path / "seen").mkdir()
        command = [
            "pdftoppm",
            "-r",
            "100",
            "-gray",
            "-singlefile",
            str(file),
            str(tmp_path / "seen" / "page"),
        ]
        subprocess.run(command, check=True)
        with Image.open(tmp_path / "seen" / "page.pgm") as page:
            assert [code.text for code in zxingcpp.read_barcodes(page)] == [expected], file.name
