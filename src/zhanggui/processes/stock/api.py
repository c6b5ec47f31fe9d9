"""Stock for programs: the shelf, what each shop may show, every movement."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from zhanggui.foundation.accounts.access import requires
from zhanggui.processes.api import paging
from zhanggui.processes.api.common import shop_ids
from zhanggui.processes.api.fields import Cursor, Id, Limit, Utc, Words
from zhanggui.processes.api.problems import PROBLEMS
from zhanggui.supply.inventory import queries

router = Router(tags=["stock"])
Sku = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class StockOut(Schema):
    sku: str
    name: str
    base_unit: str
    on_hand: int = Field(description="base units that stand where they may be sold from")
    reserved: int
    available: int = Field(description="on hand less reserved and expired, never below zero")
    short: int = Field(description="promised pieces that are not there")
    expired: int
    quarantined: int
    in_transit: int
    value: int | None = Field(description="at cost, minor units; null: a cost is unknown")
    currency: str
    abc_class: str
    version: int = Field(description="counts every change of on hand or reserved")


class StockPageOut(Schema):
    items: list[StockOut]
    next_cursor: str


class OfferOut(Schema):
    shop_id: Id
    shop: str
    channel: str
    mode: str
    shown: int | None = Field(description="what the shop shows as far as known; null: never written")
    exposure: int = Field(description="pieces its buyers may still order before it is heard of")
    target: int
    push: int | None = Field(description="what may be written to it now; null: leave it")
    why: str
    silent_minutes: int | None


class AvailableOut(Schema):
    sku: str
    available: int
    exposure: int
    could_oversell: int
    offers: list[OfferOut]


class AvailableListOut(Schema):
    items: list[AvailableOut]


class MovementOut(Schema):
    id: Id
    sku: str
    lot: str
    place_from: str
    place_to: str
    qty: int
    cost: int | None
    currency: str
    reason: str
    source: str
    note: str
    occurred_at: Utc
    recorded_at: Utc
    reverses_id: Id | None
    reversed_by_id: Id | None


class MovementPageOut(Schema):
    items: list[MovementOut]
    next_cursor: str


class StockQuery(Schema):
    q: Words = Field("", description="any fragment of SKU or name, or a barcode")
    cursor: Cursor = ""
    limit: Limit = 50


class AvailableQuery(Schema):
    sku: Annotated[list[Sku], Field(min_length=1, max_length=200)]


class MovementQuery(Schema):
    sku: Sku | None = None
    cursor: Cursor = ""
    limit: Limit = 50


@router.get("/stock", response={200: StockPageOut, **PROBLEMS}, summary="The shelf, SKU by SKU")
@requires("stock.view")
def stock(request: HttpRequest, query: Query[StockQuery]) -> dict[str, Any]:
    offset = paging.read("stock", query.cursor) or 0
    found = queries.stock_lines(q=query.q, limit=query.limit + 1, offset=offset)
    more = len(found) > query.limit
    return {
        "items": found[: query.limit],
        "next_cursor": paging.write("stock", offset + query.limit) if more else "",
    }


@router.get("/stock/available", response={200: AvailableListOut, **PROBLEMS}, summary="What each shop may show")
@requires("stock.view")
def available(request: HttpRequest, query: Query[AvailableQuery]) -> dict[str, Any]:
    return {"items": queries.available_to_sell(shop_ids=shop_ids(request), skus=query.sku)}


@router.get("/stock/movements", response={200: MovementPageOut, **PROBLEMS}, summary="Movements, newest first")
@requires("stock.view")
def movements(request: HttpRequest, query: Query[MovementQuery]) -> dict[str, Any]:
    before = paging.read("movements", query.cursor)
    found = queries.movements(sku=query.sku, before_id=before, limit=query.limit + 1)
    shown = found[: query.limit]
    more = len(found) > query.limit
    return {"items": shown, "next_cursor": paging.write("movements", shown[-1].id) if more else ""}
