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
from zhanggui.traffic.visits.models import Visit

VISITS: Final = Table(
    name="visits",
    grain="one row per shop, day, level, device, source and subject",
    key=("shop_id", "row_key"),
    columns={
        "row_key": TEXT,
        **{f.name: f.kind for f in records.VISIT},
        "counts": BOOL,
        "observed_at": UTC,
    },
    month_of="day",
    notes="Visitors and buyers are distinct: never add them over days, devices, levels, items or sources. level=shop "
    "and device=all is the platform's own total of the day. Sources: only rows of level=source that count; a source "
    "and its parts are told in different depths. day is null on rows of several days (first_day … last_day). bounces "
    "and dwell_seconds (sum of stays) are of bounce_unit. Rates are not stored.",
)


def read(shop: ShopInfo, month: date | None) -> Iterator[pl.DataFrame]:
    """The rows of a month, oldest first."""
    rows: Any = Visit.objects.filter(shop_id=shop.id, **month_filter(month)).order_by("day", "id")
    yield from frames(rows, VISITS.columns)


def months(shop: ShopInfo) -> set[date | None]:
    found = Visit.objects.filter(shop_id=shop.id).annotate(m=TruncMonth("day")).values_list("m", flat=True)
    return set(found.distinct())


SOURCES: Final = (Source(VISITS, read, months),)
