"""Order export (xlsx, csv with ``;``): one row per UNIT, each with its own id, price and status."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.lines import once
from zhanggui.trade.channels.domain.profiles import (
    ID,
    MONEY,
    TIME,
    Column,
    Context,
    Profile,
    Tables,
    add_flags,
    column,
    identity_residuals,
)
from zhanggui.trade.channels.platforms.lazada.status import state

_TIMES = ("%d %b %Y %H:%M", "%Y-%m-%d %H:%M")


def _time(name: str, *headers: str) -> Column:
    return column(name, *headers, kind=TIME, formats=_TIMES)


COLUMNS = (
    column("line_no", "orderItemId", "Order Item Id", kind=ID, key=True),
    column("order_no", "orderNumber", "Order Number", kind=ID, key=True),
    column("outer_sku_code", "sellerSku", "Seller SKU"),
    column("sku_no", "lazadaSku", "Lazada SKU"),
    column("warehouse_code", "wareHouse"),
    _time("created_at", "createTime", "Created at"),
    _time("updated_at", "updateTime", "Updated at"),
    _time("rts_at", "rtsSla"),
    _time("tts_at", "ttsSla"),
    _time("delivered_at", "deliveredDate"),
    column("buyer_ref", "customerEmail", "customerName", personal=True),
    column("receiver_name", "shippingName", "customerName", personal=True),
    column("address_1", "shippingAddress", personal=True),
    column("address_2", "shippingAddress2", personal=True),
    column("receiver_town", "shippingAddress5", personal=True),
    column("receiver_district", "shippingAddress4"),
    column("receiver_province", "shippingAddress3", "shippingRegion"),
    column("receiver_phone", "shippingPhone", "shippingPhone2", personal=True),
    column("receiver_city", "shippingCity"),
    column("receiver_postcode", "shippingPostCode", personal=True),
    column("receiver_country", "shippingCountry"),
    column("billing_name", "billingName", personal=True),
    column("billing_address", "billingAddr", personal=True),
    column("billing_phone", "billingPhone", personal=True),
    column("payment_method", "payMethod"),
    column("paid_price", "paidPrice", kind=MONEY),
    column("unit_price", "unitPrice", kind=MONEY),
    column("seller_discount", "sellerDiscountTotal", kind=MONEY),
    column("shipping_fee", "shippingFee", kind=MONEY),
    column("title", "itemName"),
    column("sku_text", "variation"),
    column("carrier", "shippingProvider", "cdShippingProvider"),
    column("waybill", "trackingCode", "cdTrackingCode", kind=ID),
    column("status_raw", "status"),
    column("close_reason", "buyerFailedDeliveryReason"),
    column("bundle_id", "bundleId"),
    column("refunded_amount", "refundAmount", kind=MONEY),
    column("seller_note", "sellerNote", personal=True),
)

_SOLD = ("paid", "allocated", "shipped", "delivered", "completed", "refunding", "refunded")
_ORDER = (
    "created_at", "paid_at", "status_raw", "ship_deadline_at", "payment_method", "close_reason", "buyer_ref", "title",
    "receiver_name", "receiver_address", "receiver_town", "receiver_district", "receiver_province", "receiver_phone",
    "receiver_city", "receiver_postcode", "receiver_country", "seller_note",
)  # fmt: skip


def _paid_at() -> pl.Expr:
    """The export names no pay time. Orders paid in advance are taken as paid when they were placed (unless unpaid, or
    cancelled without a refund); cash on delivery as paid on delivery."""
    cancelled_paid = (pl.col("status") == "cancelled") & (pl.col("refunded_amount").fill_null(0) > 0)
    received = pl.col("status").is_in(["delivered", "completed"])
    return (
        pl.when(pl.col("_cod"))
        .then(pl.coalesce("delivered_at", pl.when(received).then(pl.col("updated_at"))))
        .when(pl.col("status").is_in(list(_SOLD)) | cancelled_paid)
        .then(pl.col("created_at"))
    )


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """``paidPrice`` = ``unitPrice`` − seller's and platform's discounts. Without a seller discount column (older files)
    the two cannot be told apart and stay unknown."""
    cod = pl.col("payment_method").str.contains(r"(?i)^(cod|cash ?on ?delivery)").fill_null(False)
    address = pl.concat_str(["address_1", "address_2"], separator=" ", ignore_nulls=True)
    frame = frame.with_columns(
        _cod=cod,
        qty=pl.lit(1, dtype=pl.Int64),
        status=state("status_raw"),
        line_amount=pl.col("unit_price"),
        line_discount_merchant=pl.col("seller_discount").abs(),
        line_freight_share=pl.col("shipping_fee"),
        ship_deadline_at=pl.coalesce("tts_at", "rts_at"),
        receiver_address=pl.when(address != "").then(address),
    )
    seller = pl.col("line_discount_merchant")
    frame = frame.with_columns(
        status=pl.when((pl.col("status") == "cancelled") & (pl.col("refunded_amount").fill_null(0) > 0))
        .then(pl.lit("refunded"))
        .otherwise(pl.col("status")),
        paid_at=_paid_at(),
        line_discount_platform=pl.col("unit_price") - pl.col("paid_price") - seller,
    )
    paid = pl.col("paid_at").is_not_null()
    fee = pl.col("shipping_fee").fill_null(0)
    back = pl.col("status").is_in(["refunding", "refunded"])
    lines = frame.with_columns(
        line_paid=pl.when(paid).then(pl.col("paid_price") + fee).otherwise(pl.lit(0)),
        line_receivable=pl.when(paid).then(pl.col("unit_price") - seller + fee).otherwise(pl.lit(0)),
        refund_state=pl.when(back).then(pl.col("status")).otherwise(pl.lit("none")),
    )

    def known(name: str) -> pl.Expr:
        return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum())

    orders = (
        once(lines, list(_ORDER))
        .join(
            lines.group_by("order_no", maintain_order=True).agg(
                pl.col("qty").sum(),
                pl.col("updated_at").max(),
                pl.col("delivered_at").max(),
                pl.col("_cod").any(),
                pl.col("refunded_amount").sum(),
                goods_amount=known("line_amount"),
                freight_amount=pl.col("shipping_fee").fill_null(0).sum(),
                merchant_discount=known("line_discount_merchant"),
                platform_discount=known("line_discount_platform"),
                buyer_paid=known("line_paid"),
                merchant_receivable=known("line_receivable"),
                _due=(pl.col("paid_price") + fee).sum(),
                _some=pl.col("status").is_in(["refunded"]).any() & ~pl.col("status").is_in(["refunded"]).all(),
            ),
            on="order_no",
            maintain_order="left",
        )
        .with_columns(
            currency=pl.lit(context.currency),
            cod_amount=pl.when(pl.col("_cod")).then(pl.col("_due")),
            flags=add_flags(cod=pl.col("_cod"), partial_refund=pl.col("_some")),
        )
    )
    wrong = identity_residuals(
        lines,
        "paidPrice ≤ unitPrice − |sellerDiscountTotal|",
        pl.lit(0),
        pl.col("line_discount_platform").clip(upper_bound=0),
    )
    return Tables(orders=orders, lines=lines, residuals=wrong)


ORDERS = Profile(
    channel="lazada",
    kind="order_items",
    name="lazada-orders",
    columns=COLUMNS,
    required=("line_no", "order_no", "created_at", "paid_price", "unit_price", "status_raw"),
    build=build,
    grain="items",
    group="order_no",
    decimal_comma=None,
)
