"""Tiny hand-written files of every channel and the sums worked out by hand (``imports.csv``)."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from channel_reading import take
from zhanggui.kernel import records

HERE = Path(__file__).parent


def rows() -> list[dict[str, str]]:
    with (HERE / "imports.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["channel"])
def test_the_sums_of_a_tiny_file_are_those_worked_out_by_hand(row: dict[str, str]) -> None:
    taken = take(HERE / "files" / row["file"])
    orders, lines = taken.tables["orders"], taken.tables["lines"]
    paid = orders.filter(pl.col("paid_at").is_not_null())

    def amount(frame: pl.DataFrame, column: str) -> str:
        return "" if frame[column].null_count() == len(frame) else str(frame[column].sum())

    found = {
        "channel": taken.facts.channel,
        "rows": str(taken.rows_read),
        "refused": " ".join(f"{r.row}:{r.column}" for r in taken.rejects),
        "orders": str(len(orders)),
        "lines": str(len(lines)),
        "paid_orders": str(len(paid)),
        "paid": amount(paid, "buyer_paid"),
        "refunded": amount(orders, "refunded_amount"),
        "receivable": amount(paid, "merchant_receivable"),
    }
    assert found == {key: row[key] for key in found}
    assert taken.residuals == []


def test_every_channel_with_layouts_of_its_own_is_there() -> None:
    assert {row["channel"] for row in rows()} == set(records.CHANNELS) - {"other"}
