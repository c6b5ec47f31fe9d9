"""Online Retail and Olist through their presets: the figures their publishers' files add up to."""

from __future__ import annotations

from pathlib import Path

import pytest

from export_reading import read_path

RETAIL = "orders/online_retail/online_retail_to_2011-09-30"


@pytest.mark.parametrize("ending", [".csv.gz", ".parquet"])
def test_online_retail(public_data: Path, ending: str) -> None:
    got = read_path(public_data / f"{RETAIL}{ending}")
    assert (got.facts.profile, got.facts.currency, got.rejects) == ("online-retail", "GBP", [])
    assert got.rows_read == 370_931
    assert len(got.refunds) == 6_652
    assert len(got.lines) == 370_931 - 6_652
    assert got.lines["line_no"].n_unique() == len(got.lines)
    assert got.refunds["refund_no"].n_unique() == len(got.refunds)
    assert got.orders["order_no"].n_unique() + got.refunds["state_raw"].n_unique() == 18_786
    assert got.total("lines", "line_amount") - got.total("refunds", "refund_to_buyer") == 678_161_900
    assert got.lines.filter(order_no="A563186")["line_amount"].to_list() == [-1106206]
    assert set(got.lines.filter(order_no="A563186")["status"]) == {"closed"}


def test_daily_files_are_the_same_lines(public_data: Path) -> None:
    whole = read_path(public_data / f"{RETAIL}.csv.gz")
    daily = sorted((public_data / "orders/online_retail/daily_csv").glob("*.csv"))
    assert len(daily) == 20
    numbers: set[str] = set()
    for path in daily:
        got = read_path(path)
        assert got.rejects == []
        numbers |= set(got.column("lines", "line_no")) | set(got.column("refunds", "refund_no"))
    assert numbers <= set(whole.column("lines", "line_no")) | set(whole.column("refunds", "refund_no"))


def test_olist(public_data: Path) -> None:
    orders = read_path(public_data / "orders/olist/olist_orders_dataset.csv")
    assert (orders.facts.profile, orders.facts.grain, orders.rejects) == ("olist-orders", "order", [])
    words = dict(orders.orders["status_raw"].value_counts().iter_rows())
    assert words == {
        "delivered": 13_486, "shipped": 39, "canceled": 23, "unavailable": 17, "processing": 14, "invoiced": 9
    }  # fmt: skip
    assert "unknown" not in set(orders.column("orders", "status"))
    items = read_path(public_data / "orders/olist/olist_order_items_dataset.csv")
    assert (len(items.lines), items.rejects) == (15_566, [])
    assert (items.total("lines", "line_amount"), items.total("lines", "line_freight_share")) == (
        188_589_664,
        31_159_720,
    )
    paid = read_path(public_data / "orders/olist/olist_order_payments_dataset.csv")
    assert (paid.rows_read, len(paid.orders), paid.rejects) == (14_145, 13_588, [])
    assert paid.total("orders", "buyer_paid") == 220_386_257
    assert set(paid.column("orders", "order_no")) == set(orders.column("orders", "order_no"))
