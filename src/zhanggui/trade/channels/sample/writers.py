"""Files in the containers platforms use, written row by row and byte-identical for the same rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter

Cell = str | float | int


class Writer(Protocol):
    """``row`` is the number of the physical row written last, the first row of the file being 1."""

    row: int

    def write(self, cells: Sequence[Any]) -> None: ...

    def close(self) -> None: ...


class TextWriter:
    """Delimited text. ``quote``: ``all`` cells, only where ``needed``, or ``never`` (the cell must then be clean).

    Cells marked by :func:`forms.formula` are written ``="…"`` without the quotes of the format.
    """

    _BUFFER = 1 << 20

    def __init__(
        self,
        path: Path,
        *,
        encoding: str,
        delimiter: str = ",",
        quote: str = "all",
        newline: str = "\r\n",
        trim: bool = False,
    ) -> None:
        self.row = 0
        self._file = path.open("wb")
        self._encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        self._parts: list[str] = ["\ufeff"] if encoding == "utf-8-sig" else []
        self._size = 0
        self._delimiter, self._quote, self._newline = delimiter, quote, newline
        self._trim = trim

    def write(self, cells: Sequence[Any]) -> None:
        self.row += 1
        self.raw(self._line(cells) + self._newline)

    def write_text(self, line: str) -> None:
        """A line of the preamble or footer, as it stands."""
        self.row += 1
        self.raw(line + self._newline)

    def raw(self, text: str) -> None:
        self._parts.append(text)
        self._size += len(text)
        if self._size > self._BUFFER:
            self._flush()

    def _line(self, cells: Sequence[Any]) -> str:
        if self._quote == "all":
            plain = '"' + f'"{self._delimiter}"'.join(cells) + '"'
            if plain.count('"') != 2 * len(cells):
                plain = self._delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells)
            if "\x01" in plain:
                plain = plain.replace('"\x01', '="').replace('\x02"', '"')
            return plain
        plain = self._delimiter.join(cells)
        if self._quote == "never":
            if plain.count(self._delimiter) != len(cells) - 1 or "\n" in plain or "\r" in plain:
                raise ValueError(f"a cell of an unquoted file holds a separator: {plain!r}")
            return plain.rstrip(self._delimiter) if self._trim else plain
        if '"' in plain or "\n" in plain or plain.count(self._delimiter) != len(cells) - 1:
            return self._delimiter.join(self._needed(cell) for cell in cells)
        return plain

    def _needed(self, cell: str) -> str:
        if self._delimiter in cell or '"' in cell or "\n" in cell or "\r" in cell:
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def _flush(self) -> None:
        self._file.write("".join(self._parts).encode(self._encoding))
        self._parts.clear()
        self._size = 0

    def close(self) -> None:
        self._flush()
        self._file.close()


class SheetWriter:
    """One-sheet xlsx in constant memory. Text stays text, numbers become numeric cells; the creation date is fixed."""

    def __init__(self, path: Path, *, sheet: str) -> None:
        self.row = 0
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_numbers": False,
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
        self._book.set_properties({"author": "Apache POI", "created": datetime(2020, 1, 1, 0, 0, 0)})  # noqa: DTZ001
        self._sheet = self._book.add_worksheet(sheet)

    def write(self, cells: Sequence[Any]) -> None:
        write_string, write_number, row = self._sheet.write_string, self._sheet.write_number, self.row
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    write_string(row, column, cell)
            else:
                write_number(row, column, cell)
        self.row += 1

    def write_text(self, line: str) -> None:
        self.write([line])

    def close(self) -> None:
        self._book.close()


class JsonWriter:
    """A JSON array of documents, one a line; a row is one document."""

    def __init__(self, path: Path) -> None:
        self.row = 0
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._file.write("[")

    def write(self, cells: Sequence[Any]) -> None:
        for document in cells:
            self._file.write(",\n" if self.row else "\n")
            self._file.write(json.dumps(document, ensure_ascii=False, separators=(", ", ": ")))
            self.row += 1

    def close(self) -> None:
        self._file.write("\n]\n")
        self._file.close()
