"""Refunds and settlement entries."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from zhanggui.foundation.accounts.access import requires
from zhanggui.kernel import records
from zhanggui.processes.api import paging
from zhanggui.processes.api.common import chosen_shops
from zhanggui.processes.api.fields import Cursor, Limit, Moment, Words
from zhanggui.processes.api.orders import ShopIds
from zhanggui.processes.api.problems import PROBLEMS
from zhanggui.processes.api.schemas import EntriesOut, RefundsOut
from zhanggui.trade.aftersales import queries as aftersales
from zhanggui.trade.settlement import queries as settlement

router = Router(tags=["refunds and money"])

RefundState = Literal[records.REFUND_STATES]  # type: ignore[valid-type]
RefundKind = Literal[records.REFUND_KINDS]  # type: ignore[valid-type]
Subject = Literal[records.SUBJECTS]  # type: ignore[valid-type]


class RefundQuery(Schema):
    shop_id: ShopIds = []
    state: list[RefundState] = []
    kind: list[RefundKind] = []
    applied_from: Moment | None = None
    applied_to: Moment | None = Field(None, description="not included")
    q: Words = Field("", description="the beginning of a refund or order number, or words of a title or reason")
    cursor: Cursor = ""
    limit: Limit = 50


@router.get("/refunds", response={200: RefundsOut, **PROBLEMS}, summary="Refunds and after-sale cases, newest first")
@requires("refunds.view")
def list_refunds(request: HttpRequest, query: Query[RefundQuery]) -> dict[str, Any]:
    rows = aftersales.list_refunds(
        shop_ids=chosen_shops(request, query.shop_id),
        states=frozenset(query.state),
        kinds=frozenset(query.kind),
        applied_from=query.applied_from,
        applied_to=query.applied_to,
        q=query.q,
        before_id=paging.read("refund", query.cursor),
        limit=query.limit + 1,
    )
    return _page("refund", rows, query.limit)


class EntryQuery(Schema):
    shop_id: ShopIds = []
    subject: list[Subject] = []
    occurred_from: Moment | None = None
    occurred_to: Moment | None = Field(None, description="not included")
    q: Words = Field("", description="the beginning of an order, refund, entry or statement number")
    cursor: Cursor = ""
    limit: Limit = 50


@router.get("/settlement", response={200: EntriesOut, **PROBLEMS}, summary="Movements of money, newest first")
@requires("settlement.view")
def list_settlement(request: HttpRequest, query: Query[EntryQuery]) -> dict[str, Any]:
    rows = settlement.list_entries(
        shop_ids=chosen_shops(request, query.shop_id),
        subjects=frozenset(query.subject),
        occurred_from=query.occurred_from,
        occurred_to=query.occurred_to,
        q=query.q,
        before_id=paging.read("entry", query.cursor),
        limit=query.limit + 1,
    )
    return _page("entry", rows, query.limit)


def _page(kind: str, rows: list[Any], limit: int) -> dict[str, Any]:
    shown = rows[:limit]
    return {"items": shown, "next_cursor": paging.write(kind, shown[-1].id) if len(rows) > limit else ""}
