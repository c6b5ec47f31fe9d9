"""Frames made ready for a spreadsheet: nothing in them can start a formula, moments are readable text."""

from __future__ import annotations

from typing import Final

import polars as pl

#: First signs that spreadsheets take for the start of a formula, or that hide one.
STARTERS: Final = ("=", "+", "-", "@", "\t", "\r")


def formula_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that could start a formula get a leading apostrophe, which spreadsheets take for "this is text"."""
    first = pl.col(pl.String).str.slice(0, 1)
    return frame.with_columns(
        pl.when(first.is_in(STARTERS)).then(pl.lit("'") + pl.col(pl.String)).otherwise(pl.col(pl.String)).name.keep()
    )


def spreadsheet(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame for CSV and xlsx: formula-safe texts, moments as ISO 8601 in UTC (``2026-11-11T00:00:00Z``)."""
    times = pl.col(pl.Datetime("us", "UTC"))
    return formula_safe(frame).with_columns(times.dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
