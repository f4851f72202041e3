"""Marking: pure arithmetic, no database. Marks are exact until they are written down."""

from collections.abc import Collection, Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

MARK_PLACES = Decimal("0.000001")
SCORE_PLACES = Decimal("0.01")


def fraction_right(right: Collection[str], chosen: Collection[str]) -> Fraction:
    """Return the share of the marks, 0 to 1, that choosing the keys `chosen` earns.

    Right minus wrong, never below zero: each right answer earns an equal share and each wrong one takes such a
    share away, so a question with one right answer is all or nothing. Nothing chosen earns nothing.
    """
    right, chosen = frozenset(right), frozenset(chosen)
    if not right:
        raise ValueError("a question without a right answer cannot be marked")
    return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right)))


def marks_for(fraction: Fraction, possible: Decimal) -> Decimal:
    """Return `fraction` of `possible` marks as it is stored, to six places."""
    exact = fraction * Fraction(possible)
    return (Decimal(exact.numerator) / exact.denominator).quantize(MARK_PLACES, ROUND_HALF_UP)


def score_percent(marked: Iterable[tuple[Fraction, Decimal]]) -> Decimal:
    """Return the score, per cent from 0 to 100, of pairs of share earned and marks possible.

    Rounded down to two places, so that a score shown as the pass mark always is a pass: `score >= pass_mark`
    gives the same answer before and after rounding. No questions, or none with marks, score 0.
    """
    marked = [(share, Fraction(possible)) for share, possible in marked]
    total = sum(possible for _, possible in marked)
    if not total:
        return Decimal("0.00")
    exact = 100 * sum((share * possible for share, possible in marked), Fraction(0)) / total
    return (Decimal(exact.numerator) / exact.denominator).quantize(SCORE_PLACES, ROUND_DOWN)
