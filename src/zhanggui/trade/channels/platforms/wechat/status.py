"""WeChat shop's status words: export texts, interface codes and after-sale states."""

from __future__ import annotations

from typing import Final

#: ``ended`` is decided by the pay time and the refunded amount.
STATUS: Final = {
    "待付款": "created",
    "10": "created",
    "礼物待收下": "paid",
    "礼物待领取": "paid",
    "12": "paid",
    "凑单买凑团中": "paid",
    "待成团": "paid",
    "13": "paid",
    "待发货": "paid",
    "待发货(包括部分发货)": "paid",
    "20": "paid",
    "部分发货": "shipped",
    "21": "shipped",
    "待收货": "shipped",
    "待收货(包括部分发货)": "shipped",
    "已发货": "shipped",
    "30": "shipped",
    "完成": "completed",
    "已完成": "completed",
    "交易完成": "completed",
    "100": "completed",
    "商家取消": "ended",
    "190": "ended",
    "已取消": "ended",
    "订单取消": "ended",
    "未付款取消": "ended",
    "250": "ended",
    "全部商品售后之后,订单取消": "refunded",
    "全部售后": "refunded",
    "已退款": "refunded",
    "200": "refunded",
}
#: Paid, but not to be shipped yet: a gift nobody has taken, a group that is not complete.
HELD: Final = ("礼物待收下", "礼物待领取", "12", "凑单买凑团中", "待成团", "13")
PARTLY_SHIPPED: Final = ("部分发货", "21")

#: 商品售后 of a line and interface states → ``none`` | ``refunding`` | ``refunded``; other texts are unknown.
REFUND: Final = {
    "无": "none",
    "无售后": "none",
    "未售后": "none",
    "售后关闭": "none",
    "售后取消": "none",
    "用户取消": "none",
    "USER_CANCELD": "none",
    "RETURN_CLOSED": "none",
    "MERCHANT_REJECT_REFUND": "none",
    "MERCHANT_REJECT_RETURN": "none",
    "售后中": "refunding",
    "售后处理中": "refunding",
    "退款中": "refunding",
    "待商家处理": "refunding",
    "待买家退货": "refunding",
    "待商家收货": "refunding",
    "MERCHANT_PROCESSING": "refunding",
    "USER_WAIT_RETURN": "refunding",
    "MERCHANT_WAIT_RECEIPT": "refunding",
    "MERCHANT_OVERDUE_REFUND": "refunding",
    "PLATFORM_REFUNDING": "refunding",
    "PLATFORM_REFUND_FAIL": "refunding",
    "MERCHANT_REFUND_RETRY_FAIL": "refunding",
    "MERCHANT_FAIL": "refunding",
    "USER_WAIT_CONFIRM": "refunding",
    "USER_WAIT_CONFIRM_UPDATE": "refunding",
    "USER_WAIT_HANDLE_MERCHANT_AFTER_SALE": "refunding",
    "售后完成": "refunded",
    "售后成功": "refunded",
    "退款成功": "refunded",
    "已退款": "refunded",
    "MERCHANT_REFUND_SUCCESS": "refunded",
    "MERCHANT_RETURN_SUCCESS": "refunded",
}

#: 商品发货 of a line.
SENT: Final = ("已发货", "全部发货", "是")
NOT_SENT: Final = ("未发货", "待发货", "否")
