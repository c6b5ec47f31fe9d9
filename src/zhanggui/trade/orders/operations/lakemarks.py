"""Tell the lake which months of the order book changed, in the transaction that changes them."""

from __future__ import annotations

import polars as pl

from zhanggui.foundation.lake import operations as lake
from zhanggui.trade.orders.operations.joining import old
from zhanggui.trade.orders.operations.linebook import JoinedLines
from zhanggui.trade.orders.operations.orderbook import JoinedOrders

_AT = "listed_at"


def mark_months(shop_id: int, orders: JoinedOrders, lines: JoinedLines | None) -> None:
    """Months of orders that are new or another, and of those whose lines are; also the months that an order left.

    Lines carry facts of their order, so both tables are marked. A batch that changes nothing marks nothing.
    """
    fresh = pl.col("id").is_null()
    left = ~fresh & pl.col(_AT).ne_missing(pl.col(old(_AT)))
    moved = fresh | pl.col("content_moved") | left
    if lines is not None:
        moved = moved | pl.col("order_no").is_in(lines.moved_orders.implode())
    found = orders.pair.filter(moved)
    if found.is_empty():
        return
    before = found.filter(~fresh)[old(_AT)]
    lake.mark_stale_at(tables=("orders", "lines"), shop_id=shop_id, moments=(found[_AT], before))
