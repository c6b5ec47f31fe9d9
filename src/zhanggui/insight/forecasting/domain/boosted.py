"""One boosted model for all series together: it learns what a price, a promotion or a season does from every series.

Every row is a pair (origin, step ahead) of one series. Targets and values are divided by the series' own recent level,
so that series of any size speak the same language; what is known ahead enters as it will be and against what it was.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhanggui.insight.forecasting.domain.panel import Numbers, Panel

#: Rows a model learns from at most, and trees it grows.
ROWS, TREES = 300_000, 300
#: Too few rows teach trees nothing.
ENOUGH = 1_500


def _mean(values: Numbers) -> Numbers:
    """Row means over what is there; NaN for none."""
    seen = np.isfinite(values)
    count = seen.sum(axis=1)
    total = np.where(seen, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _over(a: Numbers, b: Numbers) -> Numbers:
    return np.where(np.abs(b) > 1e-12, a / np.where(np.abs(b) > 1e-12, b, 1.0), np.nan)


@dataclass
class _Origin:
    """What is known of chosen series when columns before ``o`` have been seen."""

    panel: Panel
    rows: NDArray[np.intp]
    o: int

    def __post_init__(self) -> None:
        p, o = self.panel, self.o
        self.past = p.y[self.rows, :o]
        self.window = p.season * 2 if p.season <= 24 else p.season // 2
        self.level = _mean(self.past[:, -self.window :])
        self.level = np.where(self.level > 0, self.level, np.nan)
        level = self.level
        recent = self.past[:, -self.window :]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # series without a value give NaN, as they should
            middle = np.nanmedian(recent, axis=1)
            least, spread = np.nanmin(recent, axis=1), np.nanstd(recent, axis=1)
        zeros = _mean((recent == 0).astype(np.float64))
        self.common = [self._lag(1) / level, self._lag(2) / level, self._lag(3) / level, self._lag(4) / level]
        self.common += [_mean(self.past[:, -k:]) / level for k in (4, 8, 13)]
        self.common += [_mean(self.past[:, -2 * self.window :]) / level, middle / level, least / level, spread / level]
        self.common += [zeros, np.log(level)]
        if p.step == "D":
            self.common += [_mean(self.past[:, -28:]) / level, _mean(self.past[:, -91:]) / level]
        self.known = {
            name: (values[self.rows, o - 1], _mean(values[self.rows, max(0, o - self.window) : o]))
            for name, values in p.known.items()
        }

    def _lag(self, k: int) -> Numbers:
        return self.past[:, -k] if k <= self.o else np.full(self.rows.size, np.nan)

    def features(self, h: int) -> Numbers:
        """(rows, features) for the value ``h`` steps ahead (1 = the next)."""
        p, o, t = self.panel, self.o, self.o + h - 1
        out = [np.full(self.rows.size, float(h)), *self.common]
        for period in {p.season, p.year} if p.year < 1000 else {p.season}:
            back = -(-h // period) * period
            for lag in (back, back + period):
                at, start = t - lag, o - lag
                if at < 0 or at >= o:
                    out += [np.full(self.rows.size, np.nan)] * 3
                    continue
                there = self.past[:, at]
                around = _mean(self.past[:, max(0, at - 1) : min(o, at + 2)])
                before = _mean(self.past[:, max(0, start - 8) : start]) if start >= 4 else there * np.nan
                out += [there / self.level, around / self.level, _over(there, before)]
        if p.step in "DH":
            out.append(_mean(self.past[:, t % p.season :: p.season][:, -8:]) / self.level)
        out += calendar(p.moments[self.rows, t], p.step)
        for name, (last, usual) in self.known.items():
            ahead = p.known[name][self.rows, t]
            out += [ahead, ahead - last, ahead - usual, _over(ahead, usual)]
        return np.column_stack(out)


def calendar(days: NDArray[np.datetime64], step: str) -> list[Numbers]:
    """Where a day stands: month, week of the year, and for daily series weekday and day of the month."""
    month = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]")
    out = [(month.astype(np.int64) % 12 + 1).astype(np.float64)]
    if step in "DWH":
        out.append(((days - year).astype(np.int64) // 7).astype(np.float64))
    if step in "DH":
        out.append(((days.astype(np.int64) + 3) % 7).astype(np.float64))
        out.append((days - month).astype(np.int64).astype(np.float64))
    return out


def forecast(panel: Panel, *, rows: int = ROWS, trees: int = TREES, seed: int = 1, threads: int = 2) -> Numbers | None:
    """(n, horizon) values, NaN where a series has no recent level; None when there is too little to learn from."""
    import lightgbm

    n, t = panel.y.shape
    horizon = panel.horizon
    chance = np.random.default_rng(seed)
    first = max(panel.season // 2, 4)
    reach = t - first - 1
    if reach < 2:
        return None
    if panel.year < 1000 and t > 2 * panel.year:  # origins that have a year behind them teach the season
        first = min(panel.year, t - horizon - 1)
    origins = np.arange(first, t)
    newest = max(horizon, 3 * panel.year if panel.year < 1000 else 60 * panel.season)
    origins = origins[-newest:]
    if origins.size > 60:
        origins = origins[np.linspace(0, origins.size - 1, 60).round().astype(int)]
    each = max(1, rows // (origins.size * horizon))
    xs, ys = [], []
    for o in origins:
        chosen = np.arange(n) if n <= each else np.sort(chance.choice(n, each, replace=False))
        here = _Origin(panel, chosen, int(o))
        for h in range(1, min(horizon, t - int(o)) + 1):
            y = panel.y[chosen, int(o) + h - 1]
            fit = np.isfinite(y) & np.isfinite(here.level)
            if fit.any():
                xs.append(here.features(h)[fit])
                ys.append((y / here.level)[fit])
    if not xs or sum(map(len, ys)) < ENOUGH:
        return None
    x, y = np.vstack(xs), np.concatenate(ys)
    settings: dict[str, Any] = {
        "num_leaves": 31 if len(y) < 20_000 else 63,
        "learning_rate": 0.05,
        "min_data_in_leaf": 50 if len(y) > 20_000 else 20,
        "feature_fraction": 0.7,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "num_threads": threads if len(y) > 100_000 else 1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    if y.min() < 0:
        settings["objective"] = "l2"
    elif np.mean(y == 0) > 0.02:
        # few sales among many nothings: small trees, or they learn single sales by heart and forecast too little
        settings |= {"objective": "tweedie", "tweedie_variance_power": 1.3, "num_leaves": 15, "lambda_l2": 10.0}
        settings["min_data_in_leaf"] = int(np.clip(len(y) // 200, 50, 1_000))
        trees = trees // 2
    else:
        settings["objective"] = "gamma"
        y = np.maximum(y, 1e-3)
    y = np.minimum(y, np.quantile(y, 0.9995) * 2)
    if len(y) < 50_000:
        trees = trees // 2
    model = lightgbm.train(settings, lightgbm.Dataset(x, y), trees)
    here = _Origin(panel, np.arange(n), t)
    out = np.full((n, horizon), np.nan)
    for h in range(1, horizon + 1):
        out[:, h - 1] = model.predict(here.features(h), num_threads=threads) * here.level
    return out
