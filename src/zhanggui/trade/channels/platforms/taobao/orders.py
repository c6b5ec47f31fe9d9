"""订单报表 (ExportOrderList…): one row per order, all eras since 2012."""

from __future__ import annotations

import polars as pl

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
)
from zhanggui.trade.channels.platforms.taobao.status import PARTLY_SHIPPED, line_status

COLUMNS = (
    column("order_no", "订单编号", kind=ID, key=True),
    column("buyer_ref", "买家会员名", "买家会员昵称", "买家昵称", personal=True),
    column("alipay", "买家支付宝账号", personal=True),
    column("payment_no", "支付单号", kind=ID),
    column("goods_amount", "买家应付货款", kind=MONEY),
    column("freight_amount", "买家应付邮费", kind=MONEY),
    column("points", "买家支付积分", kind=INT),
    column("due", "总金额", kind=MONEY),
    column("paid", "买家实付金额", "买家实际支付金额", kind=MONEY),
    column("refunded_amount", "退款金额", kind=MONEY),
    column("status_raw", "订单状态"),
    column("buyer_note", "买家留言", personal=True),
    column("receiver_name", "收货人姓名", personal=True),
    column("address_raw", "收货地址", personal=True),
    column("receiver_phone", "联系手机", "联系电话", personal=True),
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
    column("stage", "分阶段订单信息"),
    column("tmall_card", "天猫卡券抵扣", kind=MONEY),
    column("outer_sku_code", "商家编码"),
    column("sku_text", "商品属性SKU"),
    column("shop_name", "店铺名称"),
)


def _paid_gross(frame: pl.DataFrame) -> pl.Expr:
    """Gross paid. The column is net of refunds in every file checked: paid = total − refund [S]; later files are
    tested row by row as in :func:`zhanggui.trade.channels.platforms.taobao.items.gross_paid`."""
    from zhanggui.trade.channels.platforms.taobao.items import gross_paid

    return gross_paid(frame, "paid", "due", "refunded_amount")


def build(frame: pl.DataFrame, context: Context) -> Tables:
    frame = frame.with_columns(
        region=pl.col("address_raw").str.replace(r"\(\d{6}\)\s*$", "").str.split(" "),
        receiver_postcode=pl.col("address_raw").str.extract(r"\((\d{6})\)\s*$"),
        waybill=pl.col("waybill_raw").str.strip_prefix("No:"),
    )
    level = {
        name: pl.col("region").list.get(i, null_on_oob=True).replace("null", None).replace("", None)
        for i, name in enumerate(("receiver_province", "receiver_city", "receiver_district"))
    }
    orders = frame.with_columns(
        **level,
        receiver_address=pl.col("region").list.slice(3).list.join(" "),
        currency=pl.lit(context.currency),
        status=line_status("status_raw", None, "paid_at"),
        buyer_paid=_paid_gross(frame),
        close_reason=pl.when(pl.col("close_reason_raw") != "订单未关闭").then(pl.col("close_reason_raw")),
        flags=add_flags(
            partial_ship=pl.col("status_raw").is_in(list(PARTLY_SHIPPED)),
            presale_deposit=pl.col("stage").is_not_null(),
            partial_refund=(pl.col("refunded_amount") > 0) & (pl.col("paid") > 0),
        ),
    ).with_columns(
        merchant_receivable=pl.col("buyer_paid"),
        refunded_amount=pl.when(pl.lit(context.has("refunded_amount"))).then(pl.col("refunded_amount").fill_null(0)),
    )
    residuals = identity_residuals(
        orders.filter(pl.col("paid_at").is_not_null()),
        "总金额 = 买家应付货款 + 买家应付邮费",
        pl.col("goods_amount") + pl.col("freight_amount"),
        pl.col("due"),
    )
    residuals += identity_residuals(
        orders.filter(pl.col("paid_at").is_not_null()), "买家实付 = 总金额", pl.col("due"), pl.col("buyer_paid")
    )
    # With a single kind of goods the main id is also the sub-order id, so the line is known without the item list.
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
        "refunded_amount",
        line_no=pl.col("order_no"),
        line_amount=pl.col("goods_amount"),
        line_paid=pl.col("buyer_paid"),
        line_receivable=pl.col("buyer_paid"),
        line_freight_share=pl.col("freight_amount"),
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
