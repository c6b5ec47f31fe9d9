"""Pieces of SQL the reads are put together from, and the two dialects' differences in one place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection


@dataclass(frozen=True)
class Condition:
    """A condition with its parameters; conditions join with AND."""

    sql: str
    params: tuple[Any, ...] = ()


#: Instead of an index: go by the row's own id.
BY_ID: Final = "NOT INDEXED"


@dataclass
class Select:
    """A select over the order table, called ``o``."""

    what: str
    where: list[Condition] = field(default_factory=list)
    index: str = ""
    order: str = ""
    limit: int | None = None

    def render(self) -> tuple[str, list[Any]]:
        hint = ""
        if self.index and not is_postgres():
            hint = f" {self.index}" if self.index == BY_ID else f" INDEXED BY {self.index}"
        sql = f"SELECT {self.what} FROM orders_order o{hint}"  # noqa: S608
        params: list[Any] = []
        if self.where:
            sql += " WHERE " + " AND ".join(condition.sql for condition in self.where)
            params = [value for condition in self.where for value in condition.params]
        if self.order:
            sql += f" ORDER BY {self.order}"
        if self.limit is not None:
            sql += f" LIMIT {self.limit}"
        return sql, params


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def moment(value: datetime) -> Any:
    """A moment as the database compares it."""
    return connection.ops.adapt_datetimefield_value(value.astimezone(UTC))


def one_of(column: str, values: Iterable[Any]) -> Condition:
    """``column`` is among ``values``, however many they are."""
    given = sorted(values)
    if is_postgres():
        return Condition(f"{column} = ANY(%s)", (given,))
    if len(given) <= 20:
        return Condition(f"{column} IN ({', '.join(['%s'] * len(given))})", tuple(given))
    return Condition(f"{column} IN (SELECT value FROM json_each(%s))", (json.dumps(given),))  # noqa: S608


def holds(column: str, fragment: str) -> Condition:
    """The text has the fragment in it, sign by sign."""
    find = "strpos" if is_postgres() else "instr"
    return Condition(f"{find}({column}, %s) > 0", (fragment,))


def starts_with(column: str, prefix: str) -> Condition:
    """A range over the index of a column of ids: everything that begins with ``prefix``."""
    return Condition(f"{column} >= %s AND {column} < %s", (prefix, prefix + "\U0010ffff"))


def rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())


def number(sql: str, params: Sequence[Any]) -> int:
    return int(rows(sql, params)[0][0])


def merged(selects: Sequence[tuple[str, list[Any]]], order: str, limit: int) -> tuple[str, list[Any]]:
    """Several sorted selects merged into one sorted list that stops after ``limit`` rows.

    Neither database reads a part further than the merge needs it.
    """
    params = [value for _, given in selects for value in given]
    if len(selects) == 1:
        return f"{selects[0][0]} ORDER BY {order} LIMIT {limit}", params
    if is_postgres():
        parts = " UNION ALL ".join(f"({text} ORDER BY {order} LIMIT {limit})" for text, _ in selects)
    else:
        parts = " UNION ALL ".join(text for text, _ in selects)
    return f"{parts} ORDER BY {order} LIMIT {limit}", params
