"""Joining an observation into known rows, column by column, without looping over rows.

A *pair* frame has the incoming cells under their names, the known ones under ``<name>_old``, the known row's
``layer_id`` (0 where there is none) and the two row numbers ``row`` and ``source_row``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from zhanggui.trade.orders.domain.layers import Contest

Contests = Mapping[int, Contest]


def old(name: str) -> str:
    return f"{name}_old"


def among(ids: set[int], contests: Contests) -> pl.Expr:
    """True on rows whose layer is one of ``ids``."""
    if not ids:
        return pl.lit(False)
    if ids == set(contests):
        return pl.lit(True)
    return pl.col("layer_id").is_in(sorted(ids))


def taken(clock: str, contests: Contests) -> pl.Expr:
    """True on rows whose incoming cell replaces the known one, decided by the clock of column ``clock``."""
    wins = {i for i, contest in contests.items() if clock in contest.wins}
    ties = {i for i, contest in contests.items() if clock in contest.ties}
    # at equal clocks the later row of the file is the later word
    return among(wins, contests) | (among(ties, contests) & (pl.col("row") >= pl.col("source_row")))


def join_cells(cells: Mapping[str, str], contests: Contests, present: pl.Expr) -> list[pl.Expr]:
    """One expression per cell (name → clock column) that holds the joined value; ``present`` is true on rows
    that the observation speaks of at all."""
    return [
        pl.when(present & taken(clock, contests)).then(pl.col(name)).otherwise(pl.col(old(name))).alias(name)
        for name, clock in cells.items()
    ]


def clock_of(column: str, layers: Mapping[int, Mapping[str, tuple[int, int]]]) -> pl.Expr:
    """The moment (µs) of the clock that holds ``column`` in each row's layer, null where nothing does."""
    known = {i: layer[column][1] for i, layer in layers.items() if column in layer}
    return pl.col("layer_id").replace_strict(known, default=None, return_dtype=pl.Int64)


def mapped(ids: Mapping[int, int]) -> pl.Expr:
    return pl.col("layer_id").replace_strict(dict(ids), return_dtype=pl.Int64)


def differs(names: Iterable[str]) -> pl.Expr:
    """True where any of the cells is not what was known."""
    tests = [pl.col(name).ne_missing(pl.col(old(name))) for name in names]
    return pl.any_horizontal(tests) if tests else pl.lit(False)
