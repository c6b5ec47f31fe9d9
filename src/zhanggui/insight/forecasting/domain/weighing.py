"""Which methods to believe: judged by forecasts made in the past, for the set as a whole and for each series.

A combination of forecasts does better than the choice of one (Bates & Granger 1969; Petropoulos & Svetunkov 2020). What
the whole set says is the anchor; what a single series says about a method counts with as many windows as it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhanggui.insight.forecasting.domain.panel import Numbers

#: Older windows count half as much each; a method more than this worse than the best is left out.
AGEING, LEAVE_OUT = 0.5, 1.15
#: Sharpness of the weights for steady demand and for demand that comes now and then, where a worse method costs more;
#: and the number of windows that the set's word is worth against a series' own.
SHARP, SHARP_OCCASIONAL, ANCHOR = 8.0, 20.0, 4.0
#: A method that no window could judge (its history was too short there) is taken to be this much worse than the best.
UNJUDGED = 1.1


@dataclass(frozen=True)
class Window:
    """Forecasts made at one past moment: per method (n, horizon), and (n, horizon) what came."""

    made: Mapping[str, Numbers]
    came: Numbers


@dataclass(frozen=True)
class Weights:
    """``share``: (methods, n), each column sums to 1 where anything is known; ``worse``: per method, 1 is the best."""

    names: tuple[str, ...]
    share: Numbers
    worse: Mapping[str, float]

    def mix(self, made: Mapping[str, Numbers]) -> Numbers:
        """(n, horizon) weighted mean of the methods that gave a value; NaN where none did."""
        values = np.stack([made[name] for name in self.names])
        there = np.isfinite(values)
        share = self.share[:, :, None] * there
        total = share.sum(axis=0)
        mixed: Numbers = np.where(
            total > 0, (share * np.where(there, values, 0.0)).sum(axis=0) / np.where(total > 0, total, 1.0), np.nan
        )
        return mixed

    def leading(self) -> list[str]:
        """Per series the method with the largest share."""
        return [self.names[i] for i in self.share.argmax(axis=0)]


def weigh(windows: Sequence[Window], names: Sequence[str], scale: Numbers, *, intermittent: bool) -> Weights:
    """Shares of ``names`` per series. ``windows`` newest first; ``scale``: (n,) typical error, see ``scale_of``.

    Series of steady demand are compared in units of their scale, so that each counts alike; series of demand that comes
    now and then in units sold, by the geometric mean of mean absolute and root mean squared error, since either alone
    rewards a forecast of zero or a forecast of nothing but the mean.
    """
    n = scale.size
    ages = np.power(AGEING, np.arange(len(windows), dtype=np.float64))
    errors = np.full((len(windows), len(names), n), np.nan)
    worse = np.full((len(windows), len(names)), np.nan)
    unit = np.ones(n) if intermittent else scale
    for i, window in enumerate(windows):
        off = np.stack([window.made[m] - window.came if m in window.made else window.came * np.nan for m in names])
        absolute, squared = _mean(np.abs(off)) / unit, _mean(off**2) / unit**2
        errors[i] = (absolute + np.sqrt(squared)) / 2
        judged = np.isfinite(errors[i]).mean(axis=1) > 0.3
        if not judged.any():
            continue
        both = np.isfinite(errors[i][judged]).all(axis=0)
        if not both.any():
            continue
        if intermittent:
            size = np.sqrt(absolute[:, both].mean(axis=1) * np.sqrt(squared[:, both].mean(axis=1)))
        else:
            capped = np.minimum(errors[i], np.nanquantile(errors[i], 0.99))
            size = capped[:, both].mean(axis=1)
        size = np.where(judged, size, np.nan)
        worse[i] = size / max(float(np.nanmin(size)), 1e-12)
    known = np.isfinite(worse)
    weight = ages[:, None] * known
    logs = np.where(known, np.log(np.maximum(np.where(known, worse, 1.0), 1e-12)), 0.0)
    overall = np.exp((weight * logs).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-9))
    judged_ever = known.any(axis=0)
    if judged_ever.any():
        overall = np.where(judged_ever, overall / overall[judged_ever].min(), UNJUDGED)
    else:
        overall = np.ones(len(names))
    kept = overall <= LEAVE_OUT
    share = _shares(errors, overall, kept, ages, SHARP_OCCASIONAL if intermittent else SHARP)
    return Weights(tuple(names), share, dict(zip(names, overall.tolist(), strict=True)))


def _shares(errors: Numbers, overall: Numbers, kept: NDArray[np.bool_], ages: Numbers, sharp: float) -> Numbers:
    windows, methods, n = errors.shape
    if windows == 0:
        return np.where(kept[:, None], 1.0 / kept.sum(), 0.0) * np.ones((methods, n))
    usual = _mean(np.moveaxis(errors[:, kept], 1, 2))[:, None, :]
    with np.errstate(all="ignore"):
        relative = np.clip(errors / np.where(usual > 0, usual, np.nan), 0.2, 3.0)
    seen = np.isfinite(relative)
    told = (ages[:, None, None] * np.where(seen, relative, 0.0)).sum(axis=0)
    count = (ages[:, None, None] * seen).sum(axis=0)
    score = (ANCHOR * overall[:, None] + told) / (ANCHOR + count)
    share = np.where(kept[:, None], score**-sharp, 0.0)
    shares: Numbers = share / share.sum(axis=0)
    return shares


def _mean(values: Numbers) -> Numbers:
    """Mean over the last axis of what is there; NaN for none."""
    seen = np.isfinite(values)
    count = seen.sum(axis=-1)
    total = np.where(seen, values, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
