"""Durations: quantiles and means recomputed from the events of each group."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction

from zhanggui.insight.metrics.domain import dimensions
from zhanggui.insight.metrics.domain.arithmetic import mean, median, percentile
from zhanggui.insight.metrics.domain.asking import Agg, Ask, Key
from zhanggui.insight.metrics.domain.errors import DimensionLacking
from zhanggui.insight.metrics.domain.measures import Spread
from zhanggui.insight.metrics.reading.scene import Group, Scene

#: Seconds of an hour: durations are shown in hours.
_HOUR = 3600


def collect(scene: Scene, metric: str, formula: Spread) -> dict[Group, tuple[Fraction | None, int, int]]:
    """Group → (hours, events counted, events that do not tell both moments or end before they start)."""
    scene.check(metric, formula.table)
    if "hour" in scene.by:
        known = ", ".join(d for d in dimensions.ALL if d != "hour" and formula.table in dimensions.tables_of(d))
        raise DimensionLacking(metric=metric, dimension="hour", known=known)
    keys = [dimensions.key_of(d, formula.table, formula.day) for d in scene.by]
    where = (*scene.conditions(formula.table, formula.day), *formula.where)
    told: dict[Group, Counter[int]] = defaultdict(Counter)
    lacking: Counter[Group] = Counter()
    ask = Ask(formula.table, (*keys, Key(formula.seconds)), (Agg("c", "count"),), where)
    for row in scene.engine.ask(ask):
        group = tuple(scene.text(d, v) for d, v in zip(scene.by, row[: len(keys)], strict=True))
        seconds, count = row[-2], int(row[-1])
        if seconds is None or seconds < 0:
            lacking[group] += count
            told[group] += Counter()
        else:
            told[group][int(seconds)] += count
    return {group: (_hours(formula, counted), sum(counted.values()), lacking[group]) for group, counted in told.items()}


def _hours(formula: Spread, counted: Mapping[int, int]) -> Fraction | None:
    if formula.what == "median":
        found = median(counted)
    elif formula.what == "mean":
        found = mean(counted)
    else:
        found = percentile(counted, 90)
    return None if found is None else found / _HOUR
