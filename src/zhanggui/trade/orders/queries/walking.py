"""Walk a whole table in bites of ascending id, without keeping it in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import polars as pl
from django.db import connection, models

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.trade.orders.queries import sql
from zhanggui.trade.orders.queries.sql import Condition
from zhanggui.trade.orders.store import bulk

BITE = 20_000
#: File id → how the file is named in an export (its checksum).
FileNames = Callable[[frozenset[int]], Mapping[int, str]]


def walk(
    model: type[models.Model], shop_ids: Iterable[int], conditions: list[Condition], *, bite: int = BITE
) -> Iterator[pl.DataFrame]:
    """All rows of the shops that fulfil the conditions (over alias ``o``), physical columns."""
    schema: dict[str, Any] = bulk.schema_of(model)
    quote = connection.ops.quote_name
    columns = ", ".join(bulk.selected(f"o.{quote(name)}", dtype) for name, dtype in schema.items())
    # the ids lead: any other index would have to be sorted anew for every bite
    hint = "" if sql.is_postgres() else f" {sql.BY_ID}"
    tests = [sql.one_of("o.shop_id", shop_ids), *conditions]
    where = " AND ".join(test.sql for test in tests)
    params = [value for test in tests for value in test.params]
    text = (
        f"SELECT {columns} FROM {model._meta.db_table} o{hint} WHERE o.id > %s AND {where} ORDER BY o.id LIMIT {bite}"  # noqa: S608
    )
    last = 0
    while True:
        frame = bulk.query(text, [last, *params], schema)
        if frame.is_empty():
            return
        last = int(frame["id"][-1])
        yield frame
        if len(frame) < bite:
            return


def with_shop(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds ``shop`` and ``channel`` names."""
    shops = {s.id: s for s in accounts.shops(include_inactive=True)}
    shop = pl.col("shop_id").replace_strict({i: s.name for i, s in shops.items()}, return_dtype=pl.String)
    channel = pl.col("shop_id").replace_strict({i: s.channel for i, s in shops.items()}, return_dtype=pl.String)
    return frame.with_columns(shop=shop, channel=channel)


def with_source(frame: pl.DataFrame, names: FileNames | None) -> pl.DataFrame:
    """Adds ``source_file``: the file's name where ``names`` knows it, else its id as text."""
    ids = frozenset(frame["source_file_id"].unique().to_list())
    known = {i: str(i) for i in ids} | (dict(names(ids)) if names else {})
    return frame.with_columns(
        source_file=pl.col("source_file_id").replace_strict(known, default=None, return_dtype=pl.String)
    )
