"""The sample export of Xiaohongshu orders: figures counted from the file with another tool."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from channel_reading import take


def test_orders(channel_samples: Path) -> None:
    taken = take(channel_samples / "xiaohongshu" / "orders_synthetic.xlsx")
    assert (taken.rows_read, taken.rejects, taken.residuals) == (15, [], [])
    states = dict(taken.tables["lines"]["status"].value_counts().iter_rows())
    assert states == {"paid": 5, "shipped": 2, "completed": 2, "refunding": 3, "cancelled": 3}
    assert taken.tables["orders"].filter(pl.col("paid_at").is_not_null()).height == 12
    # Σ 用户应付金额 and Σ 商家应收金额 of the rows with a pay time
    assert taken.total("orders", "buyer_paid") == 265395
    assert taken.total("orders", "merchant_receivable") == 273395
