"""Quantities out to shops and back: changes during a push, files in people's hands."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from stock_book import T0, shelf
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.processes.stock import pushing
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory import queries
from zhanggui.supply.inventory.contracts import SentOffer

pytestmark = [pytest.mark.django_db, pytest.mark.data]
NOW = T0 + timedelta(hours=1)


@pytest.fixture
def shop() -> int:
    shelf({"A": 10})
    found = accounts.create_shop(name="一号店", channel="taobao").id
    stock.note_hearing(shop_id=found, heard_through=NOW)
    return found


def test_a_change_during_a_push_causes_another_push_and_is_not_lost(shop: int) -> None:
    seen: list[int] = []

    def channel(one: SentOffer) -> bool:
        if not seen:  # while the first write is on its way, pieces vanish
            stock.move_goods(sku="A", qty=4, place_from="MAIN", place_to="QUARANTINE", key="q", now=NOW)
        seen.append(one.qty)
        return True

    done = pushing.push(shop_ids=frozenset({shop}), send=channel, key="p", clock=lambda: NOW)
    assert seen == [10, 0]
    assert (done.taken, done.moved, done.unsettled) == (2, 1, [])


def test_a_channel_that_never_stops_moving_is_named(shop: int) -> None:
    def channel(one: SentOffer) -> bool:
        stock.reserve_order(order_ref=f"o{one.offer_id}", lines={"A": 1}, now=NOW)
        stock.move_goods(sku="A", qty=1, place_from="MAIN", place_to="QUARANTINE", key=str(one.offer_id), now=NOW)
        return False  # and takes nothing

    done = pushing.push(shop_ids=frozenset({shop}), send=channel, key="p", clock=lambda: NOW)
    assert done.unsettled == ["A"]


def test_a_stock_file_counts_until_it_is_answered_and_is_read_back(shop: int, tmp_path: Path) -> None:
    out = tmp_path / "stock.csv"
    assert pushing.push_file(shop_id=shop, path=out, key="f1", now=NOW) == 1
    assert out.read_text("utf-8-sig").split() == ["SKU,库存数量", "A,10"]
    later = NOW + timedelta(days=2)  # it may still be uploaded: no flight has an end here
    with pytest.raises(stock.WriteInFlight):
        stock.send_offer(shop_id=shop, sku="A", qty=0, key="x", now=later)
    assert pushing.answer_file(key="f1", uploaded=True, now=later) == (1, 0)
    asked = later + timedelta(hours=1)
    assert pushing.read_back_file(shop_id=shop, path=out, asked_at=asked, key="r1", now=asked) == ({"echo": 1}, [])
    out.write_text("SKU,库存数量\nA,15\nX,1\nA,-2\n")
    found, wrong = pushing.read_back_file(shop_id=shop, path=out, asked_at=asked, key="r2", now=asked)
    assert (found, wrong) == ({"foreign": 1}, ["3: X 1", "4: A -2"])
    assert queries.oversell_risk(now=asked) == (15, 1)


def test_a_file_thrown_away_counts_for_nothing(shop: int, tmp_path: Path) -> None:
    pushing.push_file(shop_id=shop, path=tmp_path / "s.csv", key="f1", now=NOW)
    pushing.answer_file(key="f1", uploaded=False, now=NOW)
    assert queries.oversell_risk(now=NOW) == (0, 1)
    stock.send_offer(shop_id=shop, sku="A", qty=10, key="x", now=NOW)
