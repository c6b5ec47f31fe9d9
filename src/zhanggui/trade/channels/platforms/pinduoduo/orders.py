"""订单导出, the short form and the longer one: one row per order, which normally holds one SKU."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.keyed import first_known, known_sum, line_numbers
from zhanggui.trade.channels.domain.lines import numbered
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
    map_status,
    total,
)
from zhanggui.trade.channels.platforms.pinduoduo.status import GROUP_PENDING, SERVICE, STATUS, UNPAID

COLUMNS = (
    column("title", "商品"),
    column("order_no", "订单号", kind=ID, key=True),
    column("status_raw", "订单状态"),
    column("line_amount", "商品总价(元)", kind=MONEY),
    column("line_freight_share", "邮费(元)", kind=MONEY),
    column("line_discount_merchant", "店铺优惠折扣(元)", kind=MONEY),
    column("line_discount_platform", "平台优惠折扣(元)", kind=MONEY),
    column("line_discount_payment", "多多支付立减金额(元)", kind=MONEY),
    column("installing", "上门安装费(元)", kind=MONEY),
    column("carrying_in", "送货入户费(元)", kind=MONEY),
    column("carrying_and_installing", "送货入户并安装费(元)", kind=MONEY),
    column("paid_stated", "用户实付金额(元)", "顾客实付金额(元)", kind=MONEY),
    column("receivable_stated", "商家实收金额(元)", kind=MONEY),
    column("refund_stated", "退款金额(元)", kind=MONEY),
    column("qty", "商品数量(件)", kind=INT),
    column("pay_time", "支付时间", kind=TIME),
    column("deal_time", "订单成交时间", "拼单成功时间", kind=TIME),
    column("ship_deadline_at", "承诺发货时间", kind=TIME),
    column("shipped_at", "发货时间", kind=TIME),
    column("delivered_at", "确认收货时间", kind=TIME),
    column("product_no", "商品id", kind=ID),
    column("sku_text", "商品规格"),
    column("sku_no", "样式ID", "规格ID", kind=ID),
    column("outer_sku_code", "商家编码-规格维度", "商家编码-SKU维度"),
    column("outer_product_code", "商家编码-商品维度"),
    column("receiver_name", "收货人", personal=True),
    column("receiver_phone", "手机", personal=True),
    column("receiver_province", "省"),
    column("receiver_city", "市"),
    column("receiver_district", "区"),
    column("receiver_town", "街道", personal=True),
    column("receiver_address", "地址", "街道/地址", "收货地址", personal=True),
    column("reviewed", "是否审核中", kind=FLAG),
    column("seller_note", "商家备注", personal=True),
    column("refund_state_raw", "售后状态"),
    column("waybill", "快递单号"),
    column("carrier", "快递公司"),
    column("payment_method", "支付方式"),
    column("sales_channel", "订单来源"),
)


def _lines(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Lines with the money each row states.

    Platform and payment discounts are paid to the merchant, so 商家实收 = 用户实付 + 平台优惠 + 多多支付立减, before
    fees; it stays on the row when the order was refunded. What was paid, by 支付时间 or 订单成交时间, is gross; a
    refunded order was paid even where its deal never closed and no time is given. A deal time on a row that still
    waits for its payment is no pay time.
    """
    told = map_status("status_raw", STATUS)
    asked = (
        pl.when(pl.col("refund_state_raw").is_null())
        .then(pl.lit("none"))
        .otherwise(map_status("refund_state_raw", SERVICE))
    )
    frame = frame.with_columns(
        refund_state=pl.when(told == "refunded").then(pl.lit("refunded")).otherwise(asked),
        paid_at=pl.coalesce(
            "pay_time", pl.when(~pl.col("status_raw").is_in(UNPAID).fill_null(False)).then(pl.col("deal_time"))
        ),
        prefix=pl.col("order_no").str.extract(r"^(\d{6})-").str.to_date("%y%m%d", strict=False),
    )
    alive = told.is_in(["paid", "shipped", "delivered"])
    was_paid = pl.col("paid_at").is_not_null() | (pl.col("refund_state") == "refunded")
    extras = total("installing", "carrying_in", "carrying_and_installing")
    worth = (
        pl.col("line_amount")
        + pl.col("line_freight_share").fill_null(0)
        + extras.fill_null(0)
        - pl.col("line_discount_merchant").fill_null(0)
    )
    funded = pl.col("line_discount_platform").fill_null(0) + pl.col("line_discount_payment").fill_null(0)
    part = pl.col("refund_stated") < pl.col("paid_stated")
    frame = frame.with_columns(
        status=pl.when((pl.col("refund_state") == "refunded") & alive & ~part.fill_null(False))
        .then(pl.lit("refunded"))
        .when((pl.col("refund_state") == "refunding") & alive)
        .then(pl.lit("refunding"))
        .when(pl.col("refund_state") == "unknown")
        .then(pl.lit("unknown"))
        .otherwise(told),
        created_at=pl.coalesce(
            "pay_time",
            "deal_time",
            pl.col("prefix").cast(pl.Datetime("us")).dt.replace_time_zone(context.zone).dt.convert_time_zone("UTC"),
        ),
        extras=extras,
        expected=worth - funded,
        unit_price=pl.when((pl.col("qty") > 0) & (pl.col("line_amount") % pl.col("qty") == 0)).then(
            pl.col("line_amount") // pl.col("qty")
        ),
        line_paid=pl.when(was_paid).then(pl.col("paid_stated")).otherwise(0),
        line_receivable=pl.when(was_paid)
        .then(pl.coalesce("receivable_stated", pl.col("paid_stated") + funded))
        .otherwise(0),
        funded=funded,
        refunded_amount=pl.col("refund_stated"),
        is_gift=pl.col("line_amount") == 0,
    )
    return frame.with_columns(
        line_no=pl.when(pl.col("sku_no").is_not_null())
        .then(line_numbers("sku_no"))
        .otherwise(numbered(frame, ["title", "sku_text"]))
    )


def _orders(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    refunded = pl.col("status") == "refunded"
    orders = lines.group_by("order_no", maintain_order=True).agg(
        pl.col("row").first(),
        *first_known("created_at", "paid_at", "ship_deadline_at", "shipped_at", "delivered_at"),
        *first_known("receiver_name", "receiver_phone", "receiver_province", "receiver_city", "receiver_district"),
        *first_known("receiver_town", "receiver_address", "seller_note", "title", "payment_method", "sales_channel"),
        qty=known_sum("qty"),
        goods_amount=known_sum("line_amount"),
        freight_amount=known_sum("line_freight_share"),
        merchant_discount=known_sum("line_discount_merchant"),
        platform_discount=known_sum("line_discount_platform"),
        payment_discount=known_sum("line_discount_payment"),
        adjust_amount=known_sum("extras"),
        buyer_paid=known_sum("line_paid"),
        merchant_receivable=known_sum("line_receivable"),
        refunded_amount=known_sum("refunded_amount"),
        _hold=pl.col("reviewed").any() | pl.col("status_raw").is_in(GROUP_PENDING).any(),
        _part=((pl.col("refunded_amount").fill_null(0) > 0) & (pl.col("refunded_amount") < pl.col("line_paid"))).any()
        | (refunded.any() & ~refunded.all()),
    )
    return orders.with_columns(
        currency=pl.lit(context.currency),
        flags=add_flags(hold=pl.col("_hold"), partial_refund=pl.col("_part")),
    )


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """One line per row; an order's facts are the sums of its rows, its state follows from them.

    The order's date is its 成交时间; where that is empty, the six digits that begin its number.
    """
    lines = _lines(frame, context)
    residuals = identity_residuals(
        lines,
        "用户实付 = 商品总价 + 邮费 − 店铺优惠 − 平台优惠 − 多多支付立减",
        pl.col("expected"),
        pl.col("paid_stated"),
    )
    residuals += identity_residuals(
        lines,
        "商家实收 = 用户实付 + 平台优惠 + 多多支付立减",
        pl.col("paid_stated") + pl.col("funded"),
        pl.col("receivable_stated"),
    )
    return Tables(orders=_orders(lines, context), lines=lines, residuals=residuals)


ORDERS = Profile(
    channel="pinduoduo",
    kind="orders",
    name="pinduoduo-orders",
    columns=COLUMNS,
    required=("title", "order_no", "status_raw", "line_amount", "paid_stated"),
    build=build,
    grain="items",
    group="order_no",
)
