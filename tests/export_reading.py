"""Reading a file given as bytes, all bites joined, for tests of layouts and of the reader."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from zhanggui.kernel import records
from zhanggui.trade.channels.contracts import FileFacts, Reject, Residual
from zhanggui.trade.channels.reading import open_file


@dataclass
class Read:
    facts: FileFacts
    rows_read: int = 0
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    residuals: list[Residual] = field(default_factory=list)

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name in records.TABLES:
            return self.tables[name]
        raise AttributeError(name)

    def column(self, table: str, name: str) -> list[Any]:
        return self.tables[table][name].to_list()

    def total(self, table: str, name: str) -> int:
        return int(self.tables[table][name].sum() or 0)

    def refused(self) -> list[tuple[int, str, str]]:
        return [(r.row, r.column, r.reason) for r in self.rejects]


def read_path(path: Path, **options: Any) -> Read:
    with open_file(path, **options) as opened:
        result = Read(opened.facts)
        parts: dict[str, list[pl.DataFrame]] = {}
        for batch in opened.batches():
            result.rows_read += batch.rows_read
            result.rejects += batch.rejects
            for table in records.TABLES:
                frame = getattr(batch, table)
                if frame is not None:
                    parts.setdefault(table, []).append(frame)
        result.tables = {table: pl.concat(frames) for table, frames in parts.items()}
        result.residuals = opened.residuals
        return result


def read(data: bytes | str, name: str = "file.csv", **options: Any) -> Read:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return read_path(path, name=name, **options)


def table(header: Sequence[str], *rows: dict[str, str] | Sequence[str], separator: str = ",", end: str = "\n") -> str:
    """A delimited text without quoting; rows given as dicts leave the other columns empty."""
    lines = [separator.join(header)]
    for row in rows:
        cells = [row.get(h, "") for h in header] if isinstance(row, dict) else row
        lines.append(separator.join(cells))
    return end.join(lines) + end


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """An xlsx with the given rows per sheet; every cell keeps the type it is given."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(r, c, value)
                elif value is not None:
                    sheet.write(r, c, value)
    book.close()
    return sink.getvalue()


def words(text: str) -> list[str]:
    """Column names that hold no blanks."""
    return text.split()
