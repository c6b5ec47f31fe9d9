"""Generated exports of five channels read back: the simulation counts without the importer, so both must agree."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from channel_reading import Taken, take
from zhanggui.trade.channels.sample import generate


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    target = tmp_path_factory.mktemp("sample")
    made = generate.write_all(target, seed=11, days=21, orders=400, channels=CHANNELS, end=date(2026, 6, 30))
    return target, made.expected["files"]


CHANNELS = ("kuaishou", "xiaohongshu", "wechat", "shopify", "woocommerce")


def states(frame: pl.DataFrame) -> dict[str, int]:
    return dict(sorted(frame["status"].value_counts().iter_rows()))


def figures(taken: Taken) -> dict[str, Any]:
    """The figures of a file in the words of ``expected.json``, as far as the file holds them."""
    found: dict[str, Any] = {
        "rows": taken.rows_read,
        "rejects": sorted((r.row, r.column) for r in taken.rejects),
    }
    orders, lines = taken.tables.get("orders"), taken.tables.get("lines")
    if orders is not None:
        paid = orders.filter(pl.col("paid_at").is_not_null())
        found |= {
            "orders": len(orders),
            "paid_orders": len(paid),
            "paid_amount": paid["buyer_paid"].sum(),
            "refunded_amount": orders["refunded_amount"].sum(),
        }
        if "status" in taken.facts.provided["orders"]:
            found["orders_by_state"] = states(orders)
    if lines is not None:
        found |= {"lines": len(lines), "lines_by_state": states(lines)}
    if "settlement" in taken.tables:
        found["settlement_by_subject"] = taken.by_subject()
    return found


@pytest.mark.parametrize("channel", CHANNELS)
def test_figures_agree(sample: tuple[Path, dict[str, Any]], channel: str) -> None:
    folder, expected = sample
    files = {name: truth for name, truth in expected.items() if name.startswith(f"{channel}-")}
    assert files
    for name, truth in files.items():
        taken = take(folder / name)
        truth = {**truth, "rejects": sorted((r["row"], r["column"]) for r in truth["rejects"])}
        found = figures(taken)
        assert found == {key: truth[key] for key in found}, name
        assert taken.residuals == [], name


@pytest.mark.parametrize("channel", CHANNELS)
def test_lines_add_up_to_their_orders_and_keep_their_numbers(sample: tuple[Path, dict[str, Any]], channel: str) -> None:
    folder, expected = sample
    seen: dict[str, set[str]] = {}
    for name in expected:
        taken = take(folder / name) if name.startswith(f"{channel}-") else None
        if taken is None or "lines" not in taken.tables:
            continue
        lines, orders = taken.tables["lines"], taken.tables["orders"]
        assert not lines.select("order_no", "line_no").is_duplicated().any()
        sums = lines.group_by("order_no").agg(pl.col("line_paid").sum(), pl.col("line_receivable").sum())
        both = orders.join(sums, on="order_no")
        assert len(both) == len(orders)
        assert both["line_paid"].to_list() == both["buyer_paid"].to_list()
        assert both["line_receivable"].to_list() == both["merchant_receivable"].to_list()
        for number, ids in lines.group_by("order_no").agg(pl.col("line_no")).iter_rows():
            known = seen.setdefault(f"{Path(name).parent}/{number}", set(ids))
            assert known == set(ids)
