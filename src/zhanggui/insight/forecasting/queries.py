"""Forecasts for whoever asks: one set of series in, mean and quantiles out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from zhanggui.insight.forecasting.domain import classical
from zhanggui.insight.forecasting.domain.panel import Numbers, Panel
from zhanggui.insight.forecasting.domain.policy import Outlook, outlook

#: A second process is worth its start when one would work longer than this, in milliseconds.
_ALONE = 15_000


def outlook_of(panel: Panel, levels: Sequence[float], *, workers: int | None = None) -> Outlook:
    """Forecast a panel with as many processes as are worth while; the answer does not depend on their number."""
    count = workers or min(os.cpu_count() or 1, 8)
    work = len(panel.ids) * sum(m.work for m in classical.METHODS.values()) * 3
    if count < 2 or work < _ALONE:
        return outlook(panel, levels, threads=1 if count < 2 else count)
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:

        def run(part: Panel, names: Sequence[str]) -> dict[str, Numbers]:
            slices = np.array_split(np.arange(len(part.ids)), count * 4)
            given = [part.rows(s) for s in slices if s.size]
            bare = [Panel(g.ids, g.step, g.horizon, g.y, g.moments[:, :0], {}) for g in given]
            parts = list(pool.map(classical.forecast, bare, [tuple(names)] * len(bare)))
            return {name: np.concatenate([p[name] for p in parts]) for name in names}

        return outlook(panel, levels, run=run, threads=count)
