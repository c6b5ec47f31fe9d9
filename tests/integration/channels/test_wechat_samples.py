"""The sample export of WeChat shop orders: figures counted from the file with another tool."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from channel_reading import take


def test_orders(channel_samples: Path) -> None:
    taken = take(channel_samples / "wechat-shop" / "orders_synthetic.xlsx")
    assert (taken.rows_read, taken.rejects, taken.residuals) == (22, [], [])
    orders = taken.tables["orders"]
    assert len(orders) == 12
    assert dict(orders["status"].value_counts().iter_rows()) == {
        "created": 2, "paid": 2, "shipped": 4, "completed": 2, "cancelled": 2,
    }  # fmt: skip
    # Σ 订单实际支付金额 over the ten orders with a pay time, each counted once
    assert orders.filter(pl.col("paid_at").is_not_null())["buyer_paid"].sum() == 58600
    assert taken.total("lines", "line_paid") == 58600
    assert taken.total("lines", "line_amount") == taken.total("orders", "goods_amount") == 69250
