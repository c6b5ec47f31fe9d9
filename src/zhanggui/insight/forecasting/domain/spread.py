"""Quantiles around a forecast, from how far past forecasts of the same kind were off (split conformal prediction).

Vovk, Gammerman & Shafer (2005); errors are divided by a size that fits the set best (the series' own past error, the
forecast itself, or their geometric mean), pooled over series, and their quantiles are put back around each forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhanggui.insight.forecasting.domain.panel import Numbers

#: Errors a quantile needs to stand on its own; below, the normal distribution has a part.
ENOUGH = 400
#: A pool never gets smaller than this many errors when it is cut by level or distance.
POOL = 600


@dataclass(frozen=True)
class Past:
    """One window: (n, horizon) ``mixed`` forecast and what ``came``."""

    mixed: Numbers
    came: Numbers


def own_error(windows: Sequence[Past], scale: Numbers) -> Numbers:
    """(n,) typical error of each series: its own past mean absolute error, drawn to the set's in units of ``scale``."""
    if not windows:
        return scale
    off = np.concatenate([np.abs(w.came - w.mixed) for w in windows], axis=1)
    seen = np.isfinite(off)
    count = seen.sum(axis=1)
    total = np.where(seen, off, 0.0).sum(axis=1)
    with np.errstate(all="ignore"):
        relative = total / np.maximum(count, 1) / scale
    usual = float(np.median(relative[count > 0])) if (count > 0).any() else 1.0
    anchor = 0.5 * off.shape[1]
    drawn: Numbers = (total + anchor * usual * scale) / (count + anchor)
    return np.maximum(drawn, 1e-9)


def quantiles(forecast: Numbers, levels: Sequence[float], windows: Sequence[Past], scale: Numbers) -> Numbers:
    """(levels, n, horizon), rising with the level. ``forecast``: (n, horizon)."""
    error = own_error(windows, scale)
    taus = np.asarray(levels)
    best: tuple[float, Numbers] | None = None
    for blend in (0.0, 0.5, 1.0):
        pooled = [_off(w, error, blend) for w in windows]
        cut = [_by_distance(pooled, h, forecast.shape[1], taus) for h in range(forecast.shape[1])]
        z = np.stack(cut, axis=1)  # (levels, horizon)
        loss = sum(_pinball(w, z, taus, error, blend) for w in windows)
        if best is None or loss < best[0]:
            size = _size(forecast, error, blend)
            best = (float(loss), forecast[None] + z[:, None, :] * size[None])
    assert best is not None
    return np.sort(best[1], axis=0)


def _size(mixed: Numbers, error: Numbers, blend: float) -> Numbers:
    """What errors are divided by: the series' error (blend 0) … the forecast (blend 1)."""
    level = np.maximum(np.abs(mixed), 0.1 * error[:, None])
    return error[:, None] ** (1 - blend) * level**blend


def _off(window: Past, error: Numbers, blend: float) -> Numbers:
    off: Numbers = (window.came - window.mixed) / _size(window.mixed, error, blend)
    return off


def _by_distance(pooled: Sequence[Numbers], h: int, horizon: int, taus: Numbers) -> Numbers:
    """(levels,) quantiles of the errors made ``h`` + 1 steps ahead, with neighbouring steps until the pool is full."""
    chosen = np.empty(0)
    for reach in range(horizon):
        low, high = max(0, h - reach), min(horizon, h + reach + 1)
        values = np.concatenate([p[:, low:high].ravel() for p in pooled]) if pooled else np.empty(0)
        chosen = values[np.isfinite(values)]
        if chosen.size >= POOL or (low == 0 and high == horizon):
            break
    normal: Numbers = np.array([_normal(t) for t in taus]) * 1.2533 * np.sqrt((h + 1 + horizon) / (1.5 * horizon))
    if chosen.size < 10:
        return normal
    rank = np.clip(taus + (taus - 0.5) / chosen.size, 0, 1)  # the finite-sample step outward
    empirical = np.quantile(chosen, rank)
    trust = min(1.0, chosen.size / ENOUGH)
    blended: Numbers = trust * empirical + (1 - trust) * normal
    return blended


def _pinball(window: Past, z: Numbers, taus: Numbers, error: Numbers, blend: float) -> float:
    size = _size(window.mixed, error, blend)
    off = (window.came - window.mixed)[None] - z[:, None, :] * size[None]
    loss = np.maximum(taus[:, None, None] * off, (taus[:, None, None] - 1) * off) / error[None, :, None]
    loss = loss[np.isfinite(loss)]
    return float(loss.mean()) if loss.size else 0.0


def occasional(forecast: Numbers, levels: Sequence[float], windows: Sequence[Past]) -> Numbers:
    """(levels, n, horizon) for demand that comes now and then: what came where the forecast was like this one.

    Forecasts are compared in eighths of the past ones; in each, the quantiles of what came are taken as they are, and
    above the highest past forecast they grow with it.
    """
    made = np.concatenate([w.mixed.ravel() for w in windows])
    came = np.concatenate([w.came.ravel() for w in windows])
    seen = np.isfinite(made) & np.isfinite(came)
    made, came = made[seen], came[seen]
    taus = np.asarray(levels)
    bins = int(min(40, max(1, made.size // POOL)))
    edges = np.quantile(made, np.linspace(0, 1, bins + 1))
    place = np.clip(np.searchsorted(edges, made, side="right") - 1, 0, bins - 1)
    there = np.clip(np.searchsorted(edges, forecast, side="right") - 1, 0, bins - 1)
    table = np.stack([np.quantile(came[place == b], taus, method="inverted_cdf") if (place == b).any() else taus * 0.0
                      for b in range(bins)])  # fmt: skip
    middle = np.array([made[place == b].mean() if (place == b).any() else 0.0 for b in range(bins)])
    out = np.moveaxis(table[there], -1, 0)
    top = there == bins - 1
    grow = np.where(top & (middle[-1] > 0), np.maximum(1.0, forecast / max(middle[-1], 1e-12)), 1.0)
    return np.sort(out * grow[None], axis=0)


def _normal(tau: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(min(max(tau, 1e-6), 1 - 1e-6))
