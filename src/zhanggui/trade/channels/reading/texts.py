"""Delimited text of any encoding, read in bites so that a 2 GB file needs no more memory than a small one."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from zhanggui.trade.channels.contracts import Reject, Unreadable
from zhanggui.trade.channels.reading.rows import HEAD_ROWS, Bite

BLOCK = 16 * 2**20
#: A quoted cell longer than this is a stray quote, not a cell.
MAX_RECORD = 64 * 2**20
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
DELIMITERS = (",", "\t", ";", "|")


def find_encoding(path: Path) -> str:
    """BOM, else UTF-8 if the first line that leaves ASCII is valid UTF-8, else GB18030, else Big5, else Windows-1252.

    A file whose first Chinese (or accented) line reads as UTF-8 is a UTF-8 file; a later line that does not is a
    damaged line and is refused by itself.
    """
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        while block := file.readline(1 << 20):
            if block.isascii():
                continue
            sample = block + file.read(1 << 16)
            sample = sample[: sample.rfind(b"\n") + 1] or sample
            for encoding in ("utf-8", "gb18030", "big5"):
                if _decodes(block, encoding) and (encoding == "utf-8" or _decodes(sample, encoding)):
                    return encoding
            return "gb18030" if _decodes(block, "gb18030") else "cp1252"
    return "utf-8"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(data)
    except UnicodeDecodeError:
        return False
    return True


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
        csv.field_size_limit(MAX_RECORD)
        lines = (m.group() for m in _LINE.finditer(text))
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE)

    def bites(self, header_row: int, width: int, *, quoting: bool = True) -> Iterator[Bite]:
        """Data rows below the header; ragged rows are padded, trimmed or refused, and always accounted for."""
        row = header_row
        names = [f"c{i}" for i in range(width)]
        skip = header_row
        for text, bad in self._records(quoting):
            rejects = [Reject(row + 1 - skip + at, "", sample, "encoding") for at, sample in bad]
            if skip:
                consumed = 0
                lines = _LINE.finditer(text)

                def count(lines: Iterator[re.Match[str]] = lines) -> Iterator[str]:
                    nonlocal consumed
                    for match in lines:
                        consumed = match.end()
                        yield match.group()

                reader = csv.reader(
                    count(), delimiter=self.delimiter, quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE
                )
                for _ in range(skip):
                    next(reader, None)
                text = text[consumed:]
                rejects = [Reject(r.row + skip, r.column, r.value, r.reason) for r in rejects]
                skip = 0
            if not text:
                continue
            bite, records = self._parse(text, names, row, quoting)
            bite.rejects = [*rejects, *bite.rejects]
            if rejects:
                refused = {r.row for r in rejects}
                bite.frame = bite.frame.filter(~pl.col("row").is_in(list(refused)))
                bite.rejects = [r for i, r in enumerate(bite.rejects) if i < len(rejects) or r.row not in refused]
            row += records
            yield bite

    def _parse(self, text: str, names: list[str], row: int, quoting: bool) -> tuple[Bite, int]:
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
        if ragged:
            self._mend(bite, ragged, names, row, quoting)
        return bite, total

    def _mend(self, bite: Bite, ragged: list[tuple[int, str]], names: list[str], row: int, quoting: bool) -> None:
        kept: list[list[object]] = []
        for number, text in ragged:
            at = row + number
            cells = next(self._reader(text, self.delimiter, quoting), [])
            first = next((c.strip() for c in cells if c.strip()), "")
            if not first:
                continue
            if is_note(first):
                bite.notes.append((at, cells))
            elif len(cells) > len(names) and not any(c.strip() for c in cells[len(names) :]):
                kept.append([at, *cells[: len(names)]])
            elif len(cells) < len(names) and not quoting:
                kept.append([at, *cells, *[""] * (len(names) - len(cells))])
            else:
                reason = "too_few_cells" if len(cells) < len(names) else "too_many_cells"
                bite.rejects.append(Reject(at, "", text[:200], reason))
        if kept:
            extra = pl.DataFrame(kept, schema=bite.frame.schema, orient="row")
            bite.frame = pl.concat([bite.frame, extra]).sort("row")

    def _records(self, quoting: bool) -> Iterator[tuple[str, list[tuple[int, str]]]]:
        """Blocks of decoded text that end at a record's end, with the lines of each that could not be decoded.

        A line that fails in the file's encoding is replaced by an empty one, so that row numbers stay true.
        """
        decoder = codecs.getincrementaldecoder("utf-8" if self.encoding == "utf-8-sig" else self.encoding)("strict")
        rest = ""
        raw_rest = b""
        with self.path.open("rb") as file:
            if self.encoding == "utf-8-sig":
                file.read(3)
            while True:
                block = file.read(BLOCK)
                bad: list[tuple[int, str]] = []
                try:
                    text = decoder.decode(block, final=not block)
                except UnicodeDecodeError:
                    # finish the block at a line end and decode it line by line
                    block = raw_rest + block + file.readline()
                    decoder.reset()
                    text, bad = self._decode_lines(block, offset=_lines(rest))
                    raw_rest = b""
                else:
                    raw_rest = decoder.getstate()[0]
                text = rest + text
                if not block:
                    if text:
                        yield text, bad
                    return
                cut = _boundary(text, quoting)
                if cut == 0 or bad:
                    if bad:
                        cut = len(text) if text.endswith(("\n", "\r")) else _boundary(text, quoting)
                    if cut == 0:
                        if len(text) > MAX_RECORD:
                            raise Unreadable(
                                "damaged",
                                f"「{self.name}」有未闭合的引号，无法分清行。",
                                f"“{self.name}” has a quote that is never closed, so its rows cannot be told apart.",
                            )
                        rest = text
                        continue
                rest = text[cut:]
                yield text[:cut], bad

    def _decode_lines(self, block: bytes, offset: int) -> tuple[str, list[tuple[int, str]]]:
        parts: list[str] = []
        bad: list[tuple[int, str]] = []
        encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
        for i, line in enumerate(block.splitlines(keepends=True)):
            try:
                parts.append(line.decode(encoding))
            except UnicodeDecodeError:
                bad.append((offset + i, line.decode(encoding, "replace").strip()[:200]))
                parts.append("\n")
        return "".join(parts), bad


def _lines(text: str) -> int:
    return sum(1 for _ in _LINE.finditer(text))


def _boundary(text: str, quoting: bool) -> int:
    """Length of the longest prefix that ends with a record's line end."""
    at = text.rfind("\n")
    if at < 0:
        at = text.rfind("\r", 0, len(text) - 1)
    if not quoting or at < 0:
        return at + 1
    quotes = text.count('"', 0, at)
    tries = 0
    while quotes % 2 and at >= 0 and tries < 5000:
        earlier = text.rfind("\n", 0, at)
        if earlier < 0:
            return 0
        quotes -= text.count('"', earlier, at)
        at = earlier
        tries += 1
    return 0 if quotes % 2 else at + 1


_NOTE = re.compile(
    r"^(#|-{4,}|(交易记录|账务)明细列表结束|总计|合计|汇总|小计|说明[:：]|总和|总合计|收入合计|支出合计|导出时间|注[:：]|total\b|grand total|summary\b)",
    re.I,
)


def is_note(first_cell: str) -> bool:
    """Whether a row beginning with this cell is a footer or note rather than data."""
    return bool(_NOTE.match(first_cell.strip().strip('"')))
