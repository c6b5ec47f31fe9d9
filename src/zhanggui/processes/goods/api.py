"""Goods, prices and the guard over the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.goods.catalog import operations, queries
from zhanggui.goods.catalog.contracts import GoodsFilter, ProductInput, SkuInput
from zhanggui.goods.pricing import operations as pricing
from zhanggui.goods.pricing import queries as prices
from zhanggui.goods.pricing.contracts import PriceInput
from zhanggui.processes.api import paging
from zhanggui.processes.api.common import shop_ids
from zhanggui.processes.api.fields import Id, Limit, Minor, Utc, Words, id_of
from zhanggui.processes.api.idempotency import Answer, once
from zhanggui.processes.api.problems import PROBLEMS, WRITE_PROBLEMS, Refused, not_found
from zhanggui.processes.goods import words
from zhanggui.processes.goods.cli import judged_json

router = Router(tags=["goods"])
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]
Title = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
GoodsCursor = Annotated[str, Field(max_length=2000, pattern=r"^[A-Za-z0-9_=-]*$")]


class GoodsQuery(Schema):
    q: Words = Field("", description="words that must all occur in codes or names; two characters will do")
    role: list[Literal["traffic", "profit", "image", "activity"]] = []
    stage: list[Literal["introduction", "growth", "maturity", "decline"]] = []
    score_below: Annotated[int, Field(ge=0, le=101)] | None = None
    sort: Literal["-id", "code", "score"] = "-id"
    cursor: GoodsCursor = ""
    limit: Limit = 50


class SkuOut(Schema):
    id: Id
    product_id: Id
    code: str
    product_code: str
    title: str
    variant: str
    barcode: str
    brand: str
    category: str
    is_bundle: bool
    is_active: bool
    role: str | None
    main_push: bool
    stage: str | None
    score: int | None
    scores: dict[str, int]
    updated_at: Utc


class GoodsOut(Schema):
    items: list[SkuOut]
    next_cursor: str
    previous_cursor: str


class SkuIn(Schema):
    code: Code
    variant: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] | None = None
    barcode: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] | None = None
    weight_grams: Annotated[int, Field(ge=0, le=10**9)] | None = None


class ProductIn(Schema):
    code: Code
    title: Title
    brand: Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")] | None = None
    category: Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")] | None = None
    description: Annotated[str, Field(max_length=200_000, pattern=r"^[^\x00]*$")] | None = None
    skus: list[SkuIn] = Field([], max_length=500)


class ProductOut(Schema):
    id: Id
    code: str


class PriceIn(Schema):
    sku: Code
    price: Annotated[Minor, Field(description="minor units of the currency")]
    currency: Currency
    kind: Literal["sale", "promo", "list", "floor"] = "sale"
    shop_id: Annotated[str, Field(pattern=r"^[0-9]{1,18}$")] | None = None


class JudgedOut(Schema):
    sku: str
    shop_id: str | None
    kind: str
    price: int
    currency: str
    before: int | None
    verdict: Literal["pass", "warn", "block"]
    needs_approval: bool
    reasons: list[dict[str, Any]]
    world: dict[str, Any]


class PricedOut(Schema):
    batch_id: Id
    state: str
    verdict: str
    judged: list[JudgedOut]


@router.get("/goods", response={200: GoodsOut, **PROBLEMS}, summary="SKUs, a page at a time")
@requires("goods.view")
def list_goods(request: HttpRequest, query: Query[GoodsQuery]) -> dict[str, Any]:
    where = GoodsFilter(
        q=query.q, roles=frozenset(query.role), stages=frozenset(query.stage), score_below=query.score_below
    )
    try:
        page = queries.list_goods(where=where, sort=query.sort, cursor=query.cursor, limit=query.limit)
    except queries.BadCursor:
        raise paging.bad_cursor() from None
    return {
        "items": [asdict(r) | {"id": r.sku_id} for r in page.rows],
        "next_cursor": page.next_cursor,
        "previous_cursor": page.previous_cursor,
    }


@router.post("/goods", response={200: ProductOut, **WRITE_PROBLEMS}, summary="Create or change a product")
@requires("goods.edit")
def save_product(request: HttpRequest, response: HttpResponse, body: ProductIn) -> Status[Any]:
    """By its code; SKUs by theirs. An equal call changes nothing."""

    def act() -> Answer:
        try:
            made = operations.save_product(
                product=ProductInput(body.code, body.title, body.brand, body.category, body.description),
                skus=[SkuInput(s.code, s.variant, None, s.barcode, None, s.weight_grams) for s in body.skus],
                actor_id=request.user.pk,
                source="api",
            )
        except operations.GoodsRefused as error:
            raise Refused(422, error.reason, words.refusal(error)) from None
        return 200, {"id": str(made), "code": body.code}

    return once(request, response, body.dict(), act)


def _input(request: HttpRequest, body: PriceIn) -> PriceInput:
    sku = queries.sku_by_code(body.sku)
    shop_id = id_of(body.shop_id) if body.shop_id is not None else None
    if sku is None or (shop_id is not None and shop_id not in shop_ids(request)):
        raise not_found()
    if shop_id is not None and accounts.shop(shop_id) is None:
        raise not_found()
    if body.price <= 0:
        raise Refused(422, "amount_range", _("An amount must be above zero."))
    return PriceInput(sku.sku_id, body.price, body.currency, body.kind, shop_id)


@router.post("/prices/check", response={200: JudgedOut, **WRITE_PROBLEMS}, summary="Ask the price guard")
@requires("prices.view")
def check_price(request: HttpRequest, body: PriceIn) -> dict[str, Any]:
    """Changes nothing."""
    return judged_json(prices.judge_prices([_input(request, body)])[0])


@router.post("/prices", response={200: PricedOut, **WRITE_PROBLEMS}, summary="Set a price")
@requires("prices.edit")
def set_price(request: HttpRequest, response: HttpResponse, body: PriceIn) -> Status[Any]:
    """Applied when the guard lets it pass, else it waits for another person (state ``waiting``)."""
    one = _input(request, body)

    def act() -> Answer:
        try:
            done = pricing.set_prices(wanted=[one], source="api", actor_id=request.user.pk)
        except pricing.PriceRefused as error:
            raise Refused(422, error.reason, words.refusal(error)) from None
        judged = [judged_json(j) for j in done.judged]
        return 200, {"batch_id": str(done.batch_id), "state": done.state, "verdict": done.verdict, "judged": judged}

    return once(request, response, body.dict(), act)
