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

#: Refund texts and codes → canonical state of the refund. ``none`` is the answer "nothing was asked".
REFUND_STATE: Final = {
    "没有申请退款": "none",
    "买家已经申请退款，等待卖家同意": "seller_pending",
    "WAIT_SELLER_AGREE": "seller_pending",
    "卖家已经同意退款，等待买家退货": "buyer_return",
    "WAIT_BUYER_RETURN_GOODS": "buyer_return",
    "买家已经退货，等待卖家确认收货": "seller_receive",
    "WAIT_SELLER_CONFIRM_GOODS": "seller_receive",
    "卖家拒绝退款": "refused",
    "SELLER_REFUSE_BUYER": "refused",
    "退款关闭": "closed",
    "CLOSED": "closed",
    "退款成功": "success",
    "SUCCESS": "success",
}

#: The same texts → refund state of a line (``none`` | ``refunding`` | ``refunded``).
REFUND: Final = {
    text: {"success": "refunded", "none": "none", "refused": "none", "closed": "none"}.get(state, "refunding")
    for text, state in REFUND_STATE.items()
}

HELD: Final = ("PAID_FORBID_CONSIGN",)
PARTLY_SHIPPED: Final = ("卖家部分发货", "SELLER_CONSIGNED_PART")

_PAID_STATES: Final = ("paid", "shipped", "delivered", "completed")


def refund_state(raw: str) -> pl.Expr:
    """``none`` | ``refunding`` | ``refunded`` of a line, ``unknown`` for a text nobody has mapped."""
    return pl.when(pl.col(raw).is_null()).then(pl.lit("none")).otherwise(map_status(raw, REFUND))


def line_status(status: str, *, has_paid_at: bool, refund: str | None = None, whole: pl.Expr | None = None) -> pl.Expr:
    """Canonical state of a line or order.

    交易关闭 with a pay time was refunded, without one it never became a sale; a file without pay times only says
    that it is ``closed``. ``refund`` names the line's refund state: an open application shows as ``refunding``, a
    finished one as ``refunded`` when ``whole`` (the full payment went back), otherwise the line goes on.
    An unmapped refund text makes the whole line ``unknown``.
    """
    base = map_status(status, STATUS)
    if has_paid_at:
        paid = pl.col("paid_at").is_not_null()
        closed = pl.when(paid).then(pl.lit("refunded")).otherwise(pl.lit("cancelled"))
        base = pl.when(base == "closed").then(closed).otherwise(base)
    if refund is None:
        return base
    everything = pl.lit(True) if whole is None else whole.fill_null(True)
    return (
        pl.when((pl.col(refund) == "refunded") & everything & base.is_in([*_PAID_STATES, "closed"]))
        .then(pl.lit("refunded"))
        .when((pl.col(refund) == "refunding") & base.is_in(_PAID_STATES))
        .then(pl.lit("refunding"))
        .when(pl.col(refund) == "unknown")
        .then(pl.lit("unknown"))
        .otherwise(base)
    )
