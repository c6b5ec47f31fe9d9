"""Effects: exact on exact worlds, honest intervals on noisy ones, and never a cause without a control."""

from __future__ import annotations

import math
import random
from statistics import fmean, variance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zhanggui.foundation.loop.domain import effects
from zhanggui.foundation.loop.domain.effects import Day, Effect, estimate, is_noise, t_quantile, welch, wilson


@given(st.floats(1, 500))
@settings(max_examples=60)
def test_student_quantiles_agree_with_scipy(freedom: float) -> None:
    assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-6)


def test_welch_agrees_with_scipy() -> None:
    draw = random.Random(7)
    one, other = [draw.gauss(5, 1) for _ in range(9)], [draw.gauss(3, 4) for _ in range(14)]
    low, high, middle = welch(one, other)
    known = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert (low, high) == (pytest.approx(known.low, rel=1e-6), pytest.approx(known.high, rel=1e-6))
    assert middle == pytest.approx(fmean(one) - fmean(other))


@given(st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=60)
def test_wilson_agrees_with_scipy(good: int, bad: int) -> None:
    found = wilson(good, good + bad)
    if good + bad == 0:
        assert found is None
        return
    known = stats.binomtest(good, good + bad).proportion_ci(method="wilson")
    assert found == (pytest.approx(known.low, abs=1e-9), pytest.approx(known.high, abs=1e-9))


def test_without_a_control_it_is_before_and_after_and_says_so() -> None:
    found = estimate([[10.0] * 14 + [12.0] * 7], [], before=14)
    assert (found.method, found.note, found.effect) == ("before_after", "uncontrolled", 2.0)


def test_a_shock_that_hits_everybody_is_not_the_effect_of_the_act() -> None:
    draw = random.Random(3)
    shock = [draw.gauss(0, 20) for _ in range(28)]
    units = [[100 + 10 * u + s + draw.gauss(0, 1) for s in shock] for u in range(12)]
    treated = [[v + (7 if n >= 14 else 0) for n, v in enumerate(u)] for u in units[:6]]
    found = estimate(treated, units[6:], before=14)
    assert found.method == "did"
    assert found.low is not None
    assert found.high is not None
    assert found.low < 7 < found.high
    assert found.high - found.low < 4


def test_too_few_days_say_nothing() -> None:
    assert estimate([[1.0, 2.0, 3.0, 4.0, 5.0]], [], before=3).effect is None
    assert estimate([[None] * 14 + [1.0] * 7], [], before=14).note == "few_days"


def test_the_synthetic_baseline_is_taken_only_when_it_followed() -> None:
    draw = random.Random(5)
    season = [100 + 30 * math.sin(n / 3) for n in range(28)]
    target: list[Day] = [s + (9 if n >= 14 else 0) + draw.gauss(0, 1) for n, s in enumerate(season)]
    good: list[list[Day]] = [[2 * s + draw.gauss(0, 1) for s in season], [0.5 * s + draw.gauss(0, 1) for s in season]]
    found = estimate([target], good, before=14)
    assert found.method == "synthetic"
    assert found.low is not None
    assert found.high is not None
    assert found.low < 9 < found.high
    strange: list[list[Day]] = [[draw.gauss(50, 40) for _ in season], [draw.gauss(80, 60) for _ in season]]
    assert estimate([target], strange, before=14).note == "poor_fit"


def _noise(draw: random.Random, rho: float, days: int) -> list[float]:
    found = [draw.gauss(0, 1)]
    for _ in range(days - 1):
        found.append(rho * found[-1] + math.sqrt(1 - rho**2) * draw.gauss(0, 1))
    return found


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_the_interval_of_days_that_follow_each_other_covers_the_truth(rho: float) -> None:
    """Without the correction for autocorrelation the second would cover about three in four."""
    draw = random.Random(11)
    hits = 0
    for _ in range(150):
        one, other = _noise(draw, rho, 42), _noise(draw, rho, 42)
        found = estimate(
            [[100 + a + (2 if n >= 28 else 0) for n, a in enumerate(one)]], [[100 + b for b in other]], before=28
        )
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 2 <= found.high
    assert hits >= 0.9 * 150


def test_the_interval_over_units_covers_the_truth_at_its_rate() -> None:
    draw = random.Random(13)
    hits = 0
    for _ in range(250):
        units = [[u + v for v in _noise(draw, 0.6, 21)] for u in range(12)]
        treated = [[v + (1 if n >= 14 else 0) for n, v in enumerate(u)] for u in units[:6]]
        found = estimate(treated, units[6:], before=14)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 1 <= found.high
    assert 0.92 * 250 <= hits <= 0.985 * 250


def test_noise_needs_words_from_people() -> None:
    assert not is_noise(0, effects.WORDS - 1)
    assert is_noise(0, 20)
    assert not is_noise(3, 17)
    assert not is_noise(20, 0)


def test_constant_days_have_no_width() -> None:
    found = estimate([[5.0] * 10 + [6.0] * 6], [[5.0] * 16], before=10)
    assert isinstance(found, Effect)
    assert (found.effect, found.low, found.high) == (1.0, 1.0, 1.0)
    assert variance([1.0, 3.0]) == 2
