"""Shopify's two status columns, read together."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.profiles import map_status

#: Financial Status → how far the money has come.
FINANCIAL: Final = {
    "pending": "created",
    "authorized": "created",
    "partially_paid": "created",
    "paid": "paid",
    "partially_refunded": "paid",
    "refunded": "refunded",
    "voided": "cancelled",
    "expired": "cancelled",
}
#: Fulfillment Status, of an order or of a line → what it adds; ``open`` adds nothing.
FULFILMENT: Final = {
    "": "open",
    "unfulfilled": "open",
    "pending": "open",
    "open": "open",
    "in_progress": "open",
    "scheduled": "open",
    "on_hold": "open",
    "request_declined": "open",
    "partial": "shipped",
    "fulfilled": "shipped",
    "restocked": "closed",
}
#: Money that was taken, whatever went back later.
PAID: Final = ("paid", "partially_refunded", "refunded")


def state(financial: str, fulfilment: str, cancelled_at: str) -> pl.Expr:
    """Canonical state. Money that went back entirely decides first, then a cancellation, then the goods.

    ``fulfilled`` is as far as the export sees: deliveries are not in it. An unpaid order whose goods have left
    (cash on delivery) is ``shipped``. A status nobody mapped, of money or goods, is ``unknown``.
    """
    money = map_status(financial, FINANCIAL)
    goods = map_status(fulfilment, FULFILMENT)
    return (
        pl.when(money == "unknown")
        .then(money)
        .when(money == "refunded")
        .then(money)
        .when((money == "cancelled") | pl.col(cancelled_at).is_not_null())
        .then(pl.lit("cancelled"))
        .when(goods == "open")
        .then(money)
        .otherwise(goods)
    )
