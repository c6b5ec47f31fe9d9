"""Forecasts of one series at a time: smoothing, seasons, demand that comes now and then.

The methods are those of statsforecast (Nixtla) except ``year_ago``. Each takes (t,) values without gaps, newest last,
and gives (horizon,) values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from zhanggui.insight.forecasting.domain.panel import Numbers, Panel, filled


@dataclass(frozen=True)
class Method:
    """``seasons``: full seasons it needs; ``keep``: values it looks at, newest; ``work``: milliseconds per series;
    ``longest_season``: the longest season it models when it has two of them, 0 for a method without such a step."""

    name: str
    run: Callable[[Numbers, int, int], Numbers]
    seasons: float = 0
    keep: int = 0
    work: float = 0.1
    longest_season: int = 0


@cache
def _model(name: str, season: int) -> Any:
    from statsforecast import models as sf

    return {
        "ets": lambda: sf.AutoETS(season),
        "theta": lambda: sf.DynamicOptimizedTheta(season),
        "ces": lambda: sf.AutoCES(season),
        "ses": lambda: sf.SimpleExponentialSmoothingOptimized(),
        "imapa": lambda: sf.IMAPA(),
        "tsb": lambda: sf.TSB(0.1, 0.1),
        "croston": lambda: sf.CrostonSBA(),
    }[name]()


def _by(name: str, longest_season: int = 24) -> Callable[[Numbers, int, int], Numbers]:
    def run(y: Numbers, horizon: int, season: int) -> Numbers:
        used = season if season <= longest_season and y.size >= 2 * season + 2 else 1
        found: Numbers = np.asarray(_model(name, used).forecast(y, horizon)["mean"], dtype=np.float64)
        return found

    return run


def naive(y: Numbers, horizon: int, season: int) -> Numbers:
    return np.full(horizon, y[-1])


def seasonal_naive(y: Numbers, horizon: int, season: int) -> Numbers:
    """The same step of the last season that is known."""
    if y.size < season:
        return naive(y, horizon, season)
    return y[-season:][np.arange(horizon) % season]


def recent_mean(y: Numbers, horizon: int, season: int) -> Numbers:
    return np.full(horizon, y[-(8 if season > 12 else 6) :].mean())


def long_mean(y: Numbers, horizon: int, season: int) -> Numbers:
    return np.full(horizon, y[-2 * season :].mean())


def year_ago(y: Numbers, horizon: int, season: int) -> Numbers:
    """The same steps a season ago, moved by how the newest steps compare with theirs of a season ago.

    The ratio is drawn halfway to 1 in logarithms: half of what a few weeks show is chance.
    """
    window = max(4, season // 4)
    if y.size < season + window:
        return seasonal_naive(y, horizon, season)
    now, then = y[-window:].sum(), y[-season - window : -season].sum()
    ratio = float(np.sqrt(now / then)) if now > 0 and then > 0 else 1.0
    return seasonal_naive(y, horizon, season) * min(max(ratio, 0.5), 2.0)


def weekday_mean(y: Numbers, horizon: int, season: int) -> Numbers:
    """Mean of each step of the season over its last four, for short rhythms."""
    count = min(4, y.size // season)
    if count < 1:
        return recent_mean(y, horizon, season)
    profile: Numbers = y[-count * season :].reshape(count, season).mean(axis=0)
    return profile[np.arange(horizon) % season]


METHODS = {
    m.name: m
    for m in (
        Method("seasonal_naive", seasonal_naive, work=0.01),
        Method("naive", naive, work=0.01),
        Method("recent_mean", recent_mean, work=0.01),
        Method("long_mean", long_mean, work=0.01),
        Method("year_ago", year_ago, seasons=1.3, work=0.01),
        Method("weekday_mean", weekday_mean, seasons=2, work=0.01),
        Method("ses", _by("ses"), work=0.1),
        Method("imapa", _by("imapa"), work=0.1),
        Method("tsb", _by("tsb"), work=0.1),
        Method("croston", _by("croston"), work=0.1),
        Method("theta", _by("theta", 52), keep=260, work=10, longest_season=52),
        Method("theta1", lambda y, h, s: _by("theta")(y, h, 1), keep=260, work=5),
        Method("ces", _by("ces"), keep=260, work=10, longest_season=24),
        Method("ets", _by("ets"), keep=160, work=50, longest_season=24),
    )
}


def forecast(panel: Panel, names: Sequence[str]) -> dict[str, Numbers]:
    """Per method (n, horizon) values; NaN for a series that has no value, or where a method fails."""
    y = filled(panel.y)
    first = y.shape[1] - panel.lengths()
    out = {name: np.full((len(panel.ids), panel.horizon), np.nan) for name in names}
    for row in range(len(panel.ids)):
        series = y[row, first[row] :]
        if series.size == 0:
            continue
        for name in names:
            method = METHODS[name]
            if series.size < method.seasons * panel.season:
                continue
            given = series[-method.keep :] if method.keep else series
            try:
                out[name][row] = method.run(given, panel.horizon, panel.season)
            except Exception:  # noqa: S112 - a method that cannot read a series leaves it to the others
                continue
    return out
