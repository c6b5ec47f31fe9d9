"""What a forecast must keep to, whatever the series."""

from __future__ import annotations

import numpy as np
import pytest

from zhanggui.insight.forecasting.domain import boosted, classical, spread
from zhanggui.insight.forecasting.domain.panel import Panel, filled, scale_of
from zhanggui.insight.forecasting.domain.policy import outlook, windows_of
from zhanggui.insight.forecasting.domain.weighing import Window, weigh

LEVELS = [0.1, 0.5, 0.9]


def panel(y: np.ndarray, horizon: int, step: str = "D", **known: np.ndarray) -> Panel:
    n, t = y.shape
    length = {"D": 1, "W": 7, "M": 30}[step]
    days = np.datetime64("2024-01-01") + np.arange(t + horizon) * length
    return Panel(tuple(f"s{i}" for i in range(n)), step, horizon, y, np.tile(days, (n, 1)), known)


def weekly_rhythm(n: int = 20, t: int = 98, seed: int = 3) -> np.ndarray:
    chance = np.random.default_rng(seed)
    week = 1 + 0.5 * np.sin(2 * np.pi * np.arange(t) / 7)
    return np.round(chance.gamma(20, 1, (n, t)) * week * chance.uniform(1, 30, (n, 1)))


@pytest.fixture(scope="module")
def rhythm() -> tuple[Panel, np.ndarray]:
    y = weekly_rhythm()
    return panel(y[:, :-14], 14), y[:, -14:]


def test_it_is_better_than_last_week_again(rhythm: tuple[Panel, np.ndarray]) -> None:
    given, came = rhythm
    found = outlook(given, LEVELS, threads=1)
    naive = classical.forecast(given, ["seasonal_naive"])["seasonal_naive"]
    assert np.abs(found.mean - came).sum() < 0.85 * np.abs(naive - came).sum()
    assert found.error is not None
    assert found.naive_error is not None
    assert found.error < found.naive_error


def test_quantiles_rise_hold_their_share_and_stay_above_zero(rhythm: tuple[Panel, np.ndarray]) -> None:
    given, came = rhythm
    found = outlook(given, [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95], threads=1)
    assert (np.diff(found.quantiles, axis=0) >= 0).all()
    assert (found.quantiles >= 0).all()
    for level, values in zip([0.1, 0.5, 0.9], found.quantiles[[1, 3, 5]], strict=True):
        assert abs((came <= values).mean() - level) < 0.06


def test_the_same_question_gets_the_same_answer(rhythm: tuple[Panel, np.ndarray]) -> None:
    given, _came = rhythm
    few = given.rows(np.arange(4))
    one, two = (outlook(few, LEVELS, threads=1) for _ in range(2))
    assert np.array_equal(one.mean, two.mean)
    assert one.model == two.model


def test_a_known_promotion_is_learnt_from_all_series() -> None:
    chance = np.random.default_rng(5)
    n, t, horizon = 30, 90, 6
    deal = (chance.random((n, t + horizon)) < 0.15).astype(float)
    y = np.round(chance.gamma(30, 1, (n, t + horizon)) * np.where(deal > 0, 4.0, 1.0))
    found = outlook(panel(y[:, :t], horizon, "W", deal=deal), LEVELS, threads=1)
    blind = outlook(panel(y[:, :t], horizon, "W"), LEVELS, threads=1)
    came = y[:, t:]
    assert np.abs(found.mean - came).sum() < 0.6 * np.abs(blind.mean - came).sum()
    assert found.mean[deal[:, t:] > 0].mean() > 2.5 * found.mean[deal[:, t:] == 0].mean()


def test_demand_that_comes_now_and_then_is_told_apart() -> None:
    chance = np.random.default_rng(7)
    y = np.where(chance.random((60, 48)) < 0.2, chance.poisson(3, (60, 48)) + 1, 0).astype(float)
    found = outlook(panel(y[:, :-6], 6, "M"), [0.5, 0.95], threads=1)
    assert set(found.worse) == {"occasional"}
    assert np.median(found.quantiles[0]) == 0
    assert (y[:, -6:] <= found.quantiles[1]).mean() >= 0.9
    assert found.mean.mean() == pytest.approx(y.mean(), rel=0.25)


def test_nothing_in_nothing_out() -> None:
    y = np.vstack([np.full(40, np.nan), np.r_[np.full(38, np.nan), 5.0, 6.0], np.full(40, 7.0)])
    found = outlook(panel(y, 3), LEVELS, threads=1)
    assert np.isnan(found.mean[0]).all()
    assert np.isfinite(found.mean[1:]).all()
    assert found.mean[2] == pytest.approx([7, 7, 7])


def test_a_missing_value_is_no_zero() -> None:
    y = np.full((3, 60), 10.0)
    y[:, 20:30] = np.nan
    found = outlook(panel(y, 7), [0.5], threads=1)
    assert found.mean == pytest.approx(np.full((3, 7), 10.0))


def test_negative_values_may_stay_negative() -> None:
    y = np.random.default_rng(1).normal(-5, 1, (4, 80))
    assert outlook(panel(y, 5), [0.5], threads=1).mean.mean() == pytest.approx(-5, abs=1)


def test_a_step_back_sees_nothing_of_what_came_after() -> None:
    y = weekly_rhythm(4, 70)
    changed = y.copy()
    changed[:, -14:] *= 100
    one = boosted.forecast(panel(y, 7).before(14), threads=1)
    two = boosted.forecast(panel(changed, 7).before(14), threads=1)
    assert (one is None) == (two is None)
    for a, b in zip(*(classical.forecast(panel(v, 7).before(14), ["theta", "ses"]).values() for v in (y, changed)),
                    strict=True):  # fmt: skip
        assert np.array_equal(a, b)


def test_windows_leave_a_season_to_learn_from() -> None:
    assert windows_of(panel(np.ones((2, 10)), 7)) == 0
    assert windows_of(panel(np.ones((2, 26)), 7)) == 2
    assert windows_of(panel(np.ones((2, 400)), 7)) == 3


def test_a_method_that_was_right_gets_the_weight() -> None:
    came = np.tile(np.arange(4.0), (5, 1))
    window = Window({"right": came + 0.1, "wrong": came + 3.0}, came)
    weights = weigh([window], ("right", "wrong"), np.ones(5), intermittent=False)
    assert weights.share[0] == pytest.approx(np.ones(5))
    assert weights.mix({"right": came, "wrong": came + 9}) == pytest.approx(came)
    assert weights.leading() == ["right"] * 5


def test_a_method_without_a_value_leaves_its_part_to_the_others() -> None:
    came = np.ones((2, 3))
    window = Window({"a": came, "b": came}, came)
    weights = weigh([window], ("a", "b"), np.ones(2), intermittent=False)
    mixed = weights.mix({"a": np.array([[2.0, 2, 2], [np.nan] * 3]), "b": np.array([[4.0, 4, 4], [4.0, 4, 4]])})
    assert mixed.tolist() == [[3, 3, 3], [4, 4, 4]]


def test_without_a_past_the_methods_share_alike() -> None:
    weights = weigh([], ("a", "b"), np.ones(3), intermittent=False)
    assert weights.share == pytest.approx(np.full((2, 3), 0.5))


def test_gaps_are_drawn_between_neighbours_only() -> None:
    y = np.array([[np.nan, 1.0, np.nan, 3.0, np.nan]])
    assert filled(y)[0, 1:].tolist() == [1, 2, 3, 3]
    assert np.isnan(filled(y)[0, 0])


def test_a_flat_series_has_a_scale() -> None:
    assert scale_of(np.full((1, 30), 5.0), 7)[0] == pytest.approx(0.5)
    assert scale_of(np.zeros((1, 30)), 7)[0] == 1.0


def test_few_errors_lean_on_the_normal_distribution() -> None:
    past = spread.Past(np.full((1, 2), 10.0), np.full((1, 2), 10.0))
    low, middle, high = spread.quantiles(np.full((1, 2), 10.0), [0.1, 0.5, 0.9], [past], np.ones(1))
    assert (low < middle).all()
    assert (middle < high).all()
    assert middle == pytest.approx(np.full((1, 2), 10.0))
