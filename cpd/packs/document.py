"""A pack as a PDF on A4."""

import re

from django.template.loader import render_to_string

from cpd.packs.shape import Pack, Part
from trainingsite.lib.pdf import html_to_pdf

STYLESHEET = "print/cpd.css"
LONGEST = 150_000  # characters, some sixty sheets: drawing takes seconds, and one drawing at a time is made
LINE = 60  # what a line break costs, in characters
LONG_WORD = re.compile(r"(\S{40})(?=\S)")


class TooLong(Exception):
    """More than is drawn in one go. The text and the CSV have no such end."""


def as_pdf(pack: Pack) -> bytes:
    """Return a tagged PDF. Raises TooLong."""
    if not fits(pack):
        raise TooLong
    html = render_to_string("cpd/document.html", {"pack": pack})
    return html_to_pdf(_softened(html), STYLESHEET)


def fits(pack: Pack) -> bool:
    """Say whether the pack is short enough for one PDF."""
    return sum(_cost(text) for part in pack.parts for text in _texts(part)) <= LONGEST


def _cost(text: str) -> int:
    return len(text) + LINE * (1 + text.count("\n"))


def _texts(part: Part):
    yield from (value for _, value in part.facts)
    yield from (own.words for own in part.own)
    if part.table:
        yield from (cell for row in part.table.rows for cell in row)


def _softened(html: str) -> str:
    """Let words that nobody writes break anywhere: laying out one of thousands of letters takes minutes."""
    return re.sub(r">[^<]{41,}<", lambda text: LONG_WORD.sub("\\1\u200b", text[0]), html)
