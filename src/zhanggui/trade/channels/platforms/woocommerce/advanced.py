"""Files of the plugin "Advanced Order Export": one row per article, order cells on every row or on the first only."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.contracts import Reject, Residual
from zhanggui.trade.channels.domain.lines import once, shares
from zhanggui.trade.channels.domain.profiles import (
    ID,
    INT,
    MONEY,
    TIME,
    Context,
    Profile,
    Tables,
    column,
    columns,
    identity_residuals,
)
from zhanggui.trade.channels.platforms.woocommerce.book import (
    cash_on_delivery,
    finish_lines,
    finish_orders,
    joined,
    total_residuals,
    zero,
)

_ORDER: Final = (
    column("order_no", "Order Number", kind=ID),
    column("status_raw", "Order Status"),
    column("created_at", "Order Date", kind=TIME),
    column("paid_at", "Paid Date", kind=TIME),
    column("completed_at", "Completed Date", kind=TIME),
    column("updated_at", "Modification Date", kind=TIME),
    column("currency", "Currency"),
    column("buyer_note", "Customer Note", personal=True),
    column("seller_note", "Order Notes", personal=True),
    column("billing_first_name", "First Name (Billing)", personal=True),
    column("billing_last_name", "Last Name (Billing)", personal=True),
    column("billing_full_name", "Full Name (Billing)", personal=True),
    column("billing_company", "Company (Billing)", personal=True),
    column("billing_address", "Address 1&2 (Billing)", "Address 1 (Billing)", personal=True),
    column("billing_postcode", "Postcode (Billing)", personal=True),
    column("billing_email", "Email (Billing)", personal=True),
    column("billing_phone", "Phone (Billing)", personal=True),
    column("user_email", "Customer User Email", personal=True),
    column("user_name", "Customer Username", personal=True),
    column("address_of_network", "Customer IP address", personal=True),
    column("first_name", "First Name (Shipping)", personal=True),
    column("last_name", "Last Name (Shipping)", personal=True),
    column("full_name", "Full Name (Shipping)", personal=True),
    column("receiver_address", "Address 1&2 (Shipping)", "Address 1 (Shipping)", personal=True),
    column("receiver_city", "City (Shipping)"),
    column("receiver_province", "State Code (Shipping)", "State Name (Shipping)"),
    column("receiver_postcode", "Postcode (Shipping)", personal=True),
    column("receiver_country", "Country Code (Shipping)", "Country Name (Shipping)"),
    column("shipping_phone", "Phone (Shipping)", personal=True),
    column("payment_method", "Payment Method Title", "Payment Method"),
    *columns(
        MONEY,
        merchant_discount="Cart Discount Amount",
        subtotal="Order Subtotal Amount",
        freight_amount="Order Shipping Amount",
        adjust_amount="Order Total Fee",
        back="Order Refund Amount",
        total="Order Total Amount",
        tax_amount="Order Total Tax Amount",
    ),
)
_LINE: Final = (
    column("item_id", "Item ID", kind=ID),
    column("item_no", "Item #", kind=ID),
    column("outer_sku_code", "SKU"),
    column("title", "Item Name", "Product Name", "Name"),
    column("product_no", "Product Id", kind=ID),
    column("variation_no", "Variation Id", kind=ID),
    column("sku_text", "Product Variation", "Order Item Metadata"),
    column("ordered", "Quantity", kind=INT),
    column("kept", "Quantity (- Refund)", kind=INT),
    *columns(
        MONEY,
        cost="Item Cost",
        cost_before="Item Cost Before Discount",
        line_subtotal="Order Line Subtotal",
        line_total="Order Line Total|Order Line (w/o tax)",
        line_tax="Order Line Tax",
        line_refunded="Order Line Total Refunded",
    ),
)


def _filled(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Reject]]:
    """Rows that leave their order's number out belong to the row above (the option to repeat order cells is off)."""
    frame = frame.with_columns(pl.col("order_no").forward_fill())
    lost = frame.filter(pl.col("order_no").is_null())
    return frame.drop_nulls("order_no"), [Reject(row, "Order Number", "", "missing") for row in lost["row"]]


def _quantities(lines: pl.DataFrame) -> pl.DataFrame:
    """What was sold, although the default column is the quantity left after refunds.

    It is the sold quantity in orders without refund, and in refunded ones whose lines still add up to the subtotal
    (only money went back). In a refunded order of one line the subtotal tells how many were sold; in any other it
    cannot be known, and quantity and amounts of its lines stay unknown.
    """
    net_left = pl.col("cost") * pl.col("kept")
    gross = pl.col("subtotal") - zero("merchant_discount")
    plain = (zero("order_refund") == 0) | (net_left.sum().over("order_no") == gross)
    alone = (pl.len().over("order_no") == 1) & (pl.col("cost") > 0) & (gross % pl.col("cost") == 0)
    return lines.with_columns(
        qty=pl.coalesce(
            pl.col("ordered"), pl.when(plain).then(pl.col("kept")).when(alone).then(gross // pl.col("cost"))
        )
    ).with_columns(refunded_qty=pl.col("qty") - pl.col("kept"))


def _lines(frame: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Lines with amounts before and after discounts. Item Cost is after them; where the file has no amount before
    discounts, the order's discount is shared back over its lines. Lines are numbered by WooCommerce's item id if the
    file has it, else ``order_no#<Item #>``. Rows that only carry a further coupon are no lines."""
    facts = orders.select("order_no", "subtotal", "merchant_discount", order_refund=pl.col("refunded_amount"))
    lines = frame.filter(pl.col("title").is_not_null() | pl.col("outer_sku_code").is_not_null())
    lines = lines.drop("subtotal", "merchant_discount", "status_raw", "paid_at", "freight_amount")
    lines = _quantities(lines.join(facts, on="order_no", how="inner", maintain_order="left"))
    lines = lines.with_columns(net=pl.coalesce("line_total", pl.col("cost") * pl.col("qty")))
    whole = pl.col("net").is_not_null().all().over("order_no")
    given = shares(lines, pl.when(whole).then(zero("merchant_discount")), pl.col("net"), pl.col("qty"))
    lines = lines.with_columns(given.alias("given"))
    position = (pl.int_range(pl.len()).over("order_no") + 1).cast(pl.String)
    number = pl.concat_str([pl.col("order_no"), pl.lit("#"), pl.coalesce("item_no", position)])
    return lines.with_columns(
        line_amount=pl.coalesce(
            "line_subtotal", pl.col("cost_before") * pl.col("qty"), pl.col("net") + pl.col("given")
        ),
        line_no=pl.coalesce("item_id", number),
        sku_no=pl.coalesce(pl.col("variation_no").replace("0", None), "product_no"),
        refunded_amount=pl.col("line_refunded"),
    )


def _residuals(orders: pl.DataFrame, lines: pl.DataFrame) -> list[Residual]:
    sums = lines.group_by("order_no", maintain_order=True).agg(
        pl.col("row").first(),
        pl.col("subtotal").first(),
        known=pl.col("line_amount").is_not_null().all(),
        lines=pl.col("line_amount").sum(),
        count=pl.len(),
        pieces=pl.col("qty").sum(),
    )
    # Item Cost is rounded per piece, so a line may be off by half a minor unit for each of its pieces.
    exact = sums.filter(pl.col("known") & ((pl.col("lines") - pl.col("subtotal")).abs() > pl.col("pieces")))
    found = identity_residuals(exact, "Order Subtotal = Σ lines", pl.col("subtotal"), pl.col("lines"))
    return found + total_residuals(orders)


def build(frame: pl.DataFrame, context: Context) -> Tables:
    frame, rejects = _filled(frame)
    orders = once(frame, [c.name for c in _ORDER if c.name != "order_no"])
    headless = orders.filter(pl.col("total").is_null() | pl.col("status_raw").is_null())
    if len(headless):
        lost = frame.join(headless.select("order_no"), on="order_no", how="semi")
        rejects += [Reject(row, context.header("total"), "", "missing") for row in lost["row"]]
        orders = orders.join(headless.select("order_no"), on="order_no", how="anti", maintain_order="left")
    orders = orders.with_columns(
        goods_amount=pl.col("subtotal"),
        refunded_amount=pl.col("back").abs() if context.has("back") else pl.lit(None, dtype=pl.Int64),
        cod=cash_on_delivery("payment_method"),
        buyer_ref=pl.coalesce("billing_email", "billing_phone"),
        receiver_name=pl.coalesce(pl.col("full_name"), joined("first_name", "last_name")),
        receiver_phone=pl.coalesce("shipping_phone", "billing_phone"),
    )
    orders = finish_orders(orders, dated=context.has("paid_at"))
    lines = _lines(frame, orders)
    residuals = _residuals(orders, lines)
    sums = lines.group_by("order_no").agg(
        pl.when(pl.col("qty").is_not_null().all()).then(pl.col("qty").sum()).alias("qty"), pl.col("title").first()
    )
    orders = orders.join(sums, on="order_no", how="left", maintain_order="left")
    return Tables(
        orders=orders, lines=finish_lines(lines, orders) if len(lines) else None, rejects=rejects, residuals=residuals
    )


ADVANCED = Profile(
    channel="woocommerce",
    kind="orders",
    name="woocommerce-advanced",
    columns=(*_ORDER, *_LINE),
    required=("order_no", "status_raw", "created_at", "total", "title"),
    build=build,
    group="order_no",
    currency_column="currency",
    decimal_comma=None,
)
