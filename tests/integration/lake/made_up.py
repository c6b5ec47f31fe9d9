"""A table of no room, for tests: its rows are what a test puts here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from zhanggui.foundation.lake.contracts import DAY, INT, MINOR, TEXT, Source, Table

#: shop id → rows
ROWS: dict[int, list[dict[str, Any]]] = {}
COLUMNS = {"day": DAY, "no": TEXT, "visitors": INT, "spend": MINOR}
#: What the reader gives beside or instead of the rows of the month it is asked for.
ASTRAY: list[pl.DataFrame] = []
READ: list[tuple[int, date | None]] = []
_TYPES = {"day": pl.Date, "no": pl.String, "visitors": pl.Int64, "spend": pl.Int64, "source": pl.String}


def read(shop: Any, month: date | None) -> Iterator[pl.DataFrame]:
    READ.append((shop.id, month))
    rows = [r for r in ROWS.get(shop.id, []) if (r["day"] and r["day"].replace(day=1)) == month]
    yield pl.DataFrame(rows, schema={name: _TYPES[name] for name in SOURCES[0].table.columns})
    yield from ASTRAY


def months(shop: Any) -> set[date | None]:
    return {r["day"] and r["day"].replace(day=1) for r in ROWS.get(shop.id, [])}


def described(**more: str) -> Table:
    return Table("made_up", "one row per number", ("shop_id", "no"), {**COLUMNS, **more}, "day")


SOURCES = [Source(described(), read, months)]
