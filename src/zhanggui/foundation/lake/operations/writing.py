"""One month of one table into one Parquet file, in constant memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake.contracts import BOOL, DAY, INT, MINOR, TEXT, UTC, BadRows, Table
from zhanggui.foundation.lake.domain.months import name_of

#: Rows of one row group: what DuckDB reads with one thread, and what one writer keeps in memory.
ROW_GROUP: Final = 122_880

_POLARS: Final[dict[str, Any]] = {
    TEXT: pl.String,
    INT: pl.Int64,
    MINOR: pl.Int64,
    UTC: pl.Datetime("us", "UTC"),
    BOOL: pl.Boolean,
    DAY: pl.Date,
}
_ARROW: Final[dict[str, Any]] = {
    TEXT: pa.large_string(),
    INT: pa.int64(),
    MINOR: pa.int64(),
    UTC: pa.timestamp("us", tz="UTC"),
    BOOL: pa.bool_(),
    DAY: pa.date32(),
}


def types_of(table: Table) -> dict[str, Any]:
    """The Polars types of the columns of a table as it lies in the lake."""
    return {name: _POLARS[kind] for name, kind in table.schema.items()}


def prepared(table: Table, shop: ShopInfo, month: date | None, frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of a reader with everything the lake adds. Raises :class:`BadRows` for what the table does not allow."""
    missing = [name for name in table.columns if name not in frame.columns]
    if missing:
        raise BadRows(f"The reader of {table.name!r} left out the columns {', '.join(missing)}.")
    days = [pl.col(at).dt.convert_time_zone(shop.zone).dt.date().alias(day) for day, at in table.days.items()]
    whole = frame.with_columns(
        pl.lit(shop.id, dtype=pl.Int64).alias("shop_id"), pl.lit(shop.channel).alias("channel"), *days
    )
    try:
        whole = whole.select(pl.col(name).cast(kind) for name, kind in types_of(table).items())
    except pl.exceptions.PolarsError as error:
        raise BadRows(f"The reader of {table.name!r} gave columns of another kind: {error}") from error
    astray = whole.filter(pl.col(table.month_of).dt.month_start().ne_missing(pl.lit(month, dtype=pl.Date)))
    if not astray.is_empty():
        raise BadRows(
            f"Asked for {name_of(month)} of shop {shop.id}, the reader of {table.name!r} gave rows of "
            f"{astray[table.month_of][0]}."
        )
    return whole


@dataclass(frozen=True, slots=True)
class Written:
    """A finished draft."""

    content_id: str
    rows: int
    bytes: int


class MonthWriter:
    """Collects frames into row groups of one size, whatever bites they come in, so that equal rows make equal files."""

    def __init__(self, table: Table, draft: Path) -> None:
        self.path = draft
        self.rows = 0
        self._held: list[pl.DataFrame] = []
        self._waiting = 0
        self._schema = pa.schema([pa.field(name, _ARROW[kind]) for name, kind in table.schema.items()])
        self._file: pq.ParquetWriter | None = None

    def __enter__(self) -> MonthWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(self, frame: pl.DataFrame) -> None:
        if frame.is_empty():
            return
        self.rows += len(frame)
        self._held.append(frame)
        self._waiting += len(frame)
        while self._waiting >= ROW_GROUP:
            self._write(ROW_GROUP)

    def finish(self) -> Written | None:
        """Close the file; None when no row came."""
        if self._waiting:
            self._write(self._waiting)
        if self._file is None:
            return None
        self._file.close()
        self._file = None
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return Written(digest.hexdigest()[:32], self.rows, self.path.stat().st_size)

    def _write(self, count: int) -> None:
        held = pl.concat(self._held) if len(self._held) > 1 else self._held[0]
        part, rest = held.slice(0, count), held.slice(count)
        self._held, self._waiting = ([rest] if len(rest) else []), len(rest)
        if self._file is None:
            self._file = pq.ParquetWriter(self.path, self._schema, compression="zstd", store_schema=False)
        self._file.write_table(part.to_arrow().cast(self._schema), row_group_size=ROW_GROUP)


def copied(path: Path, table: Table, shop_ids: Sequence[int]) -> Iterator[pl.DataFrame]:
    """The rows of some shops out of a file of the lake, in its order. Only row groups that may hold them are read."""
    if not shop_ids:
        return
    with pq.ParquetFile(path) as file:
        index = file.schema_arrow.get_field_index("shop_id")
        groups = []
        for number in range(file.num_row_groups):
            told = file.metadata.row_group(number).column(index).statistics
            if told is None or any(told.min <= shop_id <= told.max for shop_id in shop_ids):
                groups.append(number)
        for batch in file.iter_batches(row_groups=groups, batch_size=ROW_GROUP // 4) if groups else ():
            frame = pl.DataFrame(pl.from_arrow(batch)).filter(pl.col("shop_id").is_in(list(shop_ids)))
            yield frame.select(pl.col(name).cast(kind) for name, kind in types_of(table).items())
