"""What every WooCommerce layout has in common once its cells are typed: paid or not, flags, lines that add up."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.contracts import Residual
from zhanggui.trade.channels.domain.lines import exact_unit, shares
from zhanggui.trade.channels.domain.profiles import add_flags, identity_residuals
from zhanggui.trade.channels.platforms.woocommerce.status import PAID, is_on_hold, with_status


def zero(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0)


def cash_on_delivery(*names: str) -> pl.Expr:
    text = pl.concat_str([pl.col(n).fill_null("") for n in names], separator=" ").str.to_lowercase()
    return text.str.contains(r"\bcod\b|cash on delivery|货到付款")


def finish_orders(orders: pl.DataFrame, *, dated: bool) -> pl.DataFrame:
    """Orders with state, what the buyer paid before refunds, and flags. The bin is left out.

    Needs ``status_raw``, ``created_at``, ``paid_at``, ``total``, ``refunded_amount`` and ``cod``. ``total`` is what was
    charged; refunds stand beside it. All discounts are the merchant's own: what is paid is what is received.
    ``dated`` says that the layout has a pay time. Where it has none, an order whose status follows payment counts
    as paid when it was created; cash on delivery only once it is completed.
    """
    orders = with_status(orders)
    whole = (zero("refunded_amount") >= pl.col("total")) & (pl.col("total") > 0)
    if not dated:
        follows = pl.col("status").is_in(list(PAID)) & ~(pl.col("cod") & (pl.col("status") == "paid"))
        orders = orders.with_columns(paid_at=pl.when(follows).then(pl.col("created_at")))
    paid = pl.col("paid_at").is_not_null()
    return orders.with_columns(
        status=pl.when((pl.col("status") == "cancelled") & paid & whole)
        .then(pl.lit("refunded"))
        .otherwise(pl.col("status")),
        buyer_paid=pl.when(paid).then(pl.col("total")).otherwise(0),
        merchant_receivable=pl.when(paid).then(pl.col("total")).otherwise(0),
        cod_amount=pl.when(pl.col("cod")).then(pl.col("total")),
        flags=add_flags(
            cod=pl.col("cod"),
            hold=is_on_hold() & paid,
            partial_refund=(zero("refunded_amount") > 0) & (pl.col("refunded_amount") < pl.col("total")),
        ),
    )


def finish_lines(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Lines with the state of their order and their share of what it cost beyond its goods.

    Needs ``order_no``, ``qty``, ``line_amount`` (before discounts), ``net`` (after them) and ``line_tax``. What was
    paid beyond the lines' net and tax (shipping, fees) is shared by line amount, so that lines add up to the order.
    """
    facts = orders.select("order_no", "status", "status_raw", "paid_at", "buyer_paid", "freight_amount")
    lines = lines.join(facts, on="order_no", how="inner", maintain_order="left")
    weights = (pl.col("line_amount"), pl.col("qty"))
    own = pl.col("net") + zero("line_tax")
    paid = pl.col("paid_at").is_not_null()
    rest = pl.when(paid).then(pl.col("buyer_paid") - own.sum().over("order_no"))
    lines = lines.with_columns(
        rest=shares(lines, rest, *weights), line_freight_share=shares(lines, pl.col("freight_amount"), *weights)
    )
    return lines.with_columns(
        unit_price=exact_unit(pl.col("line_amount"), pl.col("qty")),
        line_discount_merchant=pl.col("line_amount") - pl.col("net"),
        line_paid=pl.when(paid).then(own + pl.col("rest")).otherwise(0),
        line_receivable=pl.when(paid).then(own + pl.col("rest")).otherwise(0),
    )


def total_residuals(orders: pl.DataFrame) -> list[Residual]:
    """The total against its parts, to a minor unit: sites round tax per line or per order."""
    return identity_residuals(
        orders,
        "total = goods − discount + shipping + fees + tax",
        zero("goods_amount") - zero("merchant_discount") + zero("freight_amount") + zero("adjust_amount")
        + zero("tax_amount"),
        pl.col("total"),
    )  # fmt: skip


def joined(*names: str, separator: str = " ") -> pl.Expr:
    """Several cells as one text; null when all are empty."""
    text = pl.concat_str([pl.col(n) for n in names], separator=separator, ignore_nulls=True)
    return pl.when(text == "").then(None).otherwise(text)
