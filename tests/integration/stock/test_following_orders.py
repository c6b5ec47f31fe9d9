"""Stock follows the order book: promised when paid, booked out when shipped, released when over; nothing skipped."""

from __future__ import annotations

from typing import Any

import pytest

from ledger_frames import at, record
from stock_book import pool, shelf
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.processes.stock.operations import follow_news, follow_orders
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory import queries

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def shop() -> int:
    shelf({"A": 10, "B": 2}, hours=-48)  # the book begins two days before T0 of the frames
    return accounts.create_shop(name="一号店", channel="taobao").id


def orders(shop_id: int, day: float, *told: tuple[str, str, str, int], **more: Any) -> None:
    """(order, SKU, status, pieces); one line each."""
    record(
        shop_id,
        day=day,
        grain="items",
        lines=[
            {
                "order_no": no, "line_no": f"{no}-{sku}", "outer_sku_code": sku, "title": f"货 {sku}", "status": status,
                "qty": qty, **({"shipped_at": at(day)} if status == "shipped" else {}), **more,
            }
            for no, sku, status, qty in told
        ],
    )  # fmt: skip


def run() -> dict[str, int]:
    done = follow_orders(now=at(20)).as_json()
    assert queries.verify().ok
    return {k: v for k, v in done.items() if v and k != "orders"}


def test_an_order_is_promised_shipped_and_never_booked_twice(shop: int) -> None:
    orders(shop, 1, ("1", "A", "paid", 3))
    assert run() == {"reserved": 1}
    assert run() == {"unchanged": 1}
    assert pool("A") == (10, 3)
    orders(shop, 2, ("1", "A", "shipped", 3))
    assert run() == {"shipped": 1}
    assert run() == {"unchanged": 1}
    assert pool("A") == (7, 0)


def test_an_order_first_seen_shipped_is_booked_out(shop: int) -> None:
    orders(shop, 1, ("1", "A", "shipped", 3))
    assert run() == {"shipped": 1}
    assert pool("A") == (7, 0)


def test_cancelled_and_refunded_before_shipping_is_released(shop: int) -> None:
    orders(shop, 1, ("1", "A", "paid", 3), ("2", "A", "paid", 1))
    run()
    orders(shop, 2, ("1", "A", "cancelled", 3), ("2", "A", "refunded", 1))
    assert run() == {"released": 2}
    assert pool("A") == (10, 0)


def test_a_partly_shipped_order_keeps_the_rest_promised(shop: int) -> None:
    orders(shop, 1, ("1", "A", "paid", 3), ("1", "B", "paid", 1))
    run()
    orders(shop, 2, ("1", "A", "shipped", 3))
    assert run() == {"shipped": 1}
    assert (pool("A"), pool("B")) == ((7, 0), (2, 1))


def test_a_paid_order_that_is_not_there_is_listed_until_goods_come(shop: int) -> None:
    orders(shop, 1, ("1", "A", "paid", 1), ("1", "B", "paid", 3))
    assert run() == {"short": 1}
    assert (pool("A"), pool("B")) == ((10, 0), (2, 0))  # whole or nothing
    assert [(t.kind, t.code, t.qty) for t in queries.troubles()] == [("short", "B", 1)]
    from zhanggui.supply.inventory.contracts import ReceiptLine

    stock.receive_goods(lines=[ReceiptLine("B", "1")], source="more", now=at(3))
    assert run() == {"reserved": 1}
    assert queries.troubles() == []


def test_an_article_nobody_knows_is_listed_and_the_rest_promised(shop: int) -> None:
    orders(shop, 1, ("1", "A", "paid", 1), ("1", "X9", "paid", 2))
    assert run() == {"reserved": 1, "unmatched": 1}
    assert [(t.kind, t.code, t.qty, t.source) for t in queries.troubles()] == [
        ("unmatched", "X9", 2, f"order:{shop}:1")
    ]
    stock.put_alias(shop_id=shop, code="X9", sku="B")
    assert run() == {"reserved": 1}
    assert queries.troubles() == []
    assert (pool("A"), pool("B")) == ((10, 1), (2, 2))


def test_more_shipped_than_the_book_holds_is_listed_and_never_below_zero(shop: int) -> None:
    orders(shop, 1, ("1", "B", "shipped", 3))
    assert run() == {"beyond_book": 1}
    assert pool("B") == (2, 0)
    assert [t.kind for t in queries.troubles()] == ["beyond_book"]


def test_what_left_before_the_book_begins_was_never_in_it(shop: int) -> None:
    orders(shop, -5, ("1", "A", "shipped", 3))
    assert run() == {}
    assert pool("A") == (10, 0)


def test_an_order_in_an_unknown_state_is_listed(shop: int) -> None:
    orders(shop, 1, ("1", "A", "unknown", 3))
    assert run() == {"unknown": 1}
    assert [t.kind for t in queries.troubles()] == ["unknown"]


def test_a_bundle_takes_its_parts(shop: int) -> None:
    stock.put_item(sku="SET")
    stock.put_bundle(sku="SET", components={"A": 2, "B": 1})
    orders(shop, 1, ("1", "SET", "paid", 2))
    assert run() == {"reserved": 1}
    assert (pool("A"), pool("B")) == ((10, 4), (2, 2))
    orders(shop, 2, ("1", "SET", "shipped", 2))
    assert run() == {"shipped": 1}
    assert (pool("A"), pool("B")) == ((6, 0), (0, 0))


def test_orders_heard_lower_what_their_shop_may_still_sell(shop: int) -> None:
    record(shop, day=1, orders=[{"order_no": "0", "status": "created", "created_at": at(0.5)}])
    run()
    offer = stock.send_offer(shop_id=shop, sku="A", qty=6, key="p1", now=at(1))
    with pytest.raises(stock.WriteInFlight):
        stock.send_offer(shop_id=shop, sku="A", qty=7, key="p2", now=at(1))
    stock.answer_offer(offer_id=offer, taken=True, now=at(1.001))
    record(
        shop, day=2,
        orders=[{"order_no": "1", "status": "paid", "created_at": at(1.5)}],
        lines=[{"order_no": "1", "line_no": "1", "outer_sku_code": "A", "status": "paid", "qty": 2, "title": "货"}],
    )  # fmt: skip
    run()
    one = queries.available_to_sell(shop_ids=frozenset({shop}), skus=["A"], now=at(2))[0]
    assert (one.available, one.exposure, one.could_oversell) == (8, 4, 0)
    assert one.offers[0].shown == 4
    assert stock.read_back(shop_id=shop, sku="A", qty=4, key="r1", asked_at=at(2), now=at(2)) == "echo"
    assert stock.read_back(shop_id=shop, sku="A", qty=3, key="r2", asked_at=at(2), now=at(2)) == "sold"
    assert stock.read_back(shop_id=shop, sku="A", qty=9, key="r3", asked_at=at(2), now=at(2)) == "foreign"
    risky = queries.available_to_sell(shop_ids=frozenset({shop}), skus=["A"], now=at(2))[0]
    assert risky.could_oversell == 4 + 9 - 8
    assert queries.oversell_risk(now=at(2)) == (5, 1)


def test_nothing_new_is_not_walked_again(shop: int) -> None:
    orders(shop, 1, ("1", "A", "paid", 1))
    assert follow_news(now=at(20)) is not None
    assert follow_news(now=at(20)) is None
    stock.move_goods(sku="A", qty=1, place_from="MAIN", place_to="QUARANTINE", key="q", now=at(20))
    assert follow_news(now=at(20)) is not None


def test_the_stated_moment_of_an_export_is_believed_only_near_its_newest_order(
    shop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta
    from types import SimpleNamespace

    from zhanggui.processes.stock import operations

    newest = at(1)

    def heard(*told: tuple[str, Any]) -> Any:
        files = [SimpleNamespace(kind=kind, exported_at=moment) for kind, moment in told]
        monkeypatch.setattr(operations.channels, "imported_files", lambda **_: files)
        return operations.heard_through(shop, newest)

    assert heard(("orders", newest + timedelta(hours=2))) == newest + timedelta(hours=2)
    assert heard(("orders", newest + timedelta(days=3))) == newest  # an export of a past period
    assert heard(("orders", None), ("ads", newest + timedelta(hours=1))) == newest
    assert heard() == newest
