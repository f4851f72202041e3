"""Change of the same people from one rating to another: mean, interval, effect size. Pure arithmetic, no database.

The effect size is Cohen's d_z: the mean of the changes divided by their standard deviation (sample, n − 1).
It compares people with themselves, so it is not the d of two separate groups.

Sources: Cohen 1988, “Statistical Power Analysis for the Behavioral Sciences”, 2nd ed., section 2.3.5 (d_z); Lakens
2013, “Calculating and reporting effect sizes”, Frontiers in Psychology 4:863, formula 6. Interval of the mean:
Student 1908, “The probable error of a mean”, Biometrika 6:1–25. Interval of d_z: Steiger & Fouladi 1997, “Noncentrality
interval estimation”; Cumming & Finch 2001, Educational and Psychological Measurement 61:532–574. The incomplete beta
function: continued fraction 26.5.8 of Abramowitz & Stegun 1964, evaluated as Lentz 1976 does.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import erfc, exp, fsum, lgamma, log, sqrt

CONFIDENCE = 0.95
_TINY = 1e-300
_REACH = 8  # standard deviations on either side hold all that a double can tell
_STEPS_FEW, _STEPS = 400, 120  # of Simpson's rule, below ten degrees of freedom and from there on
_PRECISION = 1e-12
_ALIKE = 1e-9  # changes of means differ by less only through rounding


@dataclass(frozen=True)
class Paired:
    """What became of n people. Means are on the scale of the ratings; shares are per cent.

    low, high: 95 % interval of mean_change, by Student's t.  d: Cohen's d_z.  d_low, d_high: its 95 % interval, by
    the noncentral t. What n does not give is None: intervals of one person, d where all changed by the same.
    """

    n: int
    mean_before: float
    mean_after: float
    mean_change: float
    sd_change: float | None
    low: float | None
    high: float | None
    d: float | None
    d_low: float | None
    d_high: float | None
    rose_percent: float
    stayed_percent: float
    fell_percent: float


def paired(before: Sequence[float], after: Sequence[float]) -> Paired | None:
    """Return the change from `before` to `after`, the same people in the same order; None without people."""
    return paired_counts(Counter(zip(before, after, strict=True)))


def paired_counts(pairs: Mapping[tuple[float, float], int]) -> Paired | None:
    """As `paired`, from counts: (before, after) -> how many people. Quick for any number of people."""
    n = sum(pairs.values())
    if not n:
        return None
    changes = Counter()
    for (before, after), count in pairs.items():
        changes[after - before] += count
    mean = _mean(changes, n)
    sd = _deviation(changes, mean, n)
    half = t_quantile((1 + CONFIDENCE) / 2, n - 1) * sd / sqrt(n) if sd is not None else None
    d = mean / sd if sd else None
    d_low, d_high = interval_of_d(d, n) if d is not None else (None, None)
    return Paired(
        n=n,
        mean_before=_mean_of(pairs, 0, n),
        mean_after=_mean_of(pairs, 1, n),
        mean_change=mean,
        sd_change=sd,
        low=None if half is None else mean - half,
        high=None if half is None else mean + half,
        d=d,
        d_low=d_low,
        d_high=d_high,
        rose_percent=100 * sum(count for change, count in changes.items() if change > 0) / n,
        stayed_percent=100 * changes[0] / n,
        fell_percent=100 * sum(count for change, count in changes.items() if change < 0) / n,
    )


def _mean(counts: Mapping[float, int], n: int) -> float:
    return fsum(value * count for value, count in counts.items()) / n


def _mean_of(pairs: Mapping[tuple[float, float], int], side: int, n: int) -> float:
    return fsum(pair[side] * count for pair, count in pairs.items()) / n


def _deviation(counts: Mapping[float, int], mean: float, n: int) -> float | None:
    """Sample standard deviation; exactly 0 where all are alike, None for one person."""
    if n < 2:
        return None
    changes = [value for value, count in counts.items() if count]
    if max(changes) - min(changes) < _ALIKE:
        return 0.0
    return sqrt(fsum(count * (value - mean) ** 2 for value, count in counts.items()) / (n - 1))


# --- Student's t ------------------------------------------------------------------------------


def t_probability(t: float, df: float) -> float:
    """Return the probability that Student's t with `df` degrees of freedom is at most `t`."""
    tail = incomplete_beta(df / (df + t * t), df / 2, 0.5) / 2
    return 1 - tail if t > 0 else tail


@cache
def t_quantile(p: float, df: int) -> float:
    """Return the value that Student's t with `df` degrees of freedom stays below with probability `p`."""
    return _solve(lambda t: t_probability(t, df) - p)


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):  # the fraction converges quickly on the other side
        return 1 - incomplete_beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    return front * _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Return 1 / (1 + e1 / (1 + e2 / …)), the e as in 26.5.8 of Abramowitz & Stegun."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, 5000):
        m = term // 2
        if term % 2:
            e = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            e = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + e * d or _TINY)
        c = 1 + e / c or _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return 1 / value


# --- Interval of d_z --------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def interval_of_d(d: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of Cohen's d_z of n people.

    t = d √n is noncentral t with n − 1 degrees of freedom and noncentrality δ √n, where δ is the true d_z. The
    bounds are the δ under which a t as large as this, or as small, comes with probability 2.5 %.
    """
    t, root = d * sqrt(n), sqrt(n)
    tail = (1 - CONFIDENCE) / 2
    low = _solve(lambda shift: 1 - tail - noncentral_t_probability(t, n - 1, shift), near=t)
    high = _solve(lambda shift: tail - noncentral_t_probability(t, n - 1, shift), near=t)
    return low / root, high / root


def noncentral_t_probability(t: float, df: int, shift: float) -> float:
    """Return the probability that noncentral t is at most `t`: the mean over s of Φ(t s − shift).

    s is the sample's standard deviation divided by the true one: √(χ²/df).
    """
    return fsum(weight * erfc((shift - t * s) / sqrt(2)) for s, weight in _spread(df)) / 2


@cache
def _spread(df: int) -> tuple[tuple[float, float], ...]:
    """Return points s and their weights: the density of √(χ²/df) by Simpson's rule."""
    steps = _STEPS if df >= 10 else _STEPS_FEW
    reach = _REACH / sqrt(2 * df)
    start = max(0.0, 1 - reach)
    step = (1 + reach - start) / steps
    constant = df / 2 * log(df) - (df / 2 - 1) * log(2) - lgamma(df / 2)
    found = []
    for number in range(steps + 1):
        s = start + number * step
        simpson = 1 if number in (0, steps) else 4 if number % 2 else 2
        if s > 0:
            density = exp(constant + (df - 1) * log(s) - df * s * s / 2)
        else:
            density = exp(constant) if df == 1 else 0.0
        found.append((s, simpson * step / 3 * density))
    return tuple(found)


def _solve(rising: Callable[[float], float], near: float = 0.0) -> float:
    """Return where `rising` is 0, by halving an interval that is widened until it holds the place."""
    reach = 1.0
    while rising(near - reach) > 0:
        reach *= 2
    low = near - reach
    reach = 1.0
    while rising(near + reach) < 0:
        reach *= 2
    high = near + reach
    while high - low > _PRECISION * max(1, abs(low)):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
