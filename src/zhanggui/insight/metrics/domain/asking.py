"""A question to an engine, as data: filter one table of facts, group it, and sum, count or count distinct.

Nothing else is asked of an engine. Quotients, shares, quantiles, currencies, days nobody told of: all that is exact
Python afterwards, so that every engine gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Plain = str | int | bool | date | datetime
Op = Literal["in", "not_in", "null", "not_null", "ge", "gt", "le", "lt", "eq", "gt_col", "lt_col", "eq_col"]
#: A part of a day column that is grouped by; "quarter" is a quarter of an hour of a moment, as a count since 1970.
Part = Literal["", "week", "month", "weekday", "quarter"]


@dataclass(frozen=True, slots=True)
class Cond:
    """``column op values``; ``null`` and ``not_null`` take no value, ``*_col`` the name of another column.

    A comparison with null is not true, as in SQL.
    """

    column: str
    op: Op
    values: tuple[Plain, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """One of these conditions, each a conjunction, holds."""

    of: tuple[tuple[Cond, ...], ...]


Where = tuple["Cond | Any", ...]


@dataclass(frozen=True, slots=True)
class Agg:
    """``count`` of rows (``column`` empty) or of values that are not null, ``sum``, ``distinct`` values, ``min``,
    ``max``; over the rows that meet ``where``."""

    name: str
    op: Literal["count", "sum", "distinct", "min", "max"]
    column: str = ""
    where: Where = ()


@dataclass(frozen=True, slots=True)
class Key:
    """A column to group by, or a part of it."""

    column: str
    part: Part = ""

    @property
    def name(self) -> str:
        return f"{self.column}_{self.part}" if self.part else self.column


@dataclass(frozen=True, slots=True)
class Purchases:
    """The derived table of purchase days: one row per buyer and day on which the buyer paid, in a scope.

    ``scope``: the columns within which a buyer has a history of one's own (none, ``channel`` or ``shop_id``);
    ``where`` is applied to the orders first. Columns: the scope, ``buyer_key``, ``paid_day``, ``n`` (that day as a
    count of days since 1970), ``orders``, ``paid``, ``paid_known``, ``prev``, ``next``, ``first``, ``last`` (as counts
    of days, 0 for none), ``gap`` (``next - n``, 0 for none).
    """

    scope: tuple[str, ...] = ()
    where: Where = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. The answer is a list of tuples: the keys in order, then the aggregates in order; no order of rows.

    Without keys there is exactly one row.
    """

    table: str | Purchases
    keys: tuple[Key, ...]
    aggs: tuple[Agg, ...]
    where: Where = ()
