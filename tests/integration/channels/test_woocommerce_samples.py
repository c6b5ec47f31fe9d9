"""The documented REST answer of WooCommerce."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from channel_reading import take


def test_documented_order(channel_samples: Path) -> None:
    taken = take(channel_samples / "woocommerce" / "order_v3.json")
    assert (taken.rows_read, taken.rejects, taken.residuals) == (1, [], [])
    order = taken.one("orders", order_no="727")
    # 6.00 + 12.00 + 10.00 shipping + 1.35 tax
    assert (order["goods_amount"], order["freight_amount"], order["tax_amount"]) == (1800, 1000, 135)
    assert (order["buyer_paid"], order["status"]) == (2935, "paid")
    assert order["paid_at"] == datetime(2017, 3, 22, 19, 28, 8, tzinfo=UTC)
    lines = taken.tables["lines"]
    assert lines["line_no"].to_list() == ["315", "316"]
    assert lines["title"][1] == "Ship Your Idea – Color: Black, Size: M Test"
    assert lines["sku_text"].to_list() == [None, "pa_color: black; size: M Test"]
    assert lines["line_paid"].sum() == 2935
