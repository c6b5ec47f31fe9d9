"""订单导出: one row per SKU of an order; the order's own totals stand on each of its rows."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.keyed import first_known, known_sum, line_numbers
from zhanggui.trade.channels.domain.lines import shares
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
    total,
)
from zhanggui.trade.channels.platforms.jd.status import HELD, SPLIT, STATUS

COLUMNS = (
    column("order_no", "订单号", kind=ID, key=True),
    column("sku_no", "商品ID", kind=ID, key=True),
    column("title", "商品名称"),
    column("qty", "订购数量", kind=INT),
    column("payment_method", "支付方式"),
    column("created_at", "下单时间", kind=TIME),
    column("unit_price", "京东价", kind=MONEY),
    column("goods_amount", "订单金额", kind=MONEY),
    column("settled_price", "结算金额", kind=MONEY),
    column("from_balance", "余额支付", kind=MONEY),
    column("payable", "应付金额", kind=MONEY),
    column("status_raw", "订单状态"),
    column("buyer_ref", "下单帐号", personal=True),
    column("receiver_name", "客户姓名", personal=True),
    column("receiver_address", "客户地址", personal=True),
    column("receiver_phone", "联系电话", personal=True),
    column("buyer_note", "订单备注", personal=True),
    column("invoice_title", "发票抬头", personal=True),
    column("seller_note", "商家备注", personal=True),
    column("seller_flag", "商家备注等级（等级1-5为由高到低）"),
    column("freight_amount", "运费金额", kind=MONEY),
    column("paid_at", "付款确认时间", kind=TIME),
    column("outer_code", "货号"),
    column("outer_sku", "商家SKUID"),
    column("completed_at", "订单完成时间", kind=TIME),
    column("sales_channel", "订单渠道"),
    column("service_fee", "服务费", kind=MONEY),
    column("warehouse_code", "仓库id"),
)

_ONCE = (
    "payment_method", "created_at", "goods_amount", "settled_price", "from_balance", "payable", "status_raw",
    "buyer_ref", "receiver_name", "receiver_address", "receiver_phone", "buyer_note", "invoice_title", "seller_note",
    "seller_flag", "freight_amount", "paid_at", "completed_at", "sales_channel", "service_fee", "title",
)  # fmt: skip
_PROVINCE = (
    r"^(北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南"
    r"|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾)"
)
_DELETED = r"^[(（]\s*删除\s*[)）]"
_SPLIT_INTO = r"订单拆分为[:：\s]*(\d[\d\s,，、]*)"


def _amounts(orders: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The order's money.

    结算金额 is 订单金额 less what the merchant gives; 应付金额 + 余额支付 is what the buyer pays (freight and service
    fee included). What lies between is borne by the platform and settled back to the merchant, who therefore receives
    结算金额 + 运费 + 服务费. Before payment nothing is paid and nothing is due to the merchant.
    """
    extra = pl.col("freight_amount").fill_null(0) + pl.col("service_fee").fill_null(0)
    orders = orders.with_columns(
        pocket=total("payable", "from_balance"), own=pl.coalesce("settled_price", "goods_amount") + extra
    ).with_columns(borne=pl.col("own") - pl.col("pocket"))
    is_paid = pl.col("paid_at").is_not_null() if context.has("paid_at") else pl.col("status") != "created"
    return orders.with_columns(
        is_paid=is_paid,
        merchant_discount=pl.col("goods_amount") - pl.col("settled_price"),
        platform_discount=pl.when(pl.col("borne") >= 0).then(pl.col("borne")),
        adjust_amount=pl.col("service_fee"),
        buyer_paid=pl.when(is_paid).then(pl.col("pocket")).otherwise(0),
        merchant_receivable=pl.when(is_paid).then(pl.col("own")).otherwise(0),
    )


def _parents(orders: pl.DataFrame) -> pl.DataFrame:
    """``parent_order_no`` of the parts that a note 订单拆分为 … of this file names."""
    named = (
        orders.filter(pl.col("_parts").is_not_null())
        .select(parent_order_no=pl.col("order_no"), order_no=pl.col("_parts").str.extract_all(r"\d{6,}"))
        .explode("order_no")
        .drop_nulls("order_no")
        .unique("order_no", keep="first", maintain_order=True)
    )
    return orders.join(named, on="order_no", how="left", maintain_order="left")


def _orders(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    orders = frame.group_by("order_no", maintain_order=True).agg(
        pl.col("row").first(), *first_known(*_ONCE), qty=known_sum("qty"), goods_list_amount=known_sum("line_amount")
    )
    deleted = pl.col("status_raw").str.contains(_DELETED)
    orders = orders.with_columns(
        status=pl.when(deleted).then(pl.lit("cancelled")).otherwise(map_status("status_raw", STATUS)),
        currency=pl.lit(context.currency),
        receiver_province=pl.col("receiver_address").str.extract(_PROVINCE),
        _parts=pl.col("seller_note").str.extract(_SPLIT_INTO),
        _cod=pl.col("payment_method").str.contains("货到付款").fill_null(False),
    )
    orders = _parents(_amounts(orders, context))
    return orders.with_columns(
        cod_amount=pl.when(pl.col("_cod")).then(pl.col("payable")),
        flags=add_flags(
            hold=pl.col("status_raw").is_in(HELD),
            cod=pl.col("_cod"),
            split_parent=pl.col("status_raw").is_in(SPLIT) | pl.col("_parts").is_not_null(),
        ),
    )


def _lines(frame: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Lines with their shares of the order's amounts: the shares of an order add up to it exactly."""
    level = ("merchant_discount", "platform_discount", "adjust_amount", "buyer_paid", "is_paid", "status")
    lines = frame.drop("freight_amount").join(
        orders.select("order_no", "freight_amount", *level), on="order_no", how="left", maintain_order="left"
    )
    weights = (pl.col("line_amount"), pl.col("qty"))
    lines = lines.with_columns(
        line_no=line_numbers("sku_no"),
        line_discount_merchant=shares(lines, pl.col("merchant_discount"), *weights),
        line_discount_platform=shares(lines, pl.col("platform_discount"), *weights),
        line_freight_share=shares(lines, pl.col("freight_amount"), *weights),
        extra=shares(lines, pl.col("adjust_amount").fill_null(0), *weights),
    )
    due = pl.col("line_amount")
    for name, sign in (
        ("line_discount_merchant", -1),
        ("line_discount_platform", -1),
        ("line_freight_share", 1),
        ("extra", 1),
    ):
        due = due + sign * pl.col(name).fill_null(0)
    lines = lines.with_columns(due=due).with_columns(gap=pl.col("buyer_paid") - pl.col("due").sum().over("order_no"))
    rest = shares(lines, pl.col("gap"), *weights)
    return lines.with_columns(
        line_paid=pl.when(pl.col("is_paid")).then(pl.col("due") + rest).otherwise(0)
    ).with_columns(
        line_receivable=pl.when(pl.col("is_paid"))
        .then(pl.col("line_paid") + pl.col("line_discount_platform").fill_null(0))
        .otherwise(0),
        unit_list_price=pl.col("unit_price"),
        outer_sku_code=pl.coalesce("outer_sku", "outer_code"),
        is_gift=pl.col("unit_price") == 0,
    )


def build(frame: pl.DataFrame, context: Context) -> Tables:
    frame = frame.with_columns(line_amount=pl.col("unit_price") * pl.col("qty"))
    orders = _orders(frame, context)
    residuals = identity_residuals(
        orders, "订单金额 = Σ 京东价 × 订购数量", pl.col("goods_list_amount"), pl.col("goods_amount")
    )
    residuals += identity_residuals(
        orders.filter(pl.col("borne") < 0),
        "应付金额 + 余额支付 ≤ 结算金额 + 运费金额 + 服务费",
        pl.col("own"),
        pl.col("pocket"),
    )
    return Tables(orders=orders, lines=_lines(frame, orders), residuals=residuals)


ORDERS = Profile(
    channel="jd",
    kind="orders",
    name="jd-orders",
    columns=COLUMNS,
    required=("order_no", "sku_no", "qty", "unit_price", "status_raw"),
    build=build,
    group="order_no",
)
