"""宝贝报表 (ExportOrderDetailList…): one row per sub-order, all eras since 2012."""

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
    map_status,
)
from zhanggui.trade.channels.platforms.taobao.status import PARTLY_SHIPPED, REFUND, line_status

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
    column("refunded_amount", "退款金额", kind=MONEY),
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


def gross_paid(frame: pl.DataFrame, paid: str, due: str, refund: str) -> pl.Expr:
    """What the buyer paid before refunds, although the column may show it net of them.

    A refunded row tells which reading holds: net when paid = due − refund, gross when paid = due. Rows that fit neither
    follow the majority of the file's rows; without any refunded row both readings agree.
    """
    refunded = frame.filter((pl.col(refund).fill_null(0) > 0) & pl.col("paid_at").is_not_null())
    net = refunded.filter(pl.col(paid) == pl.col(due) - pl.col(refund)).height
    gross = refunded.filter(pl.col(paid) == pl.col(due)).height
    given_back = pl.col(refund).fill_null(0)
    is_net = (
        pl.when(pl.col(paid) == pl.col(due) - given_back)
        .then(True)
        .when(pl.col(paid) == pl.col(due))
        .then(False)
        .otherwise(pl.lit(net > gross))
    )
    return (
        pl.when(pl.col("paid_at").is_null())
        .then(pl.lit(0))
        .when(is_net)
        .then(pl.col(paid) + given_back)
        .otherwise(pl.col(paid))
    )


def _lines(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        status=line_status("status_raw", "refund_state_raw", "paid_at"),
        refund_state=map_status("refund_state_raw", REFUND, default="none"),
        line_amount=pl.col("unit_price") * pl.col("qty"),
        line_paid=gross_paid(frame, "paid", "due", "refunded_amount"),
        waybill=pl.col("waybill_raw").str.strip_prefix("No:"),
    ).with_columns(
        line_discount_merchant=pl.col("line_amount") - pl.col("due"),
        line_receivable=pl.col("line_paid"),
    )


def order_of_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Order-level facts summed from the lines present (grain ``items``)."""
    first = ("created_at", "paid_at", "ship_deadline_at", "status_raw", "title", "seller_note", "buyer_note")
    return (
        lines.group_by("order_no", maintain_order=True)
        .agg(
            pl.col("row").first(),
            *[pl.col(n).drop_nulls().first().alias(n) for n in first],
            pl.col("shipped_at").max(),
            pl.col("qty").sum(),
            goods_list_amount=pl.col("line_amount").sum(),
            goods_amount=pl.col("due").sum(),
            buyer_paid=pl.col("line_paid").sum(),
            merchant_receivable=pl.col("line_paid").sum(),
            refunded_amount=pl.col("refunded_amount").fill_null(0).sum(),
            partial=pl.col("status_raw").is_in(list(PARTLY_SHIPPED)).any(),
        )
        .with_columns(flags=add_flags(partial_ship=pl.col("partial")))
        .drop("partial")
    )


def build(frame: pl.DataFrame, context: Context) -> Tables:
    lines = _lines(frame)
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
    """The ten-column list has neither sub-order ids, amounts paid nor times: lines are numbered within their order."""
    lines = frame.with_columns(
        line_no=pl.col("order_no") + "#" + (pl.int_range(pl.len()).over("order_no") + 1).cast(pl.String),
        line_amount=pl.col("unit_price") * pl.col("qty"),
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
