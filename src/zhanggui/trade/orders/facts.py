"""Tables this room offers to the lake: grain, key, columns with units, and what must not be done with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import polars as pl

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake.contracts import Source, Table, month_period
from zhanggui.kernel import records
from zhanggui.trade.orders.models import Article, Line, Order
from zhanggui.trade.orders.store import bulk, spans

_TEXTS: Final = ("title", "product_no", "sku_no", "outer_product_code", "outer_sku_code", "sku_text")


def _own(table: str) -> dict[str, str]:
    """The canonical columns of a record that are not personal."""
    return {f.name: f.kind for f in records.TABLES[table] if not f.personal}


ORDERS: Final = Table(
    name="orders",
    grain="one row per order",
    key=("shop_id", "order_no"),
    columns={
        **_own("orders"),
        "buyer_key": records.TEXT,
        "refunded_seen": records.MINOR,
        "refunded_to_date": records.MINOR,
        "line_count": records.INT,
        "listed_at": records.UTC,
        "due_at": records.UTC,
    },
    month_of="order_day",
    days={
        "order_day": "listed_at",
        "created_day": "created_at",
        "paid_day": "paid_at",
        "ship_deadline_day": "ship_deadline_at",
        "shipped_day": "shipped_at",
        "delivered_day": "delivered_at",
        "completed_day": "completed_at",
        "cancelled_day": "cancelled_at",
        "due_day": "due_at",
    },
    notes="order_day is the day it was created, else of the first other known moment; never null. "
    "Paid is decided by paid_at, never by buyer_paid > 0. refunded_to_date is the greater of refunded_amount (order "
    "files) and refunded_seen (refund files); null: none is known. Buyers (buyer_key: keyed hash, null when the "
    "channel masks them) are distinct: never add them over days or shops. Never add currencies.",
)
LINES: Final = Table(
    name="lines",
    grain="one row per order line",
    key=("shop_id", "order_no", "line_no"),
    columns={
        **_own("lines"),
        "currency": records.TEXT,
        "buyer_key": records.TEXT,
        "order_status": records.TEXT,
        "listed_at": records.UTC,
        "created_at": records.UTC,
        "paid_at": records.UTC,
        "completed_at": records.UTC,
    },
    month_of="order_day",
    days={
        "order_day": "listed_at",
        "created_day": "created_at",
        "paid_day": "paid_at",
        "completed_day": "completed_at",
        "shipped_day": "shipped_at",
    },
    notes="currency, buyer_key, order_status, order_day, created_at, paid_at and completed_at are those of the order; "
    "status, shipped_at and ship_deadline_at are the line's own. title and codes are in the channel's words.",
)

#: Columns of the order that lines carry, under their names there.
_OF_ORDER: Final = {
    "currency": "currency", "buyer_key": "buyer_key", "status": "order_status", "listed_at": "listed_at",
    "created_at": "created_at", "paid_at": "paid_at", "completed_at": "completed_at",
}  # fmt: skip
_SCHEMA: Final[dict[str, Any]] = bulk.schema_of(Order)
_ORDER_COLUMNS: Final = ("id", "article_id", *(name for name in ORDERS.columns if name in _SCHEMA))
_LINE_COLUMNS: Final = ("order_id", "article_id", *(name for name in LINES.columns if name in bulk.schema_of(Line) and
                        (name not in _OF_ORDER.values())))  # fmt: skip


def read_orders(shop: ShopInfo, month: date | None) -> Iterator[pl.DataFrame]:
    """The orders of one month, by the moment they stand at in lists."""
    stated, seen = pl.col("refunded_amount"), pl.col("refunded_seen")
    for frame in _orders(shop, month, _ORDER_COLUMNS):
        titles = _articles(frame["article_id"], ("title",))
        yield frame.join(titles, on="article_id", how="left", maintain_order="left").with_columns(
            refunded_to_date=pl.max_horizontal(stated, seen)
        )


def read_lines(shop: ShopInfo, month: date | None) -> Iterator[pl.DataFrame]:
    """The lines of the orders of one month."""
    for orders in _orders(shop, month, ("id", "order_no", *_OF_ORDER)):
        told = orders.select("order_no", order_id="id", **{mine: name for name, mine in _OF_ORDER.items()})
        lines = bulk.by_keys(Line, _LINE_COLUMNS, "order_id", orders["id"])
        lines = lines.join(_articles(lines["article_id"], _TEXTS), on="article_id", how="left")
        yield told.join(lines, on="order_id", how="inner", maintain_order="left_right")


def months(shop: ShopInfo) -> set[date | None]:
    """The months in which the shop has orders."""
    return set(spans.months(Order, shop.id, "listed_at", shop.zone))


def _orders(shop: ShopInfo, month: date | None, columns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    if month is not None:  # every order stands somewhere
        period = month_period(month, shop.zone)
        yield from spans.walk_span(Order, columns, shop.id, "listed_at", period.starts_at, period.ends_at)


def _articles(ids: pl.Series, columns: tuple[str, ...]) -> pl.DataFrame:
    return bulk.by_keys(Article, ["id", *columns], "id", ids.drop_nulls().unique()).rename({"id": "article_id"})


SOURCES: Final = (Source(ORDERS, read_orders, months), Source(LINES, read_lines, months))
