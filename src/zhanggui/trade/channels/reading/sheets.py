"""Workbooks (xlsx, xls, xlsb, ods), HTML tables in disguise and Parquet, as raw text columns."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import python_calamine as calamine

from zhanggui.trade.channels.reading import bombs, containers
from zhanggui.trade.channels.reading.encodings import ERRORS, MARK, find_encoding
from zhanggui.trade.channels.reading.rows import HEAD_ROWS, Bite

STEP = 50_000


def cell_text(value: object) -> str:
    """A workbook cell as the text a person sees. Numbers of 16 digits and more show as ``2.026E+27``-like texts,
    so that a damaged id is never taken for a whole one."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else f"{value:.14E}"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return f"{value:.15g}" if abs(value) < 1e15 else f"{value:.14E}"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value)
    return str(value)


class RowsTable:
    """A table held as rows of cells, the first being physical row 1."""

    def __init__(self, rows: Sequence[Sequence[object]], sheet: str, encoding: str) -> None:
        self._rows, self.sheet, self.encoding = rows, sheet, encoding

    def head(self, *, rows: int = HEAD_ROWS, quoting: bool = True) -> list[list[str]]:
        return [[cell_text(v) for v in row] for row in self._rows[:rows]]

    def bites(self, header_row: int, width: int, *, quoting: bool = True) -> Iterator[Bite]:
        rows = self._rows
        for start in range(header_row, len(rows), STEP):
            part = rows[start : start + STEP]
            marked = False
            columns: dict[str, pl.Series] = {
                "row": pl.int_range(start + 1, start + 1 + len(part), eager=True).cast(pl.Int64)
            }
            for i, cells in enumerate(zip(*(_padded(r, width) for r in part), strict=True)):
                texts = cells if set(map(type, cells)) == {str} else [cell_text(v) for v in cells]
                columns[f"c{i}"] = pl.Series(f"c{i}", texts, dtype=pl.String)
                marked = marked or (self.encoding != "workbook" and columns[f"c{i}"].str.contains(MARK).any())
            yield Bite(pl.DataFrame(columns), marked=marked)


def _padded(row: Sequence[object], width: int) -> Sequence[object]:
    if len(row) == width:
        return row
    return row[:width] if len(row) > width else [*row, *[""] * (width - len(row))]


def open_workbook(path: Path, name: str) -> list[RowsTable]:
    """Every sheet that holds something. Raises :class:`Unreadable` for locked or broken books."""
    if zipfile.is_zipfile(path):
        bombs.check_workbook(path, name)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        tables = []
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            if any(any(v != "" for v in row) for row in rows[:HEAD_ROWS]):
                tables.append(RowsTable(rows, sheet, "workbook"))
    except calamine.PasswordError as error:
        raise containers.password(name) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise containers.damaged(name) from error
    except BaseException as error:
        # a broken book can make the Rust reader panic, which is no Exception in Python
        if type(error).__name__ != "PanicException":
            raise
        raise containers.damaged(name) from error
    if not tables:
        raise containers.empty(name)
    return tables


class _TableParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[object]] = []
        self._cell: list[str] | None = None
        self._spans = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._finish()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._spans = int(span) if span.isdigit() and int(span) < 1000 else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._finish()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _finish(self) -> None:
        if self._cell is not None:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append("".join(self._cell).strip())
            self.rows[-1].extend([""] * (self._spans - 1))
            self._cell = None


def open_html(path: Path, name: str) -> list[RowsTable]:
    """The tables of a page saved with a spreadsheet's ending, as one list of rows."""
    encoding = find_encoding(path)
    parser = _TableParser()
    with path.open(encoding=encoding, errors=ERRORS) as file:
        while block := file.read(1 << 20):
            parser.feed(block)
    parser.close()
    rows = parser.rows
    if not any(rows):
        raise containers.not_a_table(name)
    return [RowsTable(rows, "", encoding)]


class FrameTable:
    """A Parquet file as text columns; its header is row 1."""

    sheet = ""
    encoding = "parquet"

    def __init__(self, path: Path, name: str) -> None:
        try:
            self._frame = pl.read_parquet(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise containers.damaged(name) from error

    def head(self, *, rows: int = HEAD_ROWS, quoting: bool = True) -> list[list[str]]:
        return [
            list(self._frame.columns),
            *[[cell_text(v) for v in r] for r in self._frame.head(rows).iter_rows()],
        ]

    def bites(self, header_row: int, width: int, *, quoting: bool = True) -> Iterator[Bite]:
        for start in range(0, len(self._frame), STEP):
            part = self._frame.slice(start, STEP)
            texts = [
                part.to_series(i).map_elements(cell_text, return_dtype=pl.String, skip_nulls=False).alias(f"c{i}")
                if part.dtypes[i].is_float()
                else part.to_series(i).cast(pl.String).fill_null("").alias(f"c{i}")
                for i in range(width)
            ]
            rows = pl.int_range(start + 2, start + 2 + len(part), eager=True).cast(pl.Int64).alias("row")
            yield Bite(pl.DataFrame([rows, *texts]))
