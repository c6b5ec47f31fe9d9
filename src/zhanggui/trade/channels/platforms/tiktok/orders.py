"""Order export (sheet OrderSKUList): one row per SKU, order cells repeated, often explanations under the header.

Amounts read ``IDR 10.000`` or plain, ids may begin with a TAB, times are ``DD/MM/YYYY HH:MM:SS`` of the market.
"""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.lines import numbered, once, shares
from zhanggui.trade.channels.domain.profiles import (
    ID,
    INT,
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
from zhanggui.trade.channels.platforms.tiktok.status import HELD, state


def _time(name: str, header: str) -> Column:
    return column(name, header, kind=TIME, formats=("%d/%m/%Y %H:%M:%S",))


_FEES = ("buyer_service_fee", "handling_fee", "shipping_insurance", "item_insurance")

COLUMNS = (
    column("order_no", "Order ID", kind=ID, key=True),
    column("status_raw", "Order Status"),
    column("substatus", "Order Substatus"),
    column("refund_state_raw", "Cancelation/Return Type", "Cancellation/Return Type"),
    column("presale", "Normal or Pre-order"),
    column("sku_no", "SKU ID", kind=ID),
    column("outer_sku_code", "Seller SKU"),
    column("title", "Product Name"),
    column("sku_text", "Variation"),
    column("qty", "Quantity", kind=INT),
    column("refunded_qty", "Sku Quantity of return", kind=INT),
    column("unit_list_price", "SKU Unit Original Price", kind=MONEY),
    column("line_amount", "SKU Subtotal Before Discount", kind=MONEY),
    column("platform_cut", "SKU Platform Discount", kind=MONEY),
    column("seller_cut", "SKU Seller Discount", kind=MONEY),
    column("after", "SKU Subtotal After Discount", kind=MONEY),
    column("freight_amount", "Shipping Fee After Discount", kind=MONEY),
    column("refund", "Order Refund Amount", kind=MONEY),
    column("payment_cut", "Payment platform discount", kind=MONEY),
    column("buyer_service_fee", "Buyer Service Fee", kind=MONEY),
    column("handling_fee", "Handling Fee", kind=MONEY),
    column("shipping_insurance", "Shipping Insurance", kind=MONEY),
    column("item_insurance", "Item Insurance", kind=MONEY),
    column("total", "Order Amount", kind=MONEY),
    _time("created_at", "Created Time"),
    _time("paid_at", "Paid Time"),
    _time("rts_at", "RTS Time"),
    _time("shipped_at", "Shipped Time"),
    _time("delivered_at", "Delivered Time"),
    _time("cancelled_at", "Cancelled Time"),
    column("close_reason", "Cancel Reason"),
    column("warehouse_code", "Warehouse Name"),
    column("waybill", "Tracking ID", kind=ID),
    column("carrier", "Shipping Provider Name"),
    column("buyer_note", "Buyer Message", personal=True),
    column("buyer_ref", "Buyer Username", personal=True),
    column("receiver_name", "Recipient", personal=True),
    column("receiver_phone", "Phone #", personal=True),
    column("receiver_postcode", "Zipcode", personal=True),
    column("receiver_country", "Country"),
    column("receiver_province", "Province"),
    column("receiver_city", "Regency and City"),
    column("receiver_district", "Districts"),
    column("receiver_town", "Villages", personal=True),
    column("address_1", "Detail Address", personal=True),
    column("address_2", "Additional address information", personal=True),
    column("payment_method", "Payment Method"),
    column("package_no", "Package ID", kind=ID),
    column("sales_channel", "Purchase Channel"),
    column("seller_note", "Seller Note", personal=True),
)

_ORDER = (
    "status", "status_raw", "close_reason", "created_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at",
    "payment_method", "sales_channel", "title", "total", "refund", "freight_amount", "payment_cut", *_FEES,
    "buyer_ref", "buyer_note", "seller_note", "receiver_name", "receiver_phone", "receiver_postcode",
    "receiver_country", "receiver_province", "receiver_city", "receiver_district", "receiver_town",
    "receiver_address",
)  # fmt: skip


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """``Order Amount`` is what the buyer pays for the whole order; it and the shipping fee count once per order.

    Fees the platform adds for the buyer are an adjustment. A line is known by its SKU id, by its texts when that is
    missing.
    """
    address = pl.concat_str(["address_1", "address_2"], separator=" ", ignore_nulls=True)
    frame = frame.with_columns(
        status=state("status_raw", "substatus"),
        receiver_address=pl.when(address != "").then(address),
        line_discount_platform=pl.col("platform_cut").abs(),
        line_discount_merchant=pl.col("seller_cut").abs(),
        _name=pl.when(pl.col("sku_no").is_null()).then(pl.concat_str(["title", "sku_text"], ignore_nulls=True)),
    )
    frame = frame.with_columns(line_no=numbered(frame, ["sku_no", "_name"]))
    cod = pl.col("payment_method").str.contains(r"(?i)cash on delivery|^cod|bayar di tempat").fill_null(False)
    paid = pl.col("paid_at").is_not_null()
    orders = (
        once(frame, list(_ORDER))
        .join(
            frame.group_by("order_no", maintain_order=True).agg(
                pl.col("qty").sum(),
                goods_amount=pl.col("line_amount").sum(),
                goods_list_amount=(pl.col("unit_list_price") * pl.col("qty")).sum(),
                platform_discount=pl.col("line_discount_platform").fill_null(0).sum(),
                merchant_discount=pl.col("line_discount_merchant").fill_null(0).sum(),
                _held=(pl.col("status_raw").is_in(list(HELD)) | pl.col("substatus").is_in(list(HELD))).any(),
                _presale=(pl.col("presale").str.to_lowercase() == "pre-order").any(),
            ),
            on="order_no",
            maintain_order="left",
        )
        .with_columns(
            currency=pl.lit(context.currency),
            payment_discount=pl.col("payment_cut").abs(),
            adjust_amount=pl.sum_horizontal(*_FEES),
            buyer_paid=pl.when(paid).then(pl.col("total")).otherwise(pl.lit(0)),
            cod_amount=pl.when(cod).then(pl.col("total")),
            refunded_amount=pl.col("refund").abs(),
        )
    )
    gone = pl.col("refunded_amount").fill_null(0)
    orders = orders.with_columns(
        merchant_receivable=pl.when(paid)
        .then(pl.sum_horizontal("buyer_paid", "platform_discount", "payment_discount"))
        .otherwise(pl.lit(0)),
        flags=add_flags(cod=cod, hold=pl.col("_held"), partial_refund=(gone > 0) & (gone < pl.col("buyer_paid"))),
    )
    residuals = identity_residuals(
        orders,
        "Order Amount = Σ SKU Subtotal After Discount + shipping + fees − payment discount",
        pl.sum_horizontal("goods_amount", "freight_amount", "adjust_amount")
        - pl.sum_horizontal("platform_discount", "merchant_discount", "payment_discount"),
        pl.col("total"),
    )
    return Tables(orders=orders, lines=_lines(frame, orders), residuals=residuals)


def _lines(frame: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    of_order = orders.select(
        "order_no",
        "buyer_paid",
        "merchant_receivable",
        "refunded_amount",
        payment_discount="payment_discount",
        _freight="freight_amount",
    )
    wide = frame.join(of_order, on="order_no", maintain_order="left")
    names = ("buyer_paid", "merchant_receivable", "payment_discount", "_freight", "refunded_amount")
    part = {n: shares(wide, pl.col(n), pl.col("after"), pl.col("line_amount"), pl.col("qty")) for n in names}
    returned = wide.select(
        shares(
            wide, pl.col("refunded_amount"), pl.col("refunded_qty") * pl.col("after"), pl.col("after"), pl.col("qty")
        ).alias("r")
    )["r"]
    sent_back = (pl.col("refunded_qty").fill_null(0) > 0) | (pl.col("status") == "cancelled")
    back = (pl.col("refunded_amount").fill_null(0) > 0) & sent_back
    return wide.with_columns(
        line_paid=part["buyer_paid"],
        line_receivable=part["merchant_receivable"],
        line_discount_payment=part["payment_discount"],
        line_freight_share=part["_freight"],
        refunded_amount=returned,
    ).with_columns(
        refund_state=pl.when(back).then(pl.lit("refunded")).otherwise(pl.lit("none")),
    )


ORDERS = Profile(
    channel="tiktok",
    kind="orders",
    name="tiktok-orders",
    columns=COLUMNS,
    required=("order_no", "status_raw", "sku_no", "qty", "line_amount", "total", "created_at"),
    build=build,
    grain="order",
    group="order_no",
    decimal_comma=None,
    described=True,
)
