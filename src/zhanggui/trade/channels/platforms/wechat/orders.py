"""WeChat shop order export: one row per article, the order's own cells repeated on each of its rows."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.contracts import Residual
from zhanggui.trade.channels.domain.lines import numbered, once, shares
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
from zhanggui.trade.channels.platforms.wechat.status import (
    HELD,
    NOT_SENT,
    PARTLY_SHIPPED,
    REFUND,
    SENT,
    STATUS,
)

_ORDER: Final = (
    column("order_no", "订单号", kind=ID, key=True),
    column("created_at", "订单下单时间", "下单时间", kind=TIME),
    column("sent_at", "订单发货时间", kind=TIME),
    column("delivered_at", "订单确认收货时间", kind=TIME),
    column("completed_at", "订单完成结算时间", kind=TIME),
    column("status_raw", "订单状态"),
    column("receiver_name", "收件人姓名", personal=True),
    column("receiver_address", "收件人地址", personal=True),
    column("receiver_province", "省"),
    column("receiver_city", "市"),
    column("receiver_district", "区"),
    column("receiver_phone", "收件人手机", personal=True),
    column("buyer_note", "买家备注", personal=True),
    column("seller_note", "商家备注", personal=True),
    column("flag_raw", "打标颜色"),
    column("goods_amount", "商品总价", kind=MONEY),
    column("paid", "订单实际支付金额", kind=MONEY),
    column("received", "订单实际收款金额", kind=MONEY),
    column("freight_amount", "订单运费", kind=MONEY),
    column("goods_discount", "商品优惠", kind=MONEY),
    column("cross_discount", "跨店优惠", kind=MONEY),
    column("change", "商品改价", kind=MONEY),
    column("points", "积分抵扣", kind=MONEY),
    column("payment_method", "支付方式"),
    column("paid_at", "支付时间", kind=TIME),
    column("carrier", "物流公司"),
    column("waybill", "快递单号", kind=ID),
    column("sales_channel", "带货方式"),
    column("creator_name", "带货账号昵称", "带货人昵称"),
    column("creator_no", "带货ID", kind=ID),
    column("gift_no", "礼物单号", kind=ID),
)
_LINE: Final = (
    column("title", "商品名称"),
    column("product_no", "商品编码(平台)", kind=ID),
    column("outer_product_code", "商品编码(自定义)"),
    column("outer_sku_code", "SKU编码(自定义)"),
    column("sku_text", "商品属性"),
    column("unit_list_price", "商品价格(单件)", "商品价格", kind=MONEY),
    column("unit_price", "商品实际价格(单件)", kind=MONEY),
    column("line_amount", "商品实际价格(总共)", kind=MONEY),
    column("presale", "是否预售"),
    column("qty", "商品数量", kind=INT),
    column("coupon", "商品平台券优惠", kind=MONEY),
    column("freight_each", "商品平均运费", kind=MONEY),
    column("sent", "商品发货"),
    column("refund_state_raw", "商品售后"),
    column("refunded_amount", "商品已退款金额", kind=MONEY),
    column("custom", "定制信息", personal=True),
)


def _zero(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0)


def _order_money(orders: pl.DataFrame) -> pl.DataFrame:
    """Who funds what, once per order.

    商品总价 − 商品优惠 − 跨店优惠 − 积分抵扣 ± 改价 + 运费 = 订单实际支付金额. What the merchant receives above
    what the buyer paid was funded by others: points first, the rest by the platform; the remaining discounts are the
    merchant's. When the receipt is lower, it shows the amount after refunds and nobody funded anything. The lines'
    platform coupons (``coupons``) are part of these discounts, unless only with them the sum comes out.
    """
    listed = _zero("goods_discount") + _zero("cross_discount") + _zero("points")
    apart = pl.col("goods_amount") - listed + _zero("freight_amount")
    apart = (pl.col("paid") == apart - pl.col("coupons")) & (pl.col("coupons") != 0)
    discounts = listed + pl.when(apart).then(pl.col("coupons")).otherwise(0)
    before = pl.col("goods_amount") - discounts + _zero("freight_amount")
    paid = pl.col("paid_at").is_not_null()
    orders = orders.with_columns(
        discounts=discounts,
        adjust_amount=pl.when(pl.col("change").is_not_null()).then(
            pl.when(pl.col("paid") == before - pl.col("change")).then(-pl.col("change")).otherwise(pl.col("change"))
        ),
        funded=(pl.col("received") - pl.col("paid")).clip(lower_bound=0),
    )
    orders = orders.with_columns(points_amount=pl.min_horizontal(_zero("points"), pl.col("funded")))
    return orders.with_columns(
        platform_discount=pl.col("funded") - pl.col("points_amount"),
        merchant_discount=pl.col("discounts") - pl.min_horizontal("funded", "discounts"),
        due=before + pl.col("adjust_amount").fill_null(0),
        buyer_paid=pl.when(paid).then(pl.col("paid")).otherwise(0),
        merchant_receivable=pl.when(paid).then(pl.col("paid") + pl.col("funded")).otherwise(0),
    )


def _lines(frame: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Lines with their shares of what the file states only per order.

    The line amount is 商品实际价格(总共). Where the lines add up to 商品总价 they are prices before discounts, so the
    order's discounts are shared over them; where they do not, they already contain them and only the rest of what was
    paid is shared. 商品已退款金额 tells a full refund from a part of one.
    """
    money = ("goods_amount", "merchant_discount", "platform_discount", "points_amount", "adjust_amount",
             "freight_amount", "buyer_paid", "merchant_receivable")  # fmt: skip
    frame = frame.drop([n for n in money if n in frame.columns]).join(
        orders.select("order_no", *money), on="order_no", how="left", maintain_order="left"
    )
    frame = frame.with_columns(
        gross=(pl.col("line_amount").sum() == pl.col("goods_amount").first()).over("order_no").fill_null(False)
    )
    weights = (pl.col("line_amount"), pl.col("qty"))

    def of_gross(name: str) -> pl.Expr:
        return pl.when(pl.col("gross")).then(pl.col(name))

    frame = frame.with_columns(
        line_discount_merchant=shares(frame, of_gross("merchant_discount"), *weights),
        line_discount_platform=shares(frame, of_gross("platform_discount"), *weights),
        line_freight_share=pl.when((_zero("freight_each").sum() == _zero("freight_amount").first()).over("order_no"))
        .then(pl.col("freight_each"))
        .otherwise(shares(frame, pl.col("freight_amount"), *weights)),
    )
    net = (
        pl.col("line_amount") - _zero("line_discount_merchant") - _zero("line_discount_platform")
        + _zero("line_freight_share")
    )  # fmt: skip
    paid = pl.col("paid_at").is_not_null()
    frame = frame.with_columns(net=net)
    rest = pl.col("buyer_paid") - pl.col("net").sum().over("order_no")
    funded = pl.col("merchant_receivable") - pl.col("buyer_paid")
    frame = frame.with_columns(rest=shares(frame, rest, *weights), funded=shares(frame, funded, *weights))
    frame = frame.with_columns(
        line_paid=pl.when(paid).then(pl.col("net") + pl.col("rest")).otherwise(0),
        refund_state=pl.when(pl.col("refund_state_raw").is_null())
        .then(pl.lit("none"))
        .otherwise(map_status("refund_state_raw", REFUND)),
    )
    goods_paid = pl.col("line_paid") - _zero("line_freight_share")
    whole = (pl.col("refunded_amount") > 0) & (pl.col("refunded_amount") >= goods_paid)
    return frame.with_columns(
        line_receivable=pl.when(paid).then(pl.col("line_paid") + pl.col("funded")).otherwise(0),
        whole=whole.fill_null(False),
        refund_state=pl.when(whole.fill_null(False)).then(pl.lit("refunded")).otherwise(pl.col("refund_state")),
        line_no=numbered(frame, ["product_no", "outer_sku_code", "sku_text", "unit_list_price"]),
    )


def _order_state() -> pl.Expr:
    """An order that ended after everything paid went back was refunded; one that merely ended was cancelled."""
    base = map_status("status_raw", STATUS)
    back = (_zero("refunded_amount") > 0) & (pl.col("paid_at").is_not_null())
    return (
        pl.when(base == "ended")
        .then(pl.when(back).then(pl.lit("refunded")).otherwise(pl.lit("cancelled")))
        .otherwise(base)
    )


def _line_state() -> pl.Expr:
    """The order's state, except where the line's own cells say more: sent or not, refunded, being refunded."""
    base = pl.col("order_status")
    sent = (
        pl.when((base == "shipped") & pl.col("sent").is_in(list(NOT_SENT)))
        .then(pl.lit("paid"))
        .when((base == "paid") & pl.col("sent").is_in(list(SENT)))
        .then(pl.lit("shipped"))
        .otherwise(base)
    )
    lives = sent.is_in(["paid", "shipped", "delivered", "completed"])
    return (
        pl.when(lives & pl.col("whole"))
        .then(pl.lit("refunded"))
        .when(lives & (pl.col("refund_state") == "refunding"))
        .then(pl.lit("refunding"))
        .otherwise(sent)
    )


def _residuals(orders: pl.DataFrame, lines: pl.DataFrame) -> list[Residual]:
    found = identity_residuals(
        orders,
        "商品总价 − 商品优惠 − 跨店优惠 − 积分抵扣 ± 改价 + 运费 = 订单实际支付金额",
        pl.col("due"),
        pl.col("paid"),
    )
    sums = lines.group_by("order_no", maintain_order=True).agg(
        pl.col("row").first(),
        lines=pl.col("line_amount").sum(),
        listed=(pl.col("unit_list_price") * pl.col("qty")).sum(),
        goods=pl.col("goods_amount").first(),
    )
    odd = sums.filter((pl.col("lines") != pl.col("goods")) & (pl.col("listed") != pl.col("goods")))
    return found + identity_residuals(odd, "Σ 商品实际价格(总共) = 商品总价", pl.col("goods"), pl.col("lines"))


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Orders counted once, however many rows repeat them, and their lines.

    Lines are numbered by article, attributes and list price, none of which changes after the sale; equal ones are
    counted (see :func:`numbered`).
    """
    names = [c.name for c in _ORDER if c.name not in ("order_no",)]
    coupons = frame.group_by("order_no").agg(coupons=pl.col("coupon").fill_null(0).sum())
    orders = _order_money(once(frame, names).join(coupons, on="order_no", how="left", maintain_order="left"))
    lines = _lines(frame, orders)
    back = lines.group_by("order_no").agg(
        pl.when(pl.col("refunded_amount").count() > 0).then(pl.col("refunded_amount").sum()).alias("refunded_amount"),
        pl.col("qty").sum(),
        pl.col("title").drop_nulls().first(),
        strange=(pl.col("refund_state") == "unknown").any(),
        booked=pl.col("presale").fill_null("").is_in(["是", "预售"]).any(),
    )
    orders = orders.join(back, on="order_no", how="left", maintain_order="left")
    orders = orders.with_columns(
        status=_order_state(),
        shipped_at=pl.col("sent_at"),
        seller_flag=seller_flag("flag_raw"),
        creator_id=pl.coalesce("creator_no", "creator_name"),
        currency=pl.lit(context.currency),
    )
    lines = lines.join(
        orders.select("order_no", order_status=pl.col("status")), on="order_no", how="left", maintain_order="left"
    )
    lines = lines.with_columns(status=_line_state(), is_gift=pl.col("gift_no").is_not_null())
    lines = lines.with_columns(
        shipped_at=pl.when(pl.col("status").is_in(["shipped", "delivered", "completed"])).then(pl.col("sent_at"))
    )
    orders = orders.with_columns(
        flags=add_flags(
            hold=pl.col("status_raw").is_in(list(HELD))
            | (pl.col("strange") & pl.col("status").is_in(["paid", "shipped"])),
            partial_ship=pl.col("status_raw").is_in(list(PARTLY_SHIPPED)),
            partial_refund=(pl.col("refunded_amount") > 0) & (pl.col("refunded_amount") < pl.col("buyer_paid")),
            gift=pl.col("gift_no").is_not_null(),
        )
    )
    return Tables(orders=orders, lines=lines, residuals=_residuals(orders, lines))


ORDERS = Profile(
    channel="wechat",
    kind="orders",
    name="wechat-orders",
    columns=(*_ORDER, *_LINE),
    required=("order_no", "created_at", "status_raw", "goods_amount", "paid", "title", "qty", "line_amount"),
    build=build,
    group="order_no",
)
