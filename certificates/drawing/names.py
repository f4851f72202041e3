"""The holder's name: can it be drawn, how large, and in which pieces. Pure."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from certificates.drawing import glyphs
from certificates.drawing.glyphs import SERIF

WIDTH_PT = 500  # of the column that the name stands in
SIZES_PT = (38, 19)  # as large as the first; below the second the name wraps instead
LEAST_PT = 8  # so small for the sake of one long word, which is broken only after that
ROOM = 1.03  # shaping may need a little more than the widths of the letters


class UndrawableText(Exception):
    """Something the certificate says cannot be drawn with its fonts; str() names the characters."""


class UndrawableName(UndrawableText):
    """It is the holder's name that cannot be drawn."""


@dataclass(frozen=True)
class Name:
    """text: tidied.  size: of the type, in points.  html: its words, each with its font."""

    text: str
    size: float
    html: SafeString


def name_family(name: str) -> str:
    """Return the font that draws most of `name`; raises UndrawableName if something is in none of them."""
    if not name:
        raise UndrawableName("There is no visible character in the name.")
    if missing := glyphs.undrawable(name, SERIF):
        raise UndrawableName(f"The certificate’s fonts do not have: {glyphs.describe(missing)}.")
    return glyphs.runs(name, SERIF)[0].family


def set_name(name: str) -> Name:
    """Return `name` ready to be drawn. Raises UndrawableName."""
    text = glyphs.tidy(name)
    name_family(text)
    size = name_size(text, SERIF)
    html = typeset(text, SERIF, keep_words=True, size=size)
    exact = " data-exact" if glyphs.needs_exact(text) else ""
    direction = " dir=rtl" if glyphs.is_leftward(text) else ""
    return Name(
        text,
        size,
        format_html('<p class="name"{}{} style="font-size:{}pt">{}</p>', direction, exact, str(size), html),
    )


def name_size(name: str, family: str) -> float:
    """Return the type size in points at which `name` fills one line, between the two limits, or its longest word."""
    largest, smallest = SIZES_PT
    on_one_line = _fitting(name, family)
    in_words = min((_fitting(word, family) for word in name.split()), default=smallest)
    return round(max(LEAST_PT, min(largest, max(on_one_line, min(smallest, in_words)))), 1)


def _fitting(text: str, family: str) -> float:
    return WIDTH_PT * 1000 / ROOM / max(1, glyphs.width(text, family))


def typeset(text: str, family: str, *, keep_words: bool = False, size: float = 0) -> SafeString:
    """Return `text` as HTML, what `family` lacks in the fonts that have it.

    keep_words: a line may not break at a hyphen, because readers of the PDF would then take the hyphen away.
    """
    found = glyphs.runs(text, family)
    exact = " data-exact" if keep_words and glyphs.needs_exact(text) else ""
    if len(found) == 1 and found[0].family == family:
        return _words(text, family, size, exact) if keep_words else format_html("{}", text)
    return format_html_join(
        "",
        '<span class="{}"{}>{}</span>',
        (
            (run.family, exact, _words(run.text, family, size, exact) if keep_words else run.text)
            for run in found
        ),
    )


def _words(text: str, family: str, size: float, exact: str) -> SafeString:
    pieces = []
    for piece in text.split(" "):
        fits = glyphs.width(piece, family) * size * ROOM / 1000 <= WIDTH_PT
        whole = "-" in piece or "\u2010" in piece
        form = '<span class="whole"{}>{}</span>' if whole and fits else "{0:.0}{1}"
        pieces.append(format_html(form, exact, piece))
    return format_html_join(" ", "{}", ((piece,) for piece in pieces))
