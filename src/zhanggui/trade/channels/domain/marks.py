"""Coloured flags sellers put on orders, as the canonical colour names."""

from __future__ import annotations

from typing import Final

import polars as pl

COLOURS: Final = {
    "灰": "grey",
    "红": "red",
    "黄": "yellow",
    "橙": "orange",
    "绿": "green",
    "青": "cyan",
    "蓝": "blue",
    "紫": "purple",
}


def seller_flag(name: str) -> pl.Expr:
    """The colour named in a text such as 红旗 or 红色; texts without a known colour are kept as they are."""
    text = pl.col(name)
    result = text
    for word, colour in reversed(COLOURS.items()):
        result = pl.when(text.str.contains(word, literal=True)).then(pl.lit(colour)).otherwise(result)
    return result
