"""Orders and lines in canonical columns, for anybody who wants to check our sums with a tool of their own.

Columns: ``shop``, ``channel``, the names of ``kernel.records``, ``source_file``, ``source_row``. Money stays in minor
units. For CSV and xlsx pass each frame through ``queries.cells.spreadsheet``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import polars as pl
from django.utils import timezone

from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.vault import operations as vault
from zhanggui.kernel import records
from zhanggui.trade.orders.contracts import OrderFilter
from zhanggui.trade.orders.models import Article, Contact, Line, Order
from zhanggui.trade.orders.queries import plan as planning
from zhanggui.trade.orders.queries import sql
from zhanggui.trade.orders.queries.listing import SOON, scope
from zhanggui.trade.orders.queries.walking import FileNames, walk, with_shop, with_source
from zhanggui.trade.orders.store import bulk

TABLES = ("orders", "lines")
PERSONAL = tuple(f.name for f in records.ORDER if f.personal)


def columns_of(table: str) -> list[str]:
    """The columns of an export, in order."""
    return ["shop", "channel", *(f.name for f in records.TABLES[table]), "source_file", "source_row"]


def export_frame_batches(
    *,
    table: str,
    shop_ids: frozenset[int],
    filters: OrderFilter | None = None,
    reveal: bool = False,
    actor_id: int | None = None,
    file_names: FileNames | None = None,
    now: datetime | None = None,
) -> Iterator[pl.DataFrame]:
    """``orders`` or ``lines`` of the orders that ``filters`` leaves, in bites, oldest record first.

    Personal columns are masked. With ``reveal`` they are clear, and an audit line says who took them; whether the
    actor may is for the caller to ask before. At least one frame comes, empty when nothing matches.
    """
    if table not in TABLES:
        raise ValueError(f"the order book exports {' and '.join(TABLES)}, not {table!r}")
    where = filters or OrderFilter()
    shops = tuple(scope(shop_ids, where))
    plan = planning.make_plan(shops, where, now or timezone.now(), SOON)
    conditions = list(plan.conditions)
    if plan.ids is not None:
        conditions.append(sql.one_of("o.id", plan.ids))
    if reveal and table == "orders":
        detail = {"shops": sorted(shops), "table": table}
        audit.record(actor_id=actor_id, action="contact.exported", subject="orders", detail=detail)
    some = False
    for orders in walk(Order, shops, conditions) if not plan.empty else ():
        some = True
        yield _orders(orders, reveal, file_names) if table == "orders" else _lines(orders, file_names)
    if not some:
        yield pl.DataFrame(schema=dict.fromkeys(columns_of(table), pl.String))


def _titles(ids: pl.Series, columns: list[str]) -> pl.DataFrame:
    return bulk.by_keys(Article, ["id", *columns], "id", ids.drop_nulls().unique()).rename({"id": "article_id"})


def _orders(frame: pl.DataFrame, reveal: bool, file_names: FileNames | None) -> pl.DataFrame:
    frame = frame.join(_titles(frame["article_id"], ["title"]), on="article_id", how="left", maintain_order="left")
    frame = frame.join(_contacts(frame["id"], reveal), left_on="id", right_on="order_id", how="left",
                       maintain_order="left")  # fmt: skip
    return with_source(with_shop(frame), file_names).select(columns_of("orders"))


def _contacts(ids: pl.Series, reveal: bool) -> pl.DataFrame:
    column = "sealed" if reveal else "masked"
    held = bulk.by_keys(Contact, ["order_id", column], "order_id", ids)
    rows = [
        {"order_id": order_id, **(vault.open_sealed(value) if reveal else json.loads(value))}
        for order_id, value in held.iter_rows()
    ]
    return pl.DataFrame(rows, schema={"order_id": pl.Int64, **dict.fromkeys(PERSONAL, pl.String)})


def _lines(orders: pl.DataFrame, file_names: FileNames | None) -> pl.DataFrame:
    texts = ["title", "product_no", "sku_no", "outer_product_code", "outer_sku_code", "sku_text"]
    lines = bulk.by_keys(Line, list(bulk.schema_of(Line)), "order_id", orders["id"]).sort("id")
    lines = lines.join(_titles(lines["article_id"], texts), on="article_id", how="left", maintain_order="left")
    named = orders.select("shop_id", "order_no", order_id="id")
    lines = lines.join(named, on="order_id", how="left", maintain_order="left")
    return with_source(with_shop(lines), file_names).select(columns_of("lines"))
