"""The search for the unusual: what it finds, what it leaves alone, and that it never looks ahead."""

from __future__ import annotations

import math
import random
import time
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.insight.anomalies.contracts import DAILY, HOURLY, MONTHLY, WEEKLY, Judged, Rhythm
from zhanggui.insight.anomalies.domain.clock import steps
from zhanggui.insight.anomalies.domain.detect import detect
from zhanggui.insight.anomalies.domain.forecasters import Misses

WEEK = [1.0, 0.9, 0.95, 1.0, 1.1, 1.6, 1.4]


def days(n: int, *, seed: int = 1, noise: float = 0.05, level: float = 1000.0) -> list[float]:
    """Visitors of a shop: a weekly pattern with multiplicative noise."""
    rng = random.Random(seed)
    return [level * WEEK[i % 7] * math.exp(rng.gauss(0, noise)) for i in range(n)]


def judge(values: list[float | None], rhythm: Rhythm = DAILY, **kw: float) -> list[Judged]:
    return detect(range(len(values)), values, rhythm=rhythm, **kw)  # type: ignore[arg-type]


def flags(judged: list[Judged]) -> list[int]:
    return [i for i, one in enumerate(judged) if one.anomaly]


@pytest.mark.parametrize(("times", "note"), [(0.6, "below"), (0.0, "below"), (1.5, "above"), (10.0, "above")])
def test_a_wild_day_is_found(times: float, note: str) -> None:
    for seed in range(5):
        values = days(100, seed=seed)
        values[90] *= times
        judged = judge([*values])
        assert judged[90].anomaly, (seed, judged[90])
        assert judged[90].note == note
        assert (judged[90].score or 0) > 1


def test_a_busy_saturday_is_no_anomaly_but_a_monday_like_it_is() -> None:
    values = days(120)
    assert flags(judge([*values])) == []
    monday = 112
    assert monday % 7 == 0
    values[monday] *= 1.6
    judged = judge([*values])
    assert flags(judged) == [monday]
    assert judged[monday].season == (7,)


def test_ordinary_noise_costs_few_alarms() -> None:
    """Forty series of a year: the budget is 0.2 a month."""
    alarms = sum(len(flags(judge([*days(365, seed=seed)], alarms_per_month=0.2))) for seed in range(40))
    months = 40 * (365 - 21) / 30.4375
    assert alarms / months < 0.2, f"{alarms / months:.2f} false alarms a month"


def test_a_smaller_budget_never_flags_more() -> None:
    values = days(365, noise=0.2)
    found = [set(flags(judge([*values], alarms_per_month=budget))) for budget in (5, 1, 0.2, 0.02)]
    assert all(wide >= narrow for wide, narrow in pairwise(found))
    assert len(found[0]) > len(found[-1])
    shared = judge([*values], alarms_per_month=2, watched=10)
    assert [j.score for j in shared] == [j.score for j in judge([*values], alarms_per_month=0.2)]


@pytest.mark.parametrize("times", [0.5, 2.0])
def test_a_new_level_is_told_for_some_days_and_then_accepted(times: float) -> None:
    values = [v if i < 90 else v * times for i, v in enumerate(days(150))]
    judged = judge([*values])
    found = flags(judged)
    assert found[0] == 90
    assert len(found) <= 5
    assert any(one.note == "shift" for one in judged[90:95])
    late = [one for one in judged[100:] if one.expected is not None]
    assert all(abs((one.y or 0) / (one.expected or 1) - 1) < 0.5 for one in late)


def test_one_wild_value_does_not_spoil_the_days_after_it() -> None:
    calm = judge([*days(120)])
    values = days(120)
    values[80] *= 50
    for one, other in zip(judge([*values])[81:], calm[81:], strict=True):
        assert one.expected is not None
        assert other.expected is not None
        assert abs(one.expected / other.expected - 1) < 0.1
        assert not one.anomaly


def test_a_fall_to_almost_nothing_is_seen_though_the_band_of_sums_reaches_zero() -> None:
    rng = random.Random(3)
    hours = [0.3 + 0.2 * math.sin(i * math.tau / 24) + abs(rng.gauss(0, 0.08)) for i in range(24 * 30)]
    hours[600] = 0.001
    judged = judge([*hours], HOURLY)
    assert judged[600].anomaly
    assert (judged[600].low or 0) > 0


def test_gaps_keep_the_weekday_and_blanks_are_not_judged() -> None:
    values = days(140)
    kept = [i for i in range(140) if i not in range(100, 110) and i % 13]
    judged = detect(kept, [values[i] for i in kept], rhythm=DAILY)
    assert flags(judged) == []
    holes: list[float | None] = [None if i in (50, 51, 120) else v for i, v in enumerate(values)]
    judged = judge(holes)
    assert [judged[i].note for i in (50, 51, 120)] == ["missing"] * 3
    assert judged[120].expected is not None
    assert judged[120].score is None
    assert not judged[120].anomaly
    assert flags(judged) == []


def test_the_band_is_wider_after_a_gap() -> None:
    values = days(100)
    near = detect([*range(99), 105], values, rhythm=DAILY)[-1]
    far = detect([*range(99), 105 + 70], values, rhythm=DAILY)[-1]
    assert near.high is not None
    assert far.high is not None
    assert far.high > near.high


@pytest.mark.parametrize("values", [[0.0] * 60, [5.0] * 60, [-3.0] * 60])
def test_a_series_that_never_moves_flags_the_first_move_only(values: list[float]) -> None:
    assert flags(judge([*values])) == []
    judged = judge([*values, values[0] + 1])
    assert flags(judged) == [60]
    assert math.isfinite(judged[60].score or 0)


def test_rare_sales_are_not_all_anomalies() -> None:
    rng = random.Random(5)
    values: list[float | None] = [float(rng.random() < 0.15) for _ in range(365)]
    assert len(flags(judge(values))) <= 4
    assert judge([*values, 12.0])[-1].anomaly


def test_nothing_is_judged_before_three_weeks() -> None:
    judged = judge([*days(40)])
    assert [one.note for one in judged[:21]] == ["learning"] * 21
    assert all(one.expected is None and one.score is None and not one.anomaly for one in judged[:21])
    assert judged[21].score is not None
    assert judge([]) == []


some = st.one_of(st.none(), st.floats(-1000, 1000), st.floats(0.001, 10), st.just(0.0))


@settings(max_examples=30, deadline=None)
@given(st.lists(some, min_size=25, max_size=90), st.data())
def test_no_answer_changes_when_later_values_come(values: list[float | None], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(values)))
    assert judge(values)[:cut] == judge(values[:cut])


@settings(max_examples=30, deadline=None)
@given(st.lists(some, min_size=25, max_size=90))
def test_band_score_and_flag_agree(values: list[float | None]) -> None:
    for one in judge(values):
        if one.expected is None or one.low is None or one.high is None:
            assert one.score is None
            continue
        assert one.low <= one.expected <= one.high
        if one.y is not None:
            assert one.score is not None
            assert one.score >= 0
            assert one.anomaly == (one.y < one.low or one.y > one.high)
            assert one.anomaly == (one.score > 1) or math.isclose(one.score, 1)


@given(st.floats(0.01, 1000))
@settings(max_examples=10, deadline=None)
def test_another_unit_changes_no_flag(unit: float) -> None:
    values = days(80)
    values[70] *= 3
    assert flags(judge([v * unit for v in values])) == flags(judge([*values]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60), st.integers(5, 30))
def test_misses_are_those_of_the_last_ones_sorted(values: list[float], size: int) -> None:
    misses = Misses(size)
    for value in values:
        misses.add(value)
    kept = sorted(abs(v) for v in values[-size:])
    middle = kept[len(kept) // 2]
    assert math.isclose(misses.sigma(), 1.4826 * middle if middle else sum(kept) / len(kept))
    below, above = misses.limits(0.001, misses.sigma())
    assert above >= 3 * misses.sigma()
    assert below <= -3 * misses.sigma()


@pytest.mark.parametrize(
    ("at", "values", "kw", "says"),
    [
        ([0], [1.0, 2.0], {}, "1 times, but 2 values"),
        ([0, 2, 1], [1.0, 2.0, 3.0], {}, "must not fall"),
        ([0], [math.nan], {}, "not a finite value"),
        ([0], [1.0], {"alarms_per_month": 0}, "above zero"),
        ([0], [1.0], {"watched": 0}, "above zero"),
    ],
)
def test_wrong_input_is_refused(at: list[int], values: list[float], kw: dict[str, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        detect(at, values, rhythm=DAILY, **kw)  # type: ignore[arg-type]


START = datetime(2024, 1, 1)


@pytest.mark.parametrize(
    ("step", "rhythm"),
    [(timedelta(hours=1), HOURLY), (timedelta(days=1), DAILY), (timedelta(days=7), WEEKLY)],
)
def test_the_rhythm_is_read_off_the_moments(step: timedelta, rhythm: Rhythm) -> None:
    moments = [START + step * i for i in range(30) if i % 11]
    at, found = steps(moments)
    assert found == rhythm
    assert at == [i - 1 for i in range(30) if i % 11]


def test_months_are_counted_by_the_calendar() -> None:
    moments = [datetime(2023 + m // 12, m % 12 + 1, 1) for m in range(20) if m != 4]
    assert steps(moments) == ([m for m in range(20) if m != 4], MONTHLY)


def test_other_steps_take_the_seasons_that_fit() -> None:
    quarter = [START + timedelta(minutes=15 * i) for i in range(10)]
    assert steps(quarter)[1].seasons == ((), (96,), (96, 672))
    odd = [START + timedelta(seconds=7 * i) for i in range(10)]
    assert steps(odd)[1].seasons == ((),)
    assert steps([START]) == ([0], DAILY)


def test_five_thousand_points_take_a_few_seconds() -> None:
    rng = random.Random(2)
    values = [100 + 30 * math.sin(i * math.tau / 24) + rng.gauss(0, 5) for i in range(5000)]
    started = time.process_time()
    judge([*values], HOURLY)
    assert time.process_time() - started < 5
