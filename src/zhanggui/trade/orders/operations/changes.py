"""The log of states that moved, and of words that were refused."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from zhanggui.trade.orders.contracts import Refusal
from zhanggui.trade.orders.domain import states
from zhanggui.trade.orders.models import StateChange
from zhanggui.trade.orders.operations.incoming import Incoming
from zhanggui.trade.orders.store import bulk


def log_moves(
    batch: Incoming, order_moves: pl.DataFrame, line_moves: pl.DataFrame, order_of: pl.DataFrame, now: datetime
) -> list[Refusal]:
    """Write what moved after first sight; returns the refused words.

    A line that is alone in its order moves with it, so only its refusals are written. ``order_of`` has
    ``order_no``, ``order_id`` and ``line_count``.
    """
    refused: list[Refusal] = []
    rows: list[dict[str, object]] = []
    orders = order_moves.select("order_no", "row", "status_raw", "before", "after", "observed",
                                order_id="id", line_id=pl.lit(None, dtype=pl.Int64), line_no=pl.lit(""),
                                alone=pl.lit(False))  # fmt: skip
    lines = (
        line_moves.join(order_of, on="order_no", how="left")
        .select("order_no", "row", "status_raw", "before", "after", "observed", "order_id", "line_no",
                line_id="id", alone=pl.col("line_count") <= 1)
        .select(orders.columns)
    )  # fmt: skip
    for move in pl.concat([orders, lines]).iter_rows(named=True):
        observed = move["observed"]
        if observed is None:
            continue
        kind = states.kind_of(move["before"], observed, move["after"])
        if kind == states.SAME or (move["alone"] and kind in (states.NORMAL, states.JUMP)):
            continue
        if kind == states.REFUSED:
            table = "orders" if move["line_id"] is None else "lines"
            reason = f"moves back from {move['after']} to {observed}"
            said = move["status_raw"] or observed
            refused.append(Refusal(table, move["row"], move["order_no"], move["line_no"], "status", said, reason))
        rows.append(
            {
                "order_id": move["order_id"],
                "line_id": move["line_id"],
                "kind": kind,
                "state_before": move["before"],
                "state_after": move["after"],
                "observed": observed,
                "observed_raw": move["status_raw"],
                "observed_at": batch.observed_at,
                "recorded_at": now,
                "source_file_id": batch.file_id,
                "source_row": move["row"],
            }
        )
    if rows:
        schema = {name: kind for name, kind in bulk.schema_of(StateChange).items() if name != "id"}
        frame = pl.DataFrame(rows, schema=schema)
        bulk.insert(StateChange, frame.with_columns(bulk.allocate(StateChange, len(frame))))
    return refused
