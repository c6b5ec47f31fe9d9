"""Many series side by side: one row each, the newest value in the last column."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

#: Steps of a year per step length, and the shorter rhythm that a season model uses.
YEAR = {"D": 365, "W": 52, "M": 12, "Q": 4, "H": 8766}
SEASON = {"D": 7, "W": 52, "M": 12, "Q": 4, "H": 24}


@dataclass(frozen=True)
class Panel:
    """``n`` series of one step length.

    ``y``: (n, t) values, newest last, NaN before a series begins and where a value is missing. ``step``: one of
    ``SEASON``. ``moments``: (n, t + horizon) ``datetime64[D]`` of each column. ``known``: per name (n, t + horizon)
    values that are known ahead (a price, a promotion), NaN where unknown. ``horizon`` > 0 steps lie ahead.
    """

    ids: tuple[str, ...]
    step: str
    horizon: int
    y: Numbers
    moments: NDArray[np.datetime64]
    known: Mapping[str, Numbers]

    @property
    def season(self) -> int:
        return SEASON[self.step]

    @property
    def year(self) -> int:
        return YEAR[self.step]

    def before(self, steps: int) -> Panel:
        """The same panel as it stood ``steps`` steps earlier, with the same horizon."""
        if steps == 0:
            return self
        return Panel(
            self.ids,
            self.step,
            self.horizon,
            self.y[:, :-steps],
            self.moments[:, :-steps],
            {name: values[:, :-steps] for name, values in self.known.items()},
        )

    def rows(self, chosen: NDArray[np.intp]) -> Panel:
        """A panel of some of the series."""
        return Panel(
            tuple(self.ids[i] for i in chosen),
            self.step,
            self.horizon,
            self.y[chosen],
            self.moments[chosen],
            {name: values[chosen] for name, values in self.known.items()},
        )

    def lengths(self) -> NDArray[np.intp]:
        """(n,) columns from a series' first value to the end; 0 for a series without any value."""
        seen = np.isfinite(self.y)
        found: NDArray[np.intp] = np.where(seen.any(axis=1), self.y.shape[1] - seen.argmax(axis=1), 0)
        return found


def filled(y: Numbers) -> Numbers:
    """Missing values inside a series drawn straight between their neighbours; the part before it begins stays NaN."""
    out = y.copy()
    columns = np.arange(y.shape[1])
    for row in np.flatnonzero(np.isnan(y).any(axis=1)):
        seen = np.flatnonzero(np.isfinite(y[row]))
        if seen.size and seen.size < y.shape[1] - seen[0]:
            out[row, seen[0] :] = np.interp(columns[seen[0] :], seen, y[row, seen])
    return out


def scale_of(y: Numbers, season: int) -> Numbers:
    """(n,) typical size of a step's error: the mean absolute change over a season, at least a tenth of the mean level.

    Hyndman & Koehler (2006) scale errors by the first part; the floor keeps flat series from dividing by nothing.
    Falls back to changes of one step where a series is shorter than two seasons.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # series without a value give NaN here and 1 below
        far = np.nanmean(np.abs(y[:, season:] - y[:, :-season]), axis=1) if y.shape[1] > season else y[:, 0] * np.nan
        near = np.nanmean(np.abs(np.diff(y, axis=1)), axis=1) if y.shape[1] > 1 else y[:, 0] * np.nan
        level = np.nanmean(np.abs(y[:, -2 * season :]), axis=1)
    scale = np.where(np.isfinite(far), far, near)
    scale = np.fmax(scale, 0.1 * level)
    return np.where(np.isfinite(scale) & (scale > 0), scale, 1.0)
