"""The seal, as we check it and as two programs see it that did not make it; and files that try to pass for sealed."""

import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader, PdfWriter

from certificates.sealing import SealState, seal
from certificates.sealing.checking import PublishedKey, examine
from tests.certificates.sealing import (
    AT,
    another_key,
    certificate_of,
    plain_pdf,
    published,
    sealed_pdf,
    write_pem,
)

#: Somewhere in what the page shows.
A_BIT = 8 * 2600


def states(*files: bytes) -> list[SealState]:
    return [examine(file, [published()]).state for file in files]


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def gap(pdf: bytes) -> tuple[int, int]:
    """Where the seal itself stands."""
    start = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    return start, pdf.index(b">", start) + 1


def pdfsig(tmp_path, pdf: bytes) -> str:
    (tmp_path / "file.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdfsig", "-nocert", tmp_path / "file.pdf"], capture_output=True, text=True, check=False
    ).stdout


def by_pyhanko(pdf: bytes):
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trust = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    return validate_pdf_signature(signature, trust)


def test_a_sealed_document_says_who_and_when_and_that_it_is_intact():
    report = examine(sealed_pdf(), [published()])

    assert (report.state, report.key, report.sealed_at) == (SealState.INTACT, published(), AT)
    assert report.is_proof


needs_pdfsig = pytest.mark.skipif(
    not shutil.which("pdfsig"), reason="pdfsig (poppler-utils) is not installed"
)


@needs_pdfsig
def test_pdfsig_finds_the_seal_valid_over_the_whole_document_and_one_flipped_bit(tmp_path):
    said = pdfsig(tmp_path, sealed_pdf())

    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Digest Mismatch" in pdfsig(tmp_path, flipped(sealed_pdf(), A_BIT))


def test_pyhanko_finds_the_seal_valid_over_the_whole_document_and_one_flipped_bit():
    status = by_pyhanko(sealed_pdf())

    assert status.bottom_line
    assert status.intact
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.docmdp_ok
    assert not by_pyhanko(flipped(sealed_pdf(), A_BIT)).intact


def test_one_flipped_bit_is_a_change():
    assert states(flipped(sealed_pdf(), A_BIT)) == [SealState.CHANGED]


def test_the_seal_certifies_and_allows_no_change():
    root = PdfReader(BytesIO(sealed_pdf())).root_object
    permission = root["/Perms"]["/DocMDP"]["/Reference"][0]

    assert permission["/TransformMethod"] == "/DocMDP"
    assert permission["/TransformParams"]["/P"] == 1


def test_the_seal_adds_nothing_to_see_and_changes_nothing_that_was_there():
    before, after = (PdfReader(BytesIO(pdf)) for pdf in (plain_pdf(), sealed_pdf()))
    (field,) = after.pages[0]["/Annots"]

    assert sealed_pdf().startswith(plain_pdf())
    assert after.pages[0].extract_text() == before.pages[0].extract_text()
    assert after.root_object["/Metadata"] == before.root_object["/Metadata"]
    assert after.metadata == before.metadata
    x, y, *opposite = field["/Rect"]
    assert [x, y] == opposite  # no size, and outside the page
    assert x < 0
    assert field["/TU"]  # what a screen reader may call it
    assert after.pages[0]["/Tabs"] == "/S"


def test_same_document_and_moment_give_the_same_bytes_within_the_size_allowed():
    assert seal(plain_pdf(), AT) == sealed_pdf()
    assert len(sealed_pdf()) - len(plain_pdf()) < 11_000


def test_the_moment_is_kept_in_universal_time():
    summer = datetime(2026, 7, 1, 0, 30, tzinfo=UTC).astimezone()

    assert examine(seal(plain_pdf(), summer), [published()]).sealed_at == summer


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_flipped_bit_anywhere_passes_for_intact(data):
    bit = data.draw(st.integers(0, len(sealed_pdf()) * 8 - 1))

    report = examine(flipped(sealed_pdf(), bit), [published()])

    assert not report.is_intact


def test_no_flipped_bit_in_the_seal_itself_passes_for_intact():
    """Not even where the signature does not reach: in the wrapping, in the case of a letter, in a certificate."""
    start, end = gap(sealed_pdf())

    intact = [
        bit
        for bit in range(8 * start, 8 * end, 11)
        if examine(flipped(sealed_pdf(), bit), [published()]).is_intact
    ]

    assert intact == []


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_no_pdf_and_raise_nothing(content):
    bare, as_pdf = states(content, b"%PDF-1.7\n" + content)

    assert bare is SealState.NOT_A_PDF
    assert as_pdf in {SealState.UNSEALED, SealState.FOREIGN}


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 3000))
def test_random_bytes_where_the_seal_stands_raise_nothing(content, at):
    start, end = gap(sealed_pdf())
    written = bytearray(sealed_pdf()[start + 1 : end - 1])
    written[at : at + 2 * len(content)] = content.hex().upper().encode()
    spoilt = sealed_pdf()[: start + 1] + bytes(written[: end - start - 2]) + sealed_pdf()[end - 1 :]

    assert spoilt == sealed_pdf() or not examine(spoilt, [published()]).is_intact


def test_what_is_added_after_the_seal_is_told_apart_from_what_is_changed():
    writer = PdfWriter(BytesIO(sealed_pdf()), incremental=True)
    writer.add_metadata({"/Title": "Another title"})
    updated = BytesIO()
    writer.write(updated)

    assert states(updated.getvalue(), sealed_pdf() + b"\n") == [SealState.ADDED_TO] * 2


def test_truncated_prefixed_and_redrawn_files_are_not_intact():
    redrawn = PdfWriter(BytesIO(sealed_pdf()))
    written = BytesIO()
    redrawn.write(written)

    assert states(sealed_pdf()[:-1], b"%PDF-1.4\n" + sealed_pdf()) == [SealState.CHANGED, SealState.FOREIGN]
    assert not examine(written.getvalue(), [published()]).is_intact
    cut = [sealed_pdf()[:size] for size in range(0, len(sealed_pdf()), 500)]
    assert SealState.INTACT not in states(*cut)


def test_an_unsealed_and_an_encrypted_document_have_no_seal():
    writer = PdfWriter(BytesIO(plain_pdf()))
    writer.encrypt("secret")
    encrypted = BytesIO()
    writer.write(encrypted)

    assert states(plain_pdf(), encrypted.getvalue()) == [SealState.UNSEALED] * 2


def test_a_seal_of_somebody_else_is_foreign_even_with_our_name_on_it(settings, tmp_path):
    ours = published()
    forged = certificate_of(another_key(), name=ours.certificate.subject.rfc4514_string().removeprefix("CN="))
    settings.SIGNING_DEVELOPMENT_FILE = write_pem(tmp_path / "seal.pem", another_key(), forged)

    assert examine(seal(plain_pdf(), AT), [ours]).state is SealState.FOREIGN


def test_a_second_seal_on_top_leaves_ours_recognised_as_added_to(settings, tmp_path):
    ours = published()
    settings.SIGNING_DEVELOPMENT_FILE = write_pem(
        tmp_path / "seal.pem", another_key(), certificate_of(another_key())
    )
    theirs = seal(plain_pdf(), AT)
    on_top = sealed_pdf() + theirs[len(plain_pdf()) :]

    assert examine(on_top, [ours]).state is SealState.ADDED_TO
    assert examine(on_top, []).state is SealState.FOREIGN


def test_our_seal_moved_to_another_document_does_not_fit_it():
    other = plain_pdf().replace(b"%PDF-1.7", b"%PDF-1.6")

    assert states(other + sealed_pdf()[len(plain_pdf()) :]) == [SealState.CHANGED]


def test_a_file_full_of_places_for_seals_costs_little():
    start, end = gap(sealed_pdf())
    piece = b"/Contents " + sealed_pdf()[start:end] + b"\n/ByteRange [0 10 20 5]\n"
    bomb = b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3]" * 200_000 + piece * 200 + b"/Contents <" + b"A" * 2_000_000

    assert states(bomb) == [SealState.FOREIGN]


def test_a_compromised_key_is_said_and_proves_nothing_by_itself():
    ours = published()
    known = PublishedKey(ours.kid, ours.certificates, ours.valid_from, compromised_at=AT)

    report = examine(sealed_pdf(), [known])

    assert report.is_intact
    assert report.is_key_compromised
    assert not report.is_proof
