"""All Orders report (by order date or last update): one row per order item, 29 columns and more."""

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
)
from zhanggui.trade.channels.platforms.amazon.lines import orders_of, priced, with_line_no
from zhanggui.trade.channels.platforms.amazon.status import PARTLY_SHIPPED, is_paid, state, tax_on_top

AMOUNTS = (
    column("item_price", "item-price", kind=MONEY),
    column("item_tax", "item-tax", kind=MONEY),
    column("shipping_price", "shipping-price", kind=MONEY),
    column("shipping_tax", "shipping-tax", kind=MONEY),
    column("gift_wrap_price", "gift-wrap-price", kind=MONEY),
    column("gift_wrap_tax", "gift-wrap-tax", kind=MONEY),
    column("item_promotion", "item-promotion-discount", kind=MONEY),
    column("ship_promotion", "ship-promotion-discount", kind=MONEY),
)
PLACE = (
    column("receiver_city", "ship-city"),
    column("receiver_province", "ship-state"),
    column("receiver_postcode", "ship-postal-code", personal=True),
    column("receiver_country", "ship-country"),
)

COLUMNS = (
    column("order_no", "amazon-order-id", kind=ID, key=True),
    column("created_at", "purchase-date", kind=TIME),
    column("updated_at", "last-updated-date", kind=TIME),
    column("order_status", "order-status"),
    column("warehouse_code", "fulfillment-channel"),
    column("sales_channel", "sales-channel"),
    column("title", "product-name"),
    column("outer_sku_code", "sku"),
    column("product_no", "asin", kind=ID),
    column("item_status", "item-status"),
    column("qty", "quantity", kind=INT),
    column("currency", "currency"),
    *AMOUNTS,
    *PLACE,
)


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """The report has no pay time: for released orders the purchase date stands for it, for pending and cancelled ones
    there is none. ``Non-Amazon`` orders are shipped for another shop by Amazon and are no sale here, so never paid."""
    frame = with_line_no(frame).with_columns(
        status_raw=pl.coalesce("item_status", "order_status"),
        _order_state=state("order_status"),
        _own=~pl.col("sales_channel").str.starts_with("Non-Amazon").fill_null(False),
    )
    frame = frame.with_columns(status=state("status_raw"))
    frame = frame.with_columns(
        # an order word nobody knows blocks its items, whatever they say of themselves; items of orders that are still
        # pending call themselves unshipped already
        status=pl.when(
            (pl.col("status") == "unknown") | pl.col("_order_state").is_in(["unknown", "created", "cancelled"])
        )
        .then(pl.col("_order_state"))
        .otherwise(pl.col("status"))
        if context.has("order_status")
        else pl.col("status"),
        paid_at=pl.when(is_paid("_order_state") & pl.col("_own")).then(pl.col("created_at")),
        _partial=pl.col("order_status").is_in(list(PARTLY_SHIPPED)),
    )
    lines = priced(frame, tax_on_top("sales_channel", "currency"))
    lines = lines.with_columns(
        line_paid=pl.when(pl.col("paid_at").is_not_null()).then(pl.col("line_paid")).otherwise(pl.lit(0))
    ).with_columns(line_receivable=pl.col("line_paid"))
    orders = orders_of(
        lines.with_columns(status=pl.col("_order_state"), status_raw=pl.col("order_status")),
        "currency", "status", "status_raw", "created_at", "updated_at", "paid_at", "sales_channel", "_partial",
        "receiver_city", "receiver_province", "receiver_postcode", "receiver_country",
    ).with_columns(flags=add_flags(partial_ship=pl.col("_partial")))  # fmt: skip
    return Tables(orders=orders, lines=lines)


ORDERS = Profile(
    channel="amazon",
    kind="orders",
    name="amazon-all-orders",
    columns=COLUMNS,
    required=("order_no", "created_at", "order_status", "outer_sku_code", "qty", "item_price"),
    forbidden=("shipment-id", "settlement-id"),
    build=build,
    grain="items",
    group="order_no",
    quoting=False,
    decimal_comma=None,
    currency_column="currency",
)
