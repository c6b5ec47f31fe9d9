"""By what a number can be told: dimensions, the columns they are on every table, and how days fall into buckets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from zhanggui.insight.metrics.contracts import Days
from zhanggui.insight.metrics.domain.asking import Cond, Key, Part, Plain
from zhanggui.insight.metrics.domain.measures import ADS, LINES, ORDERS, REFUNDS, SETTLEMENT, VISITS

#: Dimensions of time; the day column is that of the measure.
TIME: Final[dict[str, Part]] = {"day": "", "week": "week", "month": "month", "weekday": "weekday", "hour": "quarter"}
#: Dimensions of the article: orders are asked through their lines.
ITEM: Final = frozenset({"product", "sku", "category"})
#: Of a shop, known without any fact.
OF_SHOP: Final = frozenset({"shop", "channel"})
#: dimension → table → column.
COLUMNS: Final[dict[str, dict[str, str]]] = {
    "shop": dict.fromkeys((ORDERS, LINES, REFUNDS, SETTLEMENT, VISITS, ADS), "shop_id"),
    "channel": dict.fromkeys((ORDERS, LINES, REFUNDS, SETTLEMENT, VISITS, ADS), "channel"),
    "currency": dict.fromkeys((ORDERS, LINES, REFUNDS, SETTLEMENT, VISITS, ADS), "currency"),
    "province": {ORDERS: "province"},
    "product": {LINES: "product", VISITS: "product", ADS: "product"},
    "sku": {LINES: "sku", REFUNDS: "sku", VISITS: "sku", ADS: "sku"},
    "category": {LINES: "category"},
    "source": {VISITS: "source"},
    "device": {VISITS: "device"},
    "campaign": {ADS: "campaign"},
    "tool": {ADS: "tool"},
    "window": {ADS: "window_days"},
    "view": {ADS: "view"},
    "reason": {REFUNDS: "reason"},
    "kind": {REFUNDS: "kind"},
}
ALL: Final = (*COLUMNS, *TIME)
#: Moment from which the hour of a day column is taken.
MOMENTS: Final = {
    "created_day": "created_at", "paid_day": "paid_at", "completed_day": "completed_at", "shipped_day": "shipped_at",
    "finished_day": "finished_at", "applied_day": "applied_at", "ship_deadline_day": "ship_deadline_at",
    "delivered_day": "delivered_at",
}  # fmt: skip
#: Columns that hold numbers or no text: a filter's text becomes their kind.
_NUMBERS: Final = frozenset({"shop", "window"})


def tables_of(dimension: str) -> frozenset[str]:
    """The tables whose rows hold it; every table with a day holds the dimensions of time."""
    return (
        frozenset(COLUMNS[dimension])
        if dimension in COLUMNS
        else frozenset({ORDERS, LINES, REFUNDS, SETTLEMENT, VISITS, ADS})
    )


def key_of(dimension: str, table: str, day: str) -> Key:
    """What to group the table by; raises ``KeyError`` when it does not hold the dimension."""
    if dimension == "hour":
        return Key(MOMENTS[day], "quarter")
    if dimension in TIME:
        return Key(day, TIME[dimension])
    return Key(COLUMNS[dimension][table])


def level_of(table: str, dimensions: Iterable[str]) -> tuple[Cond, ...]:
    """Platforms tell the same people again at every level: the rows of ``visits`` that answer these dimensions."""
    if table != VISITS:
        return ()
    asked = set(dimensions)
    device = () if "device" not in asked else (Cond("device", "not_in", ("all",)),)
    device = device or (Cond("device", "eq", ("all",)),)
    if "source" in asked:
        return (Cond("level", "eq", ("source",)), Cond("counts", "eq", (True,)), *device)
    if "sku" in asked:
        return (Cond("level", "eq", ("sku",)), Cond("counts", "eq", (True,)), *device)
    if "product" in asked:
        return (Cond("level", "eq", ("item",)), Cond("counts", "eq", (True,)), *device)
    return (Cond("level", "eq", ("shop",)), *device)


def values_of(dimension: str, texts: Iterable[str]) -> tuple[Plain, ...]:
    """A filter's texts as the column holds them. Raises ``ValueError`` for what is no whole number where one is due."""
    if dimension in _NUMBERS:
        return tuple(int(text) for text in texts)
    return tuple(texts)


@dataclass(frozen=True)
class Buckets:
    """The days of a period, in the buckets of one dimension of time ("" is one bucket of all days)."""

    dimension: str
    days: Days
    order: tuple[str, ...] = field(init=False)
    by_day: dict[date, str] = field(init=False)

    def __post_init__(self) -> None:
        by_day = {day: bucket_of(self.dimension, day) for day in self.days.all()}
        object.__setattr__(self, "by_day", by_day)
        order = tuple(dict.fromkeys(by_day.values()))
        if self.dimension == "weekday":
            order = tuple(sorted(order))
        if self.dimension == "hour":
            order = tuple(f"{hour:02}" for hour in range(24))
        object.__setattr__(self, "order", order)

    def days_in(self, bucket: str) -> tuple[date, ...]:
        if self.dimension in ("", "hour"):
            return tuple(self.by_day)
        return tuple(day for day, own in self.by_day.items() if own == bucket)


def bucket_of(dimension: str, day: date) -> str:
    """The key of a day: itself, the Monday of its week, the first of its month, or its weekday (1 is Monday).

    >>> [bucket_of(d, date(2026, 11, 11)) for d in ("day", "week", "month", "weekday", "")]
    ['2026-11-11', '2026-11-09', '2026-11-01', '3', '']
    """
    if dimension == "day":
        return day.isoformat()
    if dimension == "week":
        return (day - timedelta(days=day.weekday())).isoformat()
    if dimension == "month":
        return day.replace(day=1).isoformat()
    if dimension == "weekday":
        return str(day.isoweekday())
    return ""
