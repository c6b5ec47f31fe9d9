"""Shopify orders_export.csv, of 75 or 79 columns: one row per line, the order's own cells on its first row only."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.contracts import Reject, Residual
from zhanggui.trade.channels.domain.lines import numbered, once, shares
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
)
from zhanggui.trade.channels.platforms.shopify.status import PAID, state

_ORDER: Final = (
    column("order_no", "Name", kind=ID, key=True),
    column("email", "Email", personal=True),
    column("financial", "Financial Status"),
    column("stated_paid_at", "Paid at", kind=TIME),
    column("fulfilment", "Fulfillment Status"),
    column("shipped_at", "Fulfilled at", kind=TIME),
    column("currency", "Currency"),
    column("subtotal", "Subtotal", kind=MONEY),
    column("freight_amount", "Shipping", kind=MONEY),
    column("taxes", "Taxes", kind=MONEY),
    column("total", "Total", kind=MONEY),
    column("discount_code", "Discount Code"),
    column("discount", "Discount Amount", kind=MONEY),
    column("created_at", "Created at", kind=TIME),
    column("billing_name", "Billing Name", personal=True),
    column("billing_street", "Billing Street", personal=True),
    column("billing_address1", "Billing Address1", personal=True),
    column("billing_address2", "Billing Address2", personal=True),
    column("billing_company", "Billing Company", personal=True),
    column("billing_zip", "Billing Zip", personal=True),
    column("billing_phone", "Billing Phone", personal=True),
    column("receiver_name", "Shipping Name", personal=True),
    column("shipping_street", "Shipping Street", personal=True),
    column("address1", "Shipping Address1", personal=True),
    column("address2", "Shipping Address2", personal=True),
    column("company", "Shipping Company", personal=True),
    column("receiver_city", "Shipping City"),
    column("receiver_postcode", "Shipping Zip", personal=True),
    column("province_code", "Shipping Province"),
    column("province_name", "Shipping Province Name"),
    column("receiver_country", "Shipping Country"),
    column("receiver_phone", "Shipping Phone", personal=True),
    column("buyer_note", "Notes", personal=True),
    column("note_attributes", "Note Attributes", personal=True),
    column("cancelled_at", "Cancelled at", kind=TIME),
    column("payment_method", "Payment Method"),
    column("refunded_amount", "Refunded Amount", kind=MONEY),
    column("outstanding", "Outstanding Balance", kind=MONEY),
    column("id", "Id", kind=ID),
    column("tags", "Tags"),
    column("risk", "Risk Level"),
    column("sales_channel", "Source"),
    column("phone", "Phone", personal=True),
    column("duties", "Duties", kind=MONEY),
)
_LINE: Final = (
    column("qty", "Lineitem quantity", kind=INT),
    column("title", "Lineitem name"),
    column("unit_price", "Lineitem price", kind=MONEY),
    column("compare_price", "Lineitem compare at price", kind=MONEY),
    column("outer_sku_code", "Lineitem sku"),
    column("line_fulfilment", "Lineitem fulfillment status"),
    column("line_discount", "Lineitem discount", kind=MONEY),
)
_HEAD: Final = ("financial", "currency", "total", "subtotal")


def _zero(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0)


def _headless(frame: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, list[Reject]]:
    """Rows of orders whose first row is missing or was refused: without it nothing is known of their order."""
    has_head = (pl.col("total").is_not_null() | pl.col("financial").is_not_null()).any().over("order_no")
    lost = frame.filter(~has_head)
    rejects = [Reject(row, context.header("total"), "", "missing") for row in lost["row"]]
    return (frame.filter(has_head) if len(lost) else frame), rejects


def _order_money(orders: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Order amounts. All discounts of a Shopify order are the merchant's own.

    Discount Amount may stand beside the lines' discounts, contain them, or take off the shipping only: Subtotal tells
    which. Taxes count on top of the goods where Total says so; where prices include them Total is reached without
    and no tax is given separately. Total is what was charged, before refunds.

    Shopify leaves Paid at empty for orders that an app created as paid; their money status holds since Created at.
    """
    goods, lines, whole = pl.col("goods"), pl.col("line_discounts"), _zero("discount")
    subtotal = pl.col("subtotal")
    discount = (
        pl.when(subtotal == goods - lines - whole)
        .then(lines + whole)
        .when(subtotal == goods - whole)
        .then(whole)
        .when(subtotal == goods - lines)
        .then(lines)
        .otherwise(lines + whole)
    )
    carried = subtotal + _zero("freight_amount") + _zero("duties")
    taken = pl.col("financial").is_in(list(PAID))
    part = pl.col("total") - _zero("outstanding")
    unsettled = pl.lit(None, dtype=pl.Int64)
    orders = orders.with_columns(
        goods_amount=goods,
        merchant_discount=discount,
        tax_amount=pl.when(pl.col("total") == carried + _zero("taxes"))
        .then(_zero("taxes") + _zero("duties"))
        .when(pl.col("total") == carried)
        .then(pl.when(_zero("duties") != 0).then(pl.col("duties")))
        .otherwise(_zero("taxes") + _zero("duties")),
        paid_at=pl.when(pl.col("stated_paid_at").is_not_null())
        .then(pl.col("stated_paid_at"))
        .when(taken)
        .then(pl.col("created_at")),
        in_part=pl.when(pl.col("financial") == "partially_paid").then(
            part if context.has("outstanding") else unsettled
        ),
    )
    return orders.with_columns(
        buyer_paid=pl.when(pl.col("financial") == "partially_paid")
        .then(pl.col("in_part"))
        .when(pl.col("paid_at").is_not_null())
        .then(pl.col("total"))
        .otherwise(0),
        deposit_paid=pl.col("in_part"),
    ).with_columns(merchant_receivable=pl.col("buyer_paid"))


def _lines(frame: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Lines, numbered by SKU, name and price. They sum to the order: its discount beyond the lines' own is shared by
    line amount, and so is what was paid beyond the goods (shipping, tax, tips)."""
    facts = orders.select(
        "order_no", "merchant_discount", "freight_amount", "buyer_paid", "line_discounts", "financial", "paid_at",
        "cancelled_at", order_fulfilment=pl.col("fulfilment"), sent_at=pl.col("shipped_at"),
    )  # fmt: skip
    frame = frame.drop([n for n in facts.columns if n in frame.columns and n != "order_no"])
    frame = frame.drop("refunded_amount", "shipped_at")
    frame = frame.join(facts, on="order_no", how="left", maintain_order="left")
    weights = (pl.col("line_amount"), pl.col("qty"))
    beyond = pl.col("merchant_discount") - pl.col("line_discounts")
    frame = frame.with_columns(
        line_discount_merchant=_zero("line_discount") + shares(frame, beyond, *weights),
        line_freight_share=shares(frame, pl.col("freight_amount"), *weights),
    )
    frame = frame.with_columns(net=pl.col("line_amount") - pl.col("line_discount_merchant"))
    rest = pl.when(pl.col("paid_at").is_not_null()).then(pl.col("buyer_paid") - pl.col("net").sum().over("order_no"))
    paid = frame.with_columns(rest=shares(frame, rest, *weights))
    paid = paid.with_columns(
        line_paid=pl.when(pl.col("paid_at").is_not_null()).then(pl.col("net") + pl.col("rest")).otherwise(0),
        own=pl.coalesce("line_fulfilment", "order_fulfilment"),
    )
    return paid.with_columns(
        line_receivable=pl.col("line_paid"),
        unit_list_price=pl.max_horizontal("compare_price", "unit_price"),
        status=state("financial", "own", "cancelled_at"),
        status_raw=pl.concat_str(["financial", "own"], separator=" / ", ignore_nulls=True),
        line_no=numbered(paid, ["outer_sku_code", "title", "unit_price"]),
    ).with_columns(shipped_at=pl.when(pl.col("status") == "shipped").then(pl.col("sent_at")))


def _residuals(orders: pl.DataFrame) -> list[Residual]:
    found = identity_residuals(
        orders,
        "Subtotal = Σ (price × quantity − Lineitem discount) − Discount Amount",
        pl.col("goods_amount") - pl.col("merchant_discount"),
        pl.col("subtotal"),
        tolerance=0,
    )
    found += identity_residuals(
        orders,
        "Total = Subtotal + Shipping + Taxes + Duties",
        pl.col("subtotal") + _zero("freight_amount") + _zero("tax_amount"),
        pl.col("total"),
        tolerance=0,
    )
    return found + identity_residuals(
        orders.filter(pl.col("financial") == "paid"),
        "Outstanding Balance = 0 when paid",
        pl.lit(0, dtype=pl.Int64),
        pl.col("outstanding"),
        tolerance=0,
    )


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Orders and lines. Refunded Amount is known for the order only; no line says what of it is its own."""
    frame, rejects = _headless(frame, context)
    if not len(frame):
        return Tables(rejects=rejects)
    frame = frame.with_columns(line_amount=pl.col("unit_price") * pl.col("qty"))
    sums = frame.group_by("order_no").agg(
        goods=pl.col("line_amount").sum(),
        goods_list_amount=(pl.max_horizontal("compare_price", "unit_price") * pl.col("qty")).sum(),
        line_discounts=pl.col("line_discount").fill_null(0).sum(),
        qty=pl.col("qty").sum(),
        title=pl.col("title").drop_nulls().first(),
    )
    orders = once(frame, [c.name for c in _ORDER if c.name != "order_no"])
    orders = _order_money(orders.join(sums, on="order_no", how="left", maintain_order="left"), context)
    cod = pl.col("payment_method").fill_null("").str.to_lowercase().str.contains(r"\bcod\b|cash on delivery")
    unpaid = pl.col("paid_at").is_null()
    refund = _zero("refunded_amount")
    orders = orders.with_columns(status=state("financial", "fulfilment", "cancelled_at"))
    orders = orders.with_columns(
        status_raw=pl.concat_str(["financial", "fulfilment"], separator=" / ", ignore_nulls=True),
        buyer_ref=pl.coalesce("email", "phone", "receiver_phone", "billing_phone"),
        receiver_province=pl.coalesce("province_name", "province_code"),
        receiver_address=pl.concat_str(["address1", "address2", "company"], separator=", ", ignore_nulls=True),
        cod_amount=pl.when(cod).then(
            pl.when(unpaid & (_zero("outstanding") > 0)).then(pl.col("outstanding")).otherwise(pl.col("total"))
        ),
        flags=add_flags(
            cod=cod,
            partial_ship=pl.col("fulfilment") == "partial",
            partial_refund=(pl.col("financial") == "partially_refunded") | ((refund > 0) & (refund < pl.col("total"))),
            hold=((pl.col("risk").fill_null("").str.to_lowercase() == "high") | (pl.col("fulfilment") == "on_hold"))
            & pl.col("status").is_in(["created", "paid"]),
        ),
    ).with_columns(receiver_address=pl.col("receiver_address").replace("", None))
    return Tables(orders=orders, lines=_lines(frame, orders), rejects=rejects, residuals=_residuals(orders))


ORDERS = Profile(
    channel="shopify",
    kind="orders",
    name="shopify-orders",
    columns=(*_ORDER, *_LINE),
    required=("order_no", "financial", "currency", "subtotal", "total", "created_at", "qty", "title", "unit_price"),
    build=build,
    group="order_no",
    currency_column="currency",
    hash_names=True,
)
