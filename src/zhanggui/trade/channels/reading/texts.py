"""Delimited text of any encoding, read in bites so that a 2 GB file needs no more memory than a small one."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from zhanggui.trade.channels.contracts import Reject, Unreadable
from zhanggui.trade.channels.reading.encodings import ERRORS, MARK, find_encoding, flag_foreign_lines
from zhanggui.trade.channels.reading.rows import HEAD_ROWS, Bite

BLOCK = 16 * 2**20
#: A quoted cell longer than this is a stray quote, not a cell.
MAX_CELL = 2**20
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
DELIMITERS = (",", "\t", ";", "|")


class TextTable:
    """A delimited text file. ``delimiter`` and ``encoding`` may be changed until rows are read."""

    sheet = ""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.encoding = find_encoding(path)
        self.delimiter = ","
        self._sample = self._read_sample()

    def _read_sample(self) -> str:
        with self.path.open("rb") as file:
            data = file.read(1 << 18)
        text = codecs.getincrementaldecoder(self.encoding)("replace").decode(data)
        if len(data) == 1 << 18:
            text = text[: text.rfind("\n") + 1] or text
        return text

    def reread(self, encoding: str) -> None:
        self.encoding = encoding
        self._sample = self._read_sample()

    def head(self, *, rows: int = HEAD_ROWS, quoting: bool = True, delimiter: str | None = None) -> list[list[str]]:
        found: list[list[str]] = []
        try:
            for row in self._reader(self._sample, delimiter or self.delimiter, quoting):
                found.append(row)
                if len(found) == rows:
                    break
        except csv.Error:
            pass
        return found

    @staticmethod
    def _reader(text: str, delimiter: str, quoting: bool) -> Iterator[list[str]]:
        csv.field_size_limit(4 * BLOCK)
        lines = (m.group() for m in _LINE.finditer(text))
        return csv.reader(lines, delimiter=delimiter, quoting=_quotes(quoting))

    def bites(self, header_row: int, width: int, *, quoting: bool = True) -> Iterator[Bite]:
        """Data rows below the header; ragged rows are padded, trimmed or refused, and always accounted for.

        A row is a record: a quoted cell of several lines is one row, as a spreadsheet shows it.
        """
        row = header_row
        names = [f"c{i}" for i in range(width)]
        skip = header_row
        for text in self._records(quoting):
            if skip:
                text = self._below(text, skip, quoting)
                skip = 0
            if not text:
                continue
            bite, records = self._parse(text, names, row, quoting)
            bite.marked = MARK in text
            row += records
            yield bite

    def _below(self, text: str, header_row: int, quoting: bool) -> str:
        """The text after its first ``header_row`` records."""
        consumed = 0

        def lines() -> Iterator[str]:
            nonlocal consumed
            for match in _LINE.finditer(text):
                consumed = match.end()
                yield match.group()

        reader = csv.reader(lines(), delimiter=self.delimiter, quoting=_quotes(quoting))
        for _ in range(header_row):
            next(reader, None)
        return text[consumed:]

    def _parse(self, text: str, names: list[str], row: int, quoting: bool) -> tuple[Bite, int]:
        """The rows of a text that ends at a record's end, the first being row ``row + 1``, and their number."""
        ragged: list[tuple[int, str]] = []

        def on_ragged(bad: pa_csv.InvalidRow) -> str:
            ragged.append((bad.number, bad.text))
            return "skip"

        data = text.encode("utf-8", "surrogatepass")
        try:
            table = pa_csv.read_csv(
                io.BytesIO(data),
                read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self.delimiter,
                    quote_char='"' if quoting else False,
                    double_quote=quoting,
                    newlines_in_values=quoting,
                    ignore_empty_lines=False,
                    invalid_row_handler=on_ragged,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types={n: pa.string() for n in names}, strings_can_be_null=False, check_utf8=False
                ),
            )
        except pa.ArrowInvalid as error:
            raise Unreadable(
                "damaged",
                f"「{self.name}」从第 {row + 1} 行起无法按表格读取，可能有未闭合的引号。",
                f"“{self.name}” cannot be read as a table from row {row + 1} on; a quote may be left open.",
            ) from error
        frame = pl.DataFrame(pl.from_arrow(table))
        total = len(frame) + len(ragged)
        numbers = pl.int_range(1, total + 1, eager=True)
        if ragged:
            gone = {n for n, _ in ragged}
            numbers = numbers.filter(~numbers.is_in(list(gone)))
        frame = frame.insert_column(0, (numbers + row).cast(pl.Int64).alias("row"))
        bite = Bite(frame)
        several = quoting and '"' in text and max(text.count("\n"), text.count("\r")) > total
        opened = self._swallowed(bite, ragged, names, row) if several else {}
        if ragged or opened:
            total += self._mend(bite, ragged, opened, names, row, quoting)
        return bite, total

    def _swallowed(self, bite: Bite, ragged: list[tuple[int, str]], names: list[str], row: int) -> dict[int, list[str]]:
        """Rows a stray quote has swallowed: physical row → the lines its record is made of."""
        found: dict[int, list[str]] = {}
        for number, text in ragged:
            if self._holds_rows(text.splitlines()[1:], len(names)):
                found[row + number] = text.splitlines()
        for name in names:
            cells = bite.frame[name]
            tall = cells.str.contains("\n", literal=True) | cells.str.contains("\r", literal=True)
            for i in tall.arg_true():
                at = bite.frame["row"][i]
                if at not in found and self._holds_rows(cells[i].splitlines()[1:], len(names)):
                    found[at] = self.delimiter.join(bite.frame.row(i)[1:]).splitlines()
        return found

    def _holds_rows(self, lines: list[str], width: int) -> bool:
        """Whether the lines inside a cell are rows of the table: of its width, and several where that says little."""
        whole = sum(1 for line in lines if line.count(self.delimiter) == width - 1)
        return whole >= (1 if width >= 5 else 3) and width >= 3

    def _mend(
        self,
        bite: Bite,
        ragged: list[tuple[int, str]],
        opened: dict[int, list[str]],
        names: list[str],
        row: int,
        quoting: bool,
    ) -> int:
        """Keep what can be kept of rows that do not fit the grid; how many rows were found inside swallowed ones."""
        kept: list[list[object]] = []
        extra = 0
        texts = {row + number: text for number, text in ragged}
        if opened:
            shift = bite.frame["row"].replace_strict(*_steps(bite.frame["row"], opened), return_dtype=pl.Int64)
            swallowed = bite.frame["row"].is_in(list(opened))
            bite.frame = bite.frame.with_columns(row=bite.frame["row"] + shift).filter(~swallowed)
        for at in sorted({*texts, *opened}):
            if at in opened:
                first, *inside = opened[at]
                bite.rejects.append(Reject(at + extra, "", first[:200], "stray_quote"))
                for line in inside:
                    extra += 1
                    self._fit(bite, kept, at + extra, line, names, quoting)
            else:
                self._fit(bite, kept, at + extra, texts[at], names, quoting)
        if kept:
            more = pl.DataFrame(kept, schema=bite.frame.schema, orient="row")
            bite.frame = pl.concat([bite.frame, more]).sort("row")
        return extra

    def _fit(self, bite: Bite, kept: list[list[object]], at: int, text: str, names: list[str], quoting: bool) -> None:
        """One row that does not fit the grid: a note, a row to pad or trim, or one to refuse."""
        cells = next(self._reader(text, self.delimiter, quoting), [])
        first = next((c.strip() for c in cells if c.strip()), "")
        if not first:
            return
        if len(cells) == len(names):
            kept.append([at, *cells])
        elif is_note(first):
            bite.notes.append((at, cells))
        elif len(cells) > len(names) and not any(c.strip() for c in cells[len(names) :]):
            kept.append([at, *cells[: len(names)]])
        elif len(cells) < len(names) and not quoting:
            kept.append([at, *cells, *[""] * (len(names) - len(cells))])
        else:
            reason = "too_few_cells" if len(cells) < len(names) else "too_many_cells"
            bite.rejects.append(Reject(at, "", text[:200].replace(MARK, "\ufffd"), reason))

    def _records(self, quoting: bool) -> Iterator[str]:
        """Blocks of decoded text that end at a record's end. What cannot be decoded, and NUL, is a :data:`MARK`."""
        plain = self.encoding == "gb18030"
        decoder = codecs.getincrementaldecoder("utf-8" if self.encoding == "utf-8-sig" else self.encoding)(ERRORS)
        rest = ""
        with self.path.open("rb") as file:
            if self.encoding == "utf-8-sig":
                file.read(3)
            while True:
                block = file.read(BLOCK)
                text = decoder.decode(flag_foreign_lines(block) if plain else block, final=not block)
                if "\x00" in text:
                    text = text.replace("\x00", MARK)
                text = rest + text if rest else text
                if not block:
                    if text:
                        yield text
                    return
                cut = _boundary(text, self.delimiter, quoting)
                if not cut:
                    rest = text
                    continue
                rest = text[cut:]
                yield text[:cut]


def _quotes(quoting: bool) -> Literal[0, 3]:
    return csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE


def _steps(rows: pl.Series, opened: dict[int, list[str]]) -> tuple[pl.Series, pl.Series]:
    """Row number → by how many rows found inside earlier, swallowed rows it moves down."""
    added = pl.DataFrame(
        {"row": sorted(opened), "more": [len(opened[r]) - 1 for r in sorted(opened)]},
        schema={"row": pl.Int64, "more": pl.Int64},
    ).with_columns(down=pl.col("more").cum_sum(), after=pl.col("row") + 1)
    moved = rows.to_frame("row").sort("row").join_asof(added, left_on="row", right_on="after", strategy="backward")
    return moved["row"], moved["down"].fill_null(0)


def _boundary(text: str, delimiter: str, quoting: bool) -> int:
    """Length of the longest prefix that ends with a record's line end.

    Normally quotes come in pairs, so an even number of them before a line end means that no cell is open there. Where
    they do not, quotes are followed one cell at a time as the parser does: they count only at a cell's beginning.
    A cell left open for longer than any cell is long is a stray quote, and the last line end must do.
    """
    at = text.rfind("\n")
    if at < 0:
        at = text.rfind("\r", 0, len(text) - 1)
    if not quoting or at < 0 or not text.count('"', 0, at) % 2:
        return at + 1
    end = text[at]
    cell = re.compile(rf'(?:(?<=[{re.escape(delimiter)}\r\n])|\A)"(?:[^"]+|"")*+("|\Z)')
    spans = [(m.start(), m.end(), m.group(1)) for m in cell.finditer(text) if end in m.group() or not m.group(1)]
    for start, stop, closing in reversed(spans):
        if start < at < stop or (not closing and at > start):
            if not closing and len(text) - start > MAX_CELL:
                continue
            at = text.rfind(end, 0, start)
    return at + 1


_NOTE = re.compile(
    r"^(#|-{4,}|(交易记录|账务)明细列表结束|总计|合计|汇总|小计|说明[:：]|总和|总合计"
    r"|收入合计|支出合计|导出时间|注[:：]|total\b|grand total|summary\b)",
    re.I,
)


def is_note(first_cell: str) -> bool:
    """Whether a row beginning with this cell is a footer or note rather than data."""
    return bool(_NOTE.match(first_cell.strip().strip('"')))
