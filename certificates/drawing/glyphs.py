"""What the certificate's fonts can draw, with which of them, and how wide it comes out. Pure."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from certificates.drawing.fonts import SANS, SERIF, WIDE, Face, face, stack

__all__ = ["SANS", "SERIF", "Run", "describe", "needs_exact", "runs", "tidy", "undrawable", "width"]

JOINERS = "\u200c\u200d"  # between letters of joining scripts they are spelling: Persian, Sinhala
LEFTWARDS = {"R", "AL"}


def tidy(text: str) -> str:
    """Return `text` composed (NFC), without invisible characters, with single spaces."""
    composed = unicodedata.normalize("NFC", text)
    kept = [character for character in composed if character.isspace() or _is_visible(character)]
    visible = [c for index, c in enumerate(kept) if c not in JOINERS or _is_spelling(kept, index)]
    return " ".join("".join(visible).split())


def _is_visible(character: str) -> bool:
    return character in JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def _is_spelling(text: list[str], index: int) -> bool:
    """Say whether the joiner there stands between two letters (or marks) of a script that joins."""
    around = text[max(0, index - 1) : index] + text[index + 1 : index + 2]
    return len(around) == 2 and all(unicodedata.category(c)[0] in "LM" and ord(c) >= 0x600 for c in around)


def clusters(text: str) -> Iterator[str]:
    """Yield each character together with the marks that stand on it."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not (unicodedata.category(text[index])[0] == "M" or text[index] in JOINERS):
            yield text[start:index]
            start = index


@dataclass(frozen=True)
class Run:
    """A stretch of text that one font draws."""

    text: str
    family: str


def runs(text: str, first: str = SANS) -> list[Run]:
    """Return `text` cut by font; what none can draw is left to the first.

    One font draws all the Latin, Greek and Cyrillic of a text, so that its letters match. Spaces and signs go
    with what they follow.
    """
    parts = list(clusters(text))
    if all(face(first).draws(part) for part in parts):
        return [Run(text, first)]
    both = [part for part in parts if face(first).draws(part) or face(WIDE).draws(part)]
    main = first if all(face(first).draws(part) for part in both) else WIDE
    found, before = [], face(main)
    for part in parts:
        if unicodedata.category(part[0])[0] in "LM" or not before.draws(part):
            before = _face_for(part, main) or face(main)
        found.append((before.family, part))
    return [Run("".join(p for _, p in group), family) for family, group in groupby(found, lambda one: one[0])]


def _face_for(cluster: str, first: str) -> Face | None:
    return next((face(family) for family in stack(first) if face(family).draws(cluster)), None)


def undrawable(text: str, family: str = SANS) -> list[str]:
    """Return what no font can draw, each once, in order: a letter and its marks must be in one font."""
    return [cluster for cluster in dict.fromkeys(clusters(text)) if _face_for(cluster, family) is None]


def needs_exact(text: str, first: str = SERIF) -> bool:
    """Say whether letters of `text` join, stack or run leftwards, so that each must carry its own text."""
    return any(len(cluster) > 1 for cluster in clusters(text)) or any(
        run.family not in (first, WIDE) for run in runs(text, first)
    )


def is_leftward(text: str) -> bool:
    """Say whether all its letters run from right to left."""
    directions = {unicodedata.bidirectional(character) for character in text}
    return bool(directions & LEFTWARDS) and "L" not in directions


def width(text: str, family: str) -> float:
    """Return about how wide `text` is, in thousandths of the type size; a letter not found counts as an em."""
    return sum(
        _advance(cluster, face(run.family)) for run in runs(text, family) for cluster in clusters(run.text)
    )


def _advance(cluster: str, font: Face) -> float:
    return font.advances.get(ord(cluster[0]), 1000) + sum(
        font.advances.get(ord(mark), 0) for mark in cluster[1:] if unicodedata.category(mark) == "Mc"
    )


def describe(characters: list[str]) -> str:
    """Return characters by sight, code and name: “明 (U+660E, CJK UNIFIED IDEOGRAPH-660E)”, at most ten."""
    named = [f"{cluster} ({', '.join(map(code_and_name, cluster))})" for cluster in characters[:10]]
    more = len(characters) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def code_and_name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
