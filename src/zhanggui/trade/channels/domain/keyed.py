"""Small expressions for order files: line numbers from the platform's own ids, sums that keep unknown apart from 0."""

from __future__ import annotations

import polars as pl


def line_numbers(key: str, over: str = "order_no") -> pl.Expr:
    """``<order>-<key>``; a key that comes again within its order gets ``#2``, ``#3``: the same in every export as long
    as the platform lists an order's lines with the same ids."""
    again = pl.int_range(pl.len()).over([over, key])
    number = pl.col(over) + "-" + pl.col(key)
    return pl.when(again == 0).then(number).otherwise(number + "#" + (again + 1).cast(pl.String))


def known_sum(name: str) -> pl.Expr:
    """Sum within a group; null when nothing in it is known."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())


def first_known(*names: str) -> list[pl.Expr]:
    """The first stated value of each column within a group."""
    return [pl.col(name).drop_nulls().first() for name in names]
