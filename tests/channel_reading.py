"""Small hand-written export files for tests, and what reading them gives, all bites together."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from zhanggui.kernel import records
from zhanggui.trade.channels.contracts import FileFacts, Reject, Residual
from zhanggui.trade.channels.reading import open_file


@dataclass
class Taken:
    """Everything a file gave."""

    facts: FileFacts
    rows_read: int = 0
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    residuals: list[Residual] = field(default_factory=list)

    def _where(self, table: str, where: Mapping[str, Any]) -> pl.DataFrame:
        return self.tables[table].filter(pl.lit(True), *[pl.col(k) == v for k, v in where.items()])

    def one(self, table: str, **where: Any) -> dict[str, Any]:
        """The only record that has these values."""
        found = self._where(table, where)
        assert len(found) == 1, f"{len(found)} records of {table} have {where}"
        return found.row(0, named=True)

    def column(self, table: str, name: str) -> list[Any]:
        return self.tables[table][name].to_list()

    def total(self, table: str, name: str, **where: Any) -> int:
        return int(self._where(table, where)[name].sum())

    def by_subject(self) -> dict[str, int]:
        """Signed sum per settlement subject."""
        sums = self.tables["settlement"].group_by("subject").agg(pl.col("amount").sum())
        return dict(sorted(sums.iter_rows()))


def take(path: Path, **options: Any) -> Taken:
    """Read a file to its end."""
    with open_file(path, **options) as file:
        taken = Taken(file.facts)
        parts: dict[str, list[pl.DataFrame]] = {}
        for batch in file.batches():
            taken.rows_read += batch.rows_read
            taken.rejects += batch.rejects
            for table in records.TABLES:
                frame = getattr(batch, table)
                if frame is not None:
                    parts.setdefault(table, []).append(frame)
        taken.tables = {table: pl.concat(frames) for table, frames in parts.items()}
        taken.residuals = list(file.residuals)
    return taken


def rows_of(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """Header and rows; cells that are not named stay empty. A misspelt cell name is an error of the test."""
    for row in rows:
        strange = set(row) - set(columns)
        assert not strange, f"no such column: {strange}"
    return [list(columns), *[[row.get(c, "") for c in columns] for row in rows]]


def csv_bytes(
    rows: Sequence[Sequence[str]], *, encoding: str = "utf-8", delimiter: str = ",", newline: str = "\r\n"
) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return text.getvalue().encode(encoding)


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "Sheet1") -> Path:
    """Texts stay texts, numbers become numeric cells."""
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, (int, float)):
                    page.write_number(r, c, value)
                elif value:
                    page.write_string(r, c, value)
    return path


def words(text: str) -> list[str]:
    """Column names that hold no blanks."""
    return text.split()
