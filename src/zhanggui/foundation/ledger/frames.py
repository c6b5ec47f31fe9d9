"""Rows of a ledger as frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl
from django.db.models import QuerySet

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.kernel import records

BITE: Final = 20_000
KINDS: Final[Mapping[str, Any]] = {
    records.TEXT: pl.String,
    records.INT: pl.Int64,
    records.MINOR: pl.Int64,
    records.UTC: pl.Datetime("us", "UTC"),
    records.BOOL: pl.Boolean,
    records.DAY: pl.Date,
}


def frames(rows: QuerySet[Any], columns: Mapping[str, str]) -> Iterator[pl.DataFrame]:
    """The rows in bites, with these columns (name → kind)."""
    schema = {name: KINDS[kind] for name, kind in columns.items()}
    bite: list[tuple[Any, ...]] = []
    for row in rows.values_list(*columns).iterator(chunk_size=BITE):
        bite.append(row)
        if len(bite) == BITE:
            yield pl.DataFrame(bite, schema=schema, orient="row")
            bite = []
    if bite:
        yield pl.DataFrame(bite, schema=schema, orient="row")


def month_filter(month: date | None) -> dict[str, Any]:
    """The rows of a month by their ``day``; of None those that have no day."""
    if month is None:
        return {"day__isnull": True}
    after = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1, day=1)
    return {"day__gte": month.replace(day=1), "day__lt": after}


#: File id → how the file is named in an export.
FileNames = Callable[[frozenset[int]], Mapping[int, str]]


def exported(rows: QuerySet[Any], columns: Mapping[str, str], names: FileNames | None) -> Iterator[pl.DataFrame]:
    """The rows as exports show them: ``shop``, ``channel``, the columns, ``source_file`` and ``source_row``."""
    shops = {s.id: s for s in accounts.shops(include_inactive=True)}
    order = ["shop", "channel", *columns, "source_file", "source_row"]
    books = {"shop_id": records.INT, "source_file_id": records.INT, "source_row": records.INT}
    some = False
    for frame in frames(rows, {**columns, **books}):
        some = True
        ids = frozenset(frame["source_file_id"].unique().to_list())
        known = {i: str(i) for i in ids} | (dict(names(ids)) if names else {})
        shop = pl.col("shop_id").replace_strict({i: s.name for i, s in shops.items()}, return_dtype=pl.String)
        channel = pl.col("shop_id").replace_strict({i: s.channel for i, s in shops.items()}, return_dtype=pl.String)
        file = pl.col("source_file_id").replace_strict(known, default=None, return_dtype=pl.String)
        yield frame.with_columns(shop=shop, channel=channel, source_file=file).select(order)
    if not some:
        yield pl.DataFrame(schema=dict.fromkeys(order, pl.String))
