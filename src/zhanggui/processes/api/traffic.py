"""Visitors and adverts, as the platforms' reports tell them."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from zhanggui.foundation.accounts.access import requires
from zhanggui.kernel import records
from zhanggui.processes.api import paging
from zhanggui.processes.api.common import chosen_shops
from zhanggui.processes.api.fields import Cursor, Flag, Id, Limit
from zhanggui.processes.api.orders import ShopIds
from zhanggui.processes.api.problems import PROBLEMS
from zhanggui.traffic.ads import queries as ads
from zhanggui.traffic.visits import queries as visits

router = Router(tags=["traffic"])

Level = Literal[records.VISIT_LEVELS]  # type: ignore[valid-type]
Source = Literal[records.SOURCES]  # type: ignore[valid-type]
AdLevel = Literal[records.AD_LEVELS]  # type: ignore[valid-type]
Tool = Literal[records.AD_TOOLS]  # type: ignore[valid-type]


def _exact_day(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("date_parsing", "not YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(_exact_day)]


class VisitOut(Schema):
    """People are distinct within the row: never add them over days, devices, levels, items or sources."""

    id: Id
    shop_id: Id
    day: date | None = Field(description="null: the report speaks of several days or names none")
    first_day: date | None
    last_day: date | None
    level: str
    device: str
    source: str | None
    source_raw: str | None
    item_no: str | None
    sku_no: str | None
    title: str | None
    keyword: str | None
    page: str | None
    currency: str
    impressions: int | None
    clicks: int | None
    visitors: int | None
    views: int | None
    visits: int | None
    bounces: int | None
    bounce_unit: str | None
    dwell_seconds: int | None = Field(description="the sum of all stays")
    new_visitors: int | None
    favourite_users: int | None
    cart_users: int | None
    cart_items: int | None
    order_buyers: int | None
    placed_amount: int | None
    pay_buyers: int | None
    pay_orders: int | None
    pay_qty: int | None
    paid_amount: int | None
    refund_amount: int | None
    counts: bool = Field(description="false: a source that other rows of the day tell again as its whole")


class VisitsOut(Schema):
    items: list[VisitOut]
    next_cursor: str


class AdOut(Schema):
    """Add spend only where ``counts`` is true; amounts belong to one window and view."""

    id: Id
    shop_id: Id
    day: date | None = Field(description="null: the report speaks of several days or names none")
    first_day: date | None
    last_day: date | None
    tool: str
    tool_raw: str | None
    level: str
    grain: str = Field(description="the columns by which the report splits the spend")
    account: str | None
    campaign_no: str | None
    campaign: str | None
    unit_no: str | None
    unit: str | None
    keyword: str | None
    creative_no: str | None
    creative: str | None
    audience: str | None
    item_no: str | None
    sku_no: str | None
    title: str | None
    window_days: int | None
    view: str | None
    basis: str
    currency: str
    impressions: int | None
    clicks: int | None
    spend: int | None
    spend_credit: int | None = Field(description="paid with rebates or coupons, not part of spend")
    carts: int | None
    favourites: int | None
    direct_orders: int | None
    indirect_orders: int | None
    orders: int | None
    direct_amount: int | None
    indirect_amount: int | None
    attributed_amount: int | None
    net_amount: int | None
    new_customers: int | None
    conversions: int | None
    conversion_kind: str | None
    counts: bool


class AdsOut(Schema):
    items: list[AdOut]
    next_cursor: str


class DayQuery(Schema):
    shop_id: ShopIds = []
    from_day: Day | None = Field(None, description="business day of the shop, included")
    to_day: Day | None = Field(None, description="included")
    cursor: Cursor = ""
    limit: Limit = 50


class VisitQuery(DayQuery):
    level: Level | None = None
    source: Source | None = None


class AdQuery(DayQuery):
    level: AdLevel | None = None
    tool: Tool | None = None
    counts: Flag | None = Field(None, description="true: only rows whose spend may be added")


@router.get("/traffic/visits", response={200: VisitsOut, **PROBLEMS}, summary="Visitors by day, newest record first")
@requires("traffic.view")
def list_visits(request: HttpRequest, query: Query[VisitQuery]) -> dict[str, Any]:
    rows = visits.list_visits(
        shop_ids=chosen_shops(request, query.shop_id),
        first=query.from_day,
        last=query.to_day,
        level=query.level,
        source=query.source,
        before_id=paging.read("visit", query.cursor),
        limit=query.limit + 1,
    )
    return _page("visit", rows, query.limit)


@router.get("/traffic/ads", response={200: AdsOut, **PROBLEMS}, summary="Adverts by day, newest record first")
@requires("traffic.view")
def list_ads(request: HttpRequest, query: Query[AdQuery]) -> dict[str, Any]:
    rows = ads.list_ads(
        shop_ids=chosen_shops(request, query.shop_id),
        first=query.from_day,
        last=query.to_day,
        level=query.level,
        tool=query.tool,
        counts=query.counts,
        before_id=paging.read("ad", query.cursor),
        limit=query.limit + 1,
    )
    return _page("ad", rows, query.limit)


def _page(kind: str, rows: list[Any], limit: int) -> dict[str, Any]:
    shown = rows[:limit]
    return {"items": shown, "next_cursor": paging.write(kind, shown[-1].id) if len(rows) > limit else ""}
