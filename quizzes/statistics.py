"""Item analysis: classical test statistics and Mantel–Haenszel. Pure arithmetic, no database.

x: marks on one question.  T: marks in all.  r = T − x: the rest.  Sample variances, with n − 1.
Values come as counts, value -> how often: of ten thousand attempts few are different, so this is quick and exact.
A number that the data cannot give is None, never 0: where nobody differs, nothing tells people apart.

Sources: Moodle's `question/classes/statistics/questions/calculator.php` and
`mod/quiz/report/statistics/classes/calculator.php`; Holland & Thayer 1988, “Differential item performance and
the Mantel–Haenszel procedure”; for the variance of the common odds ratio Robins, Breslow & Greenland 1986.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, fsum, log, sqrt
from statistics import median

#: ETS: how far the delta must lie from 0 to matter, and to matter much.
MODERATE_DELTA, LARGE_DELTA = 1.0, 1.5
#: The 95th per cent point of the normal distribution: one-sided at .05.
ONE_SIDED = 1.6448536269514722


@dataclass(frozen=True)
class ItemNumbers:
    """How one question behaves. n: attempts that held it.  sd: in the unit of the marks.  The others are per cent.

    facility: mean of the marks, of those possible.  discrimination: 100 × correlation of x and r, −100 to 100.
    efficiency: discrimination of what was possible with these marks.
    """

    n: int
    facility: float | None
    sd: float | None
    discrimination: float | None
    efficiency: float | None


@dataclass(frozen=True)
class ScoreNumbers:
    """How scores spread. mean, median and sd are in the unit of the scores."""

    n: int
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None


@dataclass(frozen=True)
class Reliability:
    """consistency (CIC) and error_ratio are per cent; standard_error is in the unit of the scores."""

    consistency: float | None
    error_ratio: float | None
    standard_error: float | None


@dataclass(frozen=True)
class Weight:
    """effective: per cent of what tells people apart, None when more marks here go with fewer in all.

    is_negative says so: the question pulls against the rest.
    """

    effective: float | None
    is_negative: bool


@dataclass(frozen=True)
class MantelHaenszel:
    """One group against all others of the same score.

    odds_ratio: common odds, above 1 when the question is harder for the group.  delta: ETS scale, −2.35 ln of it,
    below 0 when harder.  chi_square: with continuity correction.  p: its probability when there is no difference.
    se: standard error of the delta.  grade: ETS A (none or slight), B (moderate), C (large).
    """

    odds_ratio: float | None
    delta: float | None
    chi_square: float | None
    p: float | None
    se: float | None
    grade: str | None


def _mean(counts: Mapping[float, int]) -> float:
    return fsum(value * count for value, count in counts.items()) / sum(counts.values())


def _deviations(counts: Mapping[float, int]) -> dict[float, float]:
    """Return how far each value lies from the mean; exactly 0 where all are equal."""
    if len(counts) < 2:
        return dict.fromkeys(counts, 0.0)
    mean = _mean(counts)
    return {value: value - mean for value in counts}


def _squares(counts: Mapping[float, int]) -> float:
    return fsum(count * deviation**2 for deviation, count in _with_deviations(counts))


def _with_deviations(counts: Mapping[float, int]) -> list[tuple[float, int]]:
    deviations = _deviations(counts)
    return [(deviations[value], count) for value, count in counts.items()]


def _together(pairs: Mapping[tuple[float, float], int]) -> float:
    """Return the sum of products of deviations; the sample covariance is that by n − 1."""
    first, second = (_deviations(side) for side in _sides(pairs))
    return fsum(count * first[x] * second[y] for (x, y), count in pairs.items())


def _sides(pairs: Mapping[tuple[float, float], int]) -> tuple[Counter[float], Counter[float]]:
    first, second = Counter(), Counter()
    for (x, y), count in pairs.items():
        first[x] += count
        second[y] += count
    return first, second


def variance(counts: Mapping[float, int]) -> float | None:
    """Return the sample variance, None below two values."""
    n = sum(counts.values())
    return _squares(counts) / (n - 1) if n > 1 else None


def item_numbers(pairs: Mapping[tuple[float, float | None], int], possible: float) -> ItemNumbers:
    """Return the numbers of one question. pairs: (x, r) -> attempts.

    r: in any unit that is the same for all, None where an attempt has no rest.
    """
    marks, _ = _sides(pairs)
    n = marks.total()
    if not n:
        return ItemNumbers(0, None, None, None, None)
    spread = variance(marks)
    discrimination, efficiency = _discrimination(
        {pair: c for pair, c in pairs.items() if pair[1] is not None}
    )
    return ItemNumbers(
        n=n,
        facility=100 * _mean(marks) / possible,
        sd=None if spread is None else sqrt(spread),
        discrimination=discrimination,
        efficiency=efficiency,
    )


def _discrimination(pairs: Mapping[tuple[float, float], int]) -> tuple[float | None, float | None]:
    """Return index and efficiency. The n − 1 of the covariances cancels in both."""
    marks, rests = _sides(pairs)
    squares = _squares(marks) * _squares(rests)
    if not squares:
        return None, None
    together, most = _together(pairs), _together(_in_step(marks, rests))
    return 100 * together / sqrt(squares), 100 * together / most


def _in_step(first: Mapping[float, int], second: Mapping[float, int]) -> Counter[tuple[float, float]]:
    """Pair the lowest values of both sides, then the next, as if no other order were possible."""
    pairs, waiting = Counter(), sorted(second.items(), reverse=True)
    for x, count in sorted(first.items()):
        while count:
            y, left = waiting.pop()
            taken = min(count, left)
            pairs[x, y] += taken
            count -= taken
            if left > taken:
                waiting.append((y, left - taken))
    return pairs


def score_numbers(scores: Mapping[float, int]) -> ScoreNumbers:
    """Return how scores spread. Skewness asks for three of them, kurtosis for four, both for a difference."""
    n = sum(scores.values())
    if not n:
        return ScoreNumbers(0, None, None, None, None, None)
    deviations = _with_deviations(scores)
    m2, m3, m4 = (fsum(count * d**power for d, count in deviations) / n for power in (2, 3, 4))
    k2 = n * m2 / (n - 1) if n > 1 else None
    skewness = kurtosis = None
    if n > 2 and k2:
        k3 = n**2 * m3 / ((n - 1) * (n - 2))
        skewness = k3 / k2**1.5
    if n > 3 and k2:
        k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
        kurtosis = k4 / k2**2
    return ScoreNumbers(
        n=n,
        mean=_mean(scores),
        median=median(Counter(scores).elements()),
        sd=None if k2 is None else sqrt(k2),
        skewness=skewness,
        kurtosis=kurtosis,
    )


def reliability(slots: Sequence[Mapping[float, int]], totals: Mapping[float, int]) -> Reliability:
    """Return the internal consistency of a test from the marks of each slot and the totals, in one unit.

    None below three attempts, below two slots, and where all totals are equal.
    """
    n, p = sum(totals.values()), len(slots)
    k2 = variance(totals)
    if n < 3 or p < 2 or not k2:
        return Reliability(None, None, None)
    consistency = 100 * p / (p - 1) * (1 - fsum(variance(slot) for slot in slots) / k2)
    error_ratio = 100 * sqrt(1 - consistency / 100)
    return Reliability(consistency, error_ratio, error_ratio * sqrt(k2) / 100)


def effective_weights(slots: Sequence[Mapping[tuple[float, float], int]]) -> list[Weight]:
    """Return for each slot its part of what tells people apart; all None where no slot does.

    slots: (x, T) -> attempts, in one unit.
    """
    covariances = [_together(slot) for slot in slots]
    roots = [sqrt(c) if c >= 0 else None for c in covariances]
    whole = fsum(root for root in roots if root is not None)
    return [
        Weight(100 * root / whole if whole and root is not None else None, covariance < 0)
        for root, covariance in zip(roots, covariances, strict=True)
    ]


def mantel_haenszel(strata: Iterable[tuple[int, int, int, int]]) -> MantelHaenszel:
    """Compare a group with all others, score by score.

    strata: for people of one score (others right, others wrong, group right, group wrong). A stratum in which
    one side is missing, or everybody is right or wrong, says nothing.
    """
    more = less = expected = spread = right = 0.0
    pr = ps_qr = qs = 0.0
    for a, b, c, d in strata:
        n = a + b + c + d
        if n < 2:
            continue
        up, down = a * d / n, b * c / n
        more, less = more + up, less + down
        p, q = (a + d) / n, (b + c) / n
        pr, ps_qr, qs = pr + p * up, ps_qr + p * down + q * up, qs + q * down
        right += a
        expected += (a + b) * (a + c) / n
        spread += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))
    if not (more and less and spread):
        return MantelHaenszel(None, None, None, None, None, None)
    odds_ratio = more / less
    delta = -2.35 * log(odds_ratio)
    chi_square = max(0.0, abs(right - expected) - 0.5) ** 2 / spread
    p = erfc(sqrt(chi_square / 2))
    se = 2.35 * sqrt(pr / (2 * more**2) + ps_qr / (2 * more * less) + qs / (2 * less**2))
    return MantelHaenszel(odds_ratio, delta, chi_square, p, se, _grade(delta, p, se))


def _grade(delta: float, p: float, se: float) -> str:
    """Return the ETS class (Zwick & Ercikan 1989): C also needs to be surely beyond a slight difference."""
    if abs(delta) < MODERATE_DELTA or p >= 0.05:
        return "A"
    is_large = abs(delta) >= LARGE_DELTA and abs(delta) - ONE_SIDED * se > MODERATE_DELTA
    return "C" if is_large else "B"


def thirds(scores: Mapping[float, int]) -> tuple[float, float] | None:
    """Return (highest score of the lower third, lowest score of the upper third); equal scores stay together.

    None where the scores are too much alike to be parted.
    """
    ordered = sorted(Counter(scores).elements())
    size = len(ordered) // 3
    if not size:
        return None
    low, high = ordered[size - 1], ordered[-size]
    return (low, high) if low < high else None


def is_no_better_than_chance(facility: float, n: int, options: int) -> bool:
    """Say whether a facility, per cent, of `n` attempts may as well be guesses among so many `options`."""
    chance = 1 / options
    return facility / 100 <= chance + ONE_SIDED * sqrt(chance * (1 - chance) / n)


def is_surely_more(some: int, of_some: int, others: int, of_others: int) -> bool:
    """Say whether the first share is larger than the second beyond chance: one-sided at .05, pooled variance."""
    if not of_some or not of_others:
        return False
    pooled = (some + others) / (of_some + of_others)
    se = sqrt(pooled * (1 - pooled) * (1 / of_some + 1 / of_others))
    return some / of_some - others / of_others > ONE_SIDED * se
