"""Money entries: what an entry's own words stand for, and rows that state several amounts as one entry each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

#: (subject, words of which one must occur in the text); the first pair that fits wins
Words = Sequence[tuple[str, Sequence[str]]]


def subject_by_words(column: str, words: Words) -> pl.Expr:
    """The canonical subject of an entry by the words in its text, in either case; ``other`` when none fits."""
    text = pl.col(column).fill_null("").str.to_lowercase()
    result = pl.lit("other")
    for subject, needles in reversed(words):
        found = text.str.contains_any([n.lower() for n in needles])
        result = pl.when(found).then(pl.lit(subject)).otherwise(result)
    return result


def direction(amount: pl.Expr) -> pl.Expr:
    """``out`` for amounts below zero, else ``in``."""
    return pl.when(amount < 0).then(pl.lit("out")).otherwise(pl.lit("in"))


def component_entries(frame: pl.DataFrame, parts: Mapping[str, tuple[str, str]]) -> pl.DataFrame:
    """One entry per stated, non-zero amount of a row.

    ``parts`` names amount columns (signed, in positive) with the words of the file and the canonical subject; the
    subject ``goods`` becomes receipt or refund by its sign. All other columns of ``frame`` go along with each entry.
    """
    kept = [c for c in frame.columns if c not in parts]
    names = [name for name in parts if name in frame.columns]
    raw = {name: words for name, (words, _) in parts.items()}
    subject = {name: code for name, (_, code) in parts.items()}
    long = frame.unpivot(names, index=kept, variable_name="_part", value_name="amount")
    return (
        long.filter(pl.col("amount").fill_null(0) != 0)
        .with_columns(
            subject_raw=pl.col("_part").replace_strict(raw, return_dtype=pl.String),
            subject=pl.col("_part").replace_strict(subject, return_dtype=pl.String),
        )
        .with_columns(
            direction=direction(pl.col("amount")),
            subject=pl.when(pl.col("subject") == "goods")
            .then(pl.when(pl.col("amount") > 0).then(pl.lit("goods_receipt")).otherwise(pl.lit("goods_refund")))
            .otherwise(pl.col("subject")),
        )
        .drop("_part")
        .sort("row", maintain_order=True)
    )


def signed_costs(frame: pl.DataFrame, income: pl.Expr, costs: pl.Expr, net: str) -> pl.Expr:
    """Whether a row writes its costs as positive numbers (true: they are to be negated).

    The row's own net decides: ``income − costs = net`` or ``income + costs = net``. Rows that fit both or neither
    follow the majority of the file's rows, and positive costs when there is no majority either.
    """
    positive = (income - costs == pl.col(net)) & (costs != 0)
    negative = (income + costs == pl.col(net)) & (costs != 0)
    counts = frame.select(p=(positive & ~negative).sum(), n=(negative & ~positive).sum()).row(0)
    return (
        pl.when(positive & ~negative)
        .then(True)
        .when(negative & ~positive)
        .then(False)
        .otherwise(counts[0] >= counts[1])
    )
