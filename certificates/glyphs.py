"""What the certificate's fonts can draw, and how wide it comes out. Pure: reads only the bundled fonts."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from fontTools.ttLib import TTFont

SUBSETS = ("latin", "latin-ext", "vietnamese", "greek", "cyrillic", "cyrillic-ext")
SERIF, SANS = "source-serif-4", "source-sans-3"
WEIGHTS = {SERIF: "600", SANS: "600"}


@dataclass(frozen=True)
class Face:
    """One font file: code point -> advance width, in thousandths of the type size."""

    advances: dict[int, float]

    def draws(self, cluster: str) -> bool:
        return all(ord(character) in self.advances for character in cluster)


@cache
def faces(family: str) -> tuple[Face, ...]:
    """Read the files of a family, in the order in which the stylesheet lists them."""
    folder = settings.BASE_DIR / "static" / "vendor" / "fonts"
    return tuple(_read(folder / f"{family}-{subset}-{WEIGHTS[family]}-normal.woff2") for subset in SUBSETS)


def _read(path) -> Face:
    with TTFont(path, lazy=True) as font:
        scale = 1000 / font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        return Face({code: widths[glyph][0] * scale for code, glyph in font.getBestCmap().items()})


def tidy(text: str) -> str:
    """Return `text` composed (NFC), without invisible characters, with single spaces."""
    composed = unicodedata.normalize("NFC", text)
    visible = (c for c in composed if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return " ".join("".join(visible).split())


def clusters(text: str) -> Iterator[str]:
    """Yield each character together with the marks that stand on it."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not unicodedata.combining(text[index]):
            yield text[start:index]
            start = index


def undrawable(text: str, family: str = SANS) -> list[str]:
    """Return what `family` cannot draw, each once, in order: a letter and its marks must be in one file."""
    return [c for c in dict.fromkeys(clusters(text)) if not any(face.draws(c) for face in faces(family))]


def width(text: str, family: str) -> float:
    """Return about how wide `text` is, in thousandths of the type size; a letter not found counts as an em."""
    return sum(_advance(cluster, family) for cluster in clusters(text))


def _advance(cluster: str, family: str) -> float:
    return next((face.advances[ord(cluster[0])] for face in faces(family) if face.draws(cluster)), 1000)


def describe(characters: list[str]) -> str:
    """Return characters by sight, code and name: “明 (U+660E, CJK UNIFIED IDEOGRAPH-660E)”, at most ten."""
    named = [f"{cluster} ({', '.join(map(code_and_name, cluster))})" for cluster in characters[:10]]
    more = len(characters) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def code_and_name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
