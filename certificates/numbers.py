"""Certificate numbers: prefix, year, eight random characters, one check character. Pure.

FL-2026-7Q4ZK0M9-T. The alphabet is Crockford's base32, which leaves out I, L, O and U, so that a number
survives being read aloud or copied by hand. Numbers are random: one tells nothing about another.
"""

import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LENGTH = 8
LOOKALIKES = str.maketrans("OIL", "011")


def check_character(code: str) -> str:
    """Return the character that catches any one wrong character and any two neighbours swapped.

    Damm's method over the field of 32 elements (x^5 + x^2 + 1): add, then multiply by x.
    """
    state = 0
    for character in code:
        state = (state ^ ALPHABET.index(character)) << 1
        if state & 32:
            state ^= 0b100101
    return ALPHABET[state]


def new_number(prefix: str, year: int) -> str:
    """Return a fresh number; 2^40 are possible in each year."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return f"{prefix}-{year}-{code}-{check_character(f'{year}{code}')}"


def parse_number(text: str) -> str | None:
    """Return the number that `text` means, whatever its case, spaces, dashes, O for 0 or I for 1.

    None if it cannot be one: wrong length, wrong letters, or a check character that does not fit.
    """
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text[:200]).upper())
    prefix, year, code = plain[:-13], plain[-13:-9].translate(LOOKALIKES), plain[-9:].translate(LOOKALIKES)
    if not (prefix.isalpha() and year.isdigit() and set(code) <= set(ALPHABET)):
        return None
    if check_character(year + code[:-1]) != code[-1]:
        return None
    return f"{prefix}-{year}-{code[:-1]}-{code[-1]}"
