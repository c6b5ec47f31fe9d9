"""The formulas against a second answer: every plan enumerated, every integer tried, demand played out."""

from __future__ import annotations

from itertools import product
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.supply.purchasing.domain import lots, uncertain

COST = st.integers(1, 60)


def _plan_cost(starts: tuple[int, ...], fixed: float, holding: float, demands: list[int]) -> float | None:
    """Of ordering exactly in these periods, each order lasting until the next; None: not feasible."""
    total, at = 0.0, -1
    for t, demand in enumerate(demands):
        if starts[t]:
            at, total = t, total + fixed
        if demand:
            if at < 0:
                return None
            total += holding * (t - at) * demand
    return total


@settings(max_examples=60)
@given(COST, st.integers(1, 5), st.lists(st.integers(0, 30), min_size=1, max_size=7))
def test_wagner_whitin_is_the_cheapest_of_all_plans(fixed: int, holding: int, demands: list[int]) -> None:
    plans = [_plan_cost(s, fixed, holding, demands) for s in product((0, 1), repeat=len(demands))]
    best = lots.wagner_whitin(fixed_cost=fixed, holding=holding, demands=demands)
    assert best.cost == min(c for c in plans if c is not None)
    quick = lots.silver_meal(fixed_cost=fixed, holding=holding, demands=demands)
    for plan in (best, quick):
        stock = played = 0.0
        for ordered, demand in zip(plan.orders, demands, strict=True):
            played += fixed * (ordered > 0)
            stock += ordered - demand
            assert stock >= 0
            played += holding * stock
        assert (stock, played) == (0, plan.cost)
    assert quick.cost >= best.cost


def _piecewise(kind: str, quantity: float, breaks: list[float], prices: list[float]) -> float:
    """What ``quantity`` units cost, unit by unit."""
    if kind == "all":
        return quantity * next(p for b, p in reversed(list(zip(breaks, prices, strict=True))) if quantity >= b)
    ends = [*breaks[1:], float("inf")]
    return sum(max(0.0, min(quantity, e) - b) * p for b, e, p in zip(breaks, ends, prices, strict=True))


@pytest.mark.parametrize("kind", ["all", "incremental"])
@pytest.mark.parametrize(("fixed", "prices"), [(8, [0.75, 0.72, 0.68]), (40, [5, 4.9, 2]), (1, [9, 8, 7.9])])
def test_discounts_beat_every_whole_quantity(kind: str, fixed: float, prices: list[float]) -> None:
    breaks: list[float] = [0, 400, 800]
    rate, demand = 0.3, 1300
    formula = lots.discount_all_units if kind == "all" else lots.discount_incremental

    def cost(q: float) -> float:
        paid = _piecewise(kind, q, breaks, prices)
        return paid * demand / q + fixed * demand / q + rate * paid / 2

    got = formula(fixed_cost=fixed, holding_rate=rate, demand=demand, breaks=breaks, prices=prices)
    assert got.cost == pytest.approx(cost(got.quantity))
    least = min(cost(q) for q in range(1, 4000))
    assert got.cost <= least + 1e-9
    assert got.cost == pytest.approx(least, rel=1e-3)


@pytest.mark.parametrize(("holding", "stockout", "mean"), [(0.18, 0.7, 50), (3, 1, 4.5), (1, 99, 0.3), (1, 5, 900)])
def test_newsvendor_poisson_beats_every_level(holding: float, stockout: float, mean: float) -> None:
    got = uncertain.newsvendor_poisson(holding=holding, stockout=stockout, mean=mean)
    chances = uncertain.poisson(mean)
    assert sum(chances) == pytest.approx(1, abs=1e-9)

    def cost(level: int) -> float:
        return sum(p * (holding * max(level - k, 0) + stockout * max(k - level, 0)) for k, p in enumerate(chances))

    assert got.cost == pytest.approx(cost(int(got.level)))
    assert got.cost <= min(cost(k) for k in range(max(0, int(mean) - 80), int(mean) + 120)) + 1e-9


def test_newsvendor_over_observations() -> None:
    got = uncertain.newsvendor_empirical(holding=1, stockout=3, demands=[10, 2, 4, 8])
    assert got == uncertain.Level(8, (6 + 4 + 0 + 3 * 2) / 4)


def test_rq_is_a_minimum_and_its_cost_is_what_playing_it_costs() -> None:
    model = {"fixed_cost": 8, "holding": 0.225, "stockout": 7.5, "demand": 1300, "demand_sd": 150, "lead_time": 1 / 12}
    best = uncertain.rq_normal(**model)
    for dr, dq in product((-9, 0, 9), (-25, 0, 25)):
        cost = uncertain.rq_cost(reorder_point=best.reorder_point + dr, quantity=best.quantity + dq, **model)
        assert cost >= best.cost - 1e-9
    chance, mean, sd = Random(5), 1300 / 12, 150 / 12**0.5
    positions = [best.reorder_point + best.quantity * (n + 0.5) / 20_000 for n in range(20_000)]
    levels = [y - chance.gauss(mean, sd) for y in positions]
    held = sum(max(x, 0) * 0.225 - min(x, 0) * 7.5 for x in levels) / len(levels)
    assert held + 8 * 1300 / best.quantity == pytest.approx(best.cost, rel=0.02)


@pytest.mark.parametrize("seed", range(6))
def test_rq_poisson_beats_every_pair(seed: int) -> None:
    chance = Random(seed)
    fixed, holding, stockout = chance.randint(1, 90), chance.randint(1, 20), chance.randint(10, 150)
    demand, lead = chance.uniform(0.3, 3), chance.uniform(0.5, 3)
    got = uncertain.rq_poisson(fixed_cost=fixed, holding=holding, stockout=stockout, demand=demand, lead_time=lead)
    chances = uncertain.poisson(demand * lead)
    rate = {
        y: sum(p * (holding * max(y - k, 0) + stockout * max(k - y, 0)) for k, p in enumerate(chances))
        for y in range(-12, 60)
    }
    pairs = [(r, q) for r in range(-12, 25) for q in range(1, 35)]
    costs = [(fixed * demand + sum(rate[y] for y in range(r + 1, r + q + 1))) / q for r, q in pairs]
    assert got.cost == pytest.approx(min(costs))


@pytest.mark.parametrize(("fixed", "holding", "stockout", "mean"), [(5, 1, 4, 6), (20, 2, 9, 1.3), (1, 1, 1, 3)])
def test_ss_beats_every_pair_solved_as_a_markov_chain(fixed: int, holding: int, stockout: int, mean: float) -> None:
    chances = uncertain.poisson(mean)
    got = uncertain.ss_poisson(fixed_cost=fixed, holding=holding, stockout=stockout, mean=mean)
    rate = {
        y: sum(p * (holding * max(y - k, 0) + stockout * max(k - y, 0)) for k, p in enumerate(chances))
        for y in range(-15, 30)
    }

    def cost(s: int, top: int) -> float:
        """Stationary distribution of the position after ordering, by repeated steps."""
        states = range(s + 1, top + 1)
        now = dict.fromkeys(states, 1 / len(states))
        for _step in range(400):
            after = dict.fromkeys(states, 0.0)
            for y, share in now.items():
                for k, p in enumerate(chances[: y - s]):
                    after[y - k] += share * p
                after[top] += share * (1 - sum(chances[: y - s]))
            now, before = after, now
            if max(abs(now[y] - before[y]) for y in states) < 1e-10:
                break
        ordering = sum(share * (1 - sum(chances[: y - s])) for y, share in now.items())
        return sum(share * rate[y] for y, share in now.items()) + fixed * ordering

    s, top = int(got.reorder_point), int(got.order_up_to)
    assert cost(s, top) == pytest.approx(got.cost, abs=1e-4)
    near = [(a, b) for a in range(s - 3, s + 4) for b in range(top - 4, top + 5) if a < b]
    assert min(cost(a, b) for a, b in near) >= got.cost - 1e-4


def test_the_normal_quantile_agrees_with_the_standard_library() -> None:
    for p in (1e-6, 0.01, 0.3, 0.5, 0.8, 0.95, 0.9999):
        assert uncertain.z_of(p) == pytest.approx(NormalDist().inv_cdf(p), abs=1e-9)


def test_lead_times_as_observed_and_their_spread() -> None:
    same = uncertain.reorder_point_observed(service=0.95, mean=10, sd=3, lead_times=[9, 9])
    plain = uncertain.safety_stock(service=0.95, mean=10, sd=3, lead_time=9)
    assert same.level == pytest.approx(plain.level)
    late = uncertain.reorder_point_observed(service=0.95, mean=10, sd=3, lead_times=[5] * 8 + [25] * 2)
    chance = Random(1)
    seen = sorted(chance.gauss(10 * l, 3 * l**0.5) for l in chance.choices([5] * 8 + [25] * 2, k=40_000))
    assert late.level == pytest.approx(seen[int(0.95 * len(seen))], rel=0.02)


def test_fill_rate_is_what_playing_the_policy_gives() -> None:
    wanted = uncertain.reorder_point_for_fill_rate(target=0.97, quantity=60, mean=10, sd=4, lead_time=4)
    given_back = uncertain.fill_rate(reorder_point=wanted.level, quantity=60, mean=10, sd=4, lead_time=4)
    assert given_back == pytest.approx(0.97)
    chance = Random(3)
    # units go short as long as the net stock, uniform position less lead-time demand, is below zero
    short_share = sum(chance.gauss(40, 8) > wanted.level + 60 * chance.random() for _n in range(40_000)) / 40_000
    assert 1 - short_share == pytest.approx(0.97, abs=0.004)
