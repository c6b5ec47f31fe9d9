"""CSV of the plugin "Order Export" (WebToffee): one row per order, its lines packed into ``line_item_N`` cells."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.contracts import Reject, Residual
from zhanggui.trade.channels.domain import cells
from zhanggui.trade.channels.domain.lines import content_codes
from zhanggui.trade.channels.domain.profiles import (
    ID,
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

#: As many line cells as are understood; a file has as many as its largest order has lines.
LINES: Final = 200


def _field(name: str) -> pl.Expr:
    """The value of ``name`` in a packed cell ``name:…|product_id:…|sku:…|quantity:…|total:…|sub_total:…|meta:…``."""
    found = pl.col("packed").str.extract(rf"(?:^|\|){name}:([^|]*)").str.strip_chars()
    return pl.when(found == "").then(None).otherwise(found)


def _items(frame: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, list[Reject]]:
    """Lines in the order of their cells, numbered ``order_no#N`` after the cell they stand in."""
    names = [f"line_item_{n}" for n in range(1, LINES + 1) if context.has(f"line_item_{n}")]
    long = frame.select("order_no", "row", "currency", *names).unpivot(
        names, index=["order_no", "row", "currency"], variable_name="cell", value_name="packed"
    )
    long = long.drop_nulls("packed").with_columns(
        n=pl.col("cell").str.extract(r"(\d+)$").cast(pl.Int64),
        title=pl.col("packed").str.extract(r"(?s)^name:(.*?)(?:\|product_id:|\|sku:|\|quantity:|$)"),
        product_no=_field("product_id").replace("0", None),
        variation=_field("_?variation_id").replace("0", None),
        outer_sku_code=_field("sku"),
        quantity=_field("quantity"),
        after=_field("total"),
        before=_field("sub_total"),
        tax=_field("tax"),
        sku_text=pl.col("packed")
        .str.extract_all(r"\|meta:[^|]+")
        .list.join("")
        .str.replace_all("|meta:", "; ", literal=True)
        .str.strip_prefix("; "),
    )
    long = long.sort("row", "n", maintain_order=True)
    rejects: list[Reject] = []
    typed = {}
    for name, target, money in (("quantity", "qty", False), ("after", "net", True), ("before", "line_amount", True),
                                ("tax", "line_tax", True)):  # fmt: skip
        if money:
            values, failed = cells.to_minor_each(long[name], long["currency"], decimal_comma=context.decimal_comma)
        else:
            values, failed = cells.to_int(long[name])
            failed = failed | values.is_null()
        bad = long.filter(failed)
        reason = "not_an_amount" if money else "not_a_whole_number"
        rejects += [
            Reject(row, context.header(cell), packed, reason)
            for row, cell, packed in bad.select("row", "cell", "packed").iter_rows()
        ]
        typed[target] = values.alias(target)
    long = long.with_columns(list(typed.values())).with_columns(
        line_amount=pl.coalesce("line_amount", "net"),
        net=pl.coalesce("net", "line_amount"),
        line_no=pl.concat_str([pl.col("order_no"), pl.lit("#"), pl.col("n").cast(pl.String)]),
        sku_no=pl.coalesce("variation", "product_no"),
        sku_text=pl.when(pl.col("sku_text") != "").then(pl.col("sku_text")),
    )
    return long, rejects


def _refunds(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Refunds of ``refund_items`` cells: ``amount:…|reason:…|date:…`` separated by semicolons. They have no number, so
    theirs is the order's with a code of their amount and moment."""
    empty = {"order_no": pl.String, "row": pl.Int64, "currency": pl.String, "amount": pl.Int64}
    if not context.has("refund_items"):
        return pl.DataFrame(schema=empty)
    each = frame.select("order_no", "row", "currency", packed=pl.col("refund_items").str.split(";")).explode("packed")
    each = each.with_columns(amount_text=pl.col("packed").str.extract(r"amount:\s*-?([\d.,]+)"))
    each = each.drop_nulls("amount_text")
    amount, failed = cells.to_minor_each(each["amount_text"], each["currency"], decimal_comma=context.decimal_comma)
    moment, _ = cells.to_utc(each["packed"].str.extract(r"date:\s*([^|]+)"), context.zone)
    each = each.with_columns(
        amount.alias("amount"), moment.alias("finished_at"), reason=pl.col("packed").str.extract(r"reason:([^|]+)")
    ).filter(~failed)
    code = content_codes(each, ["amount_text", "finished_at"])
    nth = pl.int_range(pl.len()).over("order_no", "code") + 1
    return each.with_columns(code.alias("code")).with_columns(
        refund_no=pl.concat_str([pl.col("order_no"), pl.lit("#R"), pl.col("code"), pl.lit("-"), nth.cast(pl.String)]),
        state=pl.lit("success"),
        apply_amount=pl.col("amount"),
        refund_to_buyer=pl.col("amount"),
    )


def _residuals(orders: pl.DataFrame) -> list[Residual]:
    lines = identity_residuals(
        orders, "order_subtotal = Σ sub_total", pl.col("goods_amount"), pl.col("subtotal"), tolerance=1
    )
    return lines + total_residuals(orders)


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Orders with lines and, where the cell is filled, refunds. A line cell that cannot be read refuses its order.

    tax_total contains the tax on shipping in some versions; the order's total tells.
    """
    items, bad = _items(frame, context)
    first = {reject.row: reject for reject in reversed(bad)}
    refused = list(first)
    frame, items = (f.filter(~pl.col("row").is_in(refused)) for f in (frame, items))
    refunds = _refunds(frame, context)
    sums = items.group_by("order_no").agg(
        lines_amount=pl.col("line_amount").sum(), qty=pl.col("qty").sum(), title=pl.col("title").first()
    )
    back = refunds.group_by("order_no").agg(back=pl.col("amount").sum())
    orders = frame.join(sums, on="order_no", how="left", maintain_order="left").join(
        back, on="order_no", how="left", maintain_order="left"
    )
    discount = pl.coalesce(pl.col("discount_total"), zero("cart_discount") + zero("order_discount"))
    orders = orders.with_columns(
        goods_amount=pl.coalesce("lines_amount", "subtotal"),
        merchant_discount=discount,
        adjust_amount=pl.col("fee_total"),
    )
    bare = (
        zero("goods_amount") - zero("merchant_discount") + zero("freight_amount") + zero("adjust_amount")
        + zero("tax_total")
    )  # fmt: skip
    beside = (pl.col("total") != bare) & (pl.col("total") == bare + zero("shipping_tax"))
    orders = orders.with_columns(
        tax_amount=pl.when(beside).then(zero("tax_total") + zero("shipping_tax")).otherwise(pl.col("tax_total")),
        refunded_amount=pl.col("back"),
        cod=cash_on_delivery("payment_method", "payment_method_title"),
        buyer_ref=pl.coalesce("customer_email", "billing_email", "billing_phone"),
        receiver_name=joined("shipping_first_name", "shipping_last_name"),
        receiver_address=joined("shipping_address_1", "shipping_address_2", "shipping_company", separator=", "),
        receiver_phone=pl.coalesce("shipping_phone", "billing_phone"),
    )
    orders = finish_orders(orders, dated=context.has("paid_at"))
    if context.has("refund_items"):
        none = pl.when(pl.col("status") != "refunded").then(pl.lit(0, dtype=pl.Int64))
        orders = orders.with_columns(refunded_amount=pl.coalesce(pl.col("refunded_amount"), none))
    returned = refunds.join(orders.select("order_no"), on="order_no", how="semi", maintain_order="left")
    return Tables(
        orders=orders,
        lines=finish_lines(items, orders),
        refunds=returned if len(returned) else None,
        rejects=list(first.values()),
        residuals=_residuals(orders),
    )


_PERSON: Final = tuple(
    column(f"{side}_{name}", f"{side}_{name}", personal=True)
    for side in ("billing", "shipping")
    for name in ("first_name", "last_name", "company", "email", "phone", "address_1", "address_2")
)

WEBTOFFEE = Profile(
    channel="woocommerce",
    kind="orders",
    name="woocommerce-webtoffee",
    columns=(
        column("order_no", "order_number", "order_id", kind=ID, key=True),
        column("created_at", "order_date", kind=TIME),
        column("paid_at", "paid_date", kind=TIME),
        column("completed_at", "completed_date", kind=TIME),
        column("status_raw", "status", "order_status"),
        *columns(
            MONEY,
            freight_amount="shipping_total",
            shipping_tax="shipping_tax_total",
            fee_total="fee_total",
            tax_total="tax_total",
            cart_discount="cart_discount",
            order_discount="order_discount",
            discount_total="discount_total",
            total="order_total",
            subtotal="order_subtotal",
        ),
        column("currency", "order_currency"),
        column("payment_method", "payment_method"),
        column("payment_method_title", "payment_method_title"),
        column("customer_email", "customer_email", personal=True),
        column("address_of_network", "customer_ip_address", personal=True),
        *_PERSON,
        column("billing_postcode", "billing_postcode", personal=True),
        column("receiver_city", "shipping_city"),
        column("receiver_province", "shipping_state"),
        column("receiver_postcode", "shipping_postcode", personal=True),
        column("receiver_country", "shipping_country"),
        column("buyer_note", "customer_note", personal=True),
        column("seller_note", "order_notes", personal=True),
        column("refund_items", "refund_items"),
        *(column(f"line_item_{n}", f"line_item_{n}") for n in range(1, LINES + 1)),
    ),
    required=("order_no", "created_at", "status_raw", "total", "line_item_1"),
    build=build,
    currency_column="currency",
    decimal_comma=None,
)
