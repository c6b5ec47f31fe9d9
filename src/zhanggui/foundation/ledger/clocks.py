"""Which report told which column of a row: kept as text beside the row, a line per report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

#: Moment of a report in microseconds since 1970, file row.
Clock = tuple[int, int]


def load(text: str) -> dict[str, Clock]:
    """Column → clock.

    >>> load("1700000000000000 7 visitors views")["views"]
    (1700000000000000, 7)
    """
    found: dict[str, Clock] = {}
    for line in text.splitlines():
        moment, row, *names = line.split(" ")
        found.update(dict.fromkeys(names, (int(moment), int(row))))
    return found


def dump(clocks: Mapping[str, Clock]) -> str:
    """The text of :func:`load`; equal clocks give equal texts."""
    by_clock: dict[Clock, list[str]] = {}
    for name in sorted(clocks):
        by_clock.setdefault(clocks[name], []).append(name)
    return "\n".join(f"{moment} {row} {' '.join(by_clock[moment, row])}" for moment, row in sorted(by_clock))


def micros(moment: datetime) -> int:
    """A moment as whole microseconds since 1970, exactly."""
    whole = moment.astimezone(UTC)
    return int(whole.replace(microsecond=0).timestamp()) * 1_000_000 + whole.microsecond


def key_of(cells: Iterable[Any]) -> str:
    """The key of a row: a digest of its identity, in which unknown differs from every text.

    >>> key_of(["a", None]) == key_of(["a", ""])
    False
    """
    parts = []
    for cell in cells:
        text = cell.isoformat() if isinstance(cell, date) else str(cell)
        parts.append("\x00" if cell is None else f"={text}")
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def join(
    known: Mapping[str, Any], clocks: Mapping[str, Clock], told: Mapping[str, Any], at: Clock, columns: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Clock], bool]:
    """The row after a report: changed cells, clocks of all columns, and whether the report was too old to say anything.

    ``columns`` are those the report carries. At equal moments the later row of the file is the later word.
    """
    changed: dict[str, Any] = {}
    after = dict(clocks)
    late = 0
    for name in columns:
        if name in clocks and clocks[name] > at:
            late += 1
            continue
        after[name] = at
        if known.get(name) != told.get(name):
            changed[name] = told.get(name)
    return changed, after, bool(columns) and late == len(columns)
