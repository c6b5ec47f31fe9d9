"""Pinduoduo's composite status words and what they mean."""

from __future__ import annotations

from typing import Final

#: 订单状态 → canonical state. 已收货 is the last state the export knows: when an order is completed it does not say.
STATUS: Final = {
    "待支付": "created",
    "待付款": "created",
    "待成团": "created",
    "拼单中": "created",
    "待支付/拼单中": "created",
    "待发货": "paid",
    "已付款，待发货": "paid",
    "已成团，待发货": "paid",
    "已发货，待收货": "shipped",
    "已发货，待签收": "shipped",
    "已收货": "delivered",
    "已签收": "delivered",
    "已取消": "cancelled",
    "未成交": "cancelled",
    "未发货，退款成功": "refunded",
    "已发货，退款成功": "refunded",
    "已签收，退款成功": "refunded",
    "已收货，退款成功": "refunded",
    "已取消，退款成功": "refunded",
    "未成交，退款成功": "refunded",
}
#: The buyer has joined a group that is not complete: not to be shipped yet.
GROUP_PENDING: Final = ("待成团", "拼单中")

UNPAID: Final = ("待支付", "待付款")

#: 售后状态, texts and codes → refund state of the line (``none`` | ``refunding`` | ``refunded``).
SERVICE: Final = {
    "无售后或售后取消": "none",
    "无售后": "none",
    "售后取消": "none",
    "0": "none",
    "驳回": "none",
    "已驳回": "none",
    "9": "none",
    "11": "none",
    "12": "none",
    "13": "none",
    "售后处理中": "refunding",
    "待商家处理": "refunding",
    "退款中": "refunding",
    "平台处理中": "refunding",
    "2": "refunding",
    "3": "refunding",
    "4": "refunding",
    "5": "refunding",
    "6": "refunding",
    "7": "refunding",
    "8": "refunding",
    "31": "refunding",
    "退款成功": "refunded",
    "10": "refunded",
}

#: 业务描述 code → subject. Other codes are read by their words.
BUSINESS: Final = {
    "0010002": "goods_receipt",
    "0020002": "goods_refund",
    "0030002": "tech_fee",
    "0060001": "affiliate_commission",
    "0140028": "other",
}
