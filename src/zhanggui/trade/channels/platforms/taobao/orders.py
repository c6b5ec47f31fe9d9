"""订单报表 (ExportOrderList…): one row per order, all eras since 2012."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.profiles import (
    FLAG,
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
    total,
)
from zhanggui.trade.channels.platforms.taobao.amounts import deposit, gross_paid
from zhanggui.trade.channels.platforms.taobao.status import HELD, PARTLY_SHIPPED, line_status

COLUMNS = (
    column("order_no", "订单编号", kind=ID, key=True),
    column("main_order_no", "主订单编号", kind=ID),
    column("buyer_ref", "买家会员名", "买家会员昵称", "买家昵称", personal=True),
    column("alipay", "买家支付宝账号", personal=True),
    column("payment_no", "支付单号", kind=ID),
    column("goods_amount", "买家应付货款", kind=MONEY),
    column("freight_amount", "买家应付邮费", kind=MONEY),
    column("points", "买家支付积分", kind=INT),
    column("due", "总金额", kind=MONEY),
    column("paid", "买家实付金额", "买家实际支付金额", kind=MONEY),
    column("refund_stated", "退款金额", kind=MONEY),
    column("status_raw", "订单状态"),
    column("buyer_note", "买家留言", personal=True),
    column("receiver_name", "收货人姓名", personal=True),
    column("address_raw", "收货地址", personal=True),
    column("mobile", "联系手机", personal=True),
    column("landline", "联系电话", personal=True),
    column("created_at", "订单创建时间", kind=TIME),
    column("paid_at", "订单付款时间", kind=TIME),
    column("shipped_at", "发货时间", kind=TIME),
    column("completed_at", "确认收货时间", kind=TIME),
    column("title", "商品标题", "宝贝标题"),
    column("kinds", "宝贝种类", "商品种类", kind=INT),
    column("waybill_raw", "物流单号"),
    column("carrier", "物流公司"),
    column("seller_note", "商家备注", "订单备注", "商家备忘", personal=True),
    column("qty", "宝贝总数量", "商品总数量", kind=INT),
    column("close_reason_raw", "订单关闭原因"),
    column("invoice_title", "发票抬头", personal=True),
    column("stage", "分阶段订单信息", "分阶段信息"),
    column("presale", "预售订单", kind=FLAG),
    column("tmall_card", "天猫卡券抵扣", kind=MONEY),
    column("collected_points", "集分宝抵扣", kind=MONEY),
    column("outer_sku_code", "商家编码"),
    column("sku_text", "商品属性SKU"),
)


def _address(frame: pl.DataFrame) -> pl.DataFrame:
    """``省 市 区 街道详细(邮编)``, single blanks between the levels, ``null`` for a level that does not exist."""
    levels = pl.col("address_raw").str.replace(r"\(\d{6}\)\s*$", "").str.split(" ")
    names = ("receiver_province", "receiver_city", "receiver_district")
    return frame.with_columns(
        *[
            levels.list.get(i, null_on_oob=True).replace("null", None).replace("", None).alias(name)
            for i, name in enumerate(names)
        ],
        receiver_address=levels.list.slice(3).list.join(" ").replace("", None),
        receiver_postcode=pl.col("address_raw").str.extract(r"\((\d{6})\)\s*$"),
        receiver_phone=pl.coalesce("mobile", "landline"),
    )


def _amounts(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Gross paid, refund and what the platform funds.

    天猫卡券 and 集分宝 are paid for by the platform. Whether the paid column leaves them out is not documented, so
    the row decides: they are passed on to the merchant where paid + coupon = 总金额, and change nothing where
    paid = 总金额.
    """
    frame = frame.with_columns(
        coupon=total("tmall_card", "collected_points"),
        refunded_amount=pl.when(context.has("refund_stated")).then(pl.col("refund_stated").fill_null(0)),
    )
    frame = frame.with_columns(buyer_paid=gross_paid(frame, context, back="refunded_amount", coupon="coupon"))
    off = pl.col("coupon").fill_null(0)
    left_out = (off > 0) & (pl.col("buyer_paid") + off == pl.col("due"))
    return frame.with_columns(
        platform_discount=pl.when(left_out).then(off).when(pl.col("coupon").is_not_null()).then(pl.lit(0))
    ).with_columns(merchant_receivable=pl.col("buyer_paid") + pl.col("platform_discount").fill_null(0))


def build(frame: pl.DataFrame, context: Context) -> Tables:
    frame = _amounts(_address(frame), context)
    presale = pl.col("stage").is_not_null() | pl.col("presale").fill_null(False)
    given_back = pl.col("refunded_amount") > 0
    orders = frame.with_columns(
        currency=pl.lit(context.currency),
        parent_order_no=pl.when(pl.col("main_order_no") != pl.col("order_no")).then(pl.col("main_order_no")),
        status=line_status("status_raw", has_paid_at=True)
        if context.has("status_raw")
        else pl.lit(None, dtype=pl.String),
        waybill=pl.col("waybill_raw").str.strip_prefix("No:"),
        close_reason=pl.when(pl.col("close_reason_raw") != "订单未关闭").then(pl.col("close_reason_raw")),
        deposit_paid=deposit("stage"),
        flags=add_flags(
            partial_ship=pl.col("status_raw").is_in(PARTLY_SHIPPED),
            partial_refund=given_back & (pl.col("refunded_amount") < pl.col("buyer_paid")),
            presale_deposit=presale,
            hold=pl.col("status_raw").is_in(HELD),
        ),
    )
    paid = orders.filter(pl.col("paid_at").is_not_null())
    residuals = identity_residuals(
        paid,
        "总金额 = 买家应付货款 + 买家应付邮费",
        pl.col("goods_amount") + pl.col("freight_amount"),
        pl.col("due"),
    )
    residuals += identity_residuals(
        paid,
        "买家实付 = 总金额 − 平台抵扣",
        pl.col("due") - pl.col("platform_discount").fill_null(0),
        pl.col("buyer_paid"),
    )
    # With a single kind of goods the main id is also the sub-order id, so the line is known without the item list. Its
    # amounts are left to that list: here they are those of the order, freight included.
    lines = orders.filter(pl.col("kinds") == 1).select(
        "row",
        "order_no",
        "title",
        "qty",
        "outer_sku_code",
        "sku_text",
        "waybill",
        "carrier",
        "shipped_at",
        "status",
        "status_raw",
        line_no=pl.col("order_no"),
    )
    return Tables(orders=orders, lines=lines if len(lines) else None, residuals=residuals)


ORDERS = Profile(
    channel="taobao",
    kind="orders",
    name="taobao-orders",
    columns=COLUMNS,
    required=("order_no", "due", "paid", "created_at", "paid_at"),
    forbidden=("子订单编号",),
    build=build,
)
