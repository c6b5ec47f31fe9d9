"""Amazon's order status words and the markets whose prices hold their tax."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.profiles import map_status

#: Texts of files, Orders API v0 and Orders API 2026-01-01 → canonical state.
STATUS: Final = {
    "PendingAvailability": "created",
    "PENDING_AVAILABILITY": "created",
    "Pending": "created",
    "PENDING": "created",
    "Pending - Waiting for Pick Up": "allocated",
    "Unshipped": "paid",
    "UNSHIPPED": "paid",
    "PartiallyShipped": "shipped",
    "Partially Shipped": "shipped",
    "PARTIALLY_SHIPPED": "shipped",
    "Shipped": "shipped",
    "SHIPPED": "shipped",
    "InvoiceUnconfirmed": "shipped",
    "Shipped - Picked Up": "shipped",
    "Shipped - Out for Delivery": "shipped",
    "Shipped - Delivered to Buyer": "delivered",
    "Shipped - Rejected by Buyer": "shipped",
    "Shipped - Undeliverable": "shipped",
    "Shipped - Returning to Seller": "shipped",
    "Shipped - Returned to Seller": "shipped",
    "Shipped - Lost in Transit": "shipped",
    "Shipped - Damaged": "shipped",
    "Canceled": "cancelled",
    "Cancelled": "cancelled",
    "CANCELLED": "cancelled",
    "Unfulfillable": "cancelled",
    "UNFULFILLABLE": "cancelled",
}

PARTLY_SHIPPED: Final = ("PartiallyShipped", "Partially Shipped", "PARTIALLY_SHIPPED")

#: Markets that add tax to the listed price; everywhere else the price holds it already.
TAX_ON_TOP: Final = ("amazon.com", "amazon.ca")


def state(column: str) -> pl.Expr:
    return map_status(column, STATUS)


def is_paid(status: str) -> pl.Expr:
    """Whether the buyer's payment was accepted. Amazon releases an order (``Unshipped`` and on) only after that."""
    return pl.col(status).is_in(["paid", "allocated", "shipped", "delivered", "completed"])


def tax_on_top(market: str, currency: str) -> pl.Expr:
    """Whether tax is paid on top of the price, by sales channel, else by currency."""
    named = pl.col(market).str.to_lowercase()
    return pl.when(named.str.contains("amazon")).then(named.is_in(list(TAX_ON_TOP))).otherwise(
        pl.col(currency).is_in(["USD", "CAD"])
    )  # fmt: skip
