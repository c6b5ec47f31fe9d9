"""What other rooms receive from the book of adverts. Money in minor units of ``currency``; None is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhanggui.traffic.ads.domain.counting import Statement


@dataclass(frozen=True, slots=True)
class AdRefusal:
    """A row that could not be kept."""

    row: int | None
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class AdOutcome:
    """What one report did. ``repeated`` rows said the same as another row of the file; ``added`` rows named the same
    thing with other figures and were added to it."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    repeated: int = 0
    added: int = 0
    refused: tuple[AdRefusal, ...] = ()


@dataclass(frozen=True, slots=True)
class AdInfo:
    """One row of the book, as lists show it."""

    id: int
    shop_id: int
    day: date | None
    first_day: date | None
    last_day: date | None
    tool: str
    tool_raw: str | None
    level: str
    grain: str
    account: str | None
    campaign_no: str | None
    campaign: str | None
    unit_no: str | None
    unit: str | None
    keyword: str | None
    creative_no: str | None
    creative: str | None
    audience: str | None
    subject_no: str | None
    item_no: str | None
    sku_no: str | None
    title: str | None
    subject_type: str | None
    window_days: int | None
    view: str | None
    basis: str
    currency: str
    impressions: int | None
    clicks: int | None
    spend: int | None
    spend_credit: int | None
    carts: int | None
    favourites: int | None
    direct_orders: int | None
    indirect_orders: int | None
    orders: int | None
    direct_amount: int | None
    indirect_amount: int | None
    attributed_amount: int | None
    net_orders: int | None
    net_amount: int | None
    new_customers: int | None
    conversions: int | None
    conversion_kind: str | None
    counts: bool
    source_file_id: int
    source_row: int


@dataclass(frozen=True, slots=True)
class AdDay:
    """What a shop spent on one tool on one day, counted once, and what that window credits to it."""

    shop_id: int
    channel: str
    day: date
    tool: str
    currency: str
    window_days: int | None
    view: str | None
    impressions: int | None
    clicks: int | None
    spend: int | None
    spend_credit: int | None
    orders: int | None
    attributed_amount: int | None


@dataclass(frozen=True, slots=True)
class CampaignSum:
    """A campaign over a period, spend counted once; ``window_days`` and ``view`` of the amounts (None: not stated)."""

    shop_id: int
    channel: str
    tool: str
    campaign: str
    currency: str
    window_days: int | None
    view: str | None
    impressions: int | None
    clicks: int | None
    spend: int | None
    spend_credit: int | None
    orders: int | None
    attributed_amount: int | None


@dataclass(frozen=True, slots=True)
class PeriodSpend:
    """Spend of a report over several days, or of days it does not name: never spread, never part of a day."""

    shop_id: int
    channel: str
    tool: str
    currency: str
    first_day: date | None
    last_day: date | None
    spend: int | None
    attributed_amount: int | None


@dataclass(frozen=True, slots=True)
class Overlap:
    """How the reports of one shop, tool and period overlap, and which of them counts."""

    shop_id: int
    tool: str
    currency: str
    first_day: date | None
    last_day: date | None
    statements: tuple[Statement, ...]
