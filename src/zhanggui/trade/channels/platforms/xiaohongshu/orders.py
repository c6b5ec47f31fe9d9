"""Xiaohongshu order export (订单信息): one row per SKU of a package; each row states its own amounts and state."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.contracts import Residual
from zhanggui.trade.channels.domain.lines import exact_unit, shares
from zhanggui.trade.channels.domain.marks import seller_flag
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
)

#: Export texts and interface codes (orderStatus 1…10) → canonical state; ``closed`` is decided by the pay time.
STATUS: Final = {
    "待付款": "created",
    "已下单待付款": "created",
    "1": "created",
    "已支付处理中": "paid",
    "2": "paid",
    "清关中": "paid",
    "3": "paid",
    "待配货": "paid",
    "待发货": "paid",
    "4": "paid",
    "部分发货": "shipped",
    "5": "shipped",
    "已发货": "shipped",
    "待收货": "shipped",
    "6": "shipped",
    "已签收": "delivered",
    "已完成": "completed",
    "交易成功": "completed",
    "7": "completed",
    "已关闭": "closed",
    "8": "closed",
    "已取消": "cancelled",
    "9": "cancelled",
    "换货申请中": "refunding",
    "10": "refunding",
}
#: Paid, but not to be shipped yet.
HELD: Final = ("已支付处理中", "2", "清关中", "3")

#: After-sale texts → ``none`` | ``refunding`` | ``refunded``; other texts are unknown and hold the order.
REFUND: Final = {
    "无": "none",
    "无售后": "none",
    "售后取消": "none",
    "售后关闭": "none",
    "售后拒绝": "none",
    "售后已取消": "none",
    "售后已拒绝": "none",
    "售后已关闭": "none",
    "售后处理中": "refunding",
    "售后中": "refunding",
    "退款中": "refunding",
    "售后待审核": "refunding",
    "待审核": "refunding",
    "待用户寄回": "refunding",
    "待商家收货": "refunding",
    "售后完成": "refunded",
    "售后成功": "refunded",
    "退款完成": "refunded",
    "退款成功": "refunded",
}

COLUMNS: Final = (
    column("order_no", "订单号", kind=ID, key=True),
    column("status_raw", "订单状态"),
    column("refund_state_raw", "售后状态"),
    column("order_kind", "订单类型"),
    column("receiver_name", "收件人姓名", personal=True),
    column("receiver_phone", "收件人电话", personal=True),
    column("receiver_address", "收件人地址", personal=True),
    column("receiver_province", "省"),
    column("receiver_city", "市"),
    column("receiver_district", "区"),
    column("sku_no", "规格ID", kind=ID),
    column("creator_id", "达人ID", kind=ID),
    column("sku_name", "SKU名称"),
    column("sku_text", "SKU规格"),
    column("qty", "SKU件数", kind=INT),
    column("is_gift", "是否为赠品", kind=FLAG),
    column("goods", "商品总价(元)", "商品总价", kind=MONEY),
    column("payable", "用户应付金额(元)", "用户应付金额", kind=MONEY),
    column("platform", "平台优惠(元)", "平台优惠", kind=MONEY),
    column("shop", "店铺优惠(元)", "店铺优惠", kind=MONEY),
    column("payment", "支付渠道优惠(元)", "支付渠道优惠", kind=MONEY),
    column("change", "SKU商家改价(元)", "SKU商家改价", "商家改价(元)", kind=MONEY),
    column("receivable", "商家应收金额(元)(支付金额)", "商家应收金额(元)", "商家应收金额(支付金额)", kind=MONEY),
    column("payment_method", "支付方式"),
    column("paid_at", "支付时间", kind=TIME),
    column("freight", "包裹总运费(元)", "包裹总运费", kind=MONEY),
    column("carrier", "快递公司"),
    column("waybill", "快递单号", kind=ID),
    column("buyer_id_name", "订购人身份证姓名/ID Name", personal=True),
    column("buyer_id_number", "订购人身份证号/ID Number", personal=True),
    column("receiver_id_name", "收件人身份证姓名", personal=True),
    column("receiver_id_number", "收件人身份证号", personal=True),
    column("created_at", "订单创建时间", kind=TIME),
    column("presale_deadline", "预售订单截止发货时间", kind=TIME),
    column("promised", "承诺发货时间", kind=TIME),
    column("shipped_at", "订单发货时间", kind=TIME),
    column("completed_at", "订单完成时间", kind=TIME),
    column("warehouse_code", "发货仓库"),
    column("buyer_note", "用户备注", personal=True),
    column("flag_raw", "包裹备注标记"),
    column("seller_note", "包裹备注信息", personal=True),
    column("close_reason", "异常原因"),
    column("buyer_ref", "用户编号", personal=True),
    column("outer_sku_code", "商家编码"),
    column("product_no", "商品ID", kind=ID),
    column("product_name", "商品名称"),
)

_ONCE: Final = (
    "created_at", "paid_at", "completed_at", "status_raw", "creator_id", "payment_method", "receiver_name",
    "receiver_phone", "receiver_address", "receiver_province", "receiver_city", "receiver_district", "buyer_note",
    "seller_note", "buyer_ref", "close_reason", "title", "ship_deadline_at", "seller_flag",
)  # fmt: skip


def _state() -> pl.Expr:
    """A line that closed after payment was refunded, before it never became a sale; 已取消 is a refund only when the
    after-sale column says so. An open application shows as ``refunding`` while the line lives."""
    base = map_status("status_raw", STATUS)
    paid = pl.col("paid_at").is_not_null()
    done = pl.col("refund_state") == "refunded"
    lives = base.is_in(["paid", "shipped", "delivered", "completed"])
    return (
        pl.when(paid & done & (lives | base.is_in(["closed", "cancelled"])))
        .then(pl.lit("refunded"))
        .when(base == "closed")
        .then(pl.when(paid).then(pl.lit("refunded")).otherwise(pl.lit("cancelled")))
        .when(lives & (pl.col("refund_state") == "refunding"))
        .then(pl.lit("refunding"))
        .otherwise(base)
    )


def _zero(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0)


def _lines(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Lines numbered ``order_no#<规格ID>``, a gift ``order_no#<规格ID>-gift``; repeats get ``-2``, ``-3``.

    SKU商家改价 may be written as the cut or as the change; the row's own sum tells which, and the change when neither
    fits. The package's freight is shared over its lines unless their payable amounts already contain it.
    """
    before = _zero("goods") - _zero("platform") - _zero("shop") - _zero("payment")
    frame = frame.with_columns(
        title=pl.coalesce("product_name", "sku_name"),
        refund_state=pl.when(pl.col("refund_state_raw").is_null())
        .then(pl.lit("none"))
        .otherwise(map_status("refund_state_raw", REFUND)),
        is_gift=pl.col("is_gift").fill_null(False),
        adjust=pl.when(pl.col("payable") == before - _zero("change")).then(-_zero("change")).otherwise(_zero("change")),
        ship_deadline_at=pl.coalesce("promised", "presale_deadline"),
        seller_flag=seller_flag("flag_raw"),
        package_freight=pl.col("freight").max().over("order_no"),
        package_no=pl.col("order_no"),
        line_amount=pl.col("goods"),
        unit_price=exact_unit(pl.col("goods"), pl.col("qty")),
    )
    frame = frame.with_columns(status=_state(), open=pl.col("payable") - before - pl.col("adjust"))
    inside = (pl.col("open").sum() == pl.col("package_freight").first()).over("order_no").fill_null(False)
    frame = frame.with_columns(
        freight_share=shares(frame, pl.col("package_freight"), pl.col("goods"), pl.col("qty")), inside=inside
    )
    frame = frame.with_columns(
        freight_added=pl.when(pl.col("inside")).then(0).otherwise(pl.col("freight_share").fill_null(0)),
        freight_share=pl.when(pl.col("inside")).then(pl.col("open")).otherwise(pl.col("freight_share")),
    )
    suffix = pl.when(pl.col("is_gift")).then(pl.lit("-gift")).otherwise(pl.lit(""))
    frame = frame.with_columns(key=pl.concat_str([pl.col("sku_no").fill_null(""), suffix]))
    nth = pl.int_range(pl.len()).over("order_no", "key") + 1
    again = pl.when(nth > 1).then(pl.lit("-") + nth.cast(pl.String)).otherwise(pl.lit(""))
    paid = pl.col("paid_at").is_not_null()
    due = pl.col("payable") + pl.col("freight_added")
    stated = pl.coalesce(pl.col("receivable"), pl.col("payable") + _zero("platform") + _zero("payment"))
    return frame.with_columns(
        line_no=pl.concat_str([pl.col("order_no"), pl.lit("#"), pl.col("key"), again]),
        line_discount_merchant=pl.col("shop"),
        line_discount_platform=pl.col("platform"),
        line_discount_payment=pl.col("payment"),
        line_freight_share=pl.col("freight_share"),
        line_paid=pl.when(paid).then(due).otherwise(0),
        line_receivable=pl.when(paid).then(stated + pl.col("freight_added")).otherwise(0),
    )


def _orders(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Sums of the package's rows. Its state is left to its lines."""
    summed = {
        "goods_amount": "goods",
        "merchant_discount": "shop",
        "platform_discount": "platform",
        "payment_discount": "payment",
        "adjust_amount": "adjust",
        "buyer_paid": "line_paid",
        "merchant_receivable": "line_receivable",
        "freight_amount": "freight_share",
        "qty": "qty",
    }
    needs = {"merchant_discount": "shop", "platform_discount": "platform", "payment_discount": "payment",
             "adjust_amount": "change", "freight_amount": "freight"}  # fmt: skip
    kept = {name: source for name, source in summed.items() if name not in needs or context.has(needs[name])}
    return (
        lines.group_by("order_no", maintain_order=True)
        .agg(
            pl.col("row").first(),
            *[pl.col(n).drop_nulls().first() for n in _ONCE],
            *[
                pl.when(pl.col(source).count() > 0).then(pl.col(source).sum()).alias(name)
                for name, source in kept.items()
            ],
            pl.col("shipped_at").max(),
            held=pl.col("status_raw").is_in(list(HELD)).any(),
            strange=((pl.col("refund_state") == "unknown") & pl.col("status").is_in(["paid", "shipped"])).any(),
            partly=(pl.col("status_raw").is_in(["部分发货", "5"])).any(),
            deposit=pl.col("order_kind").fill_null("").str.contains("定金", literal=True).any(),
            some_refunded=(pl.col("status") == "refunded").any() & (pl.col("status") != "refunded").any(),
        )
        .with_columns(
            currency=pl.lit(context.currency),
            flags=add_flags(
                hold=pl.col("held") | pl.col("strange"),
                partial_ship=pl.col("partly"),
                presale_deposit=pl.col("deposit"),
                partial_refund=pl.col("some_refunded"),
            ),
        )
    )


def _residuals(lines: pl.DataFrame) -> list[Residual]:
    found = identity_residuals(
        lines.filter(~pl.col("inside")),
        "商品总价 − 平台优惠 − 店铺优惠 − 支付渠道优惠 ± 改价 = 用户应付金额",
        pl.col("payable") - pl.col("open"),
        pl.col("payable"),
    )
    return found + identity_residuals(
        lines,
        "用户应付金额 + 平台优惠 + 支付渠道优惠 = 商家应收金额",
        pl.col("payable") + _zero("platform") + _zero("payment"),
        pl.col("receivable"),
    )


def build(frame: pl.DataFrame, context: Context) -> Tables:
    lines = _lines(frame, context)
    return Tables(orders=_orders(lines, context), lines=lines, residuals=_residuals(lines))


ORDERS = Profile(
    channel="xiaohongshu",
    kind="orders",
    name="xiaohongshu-orders",
    columns=COLUMNS,
    required=("order_no", "status_raw", "created_at", "qty", "goods", "payable", "sku_no"),
    build=build,
    group="order_no",
)
