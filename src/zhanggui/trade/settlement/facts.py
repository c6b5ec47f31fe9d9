"""The table this room offers to the lake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import polars as pl

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake.contracts import Source, Table
from zhanggui.kernel import records
from zhanggui.trade.orders.store import bulk, spans
from zhanggui.trade.settlement.models import Entry

#: The moments an entry is dated by, the first known one deciding.
DATED_BY: Final = ("occurred_at", "settled_at")
#: Free text in which channels name people: it stays in the ledger.
_FREE_TEXT: Final = ("note", "subject_raw")

SETTLEMENT: Final = Table(
    name="settlement",
    grain="one row per movement of money",
    key=("shop_id", "entry_key"),
    columns={
        "entry_key": records.TEXT,
        **{f.name: f.kind for f in records.SETTLEMENT if f.name not in _FREE_TEXT},
        "dated_at": records.UTC,
    },
    month_of="entry_day",
    days={"entry_day": "dated_at", "occurred_day": "occurred_at", "settled_day": "settled_at"},
    notes="amount is positive when money came in. Never add the two books, never add transfers to profit and loss, "
    "never add currencies. entry_day is the day it occurred, else was settled; null when neither is known.",
)
_SCHEMA: Final[dict[str, Any]] = bulk.schema_of(Entry)
_COLUMNS: Final = tuple(name for name in SETTLEMENT.columns if name in _SCHEMA)


def read(shop: ShopInfo, month: date | None) -> Iterator[pl.DataFrame]:
    """The movements of one month."""
    for frame in spans.walk_dated(Entry, _COLUMNS, shop.id, DATED_BY, month, shop.zone):
        yield frame.with_columns(dated_at=pl.coalesce(DATED_BY))


def months(shop: ShopInfo) -> set[date | None]:
    """The months in which the shop has movements."""
    return spans.dated_months(Entry, shop.id, DATED_BY, shop.zone)


SOURCES: Final = (Source(SETTLEMENT, read, months),)
