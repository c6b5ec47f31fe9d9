"""Table this room offers to the lake: grain, key, columns with units, and what must not be done with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import polars as pl
from django.db.models.functions import TruncMonth

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake.contracts import BOOL, TEXT, UTC, Source, Table
from zhanggui.foundation.ledger.frames import frames, month_filter
from zhanggui.kernel import records
from zhanggui.traffic.ads.models import Ad

ADS: Final = Table(
    name="ads",
    grain="one row per shop, day, tool, thing advertised, attribution window, view and basis",
    key=("shop_id", "row_key"),
    columns={
        "row_key": TEXT,
        **{f.name: f.kind for f in records.AD},
        "counts": BOOL,
        "observed_at": UTC,
    },
    month_of="day",
    notes="Add spend, spend_credit, impressions and clicks only where counts is true: the same spend is told again by "
    "level, window, view and basis. Attributed amounts belong to one window and view: where counts is true each thing "
    "advertised has one row, whose window_days and view say how it was credited (null: not stated). "
    "day is null on rows of several days. Never add currencies.",
)


def read(shop: ShopInfo, month: date | None) -> Iterator[pl.DataFrame]:
    """The rows of a month, oldest first."""
    rows: Any = Ad.objects.filter(shop_id=shop.id, **month_filter(month)).order_by("day", "id")
    yield from frames(rows, ADS.columns)


def months(shop: ShopInfo) -> set[date | None]:
    found = Ad.objects.filter(shop_id=shop.id).annotate(m=TruncMonth("day")).values_list("m", flat=True)
    return set(found.distinct())


SOURCES: Final = (Source(ADS, read, months),)
