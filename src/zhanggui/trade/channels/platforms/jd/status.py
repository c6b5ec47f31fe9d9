"""JD's status words and what they mean."""

from __future__ import annotations

from typing import Final

#: Export texts and interface codes → canonical state. 暂停 and 锁定 can return to shipping: they are no cancellation.
STATUS: Final = {
    "等待付款": "created",
    "NOT_PAY": "created",
    "等待出库": "paid",
    "WAIT_SELLER_STOCK_OUT": "paid",
    "等待发货": "paid",
    "WAIT_SELLER_DELIVERY": "paid",
    "等待发码": "paid",
    "WAIT_SEND_CODE": "paid",
    "暂停": "paid",
    "POP_ORDER_PAUSE": "paid",
    "锁定": "refunding",
    "LOCKED": "refunding",
    "等待确认收货": "shipped",
    "已出库": "shipped",
    "WAIT_GOODS_RECEIVE_CONFIRM": "shipped",
    "完成": "completed",
    "已完成": "completed",
    "FINISHED_L": "completed",
    "取消": "cancelled",
    "已取消": "cancelled",
    "TRADE_CANCELED": "cancelled",
    "父单取消": "closed",
    "已拆分": "closed",
    "PARENT_TRADE_CANCELED": "closed",
}
#: Must not ship: under review, or the buyer asked to cancel.
HELD: Final = ("暂停", "POP_ORDER_PAUSE", "锁定", "LOCKED")
#: The order lives on in its parts.
SPLIT: Final = ("父单取消", "已拆分", "PARENT_TRADE_CANCELED")

#: 服务单状态, texts and codes → canonical refund state.
SERVICE: Final = {
    "待申请": "requested",
    "10000": "requested",
    "待审核": "seller_pending",
    "10001": "seller_pending",
    "审核关闭": "closed",
    "10004": "closed",
    "审核不通过": "refused",
    "待用户发货": "buyer_return",
    "待客户发货": "buyer_return",
    "待收货": "seller_receive",
    "10005": "seller_receive",
    "待处理": "seller_receive",
    "10007": "seller_receive",
    "待用户确认": "approved",
    "待客户确认": "approved",
    "10009": "approved",
    "完成": "success",
    "已完成": "success",
    "10010": "success",
    "取消": "withdrawn",
    "已取消": "withdrawn",
    "10011": "withdrawn",
}
#: 客户期望, texts and codes → what the buyer wants.
EXPECTED: Final = {
    "退货": "return_refund",
    "10": "return_refund",
    "换货": "exchange",
    "20": "exchange",
    "维修": "repair",
    "30": "repair",
    "仅退款": "refund_only",
    "11": "refund_only",
    "售前退款": "refund_only",
    "发货前退款": "refund_only",
    "1": "refund_only",
}
