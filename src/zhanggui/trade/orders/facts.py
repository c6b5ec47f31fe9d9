"""Tables this room offers to the lake: grain, key, columns with units, and what must not be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zhanggui.kernel import records


@dataclass(frozen=True, slots=True)
class Fact:
    """One table. ``columns`` maps name to kind (``kernel.records``: text, int, minor, utc, bool); ``minor`` is in minor
    units of ``currency``. ``day`` is the moment whose business day (in the shop's zone) decides the month partition.
    Personal columns never leave the vault and are not listed."""

    name: str
    grain: str
    key: tuple[str, ...]
    day: str
    columns: dict[str, str]
    notes: str = ""


def _columns(table: str, *more: tuple[str, str]) -> dict[str, str]:
    own = {f.name: f.kind for f in records.TABLES[table] if not f.personal}
    return {"shop_id": records.INT, "channel": records.TEXT, **own, **dict(more)}


ORDERS: Final = Fact(
    "orders",
    "one row per order",
    ("shop_id", "order_no"),
    "created_at",
    _columns(
        "orders",
        ("buyer_key", records.TEXT),
        ("refunded_seen", records.MINOR),
        ("line_count", records.INT),
        ("listed_at", records.UTC),
        ("due_at", records.UTC),
    ),
    "Paid is decided by paid_at, never by buyer_paid > 0. Buyers are distinct: never add them over days or shops. "
    "Never add currencies.",
)
LINES: Final = Fact(
    "lines",
    "one row per order line",
    ("shop_id", "order_no", "line_no"),
    "created_at",
    {**_columns("lines"), "currency": records.TEXT, "created_at": records.UTC, "paid_at": records.UTC},
    "currency, created_at and paid_at are those of the order.",
)
FACTS: Final = (ORDERS, LINES)
