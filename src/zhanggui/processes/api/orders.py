"""Orders: the list, one order, and what people do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.kernel import records
from zhanggui.processes.api import paging
from zhanggui.processes.api.common import chosen_shops, shop_ids
from zhanggui.processes.api.fields import Cursor, Flag, Limit, Minor, Moment, Reason, Words, id_of
from zhanggui.processes.api.idempotency import Answer, once
from zhanggui.processes.api.problems import PROBLEMS, WRITE_PROBLEMS, Refused, not_found
from zhanggui.processes.api.schemas import ContactOut, HoldOut, NoteOut, OrderDetailOut, OrdersOut
from zhanggui.trade.orders import operations, queries
from zhanggui.trade.orders.contracts import OrderDetail, OrderFilter, OrderRow

router = Router(tags=["orders"])
SOON = timedelta(days=1)

State = Literal[records.STATES]  # type: ignore[valid-type]
Flags = Literal[(*records.FLAGS, "refund")]  # type: ignore[valid-type]
CHANNELS: Final = tuple(records.CHANNELS)
Channel = Literal[CHANNELS]  # type: ignore[valid-type]
ShopIds = Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]], Field(max_length=500)]


class OrderQuery(Schema):
    """Filters; several values of one filter are alternatives, several filters must all hold."""

    shop_id: ShopIds = []
    channel: list[Channel] = []
    state: list[State] = []
    flag: list[Flags] = Field([], description="all of them must hold")
    created_from: Moment | None = None
    created_to: Moment | None = Field(None, description="not included")
    paid_from: Moment | None = None
    paid_to: Moment | None = Field(None, description="not included")
    due: Literal["overdue", "soon"] | None = Field(None, description="soon: within a day")
    amount_from: Minor | None = Field(None, description="paid amount in minor units, included")
    amount_to: Minor | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    has_refund: Flag | None = None
    q: Words = Field("", description="a number that stands on the order, or any fragment of a title or code")

    def order_filter(self) -> OrderFilter:
        return OrderFilter(
            channels=frozenset(self.channel),
            states=frozenset(self.state),
            flags=frozenset(self.flag),
            created_from=self.created_from,
            created_to=self.created_to,
            paid_from=self.paid_from,
            paid_to=self.paid_to,
            due=self.due or "",
            amount_from=self.amount_from,
            amount_to=self.amount_to,
            currency=self.currency or "",
            has_refund=self.has_refund,
            q=self.q,
        )


class OrderListQuery(OrderQuery):
    sort: Literal["-created", "created", "-paid", "paid", "-due", "due", "-amount", "amount"] = "-created"
    cursor: Cursor = ""
    limit: Limit = 50


class NoteIn(Schema):
    text: Reason


class ReasonIn(Schema):
    reason: Reason


@router.get("/orders", response={200: OrdersOut, **PROBLEMS}, summary="Orders, a page at a time")
@requires("orders.view")
def list_orders(request: HttpRequest, query: Query[OrderListQuery]) -> dict[str, Any]:
    try:
        page = queries.list_orders(
            shop_ids=chosen_shops(request, query.shop_id),
            where=query.order_filter(),
            sort=query.sort.lstrip("-"),
            descending=query.sort.startswith("-"),
            cursor=query.cursor,
            limit=query.limit,
            now=timezone.now(),
            soon=SOON,
        )
    except queries.BadCursor:
        raise paging.bad_cursor() from None
    return {
        "items": [_row(row) for row in page.rows],
        "next_cursor": page.next_cursor,
        "previous_cursor": page.previous_cursor,
        "as_of": page.as_of,
    }


def _row(row: OrderRow) -> dict[str, Any]:
    names = (
        "id", "shop_id", "shop_name", "channel", "order_no", "status", "status_raw", "held", "currency", "created_at",
        "paid_at", "due_at", "shipped_at", "buyer_paid", "refunded", "qty", "line_count",
    )  # fmt: skip
    found = {name: getattr(row, name) for name in names}
    return found | {"flags": list(row.flags), "titles": list(row.titles), "buyer": row.buyer_mask}


def _found(request: HttpRequest, order_id: str, permission: str | None = None) -> OrderDetail:
    """The order within the caller's shops (those of ``permission`` when named). Raises 404."""
    shops = shop_ids(request) if permission is None else accounts.visible_shop_ids(request.user, permission)
    detail = queries.order_detail(shop_ids=shops, order_id=id_of(order_id))
    if detail is None:
        raise not_found()
    return detail


@router.get("/orders/{order_id}", response={200: OrderDetailOut, **PROBLEMS}, summary="One order")
@requires("orders.view")
def get_order(request: HttpRequest, order_id: str) -> dict[str, Any]:
    """Lines, amounts, timeline and sources; personal fields are masked."""
    detail = _found(request, order_id)
    names = ("parent_order_no", "close_reason", "sales_channel", "payment_method", "moments", "amounts", "receiver",
             "masked", "source_file_id", "source_row")  # fmt: skip
    found = {name: getattr(detail, name) for name in names}
    return (
        _row(detail.row)
        | found
        | {
            "checks": list(detail.checks),
            "lines": list(detail.lines),
            "timeline": list(detail.timeline),
            "blocked_because": list(detail.blocked_because),
        }
    )


@router.post("/orders/{order_id}/notes", response={201: NoteOut, **WRITE_PROBLEMS}, summary="Write a note")
@requires("orders.edit")
def add_note(request: HttpRequest, response: HttpResponse, order_id: str, body: NoteIn) -> Status[Any]:
    """Notes are never changed or removed."""
    found = _found(request, order_id)

    def act() -> Answer:
        note = operations.add_note(
            order_id=found.row.id, shop_ids=shop_ids(request), actor_id=request.user.pk, text=body.text
        )
        return 201, {"id": str(note), "order_id": str(found.row.id)}

    return once(request, response, body.dict(), act)


@router.post("/orders/{order_id}/hold", response={200: HoldOut, **WRITE_PROBLEMS}, summary="Put on hold")
@requires("orders.edit")
def set_hold(request: HttpRequest, response: HttpResponse, order_id: str, body: ReasonIn) -> Status[Any]:
    """Automatic acts leave a held order alone. 409 when it is held already."""
    found = _found(request, order_id)

    def act() -> Answer:
        try:
            operations.set_hold(
                order_id=found.row.id, shop_ids=shop_ids(request), actor_id=request.user.pk, reason=body.reason
            )
        except operations.AlreadyHeld:
            raise Refused(409, "already_held", _("This order is on hold already.")) from None
        return 200, {"order_id": str(found.row.id), "held": True}

    return once(request, response, body.dict(), act)


@router.delete("/orders/{order_id}/hold", response={200: HoldOut, **WRITE_PROBLEMS}, summary="Release the hold")
@requires("orders.edit")
def release_hold(request: HttpRequest, response: HttpResponse, order_id: str) -> Status[Any]:
    """409 when nobody here holds it; a hold of the platform ends there."""
    found = _found(request, order_id)

    def act() -> Answer:
        try:
            operations.release_hold(order_id=found.row.id, shop_ids=shop_ids(request), actor_id=request.user.pk)
        except operations.NotHeld:
            text = _("Nobody here has put this order on hold; a hold of the platform ends there.")
            raise Refused(409, "not_held", text) from None
        return 200, {"order_id": str(found.row.id), "held": False}

    return once(request, response, {}, act)


@router.post("/orders/{order_id}/contact", response={200: ContactOut, **WRITE_PROBLEMS}, summary="Reveal the receiver")
@requires("contact.reveal")
def reveal_contact(request: HttpRequest, response: HttpResponse, order_id: str, body: ReasonIn) -> Status[Any]:
    """Personal fields in clear, for a reason; every look is a line in the audit log."""
    found = _found(request, order_id)

    def act() -> Answer:
        clear = operations.reveal_contact(
            order_id=found.row.id, shop_ids=shop_ids(request), actor_id=request.user.pk, reason=body.reason
        )
        return 200, {"order_id": str(found.row.id), "contact": {k: str(v) for k, v in clear.items()}}

    response["Cache-Control"] = "no-store"
    return once(request, response, body.dict(), act)
