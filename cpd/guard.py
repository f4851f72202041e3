"""Looks for what could be a real person's details in a text. Pure, and nothing it reads is kept.

It is made to be right about most things at once, not certain of any: it says what it saw and where, and the writer
decides. Dates of training, laws, helplines and words like NRM are left alone.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import Enum

OLD_ENOUGH = (
    15  # years: a day written in figures that is further back is more likely a birthday than a training day
)
TITLES = ("Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Professor", "Sir", "Dame", "Rev")
RANKS = ("PC", "DC", "DS", "DI", "Sgt", "Sergeant", "Constable", "Inspector")
IN_SMALL = ("mr", "mrs", "ms", "mx", "dr")
MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
IN_FIGURES = r"\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})"
A_DATE = rf"(?:{IN_FIGURES}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTHS},?\s+\d{{4}}|{MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
OF_A_CASE = (
    r"NRM|case|crime|incident|police|custody|occurrence|referral|safeguarding|MARAC|MASH|CAD|URN|log|file|claim|"
    r"Home Office|hospital|patient|client|ref(?:erence)?"
)


class Kind(Enum):
    """What it looks like, in words that follow “This looks like”."""

    EMAIL = "an e-mail address"
    NHS = "an NHS number"
    NI = "a National Insurance number"
    PHONE = "a phone number"
    BIRTH = "a date of birth"
    PLATE = "a vehicle’s number plate"
    POSTCODE = "a postcode"
    REFERENCE = "a case or reference number"
    NAME = "a person’s name"


@dataclass(frozen=True)
class Finding:
    """One thing seen: `text` as it was written, from `start` to `end`."""

    kind: Kind
    text: str
    start: int
    end: int


def is_nhs_number(digits: str) -> bool:
    """Say whether ten digits pass the check of NHS and CHI numbers: weights 10 to 2, modulus 11.

    Source: NHS Data Dictionary, NHS NUMBER.
    """
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit() or len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    check = (11 - rest) % 11
    return check != 10 and check == int(digits[9])


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_nhs(match: re.Match, _) -> bool:
    return bool(match["said"]) or is_nhs_number(_digits(match["number"]))


def _is_private_phone(match: re.Match, _) -> bool:
    """Free and national-rate numbers are helplines and switchboards."""
    digits = re.sub(r"^(?:00|)44", "0", _digits(match[0]).replace("440", "44", 1))
    return not digits.startswith(("0800", "0808", "03", "084", "087"))


def _is_birth(match: re.Match, this_year: int) -> bool:
    if match["said"] or match["turned"]:
        return True
    year = _year(match["figures"] or "")
    return year is not None and this_year - 110 <= year <= this_year - OLD_ENOUGH


def _year(figures: str) -> int | None:
    found = re.search(r"(\d{4})", figures)
    return int(found[1]) if found else None


def _is_reference(match: re.Match, _) -> bool:
    """Four digits at least, and neither a year nor a pair of years."""
    token = match["token"] or match["alone"]
    if len(_digits(token)) < 4:
        return False
    return not re.fullmatch(
        r"(?:19|20)\d\d(?:[/–-](?:(?:19|20)\d\d|\d\d))?|" + IN_FIGURES + r"|\d{4}-\d{2}-\d{2}", token
    )


def _is_postcode(match: re.Match, _) -> bool:
    inward = match["inward"]
    if inward.lower() in {"1st", "2nd", "3rd", "4th"} and inward != inward.upper():
        return False
    return match[0].isupper() or match[0].islower()


def _is_name(match: re.Match, _) -> bool:
    """A title and a capitalised word; “Mr A” and “Dr X” are how people hide a name."""
    name = match["name"]
    return name[0].isupper() and not (name.isupper() and match["title"] in RANKS)


def _always(_match: re.Match, _year: int) -> bool:
    return True


#: What to look for, the surest first: a later one that overlaps an earlier one is left out.
_LOOK_FOR: tuple[tuple[Kind, re.Pattern, Callable[[re.Match, int], bool]], ...] = (
    (Kind.EMAIL, re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), _always),
    (
        Kind.NHS,
        re.compile(
            r"(?P<said>\b(?:NHS|CHI|H&C)\s*(?:number|num|no|nr|#)?\s*[.:#]?\s*)?(?<!\d)(?P<number>\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)",
            re.IGNORECASE,
        ),
        _is_nhs,
    ),
    (
        Kind.NI,
        re.compile(
            r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]\b",
            re.IGNORECASE,
        ),
        _always,
    ),
    (
        Kind.BIRTH,
        re.compile(
            rf"(?:(?P<said>\b(?:d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|born(?:\s+on)?|birthday)[\s:,=\-–]*(?:(?:is|was|on|the)\s+)*)"
            rf"{A_DATE}|(?P<figures>(?<![\d/.\-]){IN_FIGURES}(?![\d/])|(?<!\d)\d{{4}}-\d{{2}}-\d{{2}}(?!\d))(?P<turned>\s*\(?\s*d\.?o\.?b\b)?)",
            re.IGNORECASE,
        ),
        _is_birth,
    ),
    (
        Kind.REFERENCE,
        re.compile(
            rf"\b(?:{OF_A_CASE})\b[\s-]*(?:(?:ref(?:erence)?|number|num|no|nr|id)\b)?(?:\s+(?:is|was))?\s*[.:#=]?\s*"
            r"(?P<token>(?:(?-i:[A-Z]{1,5} )|[A-Z]{0,5}[-/]?)\d[A-Z0-9]*(?:[-/][A-Z0-9]+)*)(?![A-Z0-9])"
            r"|\b(?P<alone>NRM[-/]?\d{4,}|[A-Z]\d{7}(?:/\d+)?|\d{2}/\d{4,}/\d{2})\b",
            re.IGNORECASE,
        ),
        _is_reference,
    ),
    (
        Kind.PHONE,
        re.compile(
            r"(?<![\d+])(?:\+\d{1,3}[\s-]?(?:\(0\)[\s-]?)?|00\d{2}[\s-]?|\(?0)(?:\d[\s()-]{0,2}){8,10}\d(?!\d)"
        ),
        _is_private_phone,
    ),
    (
        Kind.PLATE,
        re.compile(
            r"\b[A-HJ-PR-Y][A-HJ-PR-Y]\d{2}[ ]?[A-HJ-PR-Z]{3}\b"
            r"|\b(?i:reg(?:istration)?|plate|vehicle|car|van|lorry)\b[\s:.#]*(?i:(?:number|no|plate)\b[\s:.#]*)?(?:[A-Z]\d{1,3} ?[A-Z]{3}|[A-Z]{3} ?\d{1,3}[A-Z]?)\b"
        ),
        _always,
    ),
    (
        Kind.POSTCODE,
        re.compile(
            r"\b(?:[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d(?:\d|[ABEHMNPRV-Y])?|\d[A-HJKPS-UW]))[ ]?(?P<inward>\d[ABD-HJLNP-UW-Z]{2})\b",
            re.IGNORECASE,
        ),
        _is_postcode,
    ),
    (
        Kind.NAME,
        re.compile(
            rf"\b(?P<title>{'|'.join((*TITLES, *(title.upper() for title in TITLES), *RANKS, *IN_SMALL))})\.?[ \u00a0]+"
            r"(?:[^\W\d_]\.?[ \u00a0]+)?(?P<name>[^\W\d_](?:[^\W\d_]|['’-])+)"
        ),
        _is_name,
    ),
)


def look(text: str, *, this_year: int, leave_out: Collection[Kind] = ()) -> list[Finding]:
    """Return what in `text` could be somebody's details, in the order in which it stands there."""
    found: list[Finding] = []
    for kind, pattern, holds in _LOOK_FOR:
        for match in pattern.finditer(text):
            if holds(match, this_year) and not any(
                match.start() < other.end and other.start < match.end() for other in found
            ):
                found.append(Finding(kind, match[0].strip(), match.start(), match.end()))
    return sorted((f for f in found if f.kind not in leave_out), key=lambda finding: finding.start)


def fingerprint(findings: Iterable[tuple[str, Finding]]) -> str:
    """Return a mark of what was seen, field by field: a second look covers these and nothing added since."""
    return "|".join(sorted({f"{field}:{finding.kind.name}:{finding.text}" for field, finding in findings}))
