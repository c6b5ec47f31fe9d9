"""Lazada's status of a unit."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.kernel import records

STATUS: Final = {
    "unpaid": "created",
    "pending": "paid",
    "topack": "paid",
    "packed": "allocated",
    "repacked": "allocated",
    "ready_to_ship_pending": "allocated",
    "toship": "allocated",
    "ready_to_ship": "allocated",
    "shipped": "shipped",
    "delivered": "delivered",
    "confirmed": "completed",
    "canceled": "cancelled",
    "cancelled": "cancelled",
    "failed_delivery": "refunding",
    "shipped_back": "refunding",
    "shipped_back_failed": "refunding",
    "in_transit:_returning_to_seller": "refunding",
    "shipped_back_success": "refunded",
    "returned": "refunded",
    "package_returned": "refunded",
    "lost_by_3pl": "refunded",
    "damaged_by_3pl": "refunded",
    "lost": "refunded",
    "package_scrapped": "refunded",
    "packed_scrapped": "refunded",
}


def state(column: str) -> pl.Expr:
    """Canonical state; files write ``ready_to_ship``, ``Ready to ship`` or ``In Transit: Returning to seller``."""
    word = pl.col(column).str.to_lowercase().str.replace_all(r"[ -]+", "_")
    return word.replace_strict(STATUS, default=records.UNKNOWN, return_dtype=pl.String)
