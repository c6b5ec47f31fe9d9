"""Whole books out again, in canonical columns, safe for a spreadsheet."""

from __future__ import annotations

import polars as pl
import pytest

from ledger_frames import T0, record
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.audit import queries as audit
from zhanggui.kernel import records
from zhanggui.trade.orders import exports
from zhanggui.trade.orders.contracts import OrderFilter
from zhanggui.trade.orders.queries import walking
from zhanggui.trade.orders.queries.cells import formula_safe, spreadsheet

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture
def shop() -> int:
    shop = accounts.create_shop(name="一号店", channel="taobao").id
    orders = [
        {"order_no": str(n), "status": "paid" if n % 2 else "completed", "created_at": T0, "buyer_paid": n,
         "title": f"货 {n}", "receiver_name": "张三"} for n in range(9)
    ]  # fmt: skip
    lines = [{"order_no": str(n), "line_no": f"{n}a", "title": f"货 {n}", "line_paid": n} for n in range(9)]
    record(shop, orders=orders, lines=lines)
    return shop


def test_every_order_and_line_comes_once_however_small_the_bites(shop: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking.walk, "__kwdefaults__", {"bite": 4})
    for table, key in (("orders", "order_no"), ("lines", "line_no")):
        frames = list(exports.export_frame_batches(table=table, shop_ids=frozenset({shop})))
        assert len(frames) == 3
        whole = pl.concat(frames)
        assert whole.columns == [
            "shop",
            "channel",
            *(f.name for f in records.TABLES[table]),
            "source_file",
            "source_row",
        ]
        assert whole[key].n_unique() == whole.height == 9
        assert whole["title"].to_list() == [f"货 {n}" for n in range(9)]


def test_filters_and_shops_narrow_an_export(shop: int) -> None:
    some = OrderFilter(states=frozenset({"paid"}))
    (frame,) = exports.export_frame_batches(table="lines", shop_ids=frozenset({shop}), filters=some)
    assert frame["line_paid"].to_list() == [1, 3, 5, 7]
    (none,) = exports.export_frame_batches(table="orders", shop_ids=frozenset())
    assert none.height == 0


def test_personal_columns_are_masked_unless_asked_for_and_then_leave_an_audit_line(shop: int) -> None:
    (masked,) = exports.export_frame_batches(table="orders", shop_ids=frozenset({shop}))
    assert set(masked["receiver_name"]) == {"张*"}
    (clear,) = exports.export_frame_batches(table="orders", shop_ids=frozenset({shop}), reveal=True)
    assert set(clear["receiver_name"]) == {"张三"}
    actions = [entry.action for entry in audit.entries(limit=5)]
    assert actions.count("contact.exported") == 1


def test_refuses_a_table_it_does_not_hold(shop: int) -> None:
    with pytest.raises(ValueError, match="not 'refunds'"):
        list(exports.export_frame_batches(table="refunds", shop_ids=frozenset({shop})))


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_can_start_a_formula(text: str) -> None:
    frame = pl.DataFrame({"a": [text, "plain", None, "1=1"], "n": [-5, 1, None, 2]})
    assert formula_safe(frame).rows() == [("'" + text, -5), ("plain", 1), (None, None), ("1=1", 2)]


def test_moments_are_readable_and_say_their_zone() -> None:
    frame = pl.DataFrame({"t": [T0]}, schema={"t": pl.Datetime("us", "UTC")})
    assert spreadsheet(frame)["t"].to_list() == ["2026-03-01T00:00:00Z"]
