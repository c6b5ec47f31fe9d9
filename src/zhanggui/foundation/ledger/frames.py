"""Rows of a ledger as frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl
from django.db.models import QuerySet

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
