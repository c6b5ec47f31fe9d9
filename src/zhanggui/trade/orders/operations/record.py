"""Take one batch of canonical records into the order book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.trade.orders.contracts import BatchOutcome
from zhanggui.trade.orders.models import Line, Order
from zhanggui.trade.orders.operations.changes import log_moves
from zhanggui.trade.orders.operations.contacts import buyer_keys, join_contacts
from zhanggui.trade.orders.operations.errors import NaiveMoment, UnknownGrain, UnknownShop
from zhanggui.trade.orders.operations.incoming import Incoming, take_lines, take_orders
from zhanggui.trade.orders.operations.lakemarks import mark_months
from zhanggui.trade.orders.operations.linebook import JoinedLines, join_lines
from zhanggui.trade.orders.operations.orderbook import JoinedOrders, find_orders, join_orders
from zhanggui.trade.orders.store import bulk


def record_batch(
    *,
    shop_id: int,
    file_id: int,
    observed_at: datetime,
    grain: str,
    orders: pl.DataFrame | None,
    lines: pl.DataFrame | None,
    provided: Mapping[str, frozenset[str]],
) -> BatchOutcome:
    """Join canonical ``orders`` and ``lines`` (columns of ``kernel.records``, plus ``row``) into the book.

    Must run inside the caller's transaction; takes the import lock of the shop. Harmless to repeat: a batch that
    was recorded changes nothing, and batches may come in any order, the result is the same. ``observed_at`` is the
    moment the file speaks of, the same for all its batches. Rules: ``README.md`` of this room.

    Raises :class:`OutsideTransaction`, :class:`UnknownShop`, :class:`UnknownGrain`, :class:`NaiveMoment`.
    Rows without an order number come back in ``refused``, as do words that would move a state backward.
    """
    bulk.require_transaction()
    if grain not in ("order", "items"):
        raise UnknownGrain(grain)
    if observed_at.tzinfo is None:
        raise NaiveMoment("observed_at needs a time zone")
    shop = accounts.shop(shop_id)
    if shop is None:
        raise UnknownShop(shop_id)
    bulk.lock_shop_imports(shop_id)

    moment = observed_at.astimezone(UTC)
    batch = Incoming(shop_id, shop.channel, shop.currency, file_id, moment, grain, orders, lines)
    take_orders(batch, provided)
    take_lines(batch, provided)
    if batch.orders is None and batch.lines is None:
        return BatchOutcome(repeated=batch.repeated, refused=tuple(batch.refused))

    held = find_orders(batch)
    joined_lines = join_lines(batch, held.select("order_no", order_id="id")) if batch.lines is not None else None
    joined = join_orders(batch, held, joined_lines, buyer_keys(batch))
    order_ids = _write_orders(batch, joined)
    contacts = _write_contacts(batch, joined, order_ids)
    if joined_lines is not None:
        _write_lines(joined_lines, order_ids)
        line_moves = joined_lines.moves
    else:
        line_moves = _NO_LINE_MOVES
    mark_months(shop_id, joined, joined_lines)
    batch.refused.extend(log_moves(batch, joined.moves, line_moves, order_ids, timezone.now()))
    return _outcome(batch, joined, joined_lines, contacts)


_NO_LINE_MOVES = pl.DataFrame(
    schema={
        "id": pl.Int64, "order_no": pl.String, "line_no": pl.String, "row": pl.Int64, "observed": pl.String,
        "status_raw": pl.String, "before": pl.String, "after": pl.String,
    }
)  # fmt: skip


def _write_orders(batch: Incoming, joined: JoinedOrders) -> pl.DataFrame:
    """Insert and update; returns ``order_no``, ``order_id``, ``line_count``, ``fresh`` of every order of the batch."""
    new = joined.new.with_columns(bulk.allocate(Order, len(joined.new)), shop_id=pl.lit(batch.shop_id, dtype=pl.Int64))
    bulk.insert(Order, new)
    bulk.update(Order, joined.changed)
    bulk.update(Order, joined.touched)
    known = joined.pair.filter(pl.col("id").is_not_null())
    columns = ["order_no", "order_id", "line_count", "fresh"]
    return pl.concat(
        [
            new.with_columns(order_id="id", fresh=pl.lit(True)).select(columns),
            known.with_columns(order_id="id", fresh=pl.lit(False)).select(columns),
        ]
    )


def _write_contacts(batch: Incoming, joined: JoinedOrders, order_ids: pl.DataFrame) -> frozenset[int]:
    if batch.orders is None:
        return frozenset()
    pair = joined.pair.join(order_ids.select("order_no", "order_id", "fresh"), on="order_no", how="left")
    return join_contacts(batch, pair, joined.contests, joined.known_layers.known)


def _write_lines(joined: JoinedLines, order_ids: pl.DataFrame) -> None:
    new = joined.new.join(order_ids.select("order_no", "order_id"), on="order_no", how="left", maintain_order="left")
    new = new.drop("order_no").with_columns(bulk.allocate(Line, len(new)))
    bulk.insert(Line, new)
    bulk.update(Line, joined.changed)
    bulk.update(Line, joined.touched)


def _outcome(
    batch: Incoming, orders: JoinedOrders, lines: JoinedLines | None, contacts: frozenset[int]
) -> BatchOutcome:
    changed = set(orders.changed["id"].to_list())
    by_contact = len(contacts - changed)
    return BatchOutcome(
        orders_new=len(orders.new),
        orders_updated=len(changed) + by_contact,
        orders_unchanged=orders.unchanged - by_contact,
        lines_new=len(lines.new) if lines else 0,
        lines_updated=len(lines.changed) if lines else 0,
        lines_unchanged=lines.unchanged if lines else 0,
        stale=orders.stale + (lines.stale if lines else 0),
        repeated=batch.repeated,
        refused=tuple(batch.refused),
    )
