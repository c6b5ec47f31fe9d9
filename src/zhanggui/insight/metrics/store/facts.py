"""The tables of facts as engines see them: the lake's columns and a few derived from them, written once in Ibis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import ibis  # type: ignore[import-untyped]
from ibis import _

from zhanggui.insight.metrics.domain.asking import Purchases

#: Kind of a lake column → Ibis type.
TYPES: Final = {
    "text": "string", "int": "int64", "minor": "int64", "utc": "timestamp('UTC')", "bool": "boolean", "day": "date",
}  # fmt: skip
_EPOCH: Final = "1970-01-01"


def epoch_day(day: Any) -> Any:
    """A day as a count of days since 1970, the same whole number on every engine."""
    return day.delta(ibis.date(_EPOCH), unit="day").cast("int64")


def _seconds(start: Any, end: Any) -> Any:
    return (end.epoch_seconds() - start.epoch_seconds()).cast("int64")


def _nothing(value: Any) -> Any:
    return value.fill_null(0)


def _orders(t: Any, tables: Mapping[str, Any]) -> Any:
    less = [_nothing(t[c]) for c in ("merchant_discount", "platform_discount", "creator_discount", "payment_discount",
                                     "points_amount")]  # fmt: skip
    more = [_nothing(t[c]) for c in ("freight_amount", "tax_amount", "adjust_amount")]
    asked = t.goods_amount + sum(more[1:], more[0]) - sum(less[1:], less[0])
    deal = t.goods_list_amount - less[0] + more[0] + more[1]
    return t.mutate(
        payable=ibis.cases((t.paid_day.notnull(), t.buyer_paid), else_=asked),
        deal_amount=deal,
        was_refunded=(_nothing(t.refunded_to_date) > 0) | (t.status.fill_null("") == "refunded"),
        province=t.receiver_province,
        seconds_to_ship=_seconds(t.paid_at, t.shipped_at),
        seconds_to_deliver=_seconds(t.shipped_at, t.delivered_at),
    )


def _lines(t: Any, tables: Mapping[str, Any]) -> Any:
    t = t.mutate(
        list_amount=t.unit_list_price * t.qty,
        line_back=t.refunded_amount,
        line_refunded=(_nothing(t.refunded_amount) > 0) | (t.status.fill_null("") == "refunded"),
        order_key=t.shop_id.cast("string") + "/" + t.order_no,
        product=ibis.coalesce(t.outer_product_code, t.product_no),
        sku=ibis.coalesce(t.outer_sku_code, t.sku_no, t.outer_product_code, t.product_no),
    )
    if "categories" in tables:
        named = tables["categories"].select(category_code=_.code, category=_.category)
        t = t.left_join(named, t.sku == named.category_code).drop("category_code")
    else:
        t = t.mutate(category=ibis.null("string"))
    if "costs" in tables:
        costs = tables["costs"]
        c = costs.select(
            cost_code=costs.code, cost_currency=costs.currency, cost_from=costs.from_day, cost_to=costs.to_day,
            unit_cost=costs.unit_cost, handling_cost=costs.handling_cost,
        )  # fmt: skip
        t = t.left_join(
            c,
            [
                t.sku == c.cost_code,
                t.currency == c.cost_currency,
                t.paid_day >= c.cost_from,
                c.cost_to.isnull() | (t.paid_day < c.cost_to),
            ],
        ).drop("cost_code", "cost_currency", "cost_from", "cost_to")
        kept = t.qty - _nothing(t.refunded_qty)
        t = t.mutate(line_cost=kept * t.unit_cost, line_handling=t.qty * t.handling_cost)
    return t


def _refunds(t: Any, tables: Mapping[str, Any]) -> Any:
    return t.mutate(
        came_back_day=ibis.coalesce(t.returned_day, t.finished_day),
        sku=t.outer_sku_code,
        seconds_to_refund=_seconds(t.applied_at, t.finished_at),
    )


def _visits(t: Any, tables: Mapping[str, Any]) -> Any:
    counted = t.filter(t.day.notnull())
    base = ibis.cases((t.bounces.isnull(), ibis.null("int64")), (t.bounce_unit == "visit", t.visits), else_=t.visitors)
    return counted.mutate(
        bounce_base=base,
        stayers=ibis.cases((t.bounce_unit == "visit", t.visits), else_=t.visitors),
        product=t.item_no,
        sku=t.sku_no,
    )


def _ads(t: Any, tables: Mapping[str, Any]) -> Any:
    return t.filter(t.day.notnull(), t.counts).mutate(product=t.item_no, sku=t.sku_no)


def _settlement(t: Any, tables: Mapping[str, Any]) -> Any:
    return t


DERIVE: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], Any]]] = {
    "orders": _orders,
    "lines": _lines,
    "refunds": _refunds,
    "visits": _visits,
    "ads": _ads,
    "settlement": _settlement,
}


def purchases(orders: Any, asked: Purchases) -> Any:
    """Purchase days with the days before and after them; ``orders`` are filtered already.

    The neighbours are the greatest earlier and the least later day of the buyer: windows whose empty frame is null or
    0 on every engine, where ``lag`` is not the same everywhere. 0 means none.
    """
    scope = list(asked.scope)
    days = (
        orders.filter(orders.paid_day.notnull(), orders.buyer_key.notnull())
        .group_by([*scope, "buyer_key", "paid_day"])
        .agg(orders=_.count(), paid=_.buyer_paid.sum(), paid_known=_.buyer_paid.count())
        .mutate(n=epoch_day(_.paid_day))
    )
    of_buyer = [*scope, "buyer_key"]
    earlier = ibis.window(group_by=of_buyer, order_by="n", rows=(None, -1))
    later = ibis.window(group_by=of_buyer, order_by="n", rows=(1, None))
    whole = ibis.window(group_by=of_buyer)
    found = days.mutate(
        prev=_nothing(days.n.max().over(earlier)),
        next=_nothing(days.n.min().over(later)),
        first=days.n.min().over(whole),
        last=days.n.max().over(whole),
    )
    return found.mutate(gap=ibis.cases((found.next > 0, found.next - found.n), else_=0))
