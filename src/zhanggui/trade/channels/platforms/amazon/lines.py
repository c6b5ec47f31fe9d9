"""What Amazon's layouts share: line numbers, what a line cost, orders as sums of lines."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.lines import exact_unit
from zhanggui.trade.channels.domain.profiles import total


def with_line_no(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with ``line_no`` = ``order#SKU``.

    Order reports of most years carry no order-item-id, while settlements and shipments name the SKU too, so this number
    is the one all of Amazon's files agree on. A second item of the same SKU becomes ``order#SKU-2``.
    """
    item = pl.coalesce(pl.col("outer_sku_code"), pl.col("product_no"), pl.lit("?"))
    nth = pl.int_range(pl.len()).over("order_no", "_item") + 1
    again = pl.when(nth > 1).then(pl.lit("-") + nth.cast(pl.String)).otherwise(pl.lit(""))
    return frame.with_columns(_item=item).with_columns(
        line_no=pl.concat_str([pl.col("order_no"), pl.lit("#"), pl.col("_item"), again])
    ).drop("_item")  # fmt: skip


def priced(frame: pl.DataFrame, on_top: pl.Expr) -> pl.DataFrame:
    """Amounts of each item row. ``item_price`` is the line total, promotions are amounts to subtract.

    What the buyer pays is price + shipping + gift wrap − promotions, plus the three taxes where tax comes ``on_top``.
    Gift wrap is a service beside the goods and is kept as an adjustment.
    """
    tax = pl.when(on_top).then(total("item_tax", "shipping_tax", "gift_wrap_tax")).otherwise(pl.lit(0))
    return frame.with_columns(
        line_amount=pl.col("item_price"),
        unit_price=exact_unit(pl.col("item_price"), pl.col("qty")),
        line_discount_merchant=total("item_promotion", "ship_promotion").abs(),
        line_freight_share=pl.col("shipping_price"),
        _tax=pl.when(pl.col("item_price").is_not_null()).then(tax.fill_null(0)),
        _wrap=pl.col("gift_wrap_price"),
    ).with_columns(
        line_paid=pl.when(pl.col("item_price").is_not_null()).then(
            pl.col("item_price")
            + pl.col("shipping_price").fill_null(0)
            + pl.col("_wrap").fill_null(0)
            + pl.col("_tax")
            - pl.col("line_discount_merchant").fill_null(0)
        )
    )


def sum_or_null(name: str) -> pl.Expr:
    """Sum that is unknown when nothing was given, rather than zero."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())


def orders_of(lines: pl.DataFrame, *first: str) -> pl.DataFrame:
    """Orders as sums of their lines; the ``first`` columns are repeated on each row of an order and count once."""
    return lines.group_by("order_no", maintain_order=True).agg(
        pl.col("row").first(),
        *[pl.col(n).drop_nulls().first() for n in first],
        pl.col("qty").sum(),
        pl.col("title").drop_nulls().first(),
        goods_amount=sum_or_null("line_amount"),
        freight_amount=sum_or_null("line_freight_share"),
        tax_amount=sum_or_null("_tax"),
        adjust_amount=sum_or_null("_wrap"),
        merchant_discount=sum_or_null("line_discount_merchant"),
        buyer_paid=sum_or_null("line_paid"),
        merchant_receivable=sum_or_null("line_paid"),
    )
