"""What rooms offer to the lake, and what readers of the lake receive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake.domain.months import month_period
from zhanggui.kernel import records

if TYPE_CHECKING:
    import polars as pl

#: Column kinds: those of ``kernel.records``, and a calendar day.
TEXT, INT, MINOR, UTC, BOOL = records.TEXT, records.INT, records.MINOR, records.UTC, records.BOOL
DAY: Final = "day"
#: Kind → the type its column has in DuckDB.
TYPES: Final[Mapping[str, str]] = {
    TEXT: "VARCHAR",
    INT: "BIGINT",
    MINOR: "BIGINT",
    UTC: "TIMESTAMPTZ",
    BOOL: "BOOLEAN",
    DAY: "DATE",
}
#: Columns every table begins with; readers never give them.
SHOP: Final[Mapping[str, str]] = {"shop_id": INT, "channel": TEXT}
#: Changes with the form of the files themselves: every file is then written anew.
FORM: Final = 1


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lake.

    ``columns`` maps name to kind and is what the reader gives; ``days`` maps the name of a business-day column to the
    moment (a ``utc`` column) it is taken from, in the zone of the shop; ``month_of`` names the day column (of ``days``
    or of kind ``day``) whose month decides in which file a row lies. ``key`` identifies a row. No personal data.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    month_of: str
    days: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""

    def __post_init__(self) -> None:
        wrong = [name for name, kind in self.columns.items() if kind not in TYPES]
        wrong += [day for day, moment in self.days.items() if self.columns.get(moment) != UTC or day in self.columns]
        wrong += [name for name in self.columns if name in SHOP]
        wrong += [name for name in self.key if name not in self.schema]
        if self.schema.get(self.month_of) != DAY:
            wrong.append(self.month_of)
        if wrong or not self.name.isidentifier() or not self.key:
            raise ValueError(f"table {self.name!r} of the lake does not fit together: {', '.join(wrong) or 'no key'}")

    @property
    def schema(self) -> dict[str, str]:
        """Every column as it lies in the lake, in order: name → kind."""
        return {**SHOP, **dict.fromkeys(self.days, DAY), **self.columns}

    @property
    def fingerprint(self) -> str:
        """Changes when the columns or their meaning change: files with another one are written anew."""
        spec = [FORM, list(self.schema.items()), sorted(self.days.items()), self.month_of, self.key]
        return hashlib.sha256(repr(spec).encode()).hexdigest()[:16]


#: (shop, first day of the month or None for undated rows) → frames with the table's ``columns``, best in order of day.
Reader = Callable[[ShopInfo, "date | None"], "Iterator[pl.DataFrame]"]
#: shop → the months in which it has rows, None among them for undated ones.
Months = Callable[[ShopInfo], "Iterable[date | None]"]


@dataclass(frozen=True, slots=True)
class Source:
    """A table and how its rows are read from the ledger. Named in ``config/parts/lake.py``."""

    table: Table
    read: Reader
    months: Months


@dataclass(frozen=True, slots=True)
class MonthFile:
    """One month of one table, whole, in one file. ``content_id`` changes exactly when a row does."""

    month: date | None
    path: Path
    content_id: str
    rows: int
    bytes: int
    written_at: datetime
    #: Its columns are those of the table today; False: an older version wrote it, missing columns read as null.
    current: bool = True


@dataclass(frozen=True, slots=True)
class TableState:
    """One table at one moment: its files by month, and what the ledger knows that they do not.

    ``as_of``: everything written to the ledger before this moment is in the files; None: something is missing of which
    nobody can say since when (never built, or built for other columns, another zone). ``stale`` are the months that
    wait to be written, with the shops concerned (0: all).
    """

    table: Table
    files: tuple[MonthFile, ...]
    as_of: datetime | None
    stale: Mapping[date | None, frozenset[int]] = field(default_factory=dict)

    @property
    def content_id(self) -> str:
        """Changes exactly when any row of the table does."""
        text = "".join(f.content_id for f in self.files)
        return hashlib.sha256((self.table.fingerprint + text).encode()).hexdigest()[:16]

    @property
    def rows(self) -> int:
        return sum(f.rows for f in self.files)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All tables at one moment. Its files stay readable for an hour after they were replaced."""

    tables: Mapping[str, TableState]

    @property
    def id(self) -> str:
        text = "".join(f"{name}{state.content_id}" for name, state in sorted(self.tables.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def stale(self) -> bool:
        return any(state.stale for state in self.tables.values())


@dataclass(slots=True)
class Refreshed:
    """What a refresh did. ``read`` rows came from the ledger, ``copied`` ones from the file before."""

    partitions: int = 0
    changed: int = 0
    read: int = 0
    copied: int = 0
    written: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """The lake and the ledger do not say the same of a shop and month; ``column`` is ``rows``, ``key`` or a column."""

    table: str
    month: date | None
    shop_id: int
    column: str
    lake: str
    ledger: str


@dataclass(slots=True)
class Verified:
    """What a comparison found. ``months`` and ``rows`` were compared; ``waiting`` are (table, month) still to write."""

    months: int = 0
    rows: int = 0
    waiting: list[tuple[str, date | None]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


class UnknownTable(LookupError):
    """A table that no room offers to the lake."""


class BadRows(ValueError):
    """A room gave rows that its own table description does not allow."""


__all__ = [
    "BOOL", "DAY", "FORM", "INT", "MINOR", "SHOP", "TEXT", "TYPES", "UTC",
    "BadRows", "Difference", "MonthFile", "Months", "Reader", "Refreshed", "Snapshot", "Source", "Table", "TableState",
    "UnknownTable", "Verified", "month_period",
]  # fmt: skip
