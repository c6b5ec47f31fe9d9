"""Unusual days of the metrics of the day, where they come from, and what was on the calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from zhanggui.foundation.calendar import queries as calendar
from zhanggui.foundation.calendar.contracts import Event, Phase
from zhanggui.insight.anomalies.contracts import DAILY, Part, Suspect
from zhanggui.insight.anomalies.domain.causes import PartsDiffer, rank
from zhanggui.insight.anomalies.domain.detect import detect
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.domain.errors import CannotMeasure
from zhanggui.insight.metrics.queries.state import State, now_state

#: Metrics watched day by day: amounts and counts that add over every dimension below.
WATCHED: Final = ("M041", "M047")
#: Cuts of the number that are ranked.
DIMENSIONS: Final = ("channel", "shop", "province", "sku")
#: Days of history before the first day asked.
HISTORY: Final = 120
#: Weeks whose same weekday is what a part was expected to be.
WEEKS: Final = 4


@dataclass(frozen=True, slots=True)
class Unusual:
    """One day of one metric outside its band. Values in the metric's own unit (minor units for money).

    ``against``: the days whose mean the parts are compared with (the same weekday of the weeks before). ``suspects``:
    ranked dimensions. ``events``, ``phases``: what was on the calendar; beside the day, not proven causes.
    """

    metric: str
    day: date
    value: int
    expected: float
    low: float
    high: float
    score: float
    above: bool
    against: tuple[date, ...]
    suspects: tuple[Suspect, ...]
    events: tuple[Event, ...]
    phases: tuple[Phase, ...]


def unusual_days(
    *, shop_ids: frozenset[int], first: date, last: date, watched: Sequence[str] = WATCHED, alarms: float = 0.2
) -> list[Unusual]:
    """The unusual days from ``first`` to ``last``, the newest first.

    Days not known of every shop, or known in part, are not judged and not filled. ``alarms``: false alarms a month
    over all metrics together. Raises ``CannotMeasure`` where the metric store refuses.
    """
    return unusual_days_with(now_state(shop_ids), first=first, last=last, watched=watched, alarms=alarms)


def unusual_days_with(
    state: State, *, first: date, last: date, watched: Sequence[str] = WATCHED, alarms: float = 0.2
) -> list[Unusual]:
    """:func:`unusual_days` over a given state."""
    found: list[Unusual] = []
    for metric in watched:
        found += _of_metric(state, metric, first, last, alarms, len(watched))
    return sorted(found, key=lambda u: (u.day, u.score), reverse=True)


def _of_metric(state: State, metric: str, first: date, last: date, alarms: float, watched: int) -> list[Unusual]:
    answer = metrics.measure_with(
        state, metrics=[metric], first=first - timedelta(days=HISTORY), last=last, by=["day"], now=timezone.now()
    )
    days, values = [], []
    for row in answer.rows:
        cell = row.cells[metric]
        days.append(date.fromisoformat(str(row.keys[0])))
        whole = cell.value is not None and not (cell.missing or cell.partial or cell.unknown)
        values.append(int(cell.value or 0) if whole else None)
    start = next((n for n, v in enumerate(values) if v is not None), len(values))
    days, values = days[start:], values[start:]
    judged = detect(
        [d.toordinal() for d in days],
        [None if v is None else float(v) for v in values],
        rhythm=DAILY,
        alarms_per_month=alarms,
        watched=watched,
    )
    known = {d for d, v in zip(days, values, strict=True) if v is not None}
    outside = [
        (d, v, j) for d, v, j in zip(days, values, judged, strict=True) if j.anomaly and d >= first and v is not None
    ]
    cuts = _cuts(state, metric, [d for d, _v, _j in outside]) if outside else {}
    found = []
    for day, value, j in outside:
        against = tuple(d for w in range(1, WEEKS + 1) if (d := day - timedelta(days=7 * w)) in known)
        found.append(
            Unusual(
                metric, day, value, j.expected or 0.0, j.low or 0.0, j.high or 0.0, j.score or 0.0, j.note == "above",
                against, _suspects(cuts, day, against), calendar.events(day, day), calendar.phases(day, day),
            )
        )  # fmt: skip
    return found


Cut = Mapping[str, Mapping[date, int]]


def _cuts(state: State, metric: str, days: Sequence[date]) -> dict[str, Cut]:
    """dimension → value → day → amount; a dimension the store refuses is left out."""
    cuts: dict[str, Cut] = {}
    for dimension in DIMENSIONS:
        try:
            answer = metrics.measure_with(
                state, metrics=[metric], first=min(days) - timedelta(days=7 * WEEKS), last=max(days),
                by=[dimension, "day"], now=timezone.now(),
            )  # fmt: skip
        except CannotMeasure:
            continue
        cut: dict[str, dict[date, int]] = defaultdict(dict)
        for row in answer.rows:
            amount = row.cells[metric].value
            if amount is not None:
                cut[row.keys[0] or ""][date.fromisoformat(str(row.keys[1]))] = int(amount)
        cuts[dimension] = cut
    return cuts


def _suspects(cuts: Mapping[str, Cut], day: date, against: Sequence[date]) -> tuple[Suspect, ...]:
    if not against:
        return ()
    parts = {
        dimension: [
            Part(
                value, sum((Decimal(by.get(d, 0)) for d in against), Decimal(0)), Decimal(by.get(day, 0) * len(against))
            )
            for value, by in cut.items()
        ]
        for dimension, cut in cuts.items()
        if len(cut) > 1
    }
    found: list[Suspect] = []
    for dimension, own in parts.items():  # one by one: a dimension that is no cut of the number spoils no other
        try:
            found += rank({dimension: own})
        except PartsDiffer:
            continue
    found.sort(key=lambda s: (-(s.surprise or 0.0), len(s.causes), -abs(s.explained), s.dimension))
    return tuple(found[:3])
