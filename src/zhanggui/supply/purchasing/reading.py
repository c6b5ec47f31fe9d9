"""Forecast files: what ``zhanggui forecast`` writes, one row per SKU and day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from zhanggui.supply.purchasing.contracts import Outlook


class BadForecast(Exception):
    """A table that is no daily forecast; ``reason`` is a code: ``columns``, ``unreadable``, ``days``, ``values``."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


def outlooks(path: Path) -> dict[str, Outlook]:
    """``unique_id, ds, mean, q0.1 …`` of a CSV or Parquet file → SKU → outlook. The days of a SKU follow one another
    without a gap; forecasts below zero count as zero demand. Raises :class:`BadForecast`."""
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            table = pl.read_parquet(path)
        else:
            table = pl.read_csv(path, schema_overrides={"unique_id": pl.String})
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadForecast("unreadable", str(error).splitlines()[0]) from error
    levels = {}
    for name in table.columns:
        try:
            level = float(name[1:]) if name.startswith("q") else None
        except ValueError:
            level = None
        if level is not None and 0 < level < 1:
            levels[level] = name
    missing = [name for name in ("unique_id", "ds", "mean") if name not in table.columns]
    if missing or not levels:
        raise BadForecast("columns", ", ".join(missing or ["q0.5"]))
    names = ["mean", *(levels[level] for level in sorted(levels))]
    try:
        table = table.with_columns(
            pl.col("unique_id").cast(pl.String), pl.col("ds").cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d"),
            *(pl.col(name).cast(pl.Float64) for name in names),
        )  # fmt: skip
    except pl.exceptions.PolarsError as error:
        raise BadForecast("values", str(error).splitlines()[0]) from error
    found = {}
    for (sku,), rows in table.sort("unique_id", "ds").group_by(["unique_id"], maintain_order=True):
        days: list[date | None] = rows["ds"].to_list()
        first = days[0]
        if first is None or days != [first + timedelta(days=n) for n in range(len(days))]:
            raise BadForecast("days", str(sku))
        if any(not rows[name].is_finite().fill_null(value=False).all() for name in names):
            raise BadForecast("values", str(sku))
        columns = [tuple(max(0.0, v) for v in rows[name].to_list()) for name in names]
        found[str(sku)] = Outlook(columns[0], tuple(sorted(levels)), tuple(columns[1:]))
    return found
