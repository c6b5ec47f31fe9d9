"""Which values of a series are unusual, each judged only by what came before it."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, isfinite, sqrt
from typing import Final

from zhanggui.insight.anomalies.contracts import Judged, Note, Rhythm
from zhanggui.insight.anomalies.domain.forecasters import Forecaster, Shape

#: How fast the level of a forecaster follows: hardly, calmly, quickly.
ALPHAS: Final = (0.02, 0.1, 0.3)
#: False alarms a month that a series may cost.
ALARMS_PER_MONTH: Final = 0.2
#: Nothing is judged before so many values, nor before three of the shortest season.
LEAST_HISTORY: Final = 20
#: A false alarm is never allowed more often than this, however few steps a month has.
LARGEST_CHANCE: Final = 0.01
#: The narrowest half of a band, as a part of the expected value.
NARROWEST: Final = 1e-6


def detect(
    at: Sequence[int],
    values: Sequence[float | None],
    *,
    rhythm: Rhythm,
    alarms_per_month: float = ALARMS_PER_MONTH,
    watched: int = 1,
) -> list[Judged]:
    """Judge every value of a series.

    ``at``: (n,) steps since any beginning, never falling; a step left out is a gap, one that
    comes twice (an hour of the autumn change) counts as two values. ``values``: (n,), None is missing.
    Returns (n,).

    A field of forecasters runs along the series: with and without each season of the rhythm, adding and multiplying,
    with a slow, a calm and a quick level. The one with the smallest error so far makes the forecast; its own past
    misses make the band, wide enough that values like those of the past leave it ``alarms_per_month`` times a month,
    for all ``watched`` series together, and never narrower than three robust standard deviations. Nothing looks
    ahead: the answer for a value does not change when later values are added. A run of large misses to one side is
    taken as a new level.

    Raises ``ValueError`` when the lengths differ, steps fall, a value is not finite, or the budget is not
    positive.
    """
    if len(at) != len(values):
        raise ValueError(f"{len(at)} times, but {len(values)} values")
    if alarms_per_month <= 0 or watched < 1:
        raise ValueError("the number of alarms and of series must be above zero")
    lengths = [length for season in rhythm.seasons for length in season]
    shortest, longest = min(lengths, default=1), max(lengths, default=1)
    memory = max(120, 4 * longest)
    run_length = min(12, max(3, shortest // 4))
    least = max(LEAST_HISTORY, 3 * shortest)
    chance = min(LARGEST_CHANCE, alarms_per_month / watched / rhythm.steps_per_month / 2)
    field = [
        Forecaster(Shape(season, alpha, multiplies), memory=memory, run_length=run_length)
        for season in rhythm.seasons
        for alpha in ALPHAS
        for multiplies in (False, True)
    ]
    judged: list[Judged] = []
    seen, last, never_negative = 0, None, True
    for step, y in zip(at, values, strict=True):
        if last is not None and step < last[0]:
            raise ValueError("times must not fall")
        if y is not None and not isfinite(y):
            raise ValueError(f"{y} is not a finite value")
        usable = [f for f in field if f.usable(step)] if seen >= least else []
        best = min(usable, key=lambda f: f.error, default=None)
        found = Judged(y, None, None, None, None, False, "learning")
        if best is not None:
            since = step - last[1] if last is not None else 1
            found = _judge(y, step, best, usable, chance, since=since, never_negative=never_negative)
        elif y is None:
            found = Judged(None, None, None, None, None, False, "missing")
        last = (step, step if y is not None else last[1] if last is not None else step)
        if y is not None:
            expected = [f.back(f.centre(step)) for f in field]
            moved = {id(f): f.learn(step, y, expected=e) for f, e in zip(field, expected, strict=True)}
            if best is not None and moved[id(best)]:
                found = Judged(
                    y, found.expected, found.low, found.high, found.score, found.anomaly, "shift", found.season
                )
            seen += 1
            never_negative = never_negative and y >= 0
        judged.append(found)
    return judged


def _judge(
    y: float | None,
    step: int,
    best: Forecaster,
    usable: Sequence[Forecaster],
    chance: float,
    *,
    since: int,
    never_negative: bool,
) -> Judged:
    centre = best.centre(step)
    below, above = best.limits(chance)
    wider = sqrt(1 + max(0, since - 1) * best.shape.alpha**2)  # the level may have moved unseen in a gap
    expected = best.back(centre)
    low, high = best.back(centre + wider * below), best.back(centre + wider * above)
    if never_negative:
        expected, high = max(expected, 0.0), max(high, 0.0)
        if low <= 0:
            low = max(0.0, _relative_low(expected, usable, chance))
    narrowest = NARROWEST * max(abs(expected), NARROWEST)
    high = max(high, expected + narrowest)
    if not (never_negative and expected <= 0):
        low = min(low, expected - narrowest)
    if y is None:
        return Judged(None, expected, low, high, None, False, "missing", best.shape.seasons)
    note: Note
    if y >= expected:
        score, note = (y - expected) / (high - expected), "above"
    else:
        score, note = (expected - y) / (expected - low), "below"
    anomaly = y > high or y < low
    return Judged(y, expected, low, high, score, anomaly, note if anomaly else "", best.shape.seasons)


def _relative_low(expected: float, usable: Sequence[Forecaster], chance: float) -> float:
    """The lower edge where an adding band would reach below zero, which the series never did: an outage near zero
    must stay visible, so the edge is the fall that the best multiplying forecaster allows. 0 where there is none.
    """
    best = min((f for f in usable if f.shape.multiplies), key=lambda f: f.error, default=None)
    return expected * exp(best.limits(chance)[0]) if best is not None else 0.0
