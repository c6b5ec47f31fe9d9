"""Order lines: numbers for lines that have none, and shares of order-level amounts that add up. Vectorised."""

from __future__ import annotations

from hashlib import blake2b

import polars as pl


def shares(frame: pl.DataFrame, amount: pl.Expr, *weights: pl.Expr, over: str = "order_no") -> pl.Series:
    """An order-level amount, repeated on every line of the order, shared over those lines. In the frame's row order.

    ``amount`` and ``weights`` are whole numbers. Largest remainder as in :func:`zhanggui.kernel.split.split`:
    the shares of an order add up exactly; equal remainders go to the larger weight, then to the earlier row.
    Weights whose sum over the order is nothing give way to the next ones and at last to equal shares; negative
    weights count as nothing. A null amount has null shares.

    >>> lines = pl.DataFrame({"order_no": ["A", "A", "A"], "off": [100, 100, 100], "amount": [1, 1, 1]})
    >>> shares(lines, pl.col("off"), pl.col("amount")).to_list()
    [34, 33, 33]
    """
    names = [f"w{i}" for i in range(len(weights))]
    work = frame.select(
        pl.col(over).alias("g"),
        amount.cast(pl.Int128).alias("amount"),
        *[w.cast(pl.Int128).fill_null(0).clip(lower_bound=0).alias(n) for w, n in zip(weights, names, strict=True)],
    ).with_row_index("i")
    chosen = pl.lit(1)
    for name in reversed(names):
        chosen = pl.when(pl.col(name).sum().over("g") > 0).then(pl.col(name)).otherwise(chosen)
    size = pl.when(pl.col("amount") < 0).then(0 - pl.col("amount")).otherwise(pl.col("amount"))
    work = work.with_columns(w=chosen.cast(pl.Int128), size=size)
    work = work.with_columns(total=pl.col("w").sum().over("g"), product=pl.col("size") * pl.col("w"))
    work = work.with_columns(share=pl.col("product") // pl.col("total"), rest=pl.col("product") % pl.col("total"))
    work = work.with_columns(missing=pl.col("size") - pl.col("share").sum().over("g"))
    work = work.sort(["g", "rest", "w", "i"], descending=[False, True, True, False])
    work = work.with_columns(place=pl.int_range(pl.len()).over("g")).sort("i")
    share = pl.col("share") + (pl.col("place") < pl.col("missing")).cast(pl.Int128)
    return work.select(pl.when(pl.col("amount") < 0).then(0 - share).otherwise(share).cast(pl.Int64).alias("share"))[
        "share"
    ]


def content_codes(frame: pl.DataFrame, names: list[str]) -> pl.Series:
    """Eight hex digits that stand for the cells ``names`` of a row, the same in every process and version.

    Hashed once per distinct combination, of which an export has about as many as it has articles.
    """
    text = frame.select(
        pl.concat_str([pl.col(n).cast(pl.String).fill_null("\x00") for n in names], separator="\x1f").alias("code")
    )["code"]
    distinct = text.unique().to_list()
    codes = [blake2b(value.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest() for value in distinct]
    return text.replace_strict(distinct, codes, return_dtype=pl.String)


def numbered(frame: pl.DataFrame, names: list[str], order: str = "order_no") -> pl.Series:
    """Line numbers ``order_no#<code>-<occurrence>`` for lines without an id of their own.

    The code comes from the cells ``names``; it stays the same when the order arrives in another export, whatever
    else the order then holds, as long as ``names`` are cells that do not change after the sale. Lines of one order
    that are equal in all of them are counted in the order of their rows.

    >>> numbered(pl.DataFrame({"order_no": ["A", "A", "A"], "sku": ["x", "y", "x"]}), ["sku"]).str.slice(-2).to_list()
    ['-1', '-1', '-2']
    """
    coded = frame.select(pl.col(order), content_codes(frame, names))
    return coded.select(
        pl.concat_str(
            [
                pl.col(order),
                pl.lit("#"),
                pl.col("code"),
                pl.lit("-"),
                (pl.int_range(pl.len()).over(order, "code") + 1).cast(pl.String),
            ]
        ).alias("line_no")
    )["line_no"]


def exact_unit(amount: pl.Expr, qty: pl.Expr) -> pl.Expr:
    """Amount per piece where it is a whole number of minor units; null where only a rounded price exists."""
    return pl.when((qty > 0) & (amount % qty == 0)).then(amount // qty)


def once(frame: pl.DataFrame, names: list[str], order: str = "order_no") -> pl.DataFrame:
    """One row per order, in file order: the first stated value of each of ``names``, and the first ``row``."""
    return frame.group_by(order, maintain_order=True).agg(
        pl.col("row").first(), *[pl.col(n).drop_nulls().first() for n in names if n not in (order, "row")]
    )
