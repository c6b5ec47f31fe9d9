"""Shipping reports: goods Amazon has sent (fulfilled shipments) and goods waiting to be sent (unshipped orders)."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.profiles import ID, INT, TIME, Context, Profile, Tables, add_flags, column
from zhanggui.trade.channels.platforms.amazon.lines import orders_of, priced, sum_or_null, with_line_no
from zhanggui.trade.channels.platforms.amazon.orders import AMOUNTS, PLACE
from zhanggui.trade.channels.platforms.amazon.status import tax_on_top

_BUYER = (
    column("buyer_ref", "buyer-email", personal=True),
    column("buyer_name", "buyer-name", personal=True),
    column("buyer_phone", "buyer-phone-number", personal=True),
    column("receiver_name", "recipient-name", personal=True),
    column("receiver_phone", "ship-phone-number", "buyer-phone-number", personal=True),
    column("address_1", "ship-address-1", personal=True),
    column("address_2", "ship-address-2", personal=True),
    column("address_3", "ship-address-3", personal=True),
)
_ADDRESS = pl.concat_str(["address_1", "address_2", "address_3"], separator=" ", ignore_nulls=True)
_RECEIVER = (
    "buyer_ref", "receiver_name", "receiver_phone", "receiver_address", "receiver_city", "receiver_province",
    "receiver_postcode", "receiver_country",
)  # fmt: skip


def _joined(name: str) -> pl.Expr:
    text = pl.col(name).drop_nulls().unique(maintain_order=True).str.join(" ")
    return pl.when(text != "").then(text)


def build_shipments(frame: pl.DataFrame, context: Context) -> Tables:
    """Rows are parcels; an item sent in two parcels is two rows, which are added up to the one line they belong to."""
    frame = frame.with_columns(receiver_address=pl.when(_ADDRESS != "").then(_ADDRESS))
    item = pl.coalesce(pl.col("order_item_id"), pl.col("outer_sku_code"), pl.lit("?"))
    amounts = ("qty", *(c.name for c in AMOUNTS))
    first = (
        "outer_sku_code", "title", "currency", "created_at", "paid_at", "sales_channel", "warehouse_code", *_RECEIVER,
    )  # fmt: skip
    merged = (
        frame.with_columns(_key=item)
        .group_by("order_no", "_key", maintain_order=True)
        .agg(
            pl.col("row").first(),
            *[pl.col(n).drop_nulls().first() for n in first],
            *[sum_or_null(n).alias(n) for n in amounts],
            pl.col("shipped_at").max(),
            _joined("carrier").alias("carrier"),
            _joined("waybill").alias("waybill"),
            _joined("package_no").alias("package_no"),
        )
        .with_columns(
            product_no=pl.lit(None, dtype=pl.String),
            status=pl.lit("shipped"),
            status_raw=pl.lit("Shipped"),
            paid_at=pl.coalesce("paid_at", "created_at"),
        )
    )
    merged = with_line_no(merged).drop("product_no")
    lines = priced(merged, tax_on_top("sales_channel", "currency")).with_columns(line_receivable=pl.col("line_paid"))
    orders = orders_of(
        lines, "currency", "status_raw", "created_at", "paid_at", "sales_channel", "shipped_at", *_RECEIVER
    )
    return Tables(orders=orders, lines=lines)


FULFILLED = Profile(
    channel="amazon",
    kind="order_items",
    name="amazon-fulfilled-shipments",
    columns=(
        column("order_no", "amazon-order-id", kind=ID, key=True),
        column("package_no", "shipment-id", kind=ID),
        column("order_item_id", "amazon-order-item-id", kind=ID),
        column("created_at", "purchase-date", kind=TIME),
        column("paid_at", "payments-date", kind=TIME),
        column("shipped_at", "shipment-date", kind=TIME),
        *_BUYER,
        column("outer_sku_code", "sku"),
        column("title", "product-name"),
        column("qty", "quantity-shipped", kind=INT),
        column("currency", "currency"),
        *AMOUNTS,
        *PLACE,
        column("carrier", "carrier"),
        column("waybill", "tracking-number", kind=ID),
        column("fulfillment_center", "fulfillment-center-id"),
        column("warehouse_code", "fulfillment-channel"),
        column("sales_channel", "sales-channel"),
    ),
    required=("order_no", "package_no", "shipped_at", "outer_sku_code", "qty", "item_price"),
    build=build_shipments,
    grain="items",
    group="order_no",
    quoting=False,
    decimal_comma=None,
    currency_column="currency",
)


def build_unshipped(frame: pl.DataFrame, context: Context) -> Tables:
    """Orders waiting to be sent. The report knows no prices; an item partly sent is flagged on its order."""
    frame = with_line_no(frame.with_columns(product_no=pl.lit(None, dtype=pl.String))).drop("product_no")
    frame = frame.with_columns(
        receiver_address=pl.when(_ADDRESS != "").then(_ADDRESS),
        status=pl.lit("paid"),
        status_raw=pl.lit("Unshipped"),
        paid_at=pl.coalesce("paid_at", "created_at"),
    )
    first = ("status_raw", "created_at", "paid_at", "ship_deadline_at", *_RECEIVER)
    orders = (
        frame.group_by("order_no", maintain_order=True)
        .agg(
            pl.col("row").first(),
            *[pl.col(n).drop_nulls().first() for n in first],
            pl.col("qty").sum(),
            pl.col("title").drop_nulls().first(),
            _partial=(pl.col("qty_shipped") > 0).any(),
        )
        .with_columns(flags=add_flags(partial_ship=pl.col("_partial")))
    )
    return Tables(orders=orders, lines=frame)


UNSHIPPED = Profile(
    channel="amazon",
    kind="order_items",
    name="amazon-unshipped",
    columns=(
        column("order_no", "order-id", "amazon-order-id", kind=ID, key=True),
        column("order_item_id", "order-item-id", kind=ID),
        column("created_at", "purchase-date", kind=TIME),
        column("paid_at", "payments-date", kind=TIME),
        column("ship_deadline_at", "promise-date", "latest-ship-date", kind=TIME),
        *_BUYER,
        column("outer_sku_code", "sku"),
        column("title", "product-name"),
        column("qty", "quantity-purchased", kind=INT),
        column("qty_shipped", "quantity-shipped", kind=INT),
        column("qty_to_ship", "quantity-to-ship", kind=INT),
        *PLACE,
    ),
    required=("order_no", "outer_sku_code", "qty", "qty_to_ship"),
    build=build_unshipped,
    grain="items",
    group="order_no",
    quoting=False,
)
