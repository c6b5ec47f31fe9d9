"""Classes, pace, clearing prices, suppliers' grades and the emergency runbook, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.supply.purchasing.contracts import SupplierRecord
from zhanggui.supply.purchasing.domain import assortment, emergency, suppliers
from zhanggui.supply.purchasing.domain.lots import BadInput


def test_abc_by_value_before_the_item() -> None:
    values = {"a": 700, "b": 150, "c": 100, "d": 30, "e": 20, "f": 0, "g": -5}
    assert assortment.abc(values) == {"a": "A", "b": "A", "c": "B", "d": "C", "e": "C", "f": "C", "g": "C"}
    assert assortment.abc({"a": 0}) == {"a": "C"}


def test_xyz_by_steadiness() -> None:
    assert [assortment.xyz(d) for d in ([9, 10, 11], [2, 10, 12], [0, 0, 30], [0, 0], [5])] == [
        "X",
        "Y",
        "Z",
        None,
        None,
    ]


def test_turnover_days_and_cover_are_undefined_rather_than_infinite() -> None:
    assert assortment.turnover(500, 100) == 5
    assert assortment.days_of_inventory(5, 30) == 6
    assert assortment.cover_days(30, 2) == 15
    assert (assortment.turnover(5, 0), assortment.days_of_inventory(0, 30), assortment.cover_days(5, 0)) == (None,) * 3


@pytest.mark.parametrize(
    ("available", "daily", "silent", "pace"),
    [
        (0, 1, 0, "none"),
        (10, 1, 0, "moving"),
        (90, 1, 0, "moving"),
        (91, 1, 0, "slow"),
        (5, 1, 30, "slow"),
        (5, 0, 0, "slow"),
        (5, 1, 90, "dead"),
        (5, 0, None, "dead"),
    ],
)
def test_pace(available: int, daily: float, silent: int | None, pace: str) -> None:
    assert assortment.pace(available, daily, silent) == pace


def test_the_clearing_price_beats_keeping_by_a_hair() -> None:
    got = assortment.clearing_price(
        available=100, daily_demand=1, usual_price=1000, days_left=50, holding_per_day=2, salvage=100, selling_cost=50,
        fee_rate=0.05,
    )  # fmt: skip
    kept = 0.5 * (950 - 50 - 2 * 25) + 0.5 * (100 - 2 * 50)
    assert (got.kept, got.share_sold) == (kept, 0.5)
    assert got.price == 500  # (425 + 50) ÷ 0.95
    assert got.price * 0.95 - 50 >= kept > (got.price - 2) * 0.95 - 50


def test_goods_nobody_wants_go_for_what_scrapping_brings() -> None:
    dead = assortment.clearing_price(available=9, daily_demand=0, usual_price=900, days_left=0, holding_per_day=1)
    assert dead.price == 0
    costly = assortment.clearing_price(
        available=9, daily_demand=0, usual_price=900, days_left=30, holding_per_day=1, salvage=40
    )
    assert costly.price == 40


@given(st.integers(1, 500), st.floats(0, 50), st.integers(0, 5000), st.integers(0, 400), st.integers(0, 9))
def test_a_clearing_price_never_exceeds_the_usual_one_and_never_falls_with_time_left_free_of_holding(
    available: int, daily: float, price: int, days: int, extra: int
) -> None:
    def of(left: int) -> int:
        return assortment.clearing_price(
            available=available, daily_demand=daily, usual_price=price, days_left=left, holding_per_day=0
        ).price

    assert 0 <= of(days) <= price + 1
    assert of(days + extra) >= of(days) - 1


def test_a_supplier_is_graded_by_three_ratios() -> None:
    good = suppliers.score(SupplierRecord(10, 10, 100, 95, 95, 95))
    assert (good.score, good.grade, good.verdict) == (pytest.approx(99), "A", "ok")
    fair = suppliers.score(SupplierRecord(10, 6, 100, 90, 90, 88))
    assert (fair.grade, fair.verdict) == ("B", "ok")
    poor = suppliers.score(SupplierRecord(10, 3, 100, 90, 90, 85))
    assert (poor.grade, poor.verdict) == ("C", "warn")
    assert suppliers.score(SupplierRecord(10, 10, 100, 100, 100, 79)).verdict == "block"
    assert suppliers.score(SupplierRecord(10, 0, 100, 50, 50, 45)).verdict == "block"


def test_too_little_known_gives_no_grade() -> None:
    new = suppliers.score(SupplierRecord(4, 0, 40, 0, 0, 0))
    assert (new.grade, new.verdict, new.quality) == (None, "new", None)
    nothing = suppliers.score(SupplierRecord(0, 0, 0, 0, 0, 0))
    assert (nothing.on_time, nothing.score) == (None, None)
    with pytest.raises(BadInput):
        suppliers.score(SupplierRecord(-1, 0, 0, 0, 0, 0))


def test_the_runbook_climbs_only_as_far_as_needed() -> None:
    first = emergency.runbook(shortage=50, elsewhere=80, overtime=99, standby=99)
    assert ([(s.level, s.covers) for s in first.steps], first.notices) == ([(1, 50)], ())
    all_three = emergency.runbook(shortage=300, elsewhere=80, overtime=100, standby=50)
    assert [(s.code, s.role, s.covers) for s in all_three.steps] == [
        ("all_warehouses", "WH", 80),
        ("supplier_overtime", "BUY", 100),
        ("standby_suppliers", "BUY", 50),
    ]
    assert all_three.uncovered == 70
    assert all_three.notices
    assert emergency.runbook(shortage=0, elsewhere=1, overtime=1, standby=1).steps == ()
    with pytest.raises(BadInput):
        emergency.runbook(shortage=-1, elsewhere=0, overtime=0, standby=0)


def test_an_emergency_is_judged_against_a_month_and_its_targets() -> None:
    assert [emergency.triggered(sold, 10) for sold in (50, 51)] == [False, True]
    assert emergency.triggered(301, 10, times=30)
    assert emergency.triggered(5, 0) is None
    assert emergency.held(96, 100, 84, 100) == {"on_time": True, "content": False}
    assert emergency.held(0, 0, 0, 0) == {"on_time": None, "content": None}
