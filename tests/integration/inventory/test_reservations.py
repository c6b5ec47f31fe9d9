"""Promises: whole orders or nothing, every step a row, twice is once."""

from __future__ import annotations

import pytest

from stock_book import at, pool, shelf
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory import queries
from zhanggui.supply.inventory.models import Balance, OpenHold, ReservationEntry

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def test_a_short_line_leaves_the_whole_order_unreserved() -> None:
    shelf({"A": 5, "B": 1})
    held = stock.reserve_order(order_ref="o1", lines={"A": 2, "B": 2}, now=at(1))
    assert (held.status, held.short_sku, held.wanted, held.available) == ("short", "B", 2, 1)
    assert pool("A") == (5, 0)
    assert not ReservationEntry.objects.exists()


def test_the_same_key_twice_is_one_reservation_and_another_order_may_not_use_it() -> None:
    shelf({"A": 5})
    assert stock.reserve_order(order_ref="o1", lines={"A": 2}, now=at(1)).status == "held"
    assert stock.reserve_order(order_ref="o1", lines={"A": 2}, now=at(2)).status == "replayed"
    assert pool("A") == (5, 2)
    with pytest.raises(stock.KeyReused):
        stock.reserve_order(order_ref="o1", lines={"A": 3}, now=at(3))


def test_a_refused_order_may_ask_again_when_goods_have_come() -> None:
    shelf({"A": 1})
    assert not stock.reserve_order(order_ref="o1", lines={"A": 2}, now=at(1)).ok
    shelf({"A": 1, "B": 0}, hours=2)  # the same paper again: nothing new
    assert not stock.reserve_order(order_ref="o1", lines={"A": 2}, now=at(2)).ok
    from zhanggui.supply.inventory.contracts import ReceiptLine

    stock.receive_goods(lines=[ReceiptLine("A", "1")], source="second", now=at(3))
    assert stock.reserve_order(order_ref="o1", lines={"A": 2}, now=at(4)).ok


def test_a_bundle_reserves_what_is_in_it() -> None:
    shelf({"A": 5, "B": 5})
    stock.put_item(sku="SET")
    stock.put_bundle(sku="SET", components={"A": 1, "B": 2})
    held = stock.reserve_order(order_ref="o1", lines={"SET": 2, "A": 1}, now=at(1))
    assert held.qty == {"A": 3, "B": 4}
    assert not stock.reserve_order(order_ref="o2", lines={"SET": 1}, now=at(2)).ok
    assert (pool("A"), pool("B")) == ((5, 3), (5, 4))


def test_shipping_commits_the_promise_and_moves_the_goods_once() -> None:
    shelf({"A": 5})
    stock.reserve_order(order_ref="o1", lines={"A": 2}, now=at(1))
    assert stock.ship_order(order_ref="o1", lines={"A": 2}, now=at(2)).new == 1
    assert stock.ship_order(order_ref="o1", lines={"A": 2}, now=at(3)).new == 0
    assert pool("A") == (3, 0)
    assert list(ReservationEntry.objects.order_by("id").values_list("kind", "qty")) == [("reserve", 2), ("commit", 2)]
    assert not OpenHold.objects.exists()
    assert queries.verify().ok


def test_parts_of_an_order_ship_and_the_rest_stays_promised() -> None:
    shelf({"A": 5})
    stock.reserve_order(order_ref="o1", lines={"A": 3}, now=at(1))
    stock.ship_order(order_ref="o1", lines={"A": 1}, key="p1", now=at(2))
    assert pool("A") == (4, 2)
    assert stock.release_order(order_ref="o1", now=at(3)) == {"A": 2}
    assert stock.release_order(order_ref="o1", now=at(4)) == {}
    assert pool("A") == (4, 0)
    assert queries.verify().ok


def test_reservations_expire_when_their_time_is_up_and_not_before() -> None:
    shelf({"A": 5})
    stock.reserve_order(order_ref="o1", lines={"A": 2}, expires_at=at(2), now=at(1))
    stock.reserve_order(order_ref="o2", lines={"A": 1}, now=at(1))
    assert stock.expire_reservations(now=at(1.9)) == 0
    assert stock.expire_reservations(now=at(2)) == 1
    assert stock.expire_reservations(now=at(3)) == 0
    assert pool("A") == (5, 1)
    assert queries.verify().ok


def test_returns_wait_in_quarantine_until_somebody_has_looked() -> None:
    shelf({"A": 5}, cost_each=100)
    stock.ship_order(order_ref="o1", lines={"A": 3}, now=at(1))
    stock.return_goods(order_ref="o1", lines={"A": 2}, key="r1", now=at(2))
    stock.return_goods(order_ref="o1", lines={"A": 2}, key="r1", now=at(3))
    assert pool("A") == (2, 0)
    stock.inspect_return(sku="A", good=1, bad=1, key="i1", now=at(4))
    assert pool("A") == (3, 0)
    sides = dict(Balance.objects.values_list("place__code", "qty"))
    assert sides == {"MAIN": 3, "SUPPLIER": -5, "CUSTOMER": 1, "QUARANTINE": 0, "LOSS": 1}
    assert queries.verify().ok
