"""A look at a table nobody knows yet: where its header is, and its first rows as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zhanggui.trade.channels.contracts import Unreadable
from zhanggui.trade.channels.domain.headers import normal
from zhanggui.trade.channels.reading import containers, documents, sheets
from zhanggui.trade.channels.reading.texts import DELIMITERS, TextTable

#: Rows looked at for the header, and rows shown.
HEAD, SHOWN = 20, 5


@dataclass(frozen=True)
class Look:
    """``headers`` are those with a name, in file order; ``rows`` are the first rows, one text per header."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    header_row: int
    sheet: str
    encoding: str

    def example(self, header: str) -> str:
        """The first filled cell under a header."""
        at = self.headers.index(header)
        return next((row[at] for row in self.rows if row[at]), "")


def look(path: Path, name: str) -> Look:
    """The likeliest header row and what stands below it. Raises :class:`Unreadable`."""
    container = containers.inspect(path, name)
    try:
        if container.kind == containers.TEXT:
            table = TextTable(container.path, container.name)
            heads = [(table.head(delimiter=d), "", table.encoding) for d in DELIMITERS]
        elif container.kind == containers.SHEET:
            heads = [(t.head(), t.sheet, t.encoding) for t in sheets.open_workbook(container.path, name)]
        elif container.kind == containers.HTML:
            heads = [(t.head(), t.sheet, t.encoding) for t in sheets.open_html(container.path, name)]
        elif container.kind == containers.PARQUET:
            frame = sheets.FrameTable(container.path, name)
            heads = [(frame.head(), frame.sheet, frame.encoding)]
        else:
            heads = [(t.head(), t.sheet, t.encoding) for t in documents.open_document(container.path, name)]
    finally:
        container.close()
    found = [(place, rows, sheet, encoding) for rows, sheet, encoding in heads if (place := _header_of(rows))]
    if not found:
        raise Unreadable(
            "no_header",
            f"「{name}」里没有找到表头行。",
            f"No header row was found in “{name}”.",
        )
    (at, _names), rows, sheet, encoding = max(found, key=lambda item: item[0][1])
    return _shown(rows, at, sheet, encoding)


def _header_of(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """(position, number of names) of the first row that is nearly as wide as the table and holds names, not values."""
    widest = max((len(_filled(row)) for row in rows), default=0)
    for at, row in enumerate(rows[:HEAD]):
        filled = _filled(row)
        names = {normal(cell) for cell in filled if not _is_value(cell)}
        if len(filled) >= max(2, widest * 0.6) and len(names) >= 2 and len(names) * 2 > len(filled):
            return at, len(names)
    return None


def _filled(row: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in row if cell.strip()]


def _shown(rows: Sequence[Sequence[str]], at: int, sheet: str, encoding: str) -> Look:
    places: dict[str, int] = {}
    for i, cell in enumerate(rows[at]):
        text = cell.strip().lstrip("\ufeff")
        if text:
            places.setdefault(text, i)
    below = [row for row in rows[at + 1 :] if any(c.strip() for c in row)][:SHOWN]
    shown = tuple(tuple(row[i].strip() if i < len(row) else "" for i in places.values()) for row in below)
    return Look(tuple(places), shown, at + 1, sheet, encoding)


def _is_value(cell: str) -> bool:
    digits = sum(ch.isdigit() for ch in cell)
    return digits * 2 >= len(cell.replace(" ", ""))
