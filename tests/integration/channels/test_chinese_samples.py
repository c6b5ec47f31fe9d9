"""Sample files of Taobao, JD, Pinduoduo and Douyin: figures counted from the files with another tool."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channel_reading import take


def test_taobao_items_of_2024(channel_samples: Path) -> None:
    taken = take(channel_samples / "taobao" / "ExportOrderList_items_2024.xlsx")
    assert (taken.facts.profile, taken.rows_read, taken.rejects, taken.residuals) == ("taobao-items", 41, [], [])
    lines, orders = taken.tables["lines"], taken.tables["orders"]
    # Σ 价格 × 购买数量, Σ 买家应付货款 = Σ 买家实际支付金额
    assert lines["line_amount"].sum() == 806600
    assert lines["line_paid"].sum() == orders["buyer_paid"].sum() == 696200
    assert set(lines["status"]) == {"paid"}
    assert set(lines["waybill"].drop_nulls().str.contains("No:")) <= {False}
    single = lines.filter(lines["line_no"] == lines["order_no"])
    assert set(single["order_no"].value_counts()["count"]) == {1}


def test_taobao_order_list_of_2019(channel_samples: Path) -> None:
    taken = take(channel_samples / "taobao" / "ExportOrderList201906151650_synthetic.csv")
    assert (taken.facts.encoding, taken.rejects, taken.residuals) == ("gb18030", [], [])
    assert Counter(taken.column("orders", "status")) == dict.fromkeys(
        ("created", "paid", "shipped", "completed", "cancelled", "refunded"), 3
    )
    # shown net: three refunded orders of 48.75 + 114.01 + 182.89 had been paid
    assert taken.total("orders", "refunded_amount") == 34565
    assert taken.total("orders", "buyer_paid", status="refunded") == 34565


@pytest.mark.parametrize("name", ["tmall_order_report.csv", "tmall_order_report_gbk.csv"])
def test_tmall_report_of_february_2020(public_data: Path, name: str) -> None:
    taken = take(public_data / "orders" / "tmall_2020_02" / name)
    orders = taken.tables["orders"]
    assert (len(orders), taken.rejects, taken.residuals) == (27710, [], [])
    assert orders["paid_at"].null_count() == 3872
    assert (orders["refunded_amount"] > 0).sum() == 5592
    # the published Σ 买家实际支付金额 is net of refunds
    assert orders["buyer_paid"].sum() - orders["refunded_amount"].sum() == 188292458
    assert (orders["buyer_paid"] == 0).sum() == 3872


def test_jd_orders(channel_samples: Path) -> None:
    taken = take(channel_samples / "jd" / "orders_synthetic_gbk.csv")
    orders, lines = taken.tables["orders"], taken.tables["lines"]
    assert (taken.rows_read, len(orders), len(lines), taken.rejects, taken.residuals) == (24, 14, 24, [], [])
    assert Counter(orders["status"]) == {
        "paid": 4, "shipped": 2, "completed": 2, "cancelled": 2, "refunding": 2, "created": 2,
    }  # fmt: skip
    # Σ 应付金额 + 余额支付, once per order with a pay time; each order's lines add up to it
    assert orders["buyer_paid"].sum() == lines["line_paid"].sum() == 190690
    assert orders["merchant_receivable"].sum() == lines["line_receivable"].sum() == 193690
    flags = dict(zip(orders["order_no"], orders["flags"], strict=True))
    assert (flags["330000001148"], flags["330000001185"]) == ("hold", "hold")


def test_pinduoduo_orders(channel_samples: Path) -> None:
    taken = take(channel_samples / "pinduoduo" / "orders_synthetic.csv")
    lines = taken.tables["lines"]
    assert (taken.rows_read, taken.rejects, taken.residuals) == (21, [], [])
    assert Counter(lines["status"]) == {
        "refunded": 6, "created": 3, "paid": 3, "delivered": 3, "cancelled": 3, "shipped": 2, "refunding": 1,
    }  # fmt: skip
    assert lines["line_amount"].sum() == 101347
    # Σ 用户实付 less three rows that wait for payment and one that was cancelled before its deal
    assert taken.total("orders", "buyer_paid") == 85826
    empty = taken.one("orders", order_no="260614-640684991246167")
    assert (empty["created_at"], empty["paid_at"]) == (datetime(2026, 6, 13, 16, tzinfo=UTC), None)


def test_douyin_orders(channel_samples: Path) -> None:
    taken = take(channel_samples / "douyin" / "1791430000_orders_synthetic.csv")
    orders, lines = taken.tables["orders"], taken.tables["lines"]
    assert (len(orders), len(lines), taken.rejects, taken.residuals) == (14, 21, [], [])
    assert taken.facts.exported_at == datetime.fromtimestamp(1791430000, UTC)
    assert Counter(lines["status"]) == {"paid": 6, "shipped": 6, "refunded": 4, "created": 3, "completed": 2}
    # Σ 订单应付金额 of the 18 rows with a pay time, plus what platform and creators bear on them
    assert lines["line_paid"].sum() == 150590
    assert lines["line_receivable"].sum() == 157090
    assert set(orders["receiver_name"]) == {None}
    assert orders["receiver_cipher"].null_count() == 0
