"""Download of Analytics → Orders: one row per order, its articles as one text. Refunds are rows of their own."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.kernel.money import exponent
from zhanggui.trade.channels.contracts import Reject
from zhanggui.trade.channels.domain import cells
from zhanggui.trade.channels.domain.lines import content_codes
from zhanggui.trade.channels.domain.profiles import ID, INT, MONEY, TIME, Context, Profile, Tables, column
from zhanggui.trade.channels.platforms.woocommerce.book import finish_orders

#: The first amount of a formatted text: a refunded order shows its total twice, before and after.
_AMOUNT: Final = r"(\d[\d.,'’\s\u{a0}]*\d|\d)"


def formatted_amount(column: pl.Series, currency: str) -> cells.Column:
    """The first amount of texts as a site shows them (``$1,299.00``, ``2.999,00 €``, ``৳2,999``) in minor units.

    The last separator is a decimal sign when fewer or more than three digits follow it, or when the other separator
    stands before it, and otherwise one between thousands.
    """
    text = column.str.extract(_AMOUNT, 1).str.replace_all(r"['’\s\x{a0}]", "")
    tail = text.str.extract(r"[.,](\d+)$", 1)
    both = text.str.contains(r"[.].*[,]|[,].*[.]")
    digits = tail.str.len_chars()
    decimal = ((digits != 3) | both | (digits == exponent(currency))) & tail.is_not_null()
    whole = text.str.replace(r"[.,]\d+$", "").str.replace_all(r"[.,]", "")
    plain = pl.select(
        pl.when(decimal.fill_null(False)).then(whole + "." + tail).otherwise(text.str.replace_all(r"[.,]", ""))
    ).to_series()
    values, failed = cells.to_minor(plain, currency)
    return values, failed | (column.is_not_null() & text.is_null())


def _lines(orders: pl.DataFrame) -> pl.DataFrame:
    """Articles of texts such as ``2× Mug, 1× Plate, blue``, numbered by position; no amount is known of a line."""
    each = orders.select(
        "order_no", "row", "status", "status_raw",
        item=pl.col("products").str.replace_all(r", (\d+)\s?[×x] ", "\x1f${1}× ").str.split("\x1f"),
    ).explode("item").drop_nulls("item")  # fmt: skip
    each = each.with_columns(
        qty=pl.col("item").str.extract(r"^(\d+)\s?[×x]").cast(pl.Int64, strict=False),
        title=pl.col("item").str.replace(r"^\d+\s?[×x]\s*", "").str.strip_chars(),
    )
    position = pl.int_range(pl.len()).over("order_no") + 1
    return each.with_columns(line_no=pl.concat_str([pl.col("order_no"), pl.lit("#"), position.cast(pl.String)]))


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Orders with their total; of lines only names and pieces.

    Despite its name, "N. Revenue (formatted)" is the order's total with tax and shipping; Net Sales is without them.
    A refunded order may show two totals, before and after. The download has no pay time: an order whose status
    follows payment counts as paid on its date. Rows with negative sales are refunds.
    """
    shown, failed = formatted_amount(frame["formatted"], context.currency)
    rejects = [
        Reject(r, context.header("formatted"), v or "", "not_an_amount")
        for r, v in frame.filter(failed).select("row", "formatted").iter_rows()
    ]
    rest = frame["formatted"].str.replace(_AMOUNT, "").str.extract(_AMOUNT, 1)
    after, _ = formatted_amount(rest, context.currency)
    frame = frame.with_columns(shown.alias("total"), after.alias("after")).filter(~failed)
    back = (pl.col("net") < 0) | pl.col("formatted").str.contains(r"^\s*[-−(]").fill_null(False)
    refunds = frame.filter(back)
    orders = frame.filter(~back)
    code = content_codes(refunds, ["created_at", "total", "net"])
    given = refunds.group_by("order_no").agg(
        refunded_amount=pl.when(pl.col("total") > 0).then(pl.col("total")).otherwise(-pl.col("net")).sum()
    )
    left = pl.when(pl.col("after") < pl.col("total")).then(pl.col("total") - pl.col("after"))
    orders = orders.join(given, on="order_no", how="left", maintain_order="left").with_columns(
        currency=pl.lit(context.currency),
        cod=pl.lit(False),
        paid_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
        buyer_ref=pl.col("customer"),
        refunded_amount=pl.coalesce(pl.col("refunded_amount"), left),
    )
    orders = finish_orders(orders, dated=False)
    amount = pl.when(pl.col("total") > 0).then(pl.col("total")).otherwise(-pl.col("net"))
    returned = refunds.with_columns(code.alias("code")).select(
        "row", "order_no",
        refund_no=pl.concat_str([pl.col("order_no"), pl.lit("#R"), pl.col("code")]),
        currency=pl.lit(context.currency),
        state=pl.lit("success"),
        state_raw=pl.col("status_raw"),
        apply_amount=amount,
        refund_to_buyer=amount,
        finished_at=pl.col("created_at"),
    )  # fmt: skip
    return Tables(orders=orders, lines=_lines(orders), refunds=returned if len(returned) else None, rejects=rejects)


ANALYTICS = Profile(
    channel="woocommerce",
    kind="orders",
    name="woocommerce-analytics",
    columns=(
        column("created_at", "Date", kind=TIME, key=True),
        column("order_no", "Order #", kind=ID, key=True),
        column("formatted", "N. Revenue (formatted)"),
        column("status_raw", "Status"),
        column("customer", "Customer", personal=True),
        column("products", "Product(s)"),
        column("qty", "Items sold", kind=INT),
        column("net", "Net Sales", "N. Revenue", kind=MONEY),
        column("sales_channel", "Attribution"),
    ),
    required=("created_at", "order_no", "formatted", "status_raw", "products"),
    build=build,
)
