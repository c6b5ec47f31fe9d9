"""Taobao's status words and what they mean."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.profiles import map_status

#: Export texts and interface codes → canonical state. 交易关闭 is decided by the pay time, see :func:`line_status`.
STATUS: Final = {
    "等待买家付款": "created",
    "TRADE_NO_CREATE_PAY": "created",
    "WAIT_BUYER_PAY": "created",
    "PAY_PENDING": "created",
    "WAIT_PRE_AUTH_CONFIRM": "created",
    "定金未付尾款未付": "created",
    "定金已付尾款未付": "created",
    "等待付款": "created",
    "买家已付款，等待卖家发货": "paid",
    "WAIT_SELLER_SEND_GOODS": "paid",
    "PAID_FORBID_CONSIGN": "paid",
    "等待卖家发货": "paid",
    "卖家部分发货": "shipped",
    "SELLER_CONSIGNED_PART": "shipped",
    "卖家已发货，等待买家确认": "shipped",
    "WAIT_BUYER_CONFIRM_GOODS": "shipped",
    "TRADE_BUYER_SIGNED": "delivered",
    "交易成功": "completed",
    "TRADE_FINISHED": "completed",
    "交易关闭": "closed",
    "TRADE_CLOSED": "closed",
    "TRADE_CLOSED_BY_TAOBAO": "cancelled",
}

#: Refund texts → canonical refund state of a line (``none`` | ``refunding`` | ``refunded``).
REFUND: Final = {
    "没有申请退款": "none",
    "买家已经申请退款，等待卖家同意": "refunding",
    "WAIT_SELLER_AGREE": "refunding",
    "卖家已经同意退款，等待买家退货": "refunding",
    "WAIT_BUYER_RETURN_GOODS": "refunding",
    "买家已经退货，等待卖家确认收货": "refunding",
    "WAIT_SELLER_CONFIRM_GOODS": "refunding",
    "卖家拒绝退款": "none",
    "SELLER_REFUSE_BUYER": "none",
    "退款关闭": "none",
    "CLOSED": "none",
    "退款成功": "refunded",
    "SUCCESS": "refunded",
}

HELD: Final = ("PAID_FORBID_CONSIGN",)
PARTLY_SHIPPED: Final = ("卖家部分发货", "SELLER_CONSIGNED_PART")


def line_status(status: str, refund: str | None, paid_at: str) -> pl.Expr:
    """Canonical state of a line or order.

    交易关闭 with a pay time was refunded, without one it never became a sale; an open refund application on a
    living line shows as ``refunding``.
    """
    base = map_status(status, STATUS)
    closed = pl.when(pl.col(paid_at).is_not_null()).then(pl.lit("refunded")).otherwise(pl.lit("cancelled"))
    state = pl.when(base == "closed").then(closed).otherwise(base)
    if refund is None:
        return state
    refund_state = map_status(refund, REFUND, default="none")
    return (
        pl.when((refund_state == "refunded") & state.is_in(["paid", "shipped", "delivered", "completed", "refunded"]))
        .then(pl.lit("refunded"))
        .when((refund_state == "refunding") & state.is_in(["paid", "shipped", "delivered", "completed"]))
        .then(pl.lit("refunding"))
        .otherwise(state)
    )
