"""The one way in which words are written down before they leave and after they arrive."""

import re
from decimal import Decimal

#: Characters that XML cannot hold or that say nothing to a reader.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def tidy(text: str) -> str:
    """Return `text` with one kind of line break, single spaces and at most one empty line in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = UNWRITABLE.sub("", text)
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    return " ".join(tidy(text).split())


def short(text: str, length: int = 60) -> str:
    """Return the beginning of `text` on one line, for a report."""
    text = one_line(text)
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def plain(number: Decimal) -> str:
    """Write `number` without an exponent and without idle zeros."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
