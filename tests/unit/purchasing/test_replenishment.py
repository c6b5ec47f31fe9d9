"""Orders from forecasts: every rule by hand, and what must hold for any input."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.supply.purchasing.contracts import Outlook, Policy, Position
from zhanggui.supply.purchasing.domain import replenishment as rules
from zhanggui.supply.purchasing.domain.lots import BadInput
from zhanggui.supply.purchasing.domain.uncertain import z_of

SERVICE = 0.95
PLAIN = Policy("core", "A", SERVICE, 1, 7, 7)


def steady(mean: float = 10.0, sd: float = 3.0, days: int = 60) -> Outlook:
    levels = (0.1, 0.5, 0.9, 0.95)
    rows = tuple((max(0.0, mean + z_of(level) * sd),) * days for level in levels)
    return Outlook((mean,) * days, levels, rows)


def at(available: int = 0, **more: object) -> Position:
    return replace(Position("A", available, 0, (4.0,), 100, 50), **more)  # type: ignore[arg-type]


def test_the_whole_calculation_by_hand() -> None:
    got = rules.suggest(at(20, inbound=5, lead_times=(3.0, 5.0)), steady(), PLAIN, dependence=0)
    z = z_of(SERVICE)
    assert (got.lead_days, got.lead_sd, got.protect_days) == (4, 1, 5)
    assert got.expected == 50
    assert got.spread == pytest.approx(z * 3 * sqrt(5))
    assert got.safety_stock == pytest.approx(z * sqrt(5 * 9 + 100 * 1))  # M145
    assert (got.reorder_point, got.order_up_to) == (70, 140)
    assert (got.position, got.wanted, got.order, got.cost) == (25, 115, 115, 11_500)


def test_above_the_reorder_point_nothing_is_ordered() -> None:
    point = rules.suggest(at(0), steady(), PLAIN).reorder_point
    assert rules.suggest(at(point + 1), steady(), PLAIN).order == 0
    assert rules.suggest(at(point), steady(), PLAIN).order > 0


def test_dependent_days_need_more_safety() -> None:
    alone, together = (rules.total_over(steady(), 9, SERVICE, d).spread for d in (0, 1))
    assert alone == pytest.approx(z_of(SERVICE) * 3 * 3)
    assert together == pytest.approx(z_of(SERVICE) * 3 * 9)


def test_days_beyond_the_forecast_repeat_its_last_week() -> None:
    week = tuple(float(n) for n in range(1, 8))
    assert rules.total_over(Outlook(week, (0.5,), (week,)), 16, 0.5).expected == 28 + 28 + 1 + 2


def test_minimum_order_and_packs() -> None:
    got = rules.suggest(at(20, moq=200, pack=48), steady(), PLAIN)
    assert (got.order, got.reasons) == (240, ("moq", "pack"))


def test_shelf_life_caps_and_says_when_the_minimum_is_too_much() -> None:
    got = rules.suggest(at(0, shelf_life_days=9, pack=8), steady(), PLAIN)
    assert (got.life_cap, got.order) == (60, 56)
    none = rules.suggest(at(0, shelf_life_days=9, moq=100), steady(), PLAIN)
    assert (none.order, none.reasons) == (0, ("shelf_life", "moq_beyond_shelf_life"))


def test_the_long_tail_is_bought_on_demand() -> None:
    policy = rules.POLICIES["long_tail", "C"]
    assert rules.suggest(at(0), steady(), policy).order == 0
    assert rules.suggest(at(-3), steady(), policy).order == 3


def test_coverage_band_of_core_goods() -> None:
    policy = rules.POLICIES["core", "A"]
    marks = [
        {"coverage_low", "coverage_high"} & set(rules.suggest(at(n), steady(), policy).reasons) for n in (179, 200, 241)
    ]
    assert marks == [{"coverage_low"}, set(), {"coverage_high"}]
    assert rules.suggest(at(5), steady(0, 0), policy).coverage is None


def test_every_role_and_speed_has_a_policy_and_faster_goods_are_kept_more_strictly() -> None:
    for role in ("core", "seasonal", "fashion"):
        a, b, c = (rules.POLICIES[role, speed] for speed in "ABC")
        assert (a.service or 0) > (b.service or 0) > (c.service or 0) > 0.5
        assert a.review_days < b.review_days < c.review_days
        assert [p.count_days for p in (a, b, c)] == [7, 30, 90]


def test_a_budget_is_spent_where_it_brings_the_most() -> None:
    places = [at(0, sku="poor", unit_margin=5), at(0, sku="rich", unit_margin=500), at(0, sku="none", unit_cost=None)]
    asked = [rules.suggest(p, steady(), PLAIN) for p in places]
    poor, rich, unknown = rules.within_budget(asked, places, 12_000)
    assert (poor.cost or 0) + (rich.cost or 0) <= 12_000
    assert rich.order > poor.order
    assert "budget" in poor.reasons
    assert (poor.missing_benefit or 0) > 0
    assert unknown.order == asked[2].order
    assert "cost_unknown" in unknown.reasons


def test_the_greedy_budget_is_close_to_the_best_of_all_splits() -> None:
    places = [at(0, sku="a", unit_margin=30, unit_cost=70), at(10, sku="b", unit_margin=60, unit_cost=200)]
    asked = [rules.suggest(p, steady(mean), PLAIN) for p, mean in zip(places, (4, 6), strict=True)]
    budget = 8_000
    got = rules.within_budget(asked, places, budget)

    def worth(orders: tuple[int, int]) -> float:
        return sum(rules._benefit(s, p, 0, n) for s, p, n in zip(asked, places, orders, strict=True))

    best = max(
        worth((a, b))
        for a in range(asked[0].order + 1)
        for b in range(asked[1].order + 1)
        if a * 70 + b * 200 <= budget
    )
    assert worth((got[0].order, got[1].order)) >= 0.98 * best


@pytest.mark.parametrize(
    "outlook",
    [
        Outlook((), (), ()),
        Outlook((1.0,), (0.5,), ((1.0, 2.0),)),
        Outlook((1.0,), (0.9, 0.5), ((1.0,), (1.0,))),
        Outlook((float("nan"),), (0.5,), ((1.0,),)),
        Outlook((-1.0,), (0.5,), ((1.0,),)),
    ],
)
def test_a_forecast_that_is_none_is_refused(outlook: Outlook) -> None:
    with pytest.raises(BadInput):
        rules.suggest(at(), outlook, PLAIN)


@pytest.mark.parametrize("change", [{"lead_times": ()}, {"pack": 0}, {"shelf_life_days": 0}, {"lead_times": (-1.0,)}])
def test_a_position_that_is_none_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        rules.suggest(at(**change), steady(), PLAIN)  # type: ignore[arg-type]


@settings(max_examples=80)
@given(st.integers(-50, 300), st.integers(0, 100), st.integers(0, 80), st.integers(1, 30), st.integers(1, 90))
def test_for_any_input(available: int, inbound: int, moq: int, pack: int, life: int) -> None:
    place = at(available, inbound=inbound, moq=moq, pack=pack, shelf_life_days=life)
    got = rules.suggest(place, steady(), PLAIN)
    assert got.order % pack == 0
    assert got.order == 0 or got.order >= moq
    assert got.life_cap is not None
    assert got.order <= got.life_cap
    assert got.order_up_to >= got.reorder_point >= got.expected
    more = rules.suggest(replace(place, available=available + 10), steady(), PLAIN)
    assert more.wanted <= got.wanted
    budget = Random(available).randint(0, 20_000)
    cut = rules.within_budget([got], [place], budget)[0]
    assert (cut.cost or 0) <= budget
    assert cut.order <= got.order
    assert cut.order % pack == 0
    assert cut.order == 0 or cut.order >= moq
