"""One order with everything the book holds of it."""

from __future__ import annotations

import json

from zhanggui.kernel import records
from zhanggui.trade.orders.contracts import AmountCheck, LineInfo, OrderDetail, OrderFilter, TimelineEntry
from zhanggui.trade.orders.domain import amounts, states
from zhanggui.trade.orders.models import Contact, Hold, Line, Note, Order, StateChange
from zhanggui.trade.orders.queries.listing import order_rows, scope

AMOUNTS = tuple(f.name for f in records.ORDER if f.kind == records.MINOR)
MOMENTS = tuple(f.name for f in records.ORDER if f.kind == records.UTC)
RECEIVER = ("receiver_country", "receiver_province", "receiver_city", "receiver_district")
#: Moments that stand in the timeline, with the state they mean.
_MILESTONES = {
    "created_at": "created", "paid_at": "paid", "shipped_at": "shipped", "delivered_at": "delivered",
    "completed_at": "completed", "cancelled_at": "cancelled",
}  # fmt: skip
_LINE_COLUMNS = (
    "id", "line_no", "qty", "unit_list_price", "unit_price", "line_amount", "line_discount_merchant",
    "line_discount_platform", "line_discount_creator", "line_discount_payment", "line_freight_share", "line_paid",
    "line_receivable", "status", "status_raw", "refund_state", "refund_state_raw", "refunded_amount", "refunded_qty",
    "is_gift", "bundle_id", "package_no", "carrier", "waybill", "warehouse_code", "ship_deadline_at", "shipped_at",
    "observed_at", "source_file_id", "source_row",
)  # fmt: skip
_ARTICLE = ("title", "sku_text", "product_no", "sku_no", "outer_product_code", "outer_sku_code")


def order_detail(*, shop_ids: frozenset[int], order_id: int) -> OrderDetail | None:
    """The order, or None when it does not exist in these shops. Personal fields are masked."""
    order = Order.objects.filter(pk=order_id, shop_id__in=shop_ids).first()
    if order is None:
        return None
    (row,) = order_rows([order.pk], scope(shop_ids, OrderFilter()))
    lines = _lines(order)
    contact = Contact.objects.filter(order_id=order.pk).values_list("masked", flat=True).first()
    money: dict[str, int | None] = {name: getattr(order, name) for name in AMOUNTS}
    checks = tuple(
        AmountCheck(c.identity, c.expected, c.actual, c.residual, c.missing) for c in amounts.check_identities(money)
    )
    because = tuple(
        reason
        for reason, holds in (
            ("held", order.held),
            ("channel_hold", "hold" in (order.channel_flags or "").split()),
            ("unknown_state", order.status == records.UNKNOWN or any(line.status == records.UNKNOWN for line in lines)),
        )
        if holds
    )
    return OrderDetail(
        row=row,
        parent_order_no=order.parent_order_no,
        header_status=order.header_status,
        lines_status=order.lines_status,
        close_reason=order.close_reason,
        sales_channel=order.sales_channel,
        moments={name: getattr(order, name) for name in MOMENTS},
        amounts=money,
        refunded_seen=order.refunded_seen,
        seller_flag=order.seller_flag,
        creator_id=order.creator_id,
        payment_method=order.payment_method,
        receiver={name: getattr(order, name) for name in RECEIVER},
        masked=json.loads(contact) if contact else {},
        checks=checks,
        lines=lines,
        timeline=_timeline(order),
        header_observed_at=order.header_observed_at,
        items_observed_at=order.items_observed_at,
        source_file_id=order.source_file_id,
        source_row=order.source_row,
        blocked=bool(because),
        blocked_because=because,
    )


def order_id_of(*, shop_ids: frozenset[int], shop_id: int, order_no: str) -> int | None:
    """The id of an order by its number, for rooms that know numbers only."""
    if shop_id not in shop_ids:
        return None
    return Order.objects.filter(shop_id=shop_id, order_no=order_no).values_list("id", flat=True).first()


def _lines(order: Order) -> tuple[LineInfo, ...]:
    found = list(
        Line.objects.filter(order_id=order.pk)
        .order_by("id")
        .values(*_LINE_COLUMNS, *(f"article__{name}" for name in _ARTICLE))
    )
    told = [line["line_paid"] for line in found]
    shares: list[int | None] = list(told)
    shared = bool(found) and order.buyer_paid is not None and all(value is None for value in told)
    if shared:
        shares = list(
            amounts.allocate(order.buyer_paid or 0, [x["line_amount"] for x in found], [x["qty"] for x in found])
        )
    return tuple(
        LineInfo(
            **{name: line[name] for name in _LINE_COLUMNS if name != "id"},
            **{name: line[f"article__{name}"] for name in _ARTICLE},
            paid_share=share,
            paid_is_shared=shared,
        )
        for line, share in zip(found, shares, strict=True)
    )


def _timeline(order: Order) -> tuple[TimelineEntry, ...]:
    """Milestones the channel tells, moves the book saw, and what people did; oldest first."""
    found = [
        TimelineEntry(at=getattr(order, name), kind="milestone", state_after=state)
        for name, state in _MILESTONES.items()
        if getattr(order, name) is not None
    ]
    found += [
        TimelineEntry(
            at=change.observed_at,
            kind=change.kind,
            state_before=change.state_before,
            state_after=change.state_after,
            observed=change.observed,
            observed_raw=change.observed_raw,
            line_no=change.line.line_no if change.line else None,
            source_file_id=change.source_file_id,
            source_row=change.source_row,
        )
        for change in StateChange.objects.filter(order_id=order.pk).select_related("line").order_by("id")
    ]
    for hold in Hold.objects.filter(order_id=order.pk):
        found.append(TimelineEntry(at=hold.placed_at, kind="hold", text=hold.reason, actor_id=hold.placed_by_id))
        if hold.released_at:
            found.append(TimelineEntry(at=hold.released_at, kind="release", actor_id=hold.released_by_id))
    found += [
        TimelineEntry(at=note.created_at, kind="note", text=note.text, actor_id=note.author_id)
        for note in Note.objects.filter(order_id=order.pk)
    ]
    rank = {state: n for n, state in enumerate(states.MAIN)}
    return tuple(sorted(found, key=lambda entry: (entry.at, rank.get(entry.state_after or "", 99))))
