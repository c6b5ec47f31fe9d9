"""The forecast of a whole set: methods tried on the past, weighed, mixed, with quantiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhanggui.insight.forecasting.domain import boosted, classical, spread
from zhanggui.insight.forecasting.domain.panel import Numbers, Panel, scale_of
from zhanggui.insight.forecasting.domain.weighing import Weights, Window, weigh

#: A method is left out of a set for which it would take longer than this in one round, in milliseconds.
PATIENCE = 90_000
#: Shares of zeros from which demand comes now and then (Syntetos, Boylan & Croston 2005: intervals above 1.32).
OCCASIONAL = 1 - 1 / 1.32
STEADY = ("seasonal_naive", "recent_mean", "long_mean", "year_ago", "ses", "theta", "theta1", "ces", "ets")
DAILY = ("seasonal_naive", "recent_mean", "weekday_mean", "ses", "theta", "ces", "ets")
RARE = ("seasonal_naive", "recent_mean", "long_mean", "ses", "imapa", "tsb", "croston")

Classical = Callable[[Panel, Sequence[str]], dict[str, Numbers]]


@dataclass(frozen=True)
class Outlook:
    """``mean``: (n, horizon); ``quantiles``: (levels, n, horizon); ``model``: what carried each series.

    ``worse``: per class of demand and method, how much worse than the best it was in the past; ``naive_error`` and
    ``error``: mean absolute error of seasonal naive and of the mix in the past, in units of each series' scale; None
    without a past to try.
    """

    mean: Numbers
    quantiles: Numbers
    model: tuple[str, ...]
    worse: dict[str, dict[str, float]]
    windows: int
    error: float | None
    naive_error: float | None


def outlook(panel: Panel, levels: Sequence[float], *, run: Classical = classical.forecast, seed: int = 1,
            threads: int = 2) -> Outlook:  # fmt: skip
    """Forecast every series of ``panel``; ``levels`` between 0 and 1. A series without any value gets NaN.

    >>> import numpy as np
    >>> y = np.tile([10.0, 20, 30, 40, 50, 60, 70], (1, 8))
    >>> days = np.datetime64("2026-01-05") + np.arange(y.size + 7)[None]
    >>> found = outlook(Panel(("a",), "D", 7, y, days, {}), [0.5])
    >>> found.mean.round().tolist()
    [[10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0]]
    """
    n, _ = panel.y.shape
    recent = panel.y[:, -4 * min(panel.season, 12) :] if panel.season > 4 else panel.y
    seen = np.isfinite(recent)
    zeros = ((recent == 0) & seen).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    rare = zeros > OCCASIONAL
    mean = np.full((n, panel.horizon), np.nan)
    across = np.full((len(levels), n, panel.horizon), np.nan)
    model = [""] * n
    worse: dict[str, dict[str, float]] = {}
    count = windows_of(panel)
    errors: list[Numbers] = []
    naive: list[Numbers] = []
    joint = [_boosted(panel.before(w * panel.horizon), seed, threads) for w in range(count + 1)]
    for name, chosen in (("steady", np.flatnonzero(~rare)), ("occasional", np.flatnonzero(rare))):
        if not chosen.size:
            continue
        part = panel.rows(chosen)
        methods = _methods(part, occasional=name == "occasional")
        pasts = [_window(part, w, methods, run, _rows(joint[w], chosen)) for w in range(1, count + 1)]
        scale = scale_of(part.y, part.season)
        ahead = run(part, methods)
        if (now := _rows(joint[0], chosen)) is not None:
            ahead["boosted"] = now
        weights = weigh(pasts, tuple(ahead), scale, intermittent=name == "occasional")
        mean[chosen] = _within(weights.mix(ahead), part)
        mixed = [spread.Past(_within(_mix_past(weights, w), part), w.came) for w in pasts]
        if name == "occasional" and any(np.isfinite(w.came).any() for w in mixed):
            found = spread.occasional(mean[chosen], levels, mixed)
        else:
            found = spread.quantiles(mean[chosen], levels, mixed, scale)
        across[:, chosen] = _within(found, part)
        for row, lead in zip(chosen, weights.leading(), strict=True):
            model[row] = lead if weights.share[:, 0].max() > 0.99 else f"mix:{lead}"
        worse[name] = {k: round(v, 4) for k, v in weights.worse.items()}
        for past, window in zip(mixed, pasts, strict=True):
            errors.append(np.abs(past.mixed - past.came) / scale[:, None])
            naive.append(np.abs(window.made["seasonal_naive"] - past.came) / scale[:, None])
    return Outlook(mean, across, tuple(model), worse, count, _average(errors), _average(naive))


def windows_of(panel: Panel) -> int:
    """How many past forecasts of the same horizon can be tried: up to three, the typical series keeping a season."""
    lengths = panel.lengths()
    typical = int(np.median(lengths[lengths > 0])) if (lengths > 0).any() else 0
    keep = min(panel.season, 30) + 4
    most = 2 if panel.y.size > 1_500_000 else 3
    return int(np.clip((typical - keep) // max(panel.horizon, 1), 0, most))


def _methods(panel: Panel, *, occasional: bool) -> list[str]:
    names = RARE if occasional else DAILY if panel.step in "DH" else STEADY
    allowed = [m for m in names if classical.METHODS[m].work * len(panel.ids) <= PATIENCE]
    if panel.step in "MQ" and not occasional:
        allowed = [m for m in allowed if m not in ("long_mean",)]
    return allowed


def _boosted(panel: Panel, seed: int, threads: int) -> Numbers | None:
    if panel.y.shape[1] < 6:
        return None
    return boosted.forecast(panel, seed=seed, threads=threads)


def _rows(values: Numbers | None, chosen: NDArray[np.intp]) -> Numbers | None:
    return None if values is None else values[chosen]


def _window(panel: Panel, back: int, methods: Sequence[str], run: Classical, joint: Numbers | None) -> Window:
    t, horizon = panel.y.shape[1], panel.horizon
    then = panel.before(back * horizon)
    made = run(then, methods)
    # what could not see two seasons then says nothing of what it does now
    short, now = then.lengths(), panel.lengths()
    for name in made:
        if panel.season <= classical.METHODS[name].longest_season:
            made[name][(short < 2 * panel.season + 2) & (now >= 2 * panel.season + 2)] = np.nan
    if joint is not None:
        made["boosted"] = joint
        if np.median(short) < 2 * panel.season <= np.median(now):
            made["boosted"] = joint * np.nan
    start = t - back * horizon
    return Window(made, panel.y[:, start : start + horizon])


def _mix_past(weights: Weights, window: Window) -> Numbers:
    missing = {m: window.came * np.nan for m in weights.names if m not in window.made}
    return weights.mix({**window.made, **missing})


def _within(values: Numbers, panel: Panel) -> Numbers:
    """No negative forecast for a series that was never negative."""
    with np.errstate(all="ignore"):
        least = np.nanmin(np.where(np.isfinite(panel.y), panel.y, np.inf), axis=1)
    floor = np.where(least >= 0, 0.0, -np.inf)
    return np.maximum(values, floor[:, None])


def _average(parts: Sequence[Numbers]) -> float | None:
    values = np.concatenate([p.ravel() for p in parts]) if parts else np.empty(0)
    values = values[np.isfinite(values)]
    return float(values.mean()) if values.size else None
