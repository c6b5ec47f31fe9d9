"""The table this room offers to the lake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import polars as pl

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake.contracts import Source, Table
from zhanggui.kernel import records
from zhanggui.trade.aftersales.models import Refund
from zhanggui.trade.orders.store import bulk, spans

#: The moments a refund is dated by, the first known one deciding.
DATED_BY: Final = ("applied_at", "finished_at", "agreed_at", "returned_at")

REFUNDS: Final = Table(
    name="refunds",
    grain="one row per refund (exchange, repair, resend)",
    key=("shop_id", "refund_no"),
    columns={**{f.name: f.kind for f in records.REFUND}, "refunded": records.MINOR, "dated_at": records.UTC},
    month_of="refund_day",
    days={
        "refund_day": "dated_at",
        "applied_day": "applied_at",
        "agreed_day": "agreed_at",
        "returned_day": "returned_at",
        "finished_day": "finished_at",
        "deadline_day": "deadline_at",
    },
    notes="Money went back only where refunded is not null. By finished_day: event view; by the order: cohort view. "
    "refund_day is the day of application, else of the first other known moment; null when none is known.",
)
_SCHEMA: Final[dict[str, Any]] = bulk.schema_of(Refund)
_COLUMNS: Final = tuple(name for name in REFUNDS.columns if name in _SCHEMA)


def read(shop: ShopInfo, month: date | None) -> Iterator[pl.DataFrame]:
    """The refunds of one month."""
    for frame in spans.walk_dated(Refund, _COLUMNS, shop.id, DATED_BY, month, shop.zone):
        yield frame.with_columns(dated_at=pl.coalesce(DATED_BY))


def months(shop: ShopInfo) -> set[date | None]:
    """The months in which the shop has refunds."""
    return spans.dated_months(Refund, shop.id, DATED_BY, shop.zone)


SOURCES: Final = (Source(REFUNDS, read, months),)
