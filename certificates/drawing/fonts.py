"""The fonts of a certificate: one row each, here and in static/certificate.css. Pure: reads only the bundled files.

To add a script: add its font to package.json and to PRINT_FONTS in assets.py, and a row to SCRIPTS, and a
`@font-face` with the same family to the stylesheet.
"""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from fontTools.ttLib import TTFont

SERIF, SANS, WIDE = "source-serif-4", "source-sans-3", "noto-serif"

#: Those that draw what the Latin, Greek and Cyrillic ones lack, in this order.
SCRIPTS = (
    "noto-naskh-arabic",
    "noto-serif-hebrew",
    "noto-sans-armenian",
    "noto-sans-georgian",
    "noto-sans-ethiopic",
    "noto-sans-devanagari",
    "noto-sans-bengali",
    "noto-sans-gurmukhi",
    "noto-sans-gujarati",
    "noto-sans-tamil",
    "noto-sans-sinhala",
    "noto-sans-thai",
)
WEIGHT = 600


@dataclass(frozen=True)
class Face:
    """One font: code point -> advance width, in thousandths of the type size."""

    family: str
    advances: dict[int, float]

    def draws(self, cluster: str) -> bool:
        return all(ord(character) in self.advances for character in cluster)


@cache
def face(family: str) -> Face:
    """Read a font's letters and widths: once a process, and only when a text asks for them."""
    path = settings.BASE_DIR / "static" / "vendor" / "fonts" / "print" / f"{family}-{WEIGHT}.ttf"
    with TTFont(path, lazy=True) as font:
        scale = 1000 / font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        return Face(family, {code: widths[glyph][0] * scale for code, glyph in font.getBestCmap().items()})


def stack(first: str) -> tuple[str, ...]:
    """Return the families that a text set in `first` may use, best first."""
    return (first, WIDE, *SCRIPTS)
