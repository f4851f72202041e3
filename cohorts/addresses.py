"""Read e-mail addresses out of pasted text: lists, mail programs, spreadsheets. Pure, no database."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MAX_LENGTH = 254  # RFC 5321 4.5.3.1.3
SHOWN = 60  # characters of a bad entry repeated in its message

#: A quoted name or <address> stays whole; comma, semicolon and tab separate.
_ENTRY = re.compile(r'(?:"[^"]*"|<[^<>]*>|[^,;\t])+')
_IN_BRACKETS = re.compile(r"<([^<>]*)>")
_MISSING_AT = re.compile(r"^[^\s@]+\.[^\W\d_]{2,}$")
_HEADING = re.compile(r"\be-?mail\b", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """A line that cannot be used; `line` counts from 1 as in the box."""

    line: int
    reason: str

    def __str__(self):
        return f"Line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Parsed:
    """addresses: lower case, each once, in the order given."""

    addresses: list[str]
    problems: list[Problem]


def parse_addresses(text: str) -> Parsed:
    """Return the addresses in `text` and the lines that hold something else.

    Understands "Name <a@b>", commas, semicolons, new lines, and rows of a spreadsheet, where the cells beside
    the address are ignored, and so is a first row of headings.
    """
    addresses: dict[str, None] = {}
    problems = []
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        line = _without_invisible(raw).strip()
        if not line or (number == 1 and "@" not in line and _HEADING.search(line)):
            continue
        found = list(_candidates(line))
        if not found:
            problems.append(Problem(number, f"no e-mail address in “{_short(line)}”."))
        for candidate in found:
            reason = _fault(candidate)
            if reason:
                problems.append(Problem(number, reason))
            else:
                addresses[candidate.lower()] = None
    return Parsed(list(addresses), problems)


def _without_invisible(text: str) -> str:
    """Drop byte-order marks, zero-width and direction marks; turn every kind of space but tab into a plain one."""
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if category == "Zs":
            kept.append(" ")
        elif char == "\t" or category not in {"Cc", "Cf"}:
            kept.append(char)
    return "".join(kept)


def _candidates(line: str) -> Iterator[str]:
    """Yield what is, or was meant as, an e-mail address; names and other cells are passed over."""
    for entry in _ENTRY.findall(line):
        bracketed = _IN_BRACKETS.findall(entry)
        words = bracketed or [word for word in entry.split() if "@" in word]
        if not words and _MISSING_AT.match(entry.strip()):
            words = [entry]
        for word in words:
            yield word.strip().strip("\"'()[]<>.:").removeprefix("mailto:")


def _fault(candidate: str) -> str:
    """Say what is wrong with `candidate`; empty when nothing is."""
    if len(candidate) > MAX_LENGTH:
        return f"“{_short(candidate)}” is too long for an e-mail address."
    if "@" not in candidate:
        return f"“{_short(candidate)}” has no @ sign."
    try:
        validate_email(candidate)
    except ValidationError:
        return (
            f"“{_short(candidate)}” is not an e-mail address. Look for a missing part or an extra character."
        )
    return ""


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
