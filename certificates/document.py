"""Certificate to PDF: one A4 page, drawn from what is printed on it and nothing else."""

import re
from dataclasses import replace
from math import ceil

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import localtime

from certificates import glyphs
from certificates.printed import Design, Printed, Signatory
from trainingsite.lib.pdf import one_page_pdf

STYLESHEET = "certificate.css"
TEMPLATE = "certificates/document.html"
DENSITIES = range(5)  # body class fit-0 (roomy) to fit-4; the first that fits on the page is used
MAX_OUTCOMES = 8

#: What else the page says in words, as fields of Printed.
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

NAME_WIDTH_PT = 500  # of the column that the name stands in
FOOT_PT = (232, 70)  # width and height of the corner with the signatory
FOOT_SIZES_PT = (8.6, 7.6, 6.6, 5.4, 4.6)
SIGNATORY_EM = 1.75
FAMILY_CLASS = {glyphs.SERIF: "serif", glyphs.SANS: "sans"}
NAME_SIZES_PT = (38, 19)  # as large as the first; below the second the name wraps instead


class UndrawableText(Exception):
    """Something the certificate says cannot be drawn with its fonts; str() names the characters."""


class UndrawableName(UndrawableText):
    """It is the holder's name that cannot be drawn."""


def draw(printed: Printed, design: Design) -> bytes:
    """Return the certificate as a tagged PDF. The same input gives the same bytes.

    Raises UndrawableName or UndrawableText when the fonts lack a character, DoesNotFit when it is too much.
    """
    award = drawable(printed)
    name = glyphs.tidy(printed.holder_name)
    family = name_family(name)
    context = {
        "award": award,
        "issued_on": localtime(printed.issued_at).date(),
        "name": name,
        "name_class": FAMILY_CLASS[family],
        "name_size": name_size(name, family),
        "foot_size": foot_size(award),
        # A line breaks after a colon before it breaks elsewhere.
        "title_parts": re.split(r"(?<=:) ", award.title),
        "site_name": settings.SITE_URL.split("://", 1)[1],
        "product_name": settings.PRODUCT_NAME,
        "qr": qr_code(award.check_url),
    }
    return one_page_pdf(
        (render_to_string(TEMPLATE, {**context, "density": density}) for density in DENSITIES), STYLESHEET
    )


def name_family(name: str) -> str:
    """Return the family that draws all of `name`: the serif if it can, else the sans, which has more letters."""
    if not name:
        raise UndrawableName("There is no visible character in the name.")
    for family in (glyphs.SERIF, glyphs.SANS):
        missing = glyphs.undrawable(name, family)
        if not missing:
            return family
    raise UndrawableName(f"The certificate’s fonts do not have: {glyphs.describe(missing)}.")


def name_size(name: str, family: str) -> float:
    """Return the type size in points at which `name` fills one line, between the two limits."""
    largest, smallest = NAME_SIZES_PT
    return round(max(smallest, min(largest, NAME_WIDTH_PT * 1000 / max(1, glyphs.width(name, family)))), 1)


def foot_size(award: Printed) -> float:
    """Return the type size in points at which signatory and provider fit into their corner of the page."""
    signatory = award.signatories[0]
    lines = [(signatory.name, glyphs.SERIF, SIGNATORY_EM), (signatory.role, glyphs.SANS, 1)]
    lines.append((f"{award.provider_name}. {award.provider_number}", glyphs.SANS, 1))
    for size in FOOT_SIZES_PT:
        # Words leave about a fifth of a line empty: 800, not 1000.
        rows = sum(
            em * ceil(glyphs.width(text, family) * size * em / 800 / FOOT_PT[0]) for text, family, em in lines
        )
        if rows * size * 1.35 <= FOOT_PT[1]:
            break
    return size


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
        if missing := glyphs.undrawable(text):
            raise UndrawableText(f"“{text}”: the fonts do not have {glyphs.describe(missing)}.")
    return clean


def qr_code(address: str) -> str:
    """Return a PNG as a data: address, one pixel a module, with its quiet zone."""
    return segno.make(address, error="m", micro=False).png_data_uri(scale=1, border=4)
