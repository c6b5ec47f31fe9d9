"""宝贝报表 (ExportOrderDetailList…): one row per sub-order, all eras since 2012."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.keyed import first_known, known_sum
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
    map_status,
)
from zhanggui.trade.channels.platforms.taobao.amounts import deposit, gross_paid
from zhanggui.trade.channels.platforms.taobao.status import HELD, PARTLY_SHIPPED, STATUS, line_status, refund_state

_SHARED = (
    column("title", "商品标题", "标题", "宝贝标题"),
    column("unit_price", "商品价格", "价格", kind=MONEY),
    column("qty", "购买数量", kind=INT),
    column("outer_product_code", "外部系统编号"),
    column("sku_text", "商品属性"),
    column("bundle_id", "套餐信息"),
    column("buyer_contact", "联系方式备注", "备注", personal=True),
    column("status_raw", "订单状态"),
    column("outer_sku_code", "商家编码"),
)

COLUMNS = (
    column("line_no", "子订单编号", kind=ID, key=True),
    column("order_no", "主订单编号", kind=ID, key=True),
    *_SHARED,
    column("payment_no", "支付单号", kind=ID),
    column("due", "买家应付货款", kind=MONEY),
    column("paid", "买家实付金额", "买家实际支付金额", kind=MONEY),
    column("refund_state_raw", "退款状态"),
    column("refund_asked", "退款金额", kind=MONEY),
    column("created_at", "订单创建时间", kind=TIME),
    column("paid_at", "订单付款时间", kind=TIME),
    column("product_no", "商品ID", "商品id", kind=ID),
    column("stage", "分阶段信息", "分阶段订单信息"),
    column("seller_note", "商家备注", personal=True),
    column("buyer_note", "主订单买家留言", personal=True),
    column("shipped_at", "发货时间", kind=TIME),
    column("ship_deadline_at", "应发货时间", kind=TIME),
    column("waybill_raw", "物流单号"),
    column("carrier", "物流公司"),
)


def _lines(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """退款金额 also stands on applications that are open or were refused: it counts only once 退款状态 says so."""
    asked = pl.col("refund_asked").fill_null(0)
    frame = frame.with_columns(refund_state=refund_state("refund_state_raw")).with_columns(
        refunded_amount=pl.when(not context.has("refund_asked"))
        .then(None)
        .when(not context.has("refund_state_raw"))
        .then(asked)
        .when(pl.col("refund_state") == "refunded")
        .then(asked)
        .when(pl.col("refund_state") != "unknown")
        .then(pl.lit(0))
        .cast(pl.Int64)
    )
    frame = frame.with_columns(line_paid=gross_paid(frame, context, back="refunded_amount"))
    whole = pl.col("refunded_amount") >= pl.col("line_paid")
    return frame.with_columns(
        status=line_status(
            "status_raw",
            has_paid_at=context.has("paid_at"),
            refund="refund_state" if context.has("refund_state_raw") else None,
            whole=whole,
        ),
        unit_list_price=pl.col("unit_price"),
        line_amount=pl.col("unit_price") * pl.col("qty"),
        waybill=pl.col("waybill_raw").str.strip_prefix("No:"),
        _part=(pl.col("refunded_amount") > 0) & ~whole,
    ).with_columns(
        line_discount_merchant=pl.col("line_amount") - pl.col("due"),
        line_receivable=pl.col("line_paid"),
        is_gift=pl.col("unit_price") == 0,
    )


def order_of_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Order-level facts summed from the lines present (grain ``items``); the state follows from the lines."""
    refunded = pl.col("status") == "refunded"
    return (
        lines.with_columns(deposit_paid=deposit("stage"))
        .group_by("order_no", maintain_order=True)
        .agg(
            pl.col("row").first(),
            *first_known("created_at", "paid_at", "ship_deadline_at", "title", "seller_note", "buyer_note"),
            *first_known("deposit_paid"),
            pl.col("shipped_at").max(),
            qty=known_sum("qty"),
            goods_list_amount=known_sum("line_amount"),
            goods_amount=known_sum("due"),
            buyer_paid=known_sum("line_paid"),
            merchant_receivable=known_sum("line_receivable"),
            refunded_amount=known_sum("refunded_amount"),
            _partly_shipped=pl.col("status_raw").is_in(PARTLY_SHIPPED).any(),
            _part=pl.col("_part").any() | (refunded.any() & ~refunded.all()),
            _presale=pl.col("stage").is_not_null().any(),
            _hold=pl.col("status_raw").is_in(HELD).any(),
        )
        .with_columns(
            flags=add_flags(
                partial_ship=pl.col("_partly_shipped"),
                partial_refund=pl.col("_part"),
                presale_deposit=pl.col("_presale"),
                hold=pl.col("_hold"),
            )
        )
    )


def build(frame: pl.DataFrame, context: Context) -> Tables:
    lines = _lines(frame, context)
    orders = order_of_lines(lines).with_columns(currency=pl.lit(context.currency))
    return Tables(orders=orders, lines=lines)


ITEMS = Profile(
    channel="taobao",
    kind="order_items",
    name="taobao-items",
    columns=COLUMNS,
    required=("line_no", "order_no", "title", "status_raw", "paid", "created_at"),
    build=build,
    grain="items",
    group="order_no",
)

_COLUMNS_2018 = (column("order_no", "订单编号", kind=ID, key=True), *_SHARED)


def build_2018(frame: pl.DataFrame, context: Context) -> Tables:
    """The ten-column list has neither sub-order ids, amounts paid nor times.

    A single line takes its order's number, as Taobao itself numbers sub-orders; several are numbered within it.
    交易关闭 may have been paid or not: such a line is only known to be ``closed``.
    """
    lines = frame.with_columns(
        line_no=pl.when(pl.len().over("order_no") == 1)
        .then(pl.col("order_no"))
        .otherwise(pl.col("order_no") + "#" + (pl.int_range(pl.len()).over("order_no") + 1).cast(pl.String)),
        unit_list_price=pl.col("unit_price"),
        line_amount=pl.col("unit_price") * pl.col("qty"),
        status=map_status("status_raw", STATUS),
        is_gift=pl.col("unit_price") == 0,
    )
    return Tables(lines=lines)


ITEMS_2018 = Profile(
    channel="taobao",
    kind="order_items",
    name="taobao-items-2018",
    columns=_COLUMNS_2018,
    required=("order_no", "title", "unit_price", "qty", "outer_product_code", "status_raw"),
    forbidden=("子订单编号", "主订单编号", "买家实际支付金额"),
    build=build_2018,
    grain="items",
    group="order_no",
)
