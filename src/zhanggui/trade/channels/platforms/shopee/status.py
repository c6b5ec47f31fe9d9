"""Shopee's status words, English and Indonesian, and its interface codes."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.profiles import map_status

STATUS: Final = {
    "UNPAID": "created",
    "Unpaid": "created",
    "Belum Bayar": "created",
    "READY_TO_SHIP": "paid",
    "RETRY_SHIP": "paid",
    "INVOICE_PENDING": "paid",
    "To ship": "paid",
    "To Ship": "paid",
    "Perlu Dikirim": "paid",
    "PROCESSED": "allocated",
    "SHIPPED": "shipped",
    "Shipping": "shipped",
    "Shipped": "shipped",
    "Sedang Dikirim": "shipped",
    "TO_CONFIRM_RECEIVE": "delivered",
    "Delivered": "delivered",
    "To receive": "delivered",
    "COMPLETED": "completed",
    "Completed": "completed",
    "Selesai": "completed",
    "IN_CANCEL": "refunding",
    "CANCELLED": "cancelled",
    "Cancelled": "cancelled",
    "Canceled": "cancelled",
    "Batal": "cancelled",
    "Dibatalkan": "cancelled",
    "TO_RETURN": "refunding",
}

#: Return status → refund state of a line.
RETURN: Final = {
    "REQUESTED": "refunding",
    "ACCEPTED": "refunding",
    "PROCESSING": "refunding",
    "JUDGING": "refunding",
    "SELLER_DISPUTE": "refunding",
    "CLOSED": "none",
    "CANCELLED": "none",
    "REFUND_PAID": "refunded",
}


def state(status: str, paid_at: str) -> pl.Expr:
    """Canonical state of an order. A cancelled order that had been paid was given its money back; the sentence
    "order received, but the buyer may return it until …" means delivered."""
    received = pl.col(status).str.contains(r"(?i)^(order received|pesanan diterima)")
    base = pl.when(received.fill_null(False)).then(pl.lit("delivered")).otherwise(map_status(status, STATUS))
    return pl.when((base == "cancelled") & pl.col(paid_at).is_not_null()).then(pl.lit("refunded")).otherwise(base)


def return_state(column: str) -> pl.Expr:
    """Refund state by the return column: codes, or their words with blanks; other texts say nothing certain."""
    code = pl.col(column).str.to_uppercase().str.replace_all(r"[ -]+", "_")
    return code.replace_strict(RETURN, default="none", return_dtype=pl.String)
