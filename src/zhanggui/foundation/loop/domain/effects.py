"""Whether it worked: difference in differences with an interval, a synthetic baseline, or plainly before and after.

Sources: Card and Krueger (1994) for the difference in differences; Bertrand, Duflo and Mullainathan (2004), *How much
should we trust differences-in-differences estimates?*: days of one unit depend on each other, so with several units
each is collapsed to one number (after minus before), and with one unit the number of days is corrected by the
first-order autocorrelation; Welch (1947) for the interval; Abadie, Diamond and Hainmueller (2010) for the synthetic
control, here in its plainest form (weights by how well each control followed the treated unit before).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, variance
from typing import Final

Day = float | None

#: Fewer units than this on a side: days are compared, not units.
UNITS: Final = 5
#: Fewer days than this before or after say nothing.
DAYS: Final = 4
#: Share of days without a value above which a unit is left out.
GAPS: Final = 0.3
Z95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Effect:
    """``method`` did, synthetic or before_after; ``effect`` per day (mean of treated units) with its 95 % interval.

    ``note`` codes what limits it: ``uncontrolled``, ``few_days``, ``few_units``, ``poor_fit``; ``effect`` None: nothing
    can be said.
    """

    method: str
    effect: float | None
    low: float | None
    high: float | None
    treated: int
    controls: int
    days: int
    note: str = ""


def estimate(treated: Sequence[Sequence[Day]], controls: Sequence[Sequence[Day]], *, before: int) -> Effect:
    """The effect on ``treated`` units (each a series of days, the first ``before`` of them before the act).

    With at least ``UNITS`` units on both sides: difference in differences over units. With fewer, but some controls:
    against the synthetic baseline when it followed the treated unit before, else against the controls' mean. Without
    controls: before/after, never causal.
    """
    ours, theirs = _usable(treated, before), _usable(controls, before)
    if not ours:
        return Effect("before_after", None, None, None, 0, 0, 0, "few_days")
    days = len(ours[0]) - before
    if not theirs:
        gap = _mean_series(ours)
        return _by_days("before_after", gap, before, len(ours), 0, "uncontrolled")
    if len(ours) >= UNITS and len(theirs) >= UNITS:
        one, other = [_step(u, before) for u in ours], [_step(u, before) for u in theirs]
        low, high, middle = welch(one, other)
        return Effect("did", middle, low, high, len(ours), len(theirs), days)
    target = _mean_series(ours)
    baseline, fits = synthetic(target, theirs, before)
    if fits and len(theirs) > 1:
        return _by_days("synthetic", _minus(target, baseline), before, len(ours), len(theirs), "few_units")
    plain = _mean_series(theirs)
    level = _level(target, plain, before)
    note = "few_units" if fits else "poor_fit"
    return _by_days(
        "did", _minus(target, [None if v is None else v * level for v in plain]), before, len(ours), len(theirs), note
    )


def welch(one: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """95 % interval and value of mean(one) − mean(other), variances unequal (Welch–Satterthwaite). Two values each at
    least."""
    a, b = variance(one) / len(one), variance(other) / len(other)
    middle = fmean(one) - fmean(other)
    if a + b == 0:
        return middle, middle, middle
    freedom = (a + b) ** 2 / (a**2 / (len(one) - 1) + b**2 / (len(other) - 1))
    half = t_quantile(freedom) * math.sqrt(a + b)
    return middle - half, middle + half, middle


def synthetic(target: Sequence[Day], controls: Sequence[Sequence[Day]], before: int) -> tuple[list[Day], bool]:
    """A baseline out of the controls, each brought to the target's level and weighted by 1/MSE before the act.

    The flag: before the act it followed the target better than the target's own mean does.
    """
    scaled = [[None if v is None else v * _level(target, c, before) for v in c] for c in controls]
    weights = [1.0 / (_mse(target[:before], c[:before]) + 1e-9 * (_scale(target) ** 2) + 1e-12) for c in scaled]
    baseline: list[Day] = []
    for n in range(len(target)):
        there = [(w, c[n]) for w, c in zip(weights, scaled, strict=True) if c[n] is not None]
        total = sum(w for w, _ in there)
        baseline.append(sum(w * v for w, v in there if v is not None) / total if total else None)
    known = [v for v in target[:before] if v is not None]
    flat: list[Day] = [fmean(known)] * before if known else []
    return baseline, bool(known) and _mse(target[:before], baseline[:before]) <= _mse(target[:before], flat)


def wilson(good: int, total: int) -> tuple[float, float] | None:
    """95 % interval of a share (Wilson 1927); None without observations.

    >>> low, high = wilson(8, 10)
    >>> round(low, 4), round(high, 4)
    (0.4902, 0.9433)
    """
    if total <= 0:
        return None
    share, square = good / total, Z95**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = Z95 / (1 + square / total) * math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    return max(0.0, middle - half), min(1.0, middle + half)


#: A detector whose precision is below this with 95 % certainty is noise.
NOISE: Final = 0.25
#: Fewer words from people than this retire nothing.
WORDS: Final = 10


def is_noise(useful: int, useless: int) -> bool:
    """Whether people's words say that a detector should be retired: Wilson's upper bound lies below ``NOISE``.

    >>> is_noise(0, 9), is_noise(0, 20), is_noise(5, 5)
    (False, True, False)
    """
    interval = wilson(useful, useful + useless)
    return useful + useless >= WORDS and interval is not None and interval[1] < NOISE


def t_quantile(freedom: float) -> float:
    """The 97.5 % point of Student's t with ``freedom`` degrees (real, at least 1): bisection on the exact distribution.

    >>> round(t_quantile(10), 4), round(t_quantile(1), 3)
    (2.2281, 12.706)
    """
    low, high = 1.0, 1000.0
    for _ in range(200):
        middle = (low + high) / 2
        if _t_tail(middle, freedom) > 0.025:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _t_tail(t: float, freedom: float) -> float:
    return 0.5 * _beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def _beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x >= (a + 1) / (a + b + 2):
        return 1.0 - _beta(b, a, 1.0 - x)
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 300):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + top * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + top / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return front * value / a


def _by_days(method: str, gap: Sequence[Day], before: int, treated: int, controls: int, note: str) -> Effect:
    """The step of one daily series, its days corrected for following each other."""
    pre, post = _known(gap[:before]), _known(gap[before:])
    if len(pre) < DAYS or len(post) < DAYS:
        return Effect(method, None, None, None, treated, controls, len(post), "few_days")
    middle = fmean(post) - fmean(pre)
    rho = max(0.0, _autocorrelation(pre, post))
    shrink = (1 - rho) / (1 + rho)
    ahead, after = max(2.0, len(pre) * shrink), max(2.0, len(post) * shrink)
    a, b = variance(pre) / ahead, variance(post) / after
    if a + b == 0:
        return Effect(method, middle, middle, middle, treated, controls, len(post), note)
    freedom = (a + b) ** 2 / (a**2 / (ahead - 1) + b**2 / (after - 1))
    half = t_quantile(max(1.0, freedom)) * math.sqrt(a + b)
    return Effect(method, middle, middle - half, middle + half, treated, controls, len(post), note)


def _autocorrelation(*parts: Sequence[float]) -> float:
    """First-order autocorrelation around each part's own mean, with the small-sample correction +1/n (Kendall)."""
    top = bottom = 0.0
    count = 0
    for part in parts:
        mean = fmean(part)
        rest = [v - mean for v in part]
        top += sum(x * y for x, y in pairwise(rest))
        bottom += sum(x * x for x in rest)
        count += len(part)
    return min(0.9, top / bottom + len(parts) / count) if bottom else 0.0


def _usable(units: Sequence[Sequence[Day]], before: int) -> list[list[Day]]:
    found = []
    for unit in units:
        pre, post = unit[:before], unit[before:]
        if len(_known(pre)) < max(DAYS, (1 - GAPS) * len(pre)) or len(_known(post)) < max(DAYS, (1 - GAPS) * len(post)):
            continue
        found.append(list(unit))
    return found


def _known(days: Sequence[Day]) -> list[float]:
    return [v for v in days if v is not None]


def _step(unit: Sequence[Day], before: int) -> float:
    return fmean(_known(unit[before:])) - fmean(_known(unit[:before]))


def _mean_series(units: Sequence[Sequence[Day]]) -> list[Day]:
    found: list[Day] = []
    for day in zip(*units, strict=True):
        known = _known(day)
        found.append(fmean(known) if len(known) == len(day) else None)
    return found


def _minus(one: Sequence[Day], other: Sequence[Day]) -> list[Day]:
    return [None if a is None or b is None else a - b for a, b in zip(one, other, strict=True)]


def _level(target: Sequence[Day], control: Sequence[Day], before: int) -> float:
    pairs = [(a, b) for a, b in zip(target[:before], control[:before], strict=True) if a is not None and b is not None]
    below = sum(b for _, b in pairs)
    return sum(a for a, _ in pairs) / below if pairs and below > 0 else 1.0


def _mse(one: Sequence[Day], other: Sequence[Day]) -> float:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return fmean([(a - b) ** 2 for a, b in pairs]) if pairs else math.inf


def _scale(target: Sequence[Day]) -> float:
    known = _known(target)
    return fmean([abs(v) for v in known]) if known else 1.0
