"""Kuaishou order export: one row per order, and one SKU per order."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.marks import seller_flag
from zhanggui.trade.channels.domain.profiles import (
    ID,
    INT,
    MONEY,
    TIME,
    Context,
    Profile,
    Tables,
    add_flags,
    column,
    identity_residuals,
    map_status,
)

#: Export texts and interface codes (status 10…80) → canonical state; ``closed`` is decided by the pay time.
STATUS: Final = {
    "待付款": "created",
    "待支付": "created",
    "10": "created",
    "待付尾款": "created",
    "已付款": "paid",
    "待发货": "paid",
    "30": "paid",
    "部分发货": "shipped",
    "已发货": "shipped",
    "待收货": "shipped",
    "40": "shipped",
    "已收货": "delivered",
    "已签收": "delivered",
    "50": "delivered",
    "交易成功": "completed",
    "已完成": "completed",
    "订单成功": "completed",
    "70": "completed",
    "交易关闭": "closed",
    "交易失败": "closed",
    "订单失败": "closed",
    "已关闭": "closed",
    "80": "closed",
    "已取消": "closed",
}

#: After-sale texts → ``none`` | ``refunding`` | ``refunded``; other texts are unknown and hold the order.
REFUND: Final = {
    "无": "none",
    "无售后": "none",
    "0": "none",
    "售后关闭": "none",
    "退款关闭": "none",
    "退款失败": "none",
    "售后失败": "none",
    "售后取消": "none",
    "已撤销": "none",
    "商家拒绝": "none",
    "1": "refunding",
    "申请退款": "refunding",
    "退款中": "refunding",
    "售后中": "refunding",
    "售后处理中": "refunding",
    "待商家处理": "refunding",
    "待商家审核": "refunding",
    "待买家退货": "refunding",
    "待买家处理": "refunding",
    "待商家收货": "refunding",
    "平台介入": "refunding",
    "平台介入中": "refunding",
    "退款处理中": "refunding",
    "退款成功": "refunded",
    "售后成功": "refunded",
    "售后完成": "refunded",
    "已退款": "refunded",
}

_DISCOUNTS: Final = ("shop_discount", "mixed_discount", "platform_discount", "creator_discount", "payment_discount")

COLUMNS: Final = (
    column("order_no", "订单号", "订单编号", kind=ID, key=True),
    column("created_at", "订单创建时间", "下单时间", kind=TIME),
    column("paid_at", "订单支付时间", "支付时间", kind=TIME),
    column("deposit_at", "预售定金支付时间", kind=TIME),
    column("status_raw", "订单状态"),
    column("paid", "实付款", kind=MONEY),
    column("freight_amount", "快递费", kind=MONEY),
    column("shop_discount", "店铺优惠", kind=MONEY),
    column("platform_discount", "平台补贴", kind=MONEY),
    column("creator_discount", "主播补贴", "达人补贴", kind=MONEY),
    column("mixed_discount", "混资活动优惠", kind=MONEY),
    column("payment_discount", "支付优惠", kind=MONEY),
    column("payment_method", "支付方式"),
    column("qty", "成交数量", kind=INT),
    column("buyer_note", "买家留言", personal=True),
    column("account", "账号明细", personal=True),
    column("buyer_ref", "买家昵称", "买家ID", personal=True),
    column("seller_note", "订单备注", "商家备注", personal=True),
    column("flag_raw", "旗帜颜色"),
    column("refund_state_raw", "售后状态"),
    column("ship_deadline_at", "预售/承诺发货时间", "承诺发货时间", kind=TIME),
    column("carrier_kind", "订单载体"),
    column("title", "商品名称"),
    column("product_no", "商品ID", kind=ID),
    column("sku_text", "商品规格"),
    column("outer_sku_code", "SKU编码"),
    column("unit_price", "商品单价", kind=MONEY),
    column("sales_channel", "渠道"),
    column("creator_id", "CPS达人ID", kind=ID),
    column("receiver_name", "收货人姓名", personal=True),
    column("receiver_phone", "收货人电话", personal=True),
    column("receiver_province", "收货地址-省"),
    column("receiver_city", "收货地址-市"),
    column("receiver_district", "收货地址-区"),
    column("receiver_town", "收货地址-街道", personal=True),
    column("receiver_address", "收货地址", personal=True),
    column("shipped_at", "发货时间", kind=TIME),
    column("carrier", "快递公司"),
    column("waybill", "快递单号", kind=ID),
    column("warehouse_code", "仓库名称"),
    column("real_name", "实名姓名", personal=True),
)


def _state() -> pl.Expr:
    """An order that closed after payment was refunded, before it never became a sale. A closed order has one line only,
    so a finished refund ends it; an open application shows as ``refunding`` while the order lives."""
    base = map_status("status_raw", STATUS)
    closed = pl.when(pl.col("paid_at").is_not_null()).then(pl.lit("refunded")).otherwise(pl.lit("cancelled"))
    state = pl.when(base == "closed").then(closed).otherwise(base)
    lives = state.is_in(["paid", "shipped", "delivered", "completed"])
    return (
        pl.when(lives & (pl.col("refund_state") == "refunded"))
        .then(pl.lit("refunded"))
        .when(lives & (pl.col("refund_state") == "refunding"))
        .then(pl.lit("refunding"))
        .otherwise(state)
    )


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Orders with their one line, numbered ``order_no#1``: a Kuaishou order never holds a second SKU.

    实付款 is what the buyer is asked to pay, freight included; it counts as paid only with a pay time. Platform,
    creator (主播) and payment-channel money reaches the merchant on top of it. 混资活动优惠 is funded jointly in
    unknown shares, so it counts as the merchant's: the receivable is never overstated. The receivable is known
    only when the file has all columns that add to it. The export names no refunded amount.
    """
    paid = pl.col("paid_at").is_not_null()
    funded = ("platform_discount", "creator_discount", "payment_discount")
    frame = frame.with_columns(
        refund_state=pl.when(pl.col("refund_state_raw").is_null())
        .then(pl.lit("none"))
        .otherwise(map_status("refund_state_raw", REFUND)),
        line_amount=pl.col("unit_price") * pl.col("qty"),
        seller_flag=seller_flag("flag_raw"),
        currency=pl.lit(context.currency),
        merchant_discount=pl.sum_horizontal("shop_discount", "mixed_discount")
        if context.has("shop_discount")
        else pl.lit(None, dtype=pl.Int64),
        buyer_paid=pl.when(paid).then(pl.col("paid")).otherwise(0),
    )
    receivable = pl.when(paid).then(pl.sum_horizontal("paid", *funded)).otherwise(0)
    frame = frame.with_columns(
        status=_state(),
        goods_amount=pl.col("line_amount"),
        merchant_receivable=receivable if context.has("paid", *funded) else pl.lit(None, dtype=pl.Int64),
    )
    cod = pl.col("payment_method").fill_null("").str.contains("货到付款", literal=True)
    orders = frame.with_columns(
        flags=add_flags(
            cod=cod,
            presale_deposit=pl.col("deposit_at").is_not_null(),
            partial_ship=pl.col("status_raw") == "部分发货",
            hold=(pl.col("refund_state") == "unknown") & pl.col("status").is_in(["paid", "shipped"]),
        ),
        cod_amount=pl.when(cod).then(pl.col("paid")),
    )
    residuals = identity_residuals(
        orders,
        "商品单价×成交数量 − 优惠与补贴 + 快递费 = 实付款",
        pl.col("line_amount")
        - pl.sum_horizontal(*[pl.col(n).fill_null(0) for n in _DISCOUNTS])
        + pl.col("freight_amount").fill_null(0),
        pl.col("paid"),
    )
    lines = frame.with_columns(
        line_no=pl.col("order_no") + "#1",
        line_discount_merchant=pl.col("merchant_discount"),
        line_discount_platform=pl.col("platform_discount"),
        line_discount_creator=pl.col("creator_discount"),
        line_discount_payment=pl.col("payment_discount"),
        line_freight_share=pl.col("freight_amount"),
        line_paid=pl.col("buyer_paid"),
        line_receivable=pl.col("merchant_receivable"),
    )
    return Tables(orders=orders, lines=lines, residuals=residuals)


ORDERS = Profile(
    channel="kuaishou",
    kind="orders",
    name="kuaishou-orders",
    columns=COLUMNS,
    required=("order_no", "created_at", "status_raw", "paid", "qty", "title"),
    forbidden=("子订单编号", "主订单编号", "用户应付金额(元)"),
    build=build,
)
