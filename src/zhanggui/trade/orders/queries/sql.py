"""Pieces of SQL the reads are put together from, and the two dialects' differences in one place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Condition:
    """A condition with its parameters; conditions join with AND."""

    sql: str
    params: tuple[Any, ...] = ()


@dataclass
class Select:
    """A select over the order table, called ``o``."""

    what: str
    where: list[Condition] = field(default_factory=list)
    index: str = ""
    order: str = ""
    limit: int | None = None

    def render(self) -> tuple[str, list[Any]]:
        hint = f" INDEXED BY {self.index}" if self.index and not is_postgres() else ""
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


def contains(columns: Sequence[str], fragment: str) -> Condition:
    """Any of the texts holds the fragment, letters of either case."""
    pattern = "%" + fragment.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    word = "ILIKE" if is_postgres() else "LIKE"
    tests = " OR ".join(f"{column} {word} %s ESCAPE '\\'" for column in columns)
    return Condition(f"({tests})", (pattern,) * len(columns))


def starts_with(column: str, prefix: str) -> Condition:
    """A range over the index of a column of ids: everything that begins with ``prefix``."""
    return Condition(f"{column} >= %s AND {column} < %s", (prefix, prefix + "\U0010ffff"))


def rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())


def number(sql: str, params: Sequence[Any]) -> int:
    return int(rows(sql, params)[0][0])


def union_all(selects: Sequence[tuple[str, list[Any]]]) -> tuple[str, list[Any]]:
    """Several limited selects as one: each keeps its own order and limit."""
    if len(selects) == 1:
        return selects[0]
    parts = [f"SELECT * FROM ({sql}) part{n}" for n, (sql, _) in enumerate(selects)]  # noqa: S608
    return " UNION ALL ".join(parts), [value for _, params in selects for value in params]
