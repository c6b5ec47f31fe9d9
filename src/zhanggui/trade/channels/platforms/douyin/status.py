"""Douyin's status words and what they mean."""

from __future__ import annotations

from typing import Final

#: 订单状态, texts and codes → canonical state. 已关闭 is decided by the pay time.
STATUS: Final = {
    "待支付": "created",
    "1": "created",
    "已支付": "paid",
    "待处理": "paid",
    "105": "paid",
    "备货中": "paid",
    "待发货": "paid",
    "2": "paid",
    "部分发货": "shipped",
    "101": "shipped",
    "已发货": "shipped",
    "3": "shipped",
    "已完成": "completed",
    "5": "completed",
    "已关闭": "closed",
    "已取消": "closed",
    "4": "closed",
}
PARTLY_SHIPPED: Final = ("部分发货", "101")

#: 售后状态, texts and codes → canonical refund state.
SERVICE: Final = {
    "待商家处理": "seller_pending",
    "6": "seller_pending",
    "待商家二次确认": "seller_pending",
    "11": "seller_pending",
    "待买家退货": "buyer_return",
    "待用户退货": "buyer_return",
    "7": "buyer_return",
    "待商家收货": "seller_receive",
    "待商家发货": "approved",
    "8": "approved",
    "待买家收货": "approved",
    "待用户收货": "approved",
    "13": "approved",
    "同意退款，退款中": "approved",
    "退款中": "approved",
    "售后处理中": "seller_pending",
    "仲裁中": "arbitration",
    "平台处理中": "arbitration",
    "同意退款，退款成功": "success",
    "退款成功": "success",
    "12": "success",
    "换货成功": "success",
    "14": "success",
    "补寄成功": "success",
    "维修成功": "success",
    "拒绝售后申请": "refused",
    "商家拒绝": "refused",
    "27": "refused",
    "29": "refused",
    "售后关闭": "closed",
    "28": "closed",
    "取消成功": "withdrawn",
    "51": "withdrawn",
}
#: Endings in which goods, not money, went back and forth.
_NO_MONEY: Final = ("换货成功", "14", "补寄成功", "维修成功")
#: The same texts → refund state of a line (``none`` | ``refunding`` | ``refunded``).
REFUND: Final = {
    text: "none"
    if text in _NO_MONEY or state in ("refused", "closed", "withdrawn")
    else "refunded"
    if state == "success"
    else "refunding"
    for text, state in SERVICE.items()
}

#: 售后类型, texts and codes → what the buyer wants.
KIND: Final = {
    "退货退款": "return_refund",
    "0": "return_refund",
    "仅退款": "refund_only",
    "已发货仅退款": "refund_only",
    "未发货仅退款": "refund_only",
    "发货前退款": "refund_only",
    "1": "refund_only",
    "2": "refund_only",
    "换货": "exchange",
    "3": "exchange",
    "价保": "price_protect",
    "6": "price_protect",
    "补寄": "resend",
    "7": "resend",
    "维修": "repair",
    "8": "repair",
}
STAGE: Final = {
    "未发货": "unshipped",
    "待发货": "unshipped",
    "已发货": "shipped",
    "已收货": "received",
    "已签收": "received",
}
RESPONSIBLE: Final = {
    "商家": "seller",
    "商家责任": "seller",
    "买家": "buyer",
    "用户": "buyer",
    "平台": "platform",
    "达人": "creator",
}
FLAG_COLOUR: Final = {"灰": "grey", "红": "red", "黄": "yellow", "绿": "green", "蓝": "blue", "紫": "purple"}
SALES_CHANNEL: Final = {"直播": "live", "短视频": "video", "商品卡": "shelf", "橱窗": "shelf"}

#: 动账场景 → subject, where the row does not say what its amount is made of.
SCENE: Final = {
    "货款结算入账": "goods_receipt",
    "退款-结算后退款-退用户": "goods_refund",
    "抖音月付与商家联合贴息活动": "interest",
    "消费者赔付": "compensation",
    "货款充值保证金": "transfer_deposit",
    "提现": "transfer_withdrawal",
}
