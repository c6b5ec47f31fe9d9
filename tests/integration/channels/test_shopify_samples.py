"""Real Shopify exports: the identities their sheet states, and figures counted with the csv module alone."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from channel_reading import take

FILES = ("orders_export_inr_multiline.csv", "orders_export_bdt_cod.csv")


def counted(path: Path) -> dict[str, dict[str, Decimal]]:
    """Per order: its stated amounts, and price × quantity − discount over its rows. Exact decimals, no importer."""
    orders: dict[str, dict[str, Decimal]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            order = orders.setdefault(row["Name"], {"lines": Decimal(0), "rows": Decimal(0)})
            price, quantity = Decimal(row["Lineitem price"]), int(row["Lineitem quantity"])
            order["lines"] += price * quantity - Decimal(row["Lineitem discount"])
            order["rows"] += 1
            for name in ("Subtotal", "Shipping", "Taxes", "Total", "Discount Amount", "Refunded Amount"):
                if row[name]:
                    order[name] = Decimal(row[name])
    return orders


@pytest.mark.parametrize(("name", "orders", "rows", "currency"), [(FILES[0], 51, 121, "INR"), (FILES[1], 5, 6, "BDT")])
def test_every_order_satisfies_the_identities(
    channel_samples: Path, name: str, orders: int, rows: int, currency: str
) -> None:
    path = channel_samples / "shopify" / name
    truth = counted(path)
    taken = take(path)
    assert (taken.rows_read, len(truth), len(taken.tables["orders"]), taken.rejects) == (rows, orders, orders, [])
    assert set(taken.column("orders", "currency")) == {currency}
    for order in taken.tables["orders"].iter_rows(named=True):
        stated = truth[order["order_no"]]
        subtotal = order["goods_amount"] - order["merchant_discount"]
        assert subtotal == int(stated["Subtotal"] * 100) == int((stated["lines"] - stated["Discount Amount"]) * 100)
        total = subtotal + order["freight_amount"] + order["tax_amount"]
        assert total == int(stated["Total"] * 100)
    lines = taken.tables["lines"].group_by("order_no").agg(pl.len(), pl.col("line_paid").sum())
    for number, count, paid in lines.iter_rows():
        assert count == truth[number]["rows"]
        assert paid == taken.one("orders", order_no=number)["buyer_paid"]
    assert [r for r in taken.residuals if not r.identity.startswith("Outstanding")] == []


def test_orders_an_app_created_as_paid(channel_samples: Path) -> None:
    """48 of the 51 orders say ``paid`` without a pay time and with all of it outstanding: taken as paid at creation,
    and reported."""
    taken = take(channel_samples / "shopify" / FILES[0])
    assert set(taken.column("orders", "status")) == {"paid"}
    assert taken.tables["orders"]["paid_at"].null_count() == 0
    assert len(taken.residuals) == 48


def test_cash_on_delivery_is_not_paid_before_it_is_collected(channel_samples: Path) -> None:
    taken = take(channel_samples / "shopify" / FILES[1])
    assert taken.column("orders", "status") == ["created"] * 5
    assert taken.column("orders", "flags") == ["cod"] * 5
    assert taken.total("orders", "buyer_paid") == 0
    assert taken.column("orders", "cod_amount") == [150000] * 4 + [170000]
    assert taken.tables["orders"]["paid_at"].null_count() == 5
