"""Small canonical frames and a look at the whole book, for tests of the ledgers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from django.db import transaction

from zhanggui.foundation.vault import operations as vault
from zhanggui.trade.channels.contracts import schema
from zhanggui.trade.orders import operations
from zhanggui.trade.orders.contracts import BatchOutcome
from zhanggui.trade.orders.models import Line, Order

T0 = datetime(2026, 3, 1, tzinfo=UTC)


def at(days: float) -> datetime:
    return T0 + timedelta(days=days)


def frame(table: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Canonical columns that occur in ``rows``, typed; rows are numbered from 2 unless they say otherwise."""
    full = schema(table)
    named = dict.fromkeys(name for row in rows for name in row)
    numbered = [{"row": n, **row} for n, row in enumerate(rows, start=2)]
    return pl.DataFrame(numbered, schema={name: full[name] for name in ["row", *(n for n in named if n != "row")]})


def record(
    shop_id: int,
    *,
    orders: Sequence[Mapping[str, Any]] | None = None,
    lines: Sequence[Mapping[str, Any]] | None = None,
    grain: str = "order",
    file_id: int = 1,
    day: float = 0,
    provided: dict[str, frozenset[str]] | None = None,
) -> BatchOutcome:
    order_frame = frame("orders", orders) if orders else None
    line_frame = frame("lines", lines) if lines else None
    told = {"orders": order_frame, "lines": line_frame}
    named = {table: frozenset(f.columns) - {"row"} for table, f in told.items() if f is not None}
    with transaction.atomic():
        return operations.record_batch(
            shop_id=shop_id,
            file_id=file_id,
            observed_at=at(day),
            grain=grain,
            orders=order_frame,
            lines=line_frame,
            provided=provided or named,
        )


def book(shop_id: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """Everything the order book says, without ids: two books that say the same are equal."""
    orders, lines = [], []
    found = Order.objects.select_related("article", "layer").order_by("shop_id", "order_no")
    for order in found if shop_id is None else found.filter(shop_id=shop_id):
        contact = getattr(order, "contact", None)
        orders.append(
            {
                **_plain(order),
                "title": order.article.title if order.article else None,
                "clear": vault.open_sealed(contact.sealed) if contact else None,
            }
        )
        for line in Line.objects.filter(order=order).select_related("article", "layer").order_by("line_no"):
            article = {name: getattr(line.article, name) for name in ("title", "sku_no", "sku_text", "outer_sku_code")}
            lines.append({**_plain(line), "order_no": order.order_no, **article})
    return {"orders": orders, "lines": lines}


def _plain(row: Any) -> dict[str, Any]:
    names = [f.attname for f in row._meta.concrete_fields]
    kept = {name: getattr(row, name) for name in names if name not in ("id", "order_id", "article_id", "layer_id")}
    return {**kept, "layer": json.loads(row.layer.spec)}
