"""订单导出, the long form and the 75-column one: one row per sub-order (子订单)."""

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
    identity_residuals,
    map_status,
)
from zhanggui.trade.channels.platforms.douyin.status import (
    FLAG_COLOUR,
    PARTLY_SHIPPED,
    REFUND,
    SALES_CHANNEL,
    STATUS,
)

COLUMNS = (
    column("order_no", "主订单编号", kind=ID, key=True),
    column("line_no", "子订单编号", kind=ID, key=True),
    column("title", "选购商品"),
    column("sku_text", "商品规格"),
    column("qty", "商品数量", kind=INT),
    column("product_no", "商品ID", kind=ID),
    column("outer_product_code", "货号"),
    column("outer_sku_code", "商家编码"),
    # 商品金额 of the 75-column form is the price of one piece, not of the row
    column("unit_price", "商品单价", "商品金额", kind=MONEY),
    column("payable", "订单应付金额", kind=MONEY),
    column("line_freight_share", "运费", kind=MONEY),
    column("issued_platform", "平台优惠", kind=MONEY),
    column("issued_merchant", "商家优惠", kind=MONEY),
    column("issued_creator", "达人优惠", kind=MONEY),
    column("borne_platform", "平台实际承担优惠金额", kind=MONEY),
    column("borne_merchant", "商家实际承担优惠金额", kind=MONEY),
    column("borne_creator", "达人实际承担优惠金额", kind=MONEY),
    column("changed", "商家改价", kind=MONEY),
    column("payment_off", "支付优惠", kind=MONEY),
    column("red_packet", "红包抵扣", kind=MONEY),
    column("tax", "税费", kind=MONEY),
    column("tax_inside", "商品单价是否含税"),
    column("income_stated", "商家收入金额", kind=MONEY),
    column("payment_method", "支付方式"),
    column("name_raw", "收件人", personal=True),
    column("phone_raw", "收件人手机号", personal=True),
    column("receiver_province", "省"),
    column("receiver_city", "市"),
    column("receiver_district", "区"),
    column("receiver_town", "街道", personal=True),
    column("address_raw", "详细地址", personal=True),
    column("buyer_note", "买家留言", personal=True),
    column("created_at", "订单提交时间", kind=TIME),
    column("flag_raw", "旗帜颜色"),
    column("seller_note", "商家备注", personal=True),
    column("completed_at", "订单完成时间", kind=TIME),
    column("paid_at", "支付完成时间", kind=TIME),
    column("genre", "流量体裁"),
    column("status_raw", "订单状态"),
    column("ship_deadline_at", "承诺发货时间", kind=TIME),
    column("type_raw", "订单类型"),
    column("creator_raw", "达人ID", kind=ID),
    column("refund_state_raw", "售后状态"),
    column("close_reason", "取消原因"),
    column("warehouse_code", "仓库ID"),
    column("shipped_at", "发货时间", kind=TIME),
    column("parcels", "快递信息"),
)


#: Whether 支付优惠 and 红包抵扣 lowered the payment, and which way 商家改价 counts: tried in this order.
_READINGS = tuple((pay, packet, sign) for sign in (1, -1) for pay, packet in ((1, 1), (0, 1), (1, 0), (0, 0)))


def _amounts(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Who funds what of a row's discounts, and what the buyer and the merchant are left with.

    平台/商家/达人优惠 say who issued a discount, 实际承担 say who pays for it: the latter count, the former stand in
    where a file lacks them. 订单应付金额 is what the buyer pays for the row after all discounts, freight included; the
    merchant is due 订单应付金额 + 平台实际承担 + 达人实际承担, and 支付优惠 and 红包抵扣 where those lowered the
    payment. Whether they did is not documented: the reading that gives 订单应付金额 to the fen is taken, the first one
    when none does.
    """
    borne = {
        who: pl.col(f"borne_{who}") if context.has(f"borne_{who}") else pl.col(f"issued_{who}")
        for who in ("merchant", "platform", "creator")
    }
    frame = frame.with_columns(
        line_amount=pl.col("unit_price") * pl.col("qty"),
        line_discount_merchant=borne["merchant"],
        by_platform=borne["platform"],
        line_discount_creator=borne["creator"],
        off=pl.col("payment_off").fill_null(0),
        red=pl.col("red_packet").fill_null(0),
        change=pl.col("changed").fill_null(0),
        added_tax=pl.when(pl.col("tax_inside") == "是").then(0).otherwise(pl.col("tax")),
    )
    base = pl.col("line_amount") + pl.col("line_freight_share").fill_null(0) + pl.col("added_tax").fill_null(0)
    for name in ("line_discount_merchant", "by_platform", "line_discount_creator"):
        base = base - pl.col(name).fill_null(0)
    frame = frame.with_columns(base=base)
    reading = pl.lit(0)
    for number, (pay, packet, sign) in reversed(list(enumerate(_READINGS))):
        fits = pl.col("base") + sign * pl.col("change") - pay * pl.col("off") - packet * pl.col("red") == pl.col(
            "payable"
        )
        reading = pl.when(fits).then(number).otherwise(reading)
    frame = frame.with_columns(reading=reading)

    def chosen(place: int) -> pl.Expr:
        return pl.col("reading").replace_strict(dict(enumerate(r[place] for r in _READINGS)), return_dtype=pl.Int64)

    frame = frame.with_columns(
        off=pl.col("off") * chosen(0), red=pl.col("red") * chosen(1), change=pl.col("change") * chosen(2)
    )
    paid = pl.col("paid_at").is_not_null() if context.has("paid_at") else pl.lit(True)
    funded = pl.col("by_platform").fill_null(0) + pl.col("line_discount_creator").fill_null(0)
    frame = frame.with_columns(
        line_discount_platform=pl.when(pl.col("by_platform").is_not_null() | pl.col("red_packet").is_not_null()).then(
            pl.col("by_platform").fill_null(0) + pl.col("red")
        ),
        line_discount_payment=pl.when(pl.col("payment_off").is_not_null()).then(pl.col("off")),
        adjust=pl.when(pl.col("changed").is_not_null()).then(pl.col("change")),
        expected=pl.col("base") + pl.col("change") - pl.col("off") - pl.col("red"),
        due=pl.col("payable") + funded + pl.col("off") + pl.col("red"),
    )
    return frame.with_columns(
        unit_list_price=pl.col("unit_price"),
        line_paid=pl.when(paid).then(pl.col("payable")).otherwise(0),
        line_receivable=pl.when(paid).then(pl.coalesce("income_stated", "due")).otherwise(0),
        is_gift=(pl.col("unit_price") == 0) | pl.col("type_raw").str.contains("赠品").fill_null(False),
    )


def _states(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """After-sale first: an order may read 已完成 although its refund succeeded. An unmapped word stops everything."""
    base = map_status("status_raw", STATUS)
    if context.has("paid_at"):
        closed = pl.when(pl.col("paid_at").is_not_null()).then(pl.lit("refunded")).otherwise(pl.lit("cancelled"))
        base = pl.when(base == "closed").then(closed).otherwise(base)
    asked = (
        pl.when(pl.col("refund_state_raw").is_null())
        .then(pl.lit("none"))
        .otherwise(map_status("refund_state_raw", REFUND))
    )
    alive = base.is_in(["paid", "shipped", "completed"])
    return frame.with_columns(refund_state=asked).with_columns(
        status=pl.when((pl.col("refund_state") == "refunded") & (alive | (base == "closed")))
        .then(pl.lit("refunded"))
        .when((pl.col("refund_state") == "refunding") & alive)
        .then(pl.lit("refunding"))
        .when(pl.col("refund_state") == "unknown")
        .then(pl.lit("unknown"))
        .otherwise(base)
    )


def _plain(name: str) -> pl.Expr:
    """A receiver's cell unless it is cipher text (``##…``, ``$$…``)."""
    return pl.when(~pl.col(name).str.contains(r"^(##|\$\$)")).then(pl.col(name))


def _lines(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """快递信息 is ``waybill-carrier,goods``, several of them separated by ``;`` or new lines."""
    parcels = pl.col("parcels").str.replace_all(r"\s*[;；\n]\s*", "\n")
    cipher = r"^((?:##|\$\$).+)$"
    return _states(_amounts(frame, context), context).with_columns(
        waybill=parcels.str.extract_all(r"(?m)^[^-\n]+-").list.eval(pl.element().str.strip_suffix("-")).list.join(";"),
        carrier=parcels.str.extract(r"(?m)^[^-\n]+-([^,，\n]+)"),
        receiver_name=_plain("name_raw"),
        receiver_phone=_plain("phone_raw"),
        receiver_address=_plain("address_raw"),
        receiver_cipher=pl.coalesce([pl.col(n).str.extract(cipher) for n in ("phone_raw", "name_raw", "address_raw")]),
        creator_id=pl.col("creator_raw").replace("0", None),
        sales_channel=pl.col("genre").replace(SALES_CHANNEL),
        seller_flag=pl.col("flag_raw").replace(FLAG_COLOUR),
    )


def _orders(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    refunded = pl.col("status") == "refunded"
    orders = lines.group_by("order_no", maintain_order=True).agg(
        pl.col("row").first(),
        *first_known("created_at", "paid_at", "ship_deadline_at", "title", "payment_method", "close_reason"),
        *first_known("creator_id", "sales_channel", "seller_flag", "seller_note", "buyer_note"),
        *first_known("receiver_name", "receiver_phone", "receiver_address", "receiver_cipher", "receiver_town"),
        *first_known("receiver_province", "receiver_city", "receiver_district"),
        pl.col("shipped_at").max(),
        completed_at=pl.when(pl.col("completed_at").null_count() == 0).then(pl.col("completed_at").max()),
        qty=known_sum("qty"),
        goods_list_amount=known_sum("line_amount"),
        goods_amount=known_sum("line_amount"),
        freight_amount=known_sum("line_freight_share"),
        tax_amount=known_sum("added_tax"),
        merchant_discount=known_sum("line_discount_merchant"),
        platform_discount=known_sum("line_discount_platform"),
        creator_discount=known_sum("line_discount_creator"),
        payment_discount=known_sum("line_discount_payment"),
        adjust_amount=known_sum("adjust"),
        buyer_paid=known_sum("line_paid"),
        merchant_receivable=known_sum("line_receivable"),
        _partly=pl.col("status_raw").is_in(PARTLY_SHIPPED).any(),
        _part=refunded.any() & ~refunded.all(),
        _presale=pl.col("type_raw").str.contains("预售").any(),
        _gift=pl.col("is_gift").all(),
    )
    return orders.with_columns(
        currency=pl.lit(context.currency),
        flags=add_flags(
            partial_ship=pl.col("_partly"),
            partial_refund=pl.col("_part"),
            presale_deposit=pl.col("_presale"),
            gift=pl.col("_gift"),
        ),
    )


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Lines as they stand, orders as the sums of their lines. The file knows no refund amounts: those come from the
    after-sale list and the money files."""
    lines = _lines(frame, context)
    residuals = identity_residuals(
        lines,
        "订单应付金额 = 单价 × 数量 + 运费 + 税费 + 改价 − 各方承担优惠 − 支付优惠 − 红包抵扣",
        pl.col("expected"),
        pl.col("payable"),
    )
    residuals += identity_residuals(
        lines.filter(pl.col("paid_at").is_not_null()),
        "商家收入金额 = 订单应付金额 + 平台与达人承担优惠 + 支付优惠 + 红包抵扣",
        pl.col("due"),
        pl.col("income_stated"),
    )
    return Tables(orders=_orders(lines, context), lines=lines, residuals=residuals)


ORDERS = Profile(
    channel="douyin",
    kind="orders",
    name="douyin-orders",
    columns=COLUMNS,
    required=("order_no", "line_no", "title", "qty", "unit_price", "payable", "status_raw"),
    build=build,
    grain="items",
    group="order_no",
)
