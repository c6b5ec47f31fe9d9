"""A batch as it arrives, made ready for joining: keys checked, repeats folded, columns named as in the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from zhanggui.kernel import records
from zhanggui.trade.orders.contracts import Refusal
from zhanggui.trade.orders.domain import layers

PERSONAL = tuple(f.name for f in records.ORDER if f.personal)
#: Canonical order column → physical column, where they differ.
RENAMED = {"title": "article_id", "flags": "channel_flags", "buyer_ref": "buyer_key"}
MICROSECOND = 1_000_000


@dataclass
class Incoming:
    """One batch. ``orders``/``lines`` are None where the batch has none."""

    shop_id: int
    channel: str
    currency: str
    file_id: int
    observed_at: datetime
    grain: str
    orders: pl.DataFrame | None
    lines: pl.DataFrame | None
    order_columns: frozenset[str] = frozenset()
    line_columns: frozenset[str] = frozenset()
    refused: list[Refusal] = field(default_factory=list)
    repeated: int = 0

    @property
    def at(self) -> int:
        """The moment of observation in µs."""
        whole = int(self.observed_at.replace(microsecond=0).timestamp())
        return whole * MICROSECOND + self.observed_at.microsecond

    @property
    def authority(self) -> int:
        return layers.STATED_AUTHORITY if self.grain == "order" else layers.DERIVED_AUTHORITY

    @property
    def moment(self) -> pl.Expr:
        return pl.lit(self.at).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def carried(table: str, frame: pl.DataFrame, provided: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Columns the batch speaks of: those its file provides and those that hold anything here."""
    named = {f.name for f in records.TABLES[table]} & set(frame.columns)
    filled = {name for name in named if frame[name].null_count() < len(frame)}
    return frozenset((provided.get(table, frozenset()) & named) | filled)


def _refuse(batch: Incoming, table: str, frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Rows without ``column`` cannot be kept apart: they are refused."""
    empty = pl.col(column).is_null() | (pl.col(column) == "")
    for row in frame.filter(empty).iter_rows(named=True):
        reason = f"{column} is empty"
        batch.refused.append(Refusal(table, row.get("row"), row.get("order_no") or "", "", column, "", reason))
    return frame.filter(~empty)


def _with_row(frame: pl.DataFrame) -> pl.DataFrame:
    if "row" in frame.columns:
        return frame.with_columns(pl.col("row").fill_null(0))
    return frame.with_columns(row=pl.lit(0, dtype=pl.Int64))


def take_orders(batch: Incoming, provided: Mapping[str, frozenset[str]]) -> None:
    """Check keys and fold repeats of the order frame; the later row of the file is the later word."""
    frame = batch.orders
    if frame is None or frame.is_empty():
        batch.orders = None
        return
    batch.order_columns = carried("orders", frame, provided) - {"order_no"}
    frame = _refuse(batch, "orders", _with_row(frame), "order_no")
    frame = frame.select("order_no", "row", *sorted(batch.order_columns))
    folded = frame.sort("row", maintain_order=True).unique("order_no", keep="last", maintain_order=True)
    batch.repeated += len(frame) - len(folded)
    batch.orders = folded


def take_lines(batch: Incoming, provided: Mapping[str, frozenset[str]]) -> None:
    """Check keys, number the lines that have no number of their own, fold repeats."""
    frame = batch.lines
    if frame is None or frame.is_empty():
        batch.lines = None
        return
    batch.line_columns = carried("lines", frame, provided) - {"order_no", "line_no"}
    frame = _refuse(batch, "lines", _with_row(frame), "order_no")
    if "line_no" not in frame.columns:
        frame = frame.with_columns(line_no=pl.lit(None, dtype=pl.String))
    if frame["line_no"].null_count():
        own = pl.col("order_no") + "#" + (pl.int_range(pl.len()).over("order_no") + 1).cast(pl.String)
        frame = frame.with_columns(line_no=pl.col("line_no").fill_null(own))
    frame = frame.select("order_no", "line_no", "row", *sorted(batch.line_columns))
    folded = frame.sort("row", maintain_order=True).unique(["order_no", "line_no"], keep="last", maintain_order=True)
    batch.repeated += len(frame) - len(folded)
    batch.lines = folded
