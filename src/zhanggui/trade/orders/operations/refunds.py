"""What refund files tell about orders."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from zhanggui.foundation.lake import operations as lake
from zhanggui.trade.orders.models import Order, RefundSeen
from zhanggui.trade.orders.operations.orderbook import flags_cell
from zhanggui.trade.orders.store import bulk

_NEEDED = ("id", "shop_id", "order_no", "listed_at", "status", "channel_flags", "flags", "held", "lines_partial",
           "buyer_paid", "refunded_amount", "refunded_seen")  # fmt: skip


def note_refunds(*, shop_id: int, refunds: Mapping[str, int | None]) -> int:
    """Note per order number the *total* of its successful refunds, in minor units (None: none is known).

    Totals, so calling twice is harmless; orders that have not arrived yet find theirs when they do. Must run inside
    the caller's transaction; takes the import lock of the shop. Returns how many known orders changed.
    """
    bulk.require_transaction()
    bulk.lock_shop_imports(shop_id)
    if not refunds:
        return 0
    frame = pl.DataFrame(
        {"order_no": list(refunds), "amount": list(refunds.values())},
        schema={"order_no": pl.String, "amount": pl.Int64},
    )
    fixed = {"shop_id": shop_id}
    seen = bulk.by_keys(RefundSeen, ["id", "order_no", "amount"], "order_no", frame["order_no"], fixed=fixed)
    pair = frame.join(seen, on="order_no", how="left", suffix="_old")
    gone = pair.filter(pl.col("id").is_not_null() & pl.col("amount").is_null())["id"].to_list()
    RefundSeen.objects.filter(id__in=gone).delete()
    told = pair.filter(pl.col("amount").is_not_null())
    new = told.filter(pl.col("id").is_null())
    bulk.insert(
        RefundSeen,
        new.select(bulk.allocate(RefundSeen, len(new)), shop_id=pl.lit(shop_id, dtype=pl.Int64), order_no="order_no",
                   amount="amount"),
    )  # fmt: skip
    changed = told.filter(pl.col("id").is_not_null() & (pl.col("amount") != pl.col("amount_old")))
    bulk.update(RefundSeen, changed.select("id", "amount"))

    orders = bulk.by_keys(Order, _NEEDED, "order_no", frame["order_no"], fixed=fixed)
    orders = orders.join(frame, on="order_no", how="left").with_columns(seen_old="refunded_seen")
    return _write_flags(orders.with_columns(refunded_seen="amount"))


def refresh_flags(order_ids: pl.Series) -> int:
    """Settle the flags of some orders again after something they depend on has changed."""
    orders = bulk.by_keys(Order, _NEEDED, "id", order_ids)
    return _write_flags(orders.with_columns(seen_old="refunded_seen"))


def _write_flags(orders: pl.DataFrame) -> int:
    orders = orders.with_columns(flags=flags_cell(), flags_old="flags")
    moved = pl.col("refunded_seen").ne_missing(pl.col("seen_old")) | pl.col("flags").ne_missing(pl.col("flags_old"))
    orders = orders.filter(moved)
    bulk.update(Order, orders.select("id", "refunded_seen", "flags"))
    for (shop_id,), some in orders.group_by("shop_id"):
        lake.mark_stale_at(tables=("orders",), shop_id=shop_id, moments=(some["listed_at"],))
    return len(orders)
