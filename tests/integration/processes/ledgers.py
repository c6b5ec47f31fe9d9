"""The ledgers as rows that can be compared."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

TABLES = ("orders", "lines", "refunds", "settlement")


def rows_of(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of exported parquet files, in a fixed order; what differs between two runs by nature is nothing."""
    found = {}
    for table in TABLES:
        frame = pl.read_parquet(folder / f"{table}.parquet")
        found[table] = sorted(frame.rows(), key=repr)
    return found


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All four tables through the exporter."""
    from zhanggui.processes.exporting import export_table

    with TemporaryDirectory() as place:
        for table in TABLES:
            export_table(table=table, out=Path(place) / f"{table}.parquet")
        return rows_of(Path(place))
