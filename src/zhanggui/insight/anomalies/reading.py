"""A series from a CSV file: one column of moments, one of values."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Final, Self

_MOMENTS: Final = ("ds", "date", "datetime", "time", "timestamp", "日期", "时间", "统计日期")
_MISSING: Final = frozenset({"", "na", "nan", "null", "none", "-", "--", "—"})


def gettext_noop(text: str) -> str:
    """Marks a text for the catalogue; reading itself speaks English."""
    return text


class BadSeries(ValueError):
    """A file that is no series; one sentence with row, column, value and reason."""

    def __init__(self, template: str, **values: object) -> None:
        self.template, self.values = template, values
        super().__init__(template % values)

    def spoken(self, translate: Callable[[str], str]) -> Self:
        self.args = (translate(self.template) % self.values,)
        return self


@dataclass(frozen=True, slots=True)
class Series:
    """Moments in order and their values, as they stand in the file; None is missing.

    ``written``: the moments as written. ``reordered``: rows that stood out of order. ``twice``: moments that came
    more than once.
    """

    written: tuple[str, ...]
    moments: tuple[datetime, ...]
    values: tuple[float | None, ...]
    reordered: int
    twice: tuple[str, ...]


def read(path: Path, *, date_format: str | None = None) -> Series:
    """Read a CSV file with a header (UTF-8, else GB18030).

    Columns ``ds`` and ``y``; or a column named like a date and one other; or just two. Moments in ISO form, with
    ``/`` for ``-`` as well, or in ``date_format`` (strptime). An empty y (also NaN, null, NA, —) is missing. Raises
    :class:`BadSeries`.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    lines = [line for line in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in line)]
    if len(lines) < 2:
        raise BadSeries(gettext_noop("%(name)s has no rows."), name=path.name)
    when, what = _columns([cell.strip() for cell in lines[0]], path.name)
    rows = []
    for number, line in enumerate(lines[1:], 1):
        cells = [*(cell.strip() for cell in line), *[""] * (len(lines[0]) - len(line))]
        rows.append(
            (
                _moment(cells[when], number, lines[0][when], date_format),
                cells[when],
                _value(cells, what, number, lines[0][what]),
            )
        )
    if len({moment.tzinfo is None for moment, _w, _v in rows}) > 1:
        raise BadSeries(gettext_noop("%(name)s mixes moments with and without a time zone."), name=path.name)
    ordered = sorted(rows, key=lambda row: row[0])
    reordered = sum(1 for a, b in zip(rows, ordered, strict=True) if a is not b)
    twice = tuple(b[1] for a, b in pairwise(ordered) if a[0] == b[0])
    return Series(
        tuple(row[1] for row in ordered),
        tuple(row[0] for row in ordered),
        tuple(row[2] for row in ordered),
        reordered,
        twice,
    )


def _columns(header: list[str], name: str) -> tuple[int, int]:
    lower = [column.lower() for column in header]
    if "ds" in lower and "y" in lower:
        return lower.index("ds"), lower.index("y")
    if len(header) == 2:
        when = next((i for i, column in enumerate(lower) if column in _MOMENTS), 0)
        return when, 1 - when
    raise BadSeries(
        gettext_noop("%(name)s needs the columns ds and y, or just two columns; it has: %(columns)s."),
        name=name,
        columns=", ".join(header),
    )


def _moment(text: str, row: int, column: str, date_format: str | None) -> datetime:
    try:
        if date_format is not None:
            return datetime.strptime(text, date_format)  # noqa: DTZ007  # a series keeps its own local time
        return datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise BadSeries(
            gettext_noop(
                "Row %(row)s, column %(column)s: “%(value)s” is not a moment. Name its form with --date-format."
            ),
            row=row,
            column=column,
            value=text,
        ) from error


def _value(cells: list[str], at: int, row: int, column: str) -> float | None:
    text = cells[at]
    if text.lower() in _MISSING:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or "_" in text:
        raise BadSeries(
            gettext_noop("Row %(row)s, column %(column)s: “%(value)s” is not a number."),
            row=row,
            column=column,
            value=text,
        )
    return value
