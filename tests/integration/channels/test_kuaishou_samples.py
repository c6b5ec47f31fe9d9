"""The sample export of Kuaishou orders: figures counted from the file with another tool."""

from __future__ import annotations

from pathlib import Path

from channel_reading import take


def test_orders(channel_samples: Path) -> None:
    taken = take(channel_samples / "kuaishou" / "orders_synthetic.xlsx")
    assert taken.facts.profile == "kuaishou-orders"
    assert (taken.rows_read, taken.rejects, taken.residuals) == (18, [], [])
    states = dict(taken.tables["orders"]["status"].value_counts().iter_rows())
    assert states == {"created": 3, "paid": 3, "shipped": 3, "delivered": 3, "completed": 3, "refunded": 3}
    paid = taken.tables["orders"].filter(taken.tables["orders"]["paid_at"].is_not_null())
    assert len(paid) == 15
    # Σ 实付款 of the 15 paid rows, and with platform and creator money
    assert taken.total("orders", "buyer_paid") == 69520
    assert taken.total("orders", "merchant_receivable") == 69520 + 1400 + 800
    assert taken.total("lines", "line_paid") == 69520
