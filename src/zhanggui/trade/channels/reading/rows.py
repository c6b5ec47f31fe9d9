"""A table as bites of raw text columns, whatever it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from zhanggui.trade.channels.contracts import Reject

#: Rows looked at to find the header.
HEAD_ROWS = 40


@dataclass
class Bite:
    """Consecutive data rows: ``row`` (Int64, physical, first row of the file = 1) and text columns ``c0 … cN``."""

    frame: pl.DataFrame
    rejects: list[Reject] = field(default_factory=list)
    #: rows outside the column grid, such as footer notes: (row, cells)
    notes: list[tuple[int, list[str]]] = field(default_factory=list)
    #: some cell holds what could not be decoded (``encodings.MARK``)
    marked: bool = False


class Table(Protocol):
    """One table of a file: a look at its first rows, then all data rows below a chosen header row."""

    sheet: str
    encoding: str

    def head(self, *, rows: int = HEAD_ROWS, quoting: bool = True) -> list[list[str]]:
        """The first rows as texts, for finding the header and seeing how amounts are written."""

    def bites(self, header_row: int, width: int, *, quoting: bool = True) -> Iterator[Bite]:
        """Rows below ``header_row`` (1-based)."""
