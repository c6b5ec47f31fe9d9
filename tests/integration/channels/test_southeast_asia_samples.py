"""Sample files of Shopee and Lazada."""

from __future__ import annotations

from pathlib import Path

from export_reading import read_path


def test_shopee(channel_samples: Path) -> None:
    got = read_path(channel_samples / "shopee" / "orders_en_synthetic.xlsx", currency="MYR")
    assert (got.rows_read, got.rejects, got.residuals) == (11, [], [])
    assert (len(got.orders), len(got.lines), got.total("lines", "qty")) == (8, 11, 19)
    # six orders carry a pay time
    assert got.total("orders", "buyer_paid") == 17070
    assert got.total("lines", "line_paid") == 17070


def test_lazada(channel_samples: Path) -> None:
    got = read_path(channel_samples / "lazada" / "orders_synthetic.xlsx", currency="MYR")
    assert (got.rows_read, got.rejects, got.residuals) == (20, [], [])
    assert (len(got.orders), len(got.lines)) == (10, 20)
    assert got.total("lines", "line_amount") == 131840
