"""The stock ledger: two sides, no way back, caches that say what it says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from stock_book import T0, at, pool, shelf
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory import queries
from zhanggui.supply.inventory.contracts import Posting, ReceiptLine
from zhanggui.supply.inventory.models import Balance, CostLayer, Movement, Pool, ReservationEntry

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def test_a_receipt_stands_on_both_sides_and_is_booked_once() -> None:
    shelf({"A": 10})
    again = stock.receive_goods(lines=[ReceiptLine("A", "10", cost=1000)], source="first-A", now=at(1))
    assert (again.new, again.repeated) == (0, 1)
    sides = dict(Balance.objects.values_list("place__code", "qty"))
    assert sides == {"MAIN": 10, "SUPPLIER": -10}
    assert pool("A") == (10, 0)
    assert queries.verify().ok


def test_the_same_key_for_something_else_is_refused() -> None:
    shelf({"A": 10})
    with pytest.raises(stock.KeyReused):
        stock.receive_goods(lines=[ReceiptLine("A", "11")], source="first-A", now=at(1))


def test_more_than_is_there_cannot_leave_and_nothing_of_the_order_is_booked() -> None:
    shelf({"A": 3, "B": 1})
    with pytest.raises(stock.NotEnoughStock) as refused:
        stock.ship_order(order_ref="o1", lines={"A": 2, "B": 2}, now=at(1))
    assert (refused.value.sku, refused.value.has, refused.value.wants) == ("B", 1, 2)
    assert pool("A") == (3, 0)
    assert Movement.objects.count() == 2


@pytest.mark.parametrize("act", ["update", "delete"])
@pytest.mark.parametrize("ledger", [Movement, ReservationEntry])
def test_the_database_refuses_to_change_or_delete_a_row_of_a_ledger(ledger: type, act: str) -> None:
    shelf({"A": 3})
    stock.reserve_order(order_ref="o1", lines={"A": 1}, now=at(1))
    rows = ledger.objects.all()  # type: ignore[attr-defined]
    change = {"update": lambda: rows.update(qty=1), "delete": lambda: rows._raw_delete(rows.db)}[act]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()


def test_a_mistake_is_answered_by_its_mirror_image_once() -> None:
    shelf({"A": 10}, cost_each=100)
    wrong = stock.receive_goods(lines=[ReceiptLine("A", "1", cost=10_000)], source="typo", now=at(1)).ids[0]
    stock.reverse_movement(movement_id=wrong, now=at(2))
    assert pool("A") == (10, 0)
    assert list(CostLayer.objects.values_list("qty", "value_minor")) == [(10, 1000)]
    with pytest.raises(stock.AlreadyReversed):
        stock.reverse_movement(movement_id=wrong, now=at(3))
    assert queries.verify().ok


def test_first_in_first_out_and_the_average_cost_what_they_should() -> None:
    for sku, method in (("AVG", "average"), ("FIFO", "fifo")):
        stock.put_item(sku=sku, costing_method=method)
        for n, cost in enumerate((1000, 2000)):
            stock.receive_goods(lines=[ReceiptLine(sku, "10", cost=cost)], source=f"{sku}{n}", now=at(n))
        stock.ship_order(order_ref=f"o-{sku}", lines={sku: 15}, now=at(3))
    costs = dict(Movement.objects.filter(reason="sale").values_list("item__code", "cost_minor"))
    assert costs == {"AVG": 2250, "FIFO": 2000}
    assert queries.verify().ok


def test_an_unknown_cost_stays_unknown_and_is_never_zero() -> None:
    shelf({"A": 2}, cost_each=None)
    stock.ship_order(order_ref="o1", lines={"A": 1}, now=at(1))
    assert Movement.objects.get(reason="sale").cost_minor is None


def test_what_expires_first_leaves_first_and_expired_goods_never() -> None:
    stock.put_item(sku="A")
    today = T0.date()
    for lot, days in (("late", 90), ("soon", 10)):
        line = ReceiptLine("A", "5", lot=lot, expires_on=today + timedelta(days=days))
        stock.receive_goods(lines=[line], source=lot, now=at(0))
    stock.ship_order(order_ref="o1", lines={"A": 6}, now=at(1))
    left = dict(Balance.objects.filter(place__code="MAIN").values_list("lot__code", "qty"))
    assert left == {"soon": 0, "late": 4}
    with pytest.raises(stock.NotEnoughStock):
        stock.ship_order(order_ref="o2", lines={"A": 1}, today=today + timedelta(days=200), now=at(2))
    stock.quarantine_expired(today=today + timedelta(days=200), now=at(3))
    assert pool("A") == (0, 0)
    assert Balance.objects.get(place__code="QUARANTINE").qty == 4
    assert queries.verify().ok


@pytest.mark.parametrize(
    ("line", "code", "approvable"),
    [
        (ReceiptLine("A", "-1"), "negative", False),
        (ReceiptLine("A", "1.5"), "not_whole", False),
        (ReceiptLine("A", "x"), "not_a_number", False),
        (ReceiptLine("A", "1", unit="吨"), "unknown_unit", False),
        (ReceiptLine("A", "1", lot="L", expires_on=date(2026, 3, 1)), "expired", True),
        (ReceiptLine("A", "1", lot="L", expires_on=date(2026, 3, 12)), "short_life", True),
        (ReceiptLine("A", "2", unit="箱", ordered=23), "over_receipt", True),
    ],
)
def test_a_bad_receipt_is_stopped_explained_and_approvable_where_it_makes_sense(
    line: ReceiptLine, code: str, approvable: bool
) -> None:
    stock.put_item(sku="A", units={"箱": 12}, shelf_life_days=90)
    with pytest.raises(stock.Stopped) as stopped:
        stock.receive_goods(lines=[line], source="d1", now=at(0))
    assert [(o.code, o.approvable) for o in stopped.value.objections] == [(code, approvable)]
    assert "A" in str(stopped.value)
    assert not Movement.objects.exists()
    if approvable:
        stock.receive_goods(lines=[line], source="d1", approve=True, now=at(0))
        assert pool("A")[0] == (0 if code == "expired" else 24 if code == "over_receipt" else 1)
    else:
        with pytest.raises(stock.Stopped):
            stock.receive_goods(lines=[line], source="d1", approve=True, now=at(0))


def test_a_closed_period_takes_nothing_more() -> None:
    shelf({"A": 10})
    stock.close_period(until=at(5), now=at(6))
    late = Posting("A", 1, "MAIN", "LOSS", "damaged", "x", "k1", at(4))
    with pytest.raises(stock.PeriodClosed):
        stock.post(postings=[late], now=at(7))
    stock.post(postings=[Posting("A", 1, "MAIN", "LOSS", "damaged", "x", "k1", at(5))], now=at(7))
    with pytest.raises(stock.PeriodClosed):
        stock.close_period(until=at(5), now=at(8))
    with pytest.raises(stock.PeriodClosed):
        stock.close_period(until=at(9), now=at(8))


def test_verify_finds_each_cache_that_lies() -> None:
    shelf({"A": 10})
    stock.reserve_order(order_ref="o1", lines={"A": 2}, now=at(1))
    assert queries.verify().ok
    Balance.objects.filter(place__code="MAIN").update(qty=9)
    Pool.objects.update(reserved=3)
    CostLayer.objects.update(value_minor=999)
    found = {m.cache for m in queries.verify().mismatches}
    assert found >= {"balance", "reserved", "cost layers", "conservation"}
