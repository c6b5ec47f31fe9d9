"""What the lake shows and what the ledgers hold, as rows that can be compared; the ledgers are read by the ORM, row by
row, not by the readers the lake uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.lake import queries as lake
from zhanggui.kernel.period import business_day
from zhanggui.trade.aftersales.models import Refund
from zhanggui.trade.orders.models import Line, Order
from zhanggui.trade.settlement.models import Entry

_TEXTS = ("title", "product_no", "sku_no", "outer_product_code", "outer_sku_code", "sku_text")


def in_lake(table: str, snap: Any = None) -> list[dict[str, Any]]:
    """Every row of a table, by key."""
    described = lake.source(table).table
    names = [*described.schema, "month"]
    rows = lake.connect(snap).execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY ALL").fetchall()
    return _sorted((dict(zip(names, row, strict=True)) for row in rows), described.key)


def in_ledger(table: str) -> list[dict[str, Any]]:
    described = lake.source(table).table
    shops = {s.id: s for s in accounts.shops(include_inactive=True)}
    found = []
    for row in {"orders": _orders, "lines": _lines, "refunds": _refunds, "settlement": _settlement}[table]():
        shop = shops[row["shop_id"]]
        row["channel"] = shop.channel
        for day, moment in described.days.items():
            row[day] = None if row[moment] is None else business_day(row[moment], shop.zone)
        month = row[described.month_of]
        row["month"] = f"{month:%Y-%m}" if month else "undated"
        found.append({name: row[name] for name in [*described.schema, "month"]})
    return _sorted(found, described.key)


def _sorted(rows: Iterable[dict[str, Any]], key: tuple[str, ...]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: [str(row[name]) for name in key])


def _orders() -> Iterable[dict[str, Any]]:
    for order in Order.objects.select_related("article"):
        known = [v for v in (order.refunded_amount, order.refunded_seen) if v is not None]
        yield {
            **_cells(order),
            "title": order.article.title if order.article else None,
            "refunded_to_date": max(known) if known else None,
        }


def _lines() -> Iterable[dict[str, Any]]:
    for line in Line.objects.select_related("article", "order"):
        order = line.order
        yield {
            **{name: getattr(order, name) for name in
               ("shop_id", "order_no", "currency", "buyer_key", "listed_at", "created_at", "paid_at", "completed_at")},
            **_cells(line),
            "order_status": order.status,
            **{name: getattr(line.article, name) for name in _TEXTS},
        }  # fmt: skip


def _refunds() -> Iterable[dict[str, Any]]:
    for refund in Refund.objects.all():
        dated = refund.applied_at or refund.finished_at or refund.agreed_at or refund.returned_at
        yield {**_cells(refund), "dated_at": dated}


def _settlement() -> Iterable[dict[str, Any]]:
    for entry in Entry.objects.all():
        yield {**_cells(entry), "dated_at": entry.occurred_at or entry.settled_at}


def _cells(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
