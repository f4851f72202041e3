"""What is printed and how it looks, to PDF: one A4 page, drawn from these two and nothing else."""

import gc
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from math import ceil

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from certificates.drawing import glyphs
from certificates.drawing.names import UndrawableText, set_name, typeset
from certificates.drawing.palettes import palette
from certificates.printed import Design, Picture, Printed, Signatory
from trainingsite.lib.pdf import one_page_archive
from trainingsite.lib.pdf.archive import Attached

STYLESHEET = "certificate.css"
TEMPLATE = "certificates/document.html"
DENSITIES = range(6)  # body class fit-0 (roomy) to fit-5; the first that fits on the page is used
MAX_OUTCOMES, MAX_SIGNATORIES, MAX_PARTNERS = 8, 2, 4

#: What else the page says in words, as fields of Printed and of Design.
TEXTS = (
    "title",
    "provider_name",
    "provider_number",
    "delivery",
    "assessment_basis",
    "accreditor",
    "accreditor_provider_number",
    "accreditation_number",
)
WORDING = ("heading", "lead", "completed", "note")

FOOT_PT = (226, 81)  # width for one or two who sign, and height of the corner they and the provider stand in
FOOT_SIZES_PT = (8.6, 7.6, 6.6, 5.4, 4.6)
SIGNATORY_EM = (1.75, 1.3)  # of one who signs, and of two
SIGNATURE_PT = 37  # room for a signature's picture


def draw(printed: Printed, design: Design, attachments: Sequence[tuple[str, bytes, str, str]] = ()) -> bytes:
    """Return the certificate as PDF/A-3a and PDF/UA-1, not sealed. The same input gives the same bytes.

    attachments: (file name, bytes, media type, description), kept in the file as the page's data.
    Raises UndrawableName or UndrawableText when the fonts lack a character, DoesNotFit when it is too much.
    """
    printed, design = drawable(printed), drawable_design(design)
    name = set_name(printed.holder_name)
    signed = _signed(printed, design)
    context = {
        "printed": printed,
        "design": design,
        "palette": palette(design.palette),
        "name": name,
        "issued_on": localtime(printed.issued_at).date(),
        "signed": signed,
        "foot_size": foot_size(printed, signed),
        # A line breaks after a colon before it breaks elsewhere.
        "title_parts": [typeset(part, glyphs.SERIF) for part in re.split(r"(?<=:) ", printed.title)],
        "outcomes": [typeset(outcome, glyphs.SANS) for outcome in printed.outcomes],
        "logo": _address(design.logo),
        "partners": [(picture.alt, _address(picture)) for picture in design.partner_logos[:MAX_PARTNERS]],
        "site_name": settings.SITE_URL.split("://", 1)[1],
        "product_name": settings.PRODUCT_NAME,
        "qr": qr_code(printed.check_url),
        **{name: typeset(getattr(design, name), glyphs.SANS) for name in WORDING},
    }
    files = [Attached(*one, printed.issued_at) for one in attachments]
    pages = (render_to_string(TEMPLATE, {**context, "density": density}) for density in DENSITIES)
    return one_page_archive(pages, STYLESHEET, files)


def warm_up() -> None:
    """Draw once and keep what was loaded: a worker does this at its start, not in the first person's task."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    day = date(2026, 1, 1)
    texts = dict.fromkeys((*TEXTS, "number", "version", "replaces"), "")
    draw(
        Printed(
            **texts | {"title": "Course", "provider_name": "Provider", "number": "0"},
            edition=1,
            holder_name="Name",
            outcomes=("outcome",),
            cpd_minutes=60,
            participatory_minutes=0,
            accredited_to=None,
            signatories=(Signatory("Name", "Role"),),
            started_on=day,
            completed_on=day,
            refresh_by=None,
            issued_at=moment,
            check_url=settings.SITE_URL,
        ),
        Design(),
    )
    gc.collect()
    gc.freeze()


def _signed(printed: Printed, design: Design) -> list[dict[str, SafeString | str]]:
    """Return who signs, with the pictures of their signatures."""
    people = printed.signatories[:MAX_SIGNATORIES]
    pictures = (*design.signatures, *([None] * len(people)))
    return [
        {
            "name": typeset(one.name, glyphs.SERIF),
            "role": typeset(one.role, glyphs.SANS),
            "signature": _address(picture),
            "alt": f"Signature of {one.name}",
        }
        for one, picture in zip(people, pictures, strict=False)
    ]


def foot_size(printed: Printed, signed: Sequence[dict]) -> float:
    """Return the type size in points at which those who sign and the provider fit into their corner of the page."""
    people = printed.signatories[:MAX_SIGNATORIES]
    wide, high = FOOT_PT
    em = SIGNATORY_EM[len(people) > 1]
    each = wide if len(people) < 2 else (wide - 14) / 2
    if any(one["signature"] for one in signed):
        high -= SIGNATURE_PT
    provider = f"{printed.provider_name}. {printed.provider_number}"
    for size in FOOT_SIZES_PT:
        columns = [
            _height(one.name, glyphs.SERIF, size * em, each) + _height(one.role, glyphs.SANS, size, each)
            for one in people
        ]
        if max(columns, default=0) + _height(provider, glyphs.SANS, size, wide) + 7 <= high:
            break
    return size


def _height(text: str, family: str, size: float, width: float) -> float:
    # Words leave about a fifth of a line empty: 800, not 1000.
    return ceil(glyphs.width(text, family) * size / 800 / width) * size * 1.35


def drawable(printed: Printed) -> Printed:
    """Return a copy of `printed` without invisible characters; raise UndrawableText for what the fonts lack."""
    clean = replace(
        printed,
        outcomes=tuple(glyphs.tidy(outcome) for outcome in printed.outcomes[:MAX_OUTCOMES]),
        signatories=tuple(Signatory(glyphs.tidy(s.name), glyphs.tidy(s.role)) for s in printed.signatories),
        **{field: glyphs.tidy(getattr(printed, field)) for field in TEXTS},
    )
    signed = [text for signatory in clean.signatories for text in (signatory.name, signatory.role)]
    for text in [*(getattr(clean, field) for field in TEXTS), *signed, *clean.outcomes]:
        _check(text)
    return clean


def drawable_design(design: Design) -> Design:
    """Return a copy of `design` with tidy words; raise UndrawableText for what the fonts lack."""
    clean = replace(design, **{field: glyphs.tidy(getattr(design, field)) for field in WORDING})
    for field in WORDING:
        _check(getattr(clean, field))
    return clean


def _check(text: str) -> None:
    if missing := glyphs.undrawable(text):
        raise UndrawableText(f"“{text}”: the fonts do not have {glyphs.describe(missing)}.")


def _address(picture: Picture | None) -> str:
    """Return a picture as a data: address."""
    return f"data:{picture.media_type};base64,{b64encode(picture.content).decode()}" if picture else ""


def qr_code(address: str) -> str:
    """Return a PNG as a data: address, one pixel a module, with its quiet zone.

    The mask is given: trying all eight is a tenth of the drawing's cost, and any of them is read.
    """
    return segno.make(address, error="m", micro=False, mask=2).png_data_uri(scale=1, border=4)
