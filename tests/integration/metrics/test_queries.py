"""The board over a book that real imports filled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import desk_book
from desk_book import Sold
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.insight.metrics import queries as metrics
from zhanggui.trade.orders import queries as orders

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()


def test_the_board_sums_what_the_order_list_shows(tmp_path: Path) -> None:
    book = desk_book.make(tmp_path)
    ids = frozenset({book.east.id, book.west.id})
    day = timezone.localdate() - timedelta(days=1)
    board = metrics.day_board(shop_ids=ids, first=day - timedelta(days=1), last=day)
    rows = [r for r in orders.list_orders(shop_ids=ids).rows if r.paid_at is not None]
    (whole,) = board.by_currency
    assert whole.values["M041"].now == sum(r.buyer_paid or 0 for r in rows) == 57_000
    assert whole.values["M047"].now == len(rows) == 6
    # the export says that one order was refunded, not how much went back
    net = whole.values["M046"]
    assert (net.now, net.unknown, whole.values["M110"].numerator) == (57_000, 1, 1)
    assert whole.values["M041"].before is None
    assert board.as_of is not None


def test_only_the_shops_asked_for(tmp_path: Path) -> None:
    book = desk_book.make(tmp_path)
    day = timezone.localdate() - timedelta(days=1)
    board = metrics.day_board(shop_ids=frozenset({book.west.id}), first=day, last=day)
    assert [r.shop_ids for r in board.rows] == [(book.west.id,)]
    assert board.by_currency[0].values["M041"].now == 50_000
    assert metrics.day_board(shop_ids=frozenset(), first=day, last=day).rows == ()


def test_coverage_is_the_newest_file_of_each_shop_and_kind(tmp_path: Path) -> None:
    now = timezone.now().replace(microsecond=0)
    shop = accounts.create_shop(name="甲", channel="pinduoduo")
    other = accounts.create_shop(name="乙", channel="pinduoduo")
    ids = frozenset({shop.id, other.id})
    assert metrics.coverage(shop_ids=ids) == []
    desk_book.bring(tmp_path, "甲", [Sold("261101-1", 9)], now, seen=now - timedelta(hours=1))
    desk_book.bring(tmp_path, "甲", [Sold("261101-2", 9)], now, seen=now - timedelta(days=5))
    (known,) = metrics.coverage(shop_ids=ids)
    assert (known.shop_id, known.kind, known.until) == (shop.id, "orders", now - timedelta(hours=1))
    assert metrics.coverage(shop_ids=frozenset({other.id})) == []


def test_a_shop_whose_last_file_is_far_back_is_still_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now().replace(microsecond=0)
    for name in ("甲", "乙"):
        accounts.create_shop(name=name, channel="pinduoduo")
    desk_book.bring(tmp_path, "乙", [Sold("261101-1", 9)], now, seen=now - timedelta(days=8))
    for n in range(3):
        desk_book.bring(tmp_path, "甲", [Sold(f"261102-{n}", 9)], now, seen=now - timedelta(hours=n))
    monkeypatch.setattr("zhanggui.insight.metrics.queries.board._FILES_AT_ONCE", 2)
    found = {c.shop_id for c in metrics.coverage(shop_ids=frozenset(s.id for s in _shops()))}
    assert len(found) == 2


def _shops() -> list[Any]:
    from zhanggui.foundation.accounts import queries

    return queries.shops()
