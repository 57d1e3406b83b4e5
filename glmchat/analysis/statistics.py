"""Figures of a sample with their 95 % intervals, whether two samples differ, and how alike texts are."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist, fmean, variance

_LEVEL = 0.975
_Z = NormalDist().inv_cdf(_LEVEL)
# Student's t at so few degrees of freedom that the expansion below is off.
_T = {1: 12.706, 2: 4.303, 3: 3.182}
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean and its 95 % interval over `count` values; `low` and `high` are None for a single value."""

    mean: float
    low: float | None
    high: float | None
    count: int


def student(freedom: float) -> float:
    """The 97.5 % quantile of Student's t, by Cornish and Fisher's expansion (Abramowitz and Stegun, 26.7.5)."""
    if freedom < 4:
        return _T[max(1, int(freedom))]
    z, n = _Z, freedom
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )


def figure(values: Sequence[float], shares: bool = False) -> Figure | None:
    """The mean with Student's interval, of `shares` that are all 0 or 1 with Wilson's. None for no values."""
    if not values:
        return None
    count, mean = len(values), fmean(values)
    if shares and set(values) <= {0.0, 1.0}:
        return Figure(mean, *wilson(mean, count), count)
    if count < 2:
        return Figure(mean, None, None, count)
    half = student(count - 1) * math.sqrt(variance(values) / count)
    return Figure(mean, mean - half, mean + half, count)


def wilson(share: float, count: int) -> tuple[float, float]:
    """The score interval of a share, E. B. Wilson 1927, "Probable inference"."""
    square = _Z**2 / count
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(share * (1 - share) / count + square / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def differ(first: Sequence[float], second: Sequence[float]) -> int | None:
    """Whether the second sample's mean is above (1) or below (-1) the first's beyond chance, 0 where it is not.

    B. L. Welch 1947, at 95 %; None where there are too few values to say.
    """
    if len(first) < 2 or len(second) < 2:
        return None
    parts = [variance(each) / len(each) for each in (first, second)]
    gap, spread = fmean(second) - fmean(first), sum(parts)
    if not spread:
        return (gap > 0) - (gap < 0)
    freedom = spread**2 / sum(
        part**2 / (len(each) - 1) for part, each in zip(parts, (first, second), strict=True)
    )
    return 0 if abs(gap) <= student(freedom) * math.sqrt(spread) else 1 if gap > 0 else -1


def differ_shares(first: Sequence[float], second: Sequence[float]) -> int | None:
    """As `differ`, for shares that are all 0 or 1, where equal values say little of the spread.

    R. G. Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10.
    """
    if len(first) < 2 or len(second) < 2:
        return None
    one, two = fmean(first), fmean(second)
    (low, high), (lower, higher) = wilson(one, len(first)), wilson(two, len(second))
    if two - one > math.hypot(two - lower, high - one):
        return 1
    return -1 if one - two > math.hypot(higher - two, one - low) else 0


def differ_paired(gaps: Sequence[float], shares: bool) -> int | None:
    """As `differ`, for what the same questions gave: each gap is the second value less the first.

    Student's test of paired differences (W. S. Gosset 1908, "The probable error of a mean"); of `shares` that are all 0
    or 1, the exact test of Q. McNemar 1947, "Note on the sampling error of the difference between correlated
    proportions", by which only those questions count where the two differ.
    """
    if len(gaps) < 2:
        return None
    gap = fmean(gaps)
    if shares and set(gaps) <= {-1.0, 0.0, 1.0}:
        up, down = gaps.count(1.0), gaps.count(-1.0)
        tail = sum(math.comb(up + down, each) for each in range(min(up, down) + 1)) / 2 ** (up + down)
        beyond = 2 * tail <= 2 * (1 - _LEVEL)
    else:
        beyond = abs(gap) > student(len(gaps) - 1) * math.sqrt(variance(gaps) / len(gaps))
    return (gap > 0) - (gap < 0) if beyond else 0


def words(text: str) -> list[str]:
    """The words of a text in lower case; a CJK character is one."""
    return _WORD.findall(text.lower())


def agreement(texts: Sequence[str]) -> float | None:
    """How alike texts are, from 0 to 1: the mean over pairs of the words that both have among those of either.

    P. Jaccard 1912. None for fewer than two texts.
    """
    values = agreements(texts)
    return fmean(values) if values else None


def agreements(texts: Sequence[str]) -> list[float]:
    """What each text adds to the agreement of all: values whose mean it is and whose spread tells its interval.

    The jackknife's pseudovalues (J. N. Arvesen 1969, "Jackknifing U-statistics"), since pairs that share a text are
    not independent; of two texts the one pair, of fewer nothing.
    """
    sets = [frozenset(words(text)) for text in texts]
    count, sums, total = len(sets), [0.0] * len(sets), 0.0
    for (i, a), (j, b) in combinations(enumerate(sets), 2):
        share = len(a & b) / len(a | b) if a | b else 1.0
        total += share
        sums[i] += share
        sums[j] += share
    if count < 3:
        return [total] if count == 2 else []
    mean = total / math.comb(count, 2)
    return [count * mean - (count - 1) * (total - each) / math.comb(count - 1, 2) for each in sums]
