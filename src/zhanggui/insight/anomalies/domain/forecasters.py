"""One-step forecasts that a single wild value cannot spoil: exponential smoothing with clipped errors.

Level and seasonal profile follow each new value by a fraction of its error, the error being cut at three robust
standard deviations first (R. Gelper, R. Fried, C. Croux, Journal of Forecasting 29 (2010) 285–300).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import median
from typing import Final

#: Errors are cut at this many robust standard deviations before anything learns from them.
CLIP: Final = 3.0
#: From the median of absolute values to the standard deviation of a normal distribution.
MAD_TO_SIGMA: Final = 1.4826
#: Weight of a new error in the running size of errors that forecasters compete by.
MEMORY: Final = 0.02
#: How fast a seasonal profile follows.
GAMMA: Final = 0.15
#: Errors that must be there before any is called large.
ENOUGH: Final = 8
#: Misses are remembered as at most this many times the cut: what was unusual once must not widen the band for months.
WILD: Final = 2.0
#: Limits are wider by this number ÷ number of misses.
FEW: Final = 3.0
#: The part of the past that may be 0 or below before logarithms stop making sense.
RETIRE_AT: Final = 0.02


class Misses:
    """The last ``size`` errors, also in order of size, so that quantiles cost nothing."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._recent: deque[float] = deque()
        self._ordered: list[float] = []
        self._sizes: list[float] = []

    def __len__(self) -> int:
        return len(self._recent)

    def add(self, miss: float) -> None:
        self._recent.append(miss)
        insort(self._ordered, miss)
        insort(self._sizes, abs(miss))
        if len(self._recent) > self.size:
            self._drop(self._recent.popleft())

    def take_back(self) -> float:
        """Remove the newest one."""
        miss = self._recent.pop()
        self._drop(miss)
        return miss

    def _drop(self, miss: float) -> None:
        del self._ordered[bisect_left(self._ordered, miss)]
        del self._sizes[bisect_left(self._sizes, abs(miss))]

    def sigma(self) -> float:
        """Robust standard deviation: median absolute error × 1.4826; where half of all errors are 0, their mean."""
        if not self._sizes:
            return 0.0
        middle = self._sizes[len(self._sizes) // 2]
        return MAD_TO_SIGMA * middle if middle > 0 else sum(self._sizes) / len(self._sizes)

    def root_mean_square(self) -> float:
        return sqrt(sum(miss * miss for miss in self._sizes) / len(self._sizes)) if self._sizes else 0.0

    def limits(self, chance: float, sigma: float) -> tuple[float, float]:
        """Errors (below, above) that a past like this exceeds with probability ``chance`` on each side.

        Beyond the largest twentieth the tail is taken as exponential, its slope from the median excess, which the
        wildest values cannot move; never closer than three times ``sigma``. All of it is wider by 3/n
        while the n misses are few.
        """
        floor = CLIP * sigma
        above = _tail(self._ordered, chance)
        below = _tail([-miss for miss in reversed(self._ordered)], chance)
        few = 1 + FEW / max(1, len(self._recent))
        return -few * max(floor, below), few * max(floor, above)


def _tail(ordered: list[float], chance: float) -> float:
    n = len(ordered)
    beyond = max(4, n // 20)
    if n <= beyond:
        return 0.0
    start = ordered[n - beyond - 1]
    excess = median(ordered[n - beyond :]) - start
    slope = excess / log(2)
    return start + slope * max(0.0, log(beyond / n / chance))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a forecaster believes: lengths of its seasons in steps, how fast its level moves, whether it multiplies."""

    seasons: tuple[int, ...]
    alpha: float
    multiplies: bool


class Forecaster:
    """One belief, its state, and how it has done so far. Times are whole steps since the first value."""

    def __init__(self, shape: Shape, *, memory: int, run_length: int) -> None:
        self.shape = shape
        self.run_length = run_length
        self.run = 0
        self.misses = Misses(memory)
        self.error = 0.0
        self.seen = 0
        self.level = 0.0
        self._profiles = [[0.0] * season for season in shape.seasons]
        self._visits = [[0] * season for season in shape.seasons]
        self._outside_of_logs = 0
        self._zeros = 0
        self._weight = 0.0

    def usable(self, at: int) -> bool:
        """Whether it has seen this phase of each season twice, has missed often enough, and its space fits."""
        if self.shape.multiplies and self._outside_of_logs > RETIRE_AT * self.seen:
            return False
        return len(self.misses) >= ENOUGH and self._visited(at)

    def _visited(self, at: int) -> bool:
        return self.seen > 0 and all(visits[at % len(visits)] >= 2 for visits in self._visits)

    def centre(self, at: int) -> float:
        """The forecast in the forecaster's own space."""
        return self.level + sum(p[at % len(p)] for p in self._profiles)

    def back(self, value: float) -> float:
        """From the forecaster's own space to the values."""
        return exp(min(value, 700.0)) if self.shape.multiplies else value

    def limits(self, chance: float) -> tuple[float, float]:
        """Misses (below, above) that leave the band, in the forecaster's own space."""
        sigma = self.misses.root_mean_square() if self._sparse() else self.misses.sigma()
        return self.misses.limits(chance, sigma)

    def _sparse(self) -> bool:
        """Most values are 0, as of goods that sell now and then: the median miss says nothing, and every sale would
        be cut off as wild.
        """
        return 2 * self._zeros > self.seen

    def learn(self, at: int, y: float, *, expected: float) -> bool:
        """Take in the value of step ``at``; ``expected`` is what was forecast for it, in values.

        Returns whether this value completed a run of large misses to one side, so that the level was moved.
        """
        sigma = self.misses.sigma()
        cut = CLIP * sigma if len(self.misses) >= ENOUGH and sigma > 0 and not self._sparse() else inf
        if self.shape.multiplies and y <= 0:
            self._outside_of_logs += 1
            miss = -2 * cut if cut < inf else 0.0  # farther than any limit, yet finite
        else:
            value = log(y) if self.shape.multiplies else y
            if not self.seen:
                self.level = value
            miss = value - self.centre(at)
        if self._visited(at):  # before, it is still learning its seasons: those misses say nothing about later ones
            self._compete(abs(y - expected))
            self.misses.add(max(-WILD * cut, min(WILD * cut, miss)))
        self.seen += 1
        self._zeros += y == 0
        clipped = max(-cut, min(cut, miss))
        self.level += max(self.shape.alpha, 1 / (self.seen + 1)) * clipped
        for profile, visits in zip(self._profiles, self._visits, strict=True):
            phase = at % len(profile)
            visits[phase] += 1
            profile[phase] += max(GAMMA, 1 / (visits[phase] + 1)) * clipped
        return self._shifted(0 if abs(miss) <= cut else 1 if miss > 0 else -1)

    def _shifted(self, side: int) -> bool:
        """A run of large misses to one side is one step of the level, not many surprises: move it, correct them."""
        self.run = self.run + side if side * self.run > 0 else side
        if abs(self.run) < self.run_length:
            return False
        taken = [self.misses.take_back() for _ in range(min(self.run_length, len(self.misses)))]
        size = median(taken)
        self.level += size
        for miss in reversed(taken):
            self.misses.add(miss - size)
        self.run = 0
        return True

    def _compete(self, size: float) -> None:
        """The running size of errors in values; one wild value counts at most four times the usual."""
        self._weight += MEMORY * (1 - self._weight)
        bounded = min(size, 4 * self.error) if len(self.misses) >= ENOUGH and self.error > 0 else size
        self.error += MEMORY / self._weight * (bounded - self.error)
