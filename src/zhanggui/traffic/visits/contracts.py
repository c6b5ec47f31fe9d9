"""What other rooms receive from the book of visits. Money in minor units of ``currency``; None is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class VisitRefusal:
    """A row that could not be kept."""

    row: int | None
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """What one report did. ``repeated`` rows said the same as another row of the file."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    repeated: int = 0
    refused: tuple[VisitRefusal, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitInfo:
    """One row of the book, as lists show it."""

    id: int
    shop_id: int
    day: date | None
    first_day: date | None
    last_day: date | None
    level: str
    device: str
    source: str | None
    source_raw: str | None
    source_depth: int | None
    page: str | None
    keyword: str | None
    item_no: str | None
    sku_no: str | None
    outer_code: str | None
    title: str | None
    currency: str
    impressions: int | None
    impression_users: int | None
    clicks: int | None
    clickers: int | None
    visitors: int | None
    views: int | None
    visits: int | None
    bounces: int | None
    bounce_unit: str | None
    dwell_seconds: int | None
    new_visitors: int | None
    favourite_users: int | None
    favourites: int | None
    cart_users: int | None
    cart_items: int | None
    order_buyers: int | None
    orders: int | None
    order_qty: int | None
    placed_amount: int | None
    pay_buyers: int | None
    pay_orders: int | None
    pay_qty: int | None
    paid_amount: int | None
    new_buyers: int | None
    refund_amount: int | None
    refund_amount_by_pay: int | None
    counts: bool
    source_file_id: int
    source_row: int


@dataclass(frozen=True, slots=True)
class ShopDay:
    """The platform's own total of a shop's day (level shop, all devices)."""

    shop_id: int
    channel: str
    day: date
    currency: str
    visitors: int | None
    views: int | None
    visits: int | None
    pay_buyers: int | None
    pay_orders: int | None
    paid_amount: int | None


@dataclass(frozen=True, slots=True)
class SourceSum:
    """A source over a period: daily figures added, so people of several days count on each of them."""

    source: str
    currency: str
    visitors: int | None
    pay_buyers: int | None
    paid_amount: int | None
    days: int


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """A report over several days, or of days it does not name: kept as it is, never spread over its days."""

    shop_id: int
    channel: str
    first_day: date | None
    last_day: date | None
    level: str
    rows: int
    visitors: int | None
    currency: str
