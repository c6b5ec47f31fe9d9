"""What a read file hands to ``processes``: canonical frames, rejects, residuals. No ledger is known here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import polars as pl

from zhanggui.kernel import records

_DTYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    records.TEXT: pl.String,
    records.INT: pl.Int64,
    records.MINOR: pl.Int64,
    records.UTC: pl.Datetime("us", "UTC"),
    records.BOOL: pl.Boolean,
    records.DAY: pl.Date,
}


def schema(table: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Polars schema of a canonical table (see ``kernel.records.TABLES``), ``row`` last."""
    return {f.name: _DTYPES[f.kind] for f in (*records.TABLES[table], *records.SOURCE)}


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the canonical columns in canonical order; columns not given become null."""
    wanted = schema(table)
    return frame.select(
        [
            pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype=dtype).alias(name)
            for name, dtype in wanted.items()
        ]
    )


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that could not be taken, with the cell at fault. ``row`` is the physical row, first row = 1."""

    row: int
    column: str
    value: str
    reason: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Residual:
    """An identity or footer that does not hold: reported, never forced. Amounts in minor units."""

    identity: str
    expected: int
    actual: int
    order_no: str = ""
    row: int | None = None

    @property
    def difference(self) -> int:
        return self.actual - self.expected


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file once it is recognised.

    ``grain`` is ``order`` when the file states order-level facts itself (they are authoritative),
    ``items`` when order-level facts are only summed from its lines, and ``none`` for refund and money files.
    ``provided`` names, per canonical table, the columns this file really carries: the others stay untouched.
    ``exported_at`` is the moment of export if the file tells it, else the moment it was handed in.
    """

    channel: str
    kind: str
    profile: str
    container: str
    encoding: str
    sheet: str
    header_row: int
    grain: str
    provided: dict[str, frozenset[str]]
    currency: str
    zone: str
    exported_at: datetime | None = None
    shop_hint: str | None = None
    headers: tuple[str, ...] = ()
    #: canonical column → header text in the file, so that a number can be traced to its cell
    mapping: dict[str, str] = field(default_factory=dict)
    personal_headers: frozenset[str] = frozenset()


@dataclass(slots=True)
class Batch:
    """A bite of a file: canonical frames (schema as :func:`schema`) or None where the file has no such table."""

    rows_read: int
    orders: pl.DataFrame | None = None
    lines: pl.DataFrame | None = None
    refunds: pl.DataFrame | None = None
    settlement: pl.DataFrame | None = None
    visits: pl.DataFrame | None = None
    ads: pl.DataFrame | None = None
    rejects: list[Reject] = field(default_factory=list)
    residuals: list[Residual] = field(default_factory=list)


class ReadFile(Protocol):
    """An opened, recognised file. ``batches`` may be walked once; ``residuals`` is complete afterwards."""

    facts: FileFacts
    residuals: list[Residual]

    def batches(self) -> Iterator[Batch]: ...


class Unreadable(Exception):
    """A file that cannot be taken at all: one clear sentence in Chinese and English, and a code.

    Codes: empty, truncated, password, not_a_table, too_big_unpacked, unknown_layout, wrong_channel, damaged.
    """

    def __init__(self, code: str, zh: str, en: str, **detail: object) -> None:
        super().__init__(en)
        self.code, self.zh, self.en, self.detail = code, zh, en, detail


@dataclass(frozen=True, slots=True)
class ImportedFileInfo:
    """A file taken in, as lists and pages show it. ``result`` is the import's own account (see ``processes``)."""

    id: int
    shop_id: int
    sha256: str
    name: str
    size: int
    channel: str
    kind: str
    profile: str
    encoding: str
    header_row: int | None
    mapping: dict[str, str]
    exported_at: datetime | None
    observed_at: datetime | None
    status: str
    attempts: int
    error: dict[str, object] | None
    result: dict[str, object] | None
    rejected: int
    residuals: int
    imported_by_id: int | None
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class LayoutInfo:
    """A saved column mapping."""

    id: int
    name: str
    channel: str
    kind: str
    mapping: dict[str, object]


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell of an original row. ``cell`` is its address as a spreadsheet names it, e.g. ``C7``."""

    header: str
    value: str
    cell: str
    canonical: str
    personal: bool
