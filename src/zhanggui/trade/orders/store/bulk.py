"""Whole frames in and out of a table, in the fastest way each database has.

SQLite takes ``executemany`` on its own connection, PostgreSQL takes ``COPY``. Everything runs on Django's
connection and inside the caller's transaction. Frames use the physical column names of the model (``shop_id``,
not ``shop``); times are aware UTC columns, money and counts are integers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl
from django.db import connection, models

_UTC: Final = pl.Datetime("us", "UTC")


class OutsideTransaction(RuntimeError):
    """A ledger write was asked for outside a transaction, where it could be left half done."""


def require_transaction() -> None:
    if not connection.in_atomic_block:
        raise OutsideTransaction("call inside transaction.atomic(): an import is recorded whole or not at all")


#: First key of the advisory locks that serialise imports per shop.
_LOCK_SPACE: Final = 0x5A47


def lock_shop_imports(shop_id: int) -> None:
    """Hold the import lock of a shop until the transaction ends; calling twice is harmless.

    On SQLite the IMMEDIATE transaction already is the lock; on PostgreSQL it is an advisory one.
    """
    require_transaction()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, shop_id])


def _kind(field: models.Field[Any, Any]) -> Any:
    if isinstance(field, models.ForeignKey | models.OneToOneField):
        return _kind(field.target_field)
    if isinstance(field, models.DateTimeField):
        return _UTC
    if isinstance(field, models.BooleanField):
        return pl.Boolean
    if isinstance(field, models.IntegerField):
        return pl.Int64
    if isinstance(field, models.BinaryField):
        return pl.Binary
    return pl.String


def schema_of(model: type[models.Model]) -> dict[str, Any]:
    """Physical column → Polars type, in the model's order."""
    return {field.attname: _kind(field) for field in model._meta.concrete_fields}


def _quoted(names: Iterable[str]) -> list[str]:
    return [connection.ops.quote_name(name) for name in names]


def _time_texts(column: pl.Series) -> pl.Series:
    """Moments as Django writes them on SQLite: no fraction where it is zero."""
    naive = column.dt.replace_time_zone(None)
    whole = naive.dt.strftime("%Y-%m-%d %H:%M:%S")
    fraction = naive.dt.microsecond()
    if not (fraction > 0).any():
        return whole
    return pl.select(
        pl.when(fraction == 0).then(whole).otherwise(naive.dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))
    ).to_series()


#: Rows that exist as Python objects at one time.
_SLICE: Final = 8192


def _sqlite_rows(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    for part in frame.iter_slices(_SLICE):
        columns = []
        for column in part:
            if column.dtype == _UTC:
                column = _time_texts(column)
            elif column.dtype == pl.Boolean:
                column = column.cast(pl.Int8)
            columns.append(column.to_list())
        yield from zip(*columns, strict=True)


def _copy_text(frame: pl.DataFrame) -> bytes:
    """CSV for COPY: an unquoted empty cell is null, a quoted one is an empty text."""
    changed = []
    for name, dtype in frame.schema.items():
        if dtype == _UTC:
            changed.append(pl.col(name).dt.strftime("%Y-%m-%d %H:%M:%S%.6f+00"))
        elif dtype == pl.Binary:  # as \x and hex digits
            changed.append((pl.lit("\\x") + pl.col(name).bin.encode("hex")).alias(name))
    text: str = frame.with_columns(changed).write_csv(include_header=False)
    # PostgreSQL has no zero character in texts
    return text.replace("\x00", "").encode("utf-8", "replace")


def _copy(table: str, names: Sequence[str], frame: pl.DataFrame) -> None:
    with connection.cursor() as cursor:
        columns = ", ".join(_quoted(names))
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv)") as copy:
            copy.write(_copy_text(frame))


def allocate(model: type[models.Model], count: int) -> pl.Series:
    """``count`` fresh ids, ascending. They belong to this transaction; ids of an aborted one are not missed.

    Tables that are filled here are filled by nobody else: on PostgreSQL a whole stretch of the sequence is taken at
    once, under a lock that only this function knows.
    """
    require_transaction()
    table = model._meta.db_table
    if not count:
        return pl.Series("id", [], dtype=pl.Int64)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", [_LOCK_SPACE])
            try:
                cursor.execute(
                    "SELECT setval(s, nextval(s) + %s) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS s) q",
                    [count - 1, table],
                )
                first = cursor.fetchone()[0] - count + 1
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [_LOCK_SPACE])
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            first = (row[0] if row else 0) + 1
    return pl.int_range(first, first + count, eager=True).alias("id")


def insert(model: type[models.Model], frame: pl.DataFrame) -> None:
    """Add the rows of ``frame``. Columns that are null throughout are left out, so narrow files cost less."""
    require_transaction()
    if frame.is_empty():
        return
    names = [name for name in frame.columns if frame[name].null_count() < len(frame)]
    frame = frame.select(names)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        _copy(table, names, frame)
        return
    marks = ", ".join("?" * len(names))
    sql = f"INSERT INTO {table} ({', '.join(_quoted(names))}) VALUES ({marks})"  # noqa: S608
    _execute_many(sql, _sqlite_rows(frame))


def update(model: type[models.Model], frame: pl.DataFrame, *, key: str = "id") -> None:
    """Set all other columns of ``frame`` on the rows that ``key`` names."""
    require_transaction()
    names = [name for name in frame.columns if name != key]
    if frame.is_empty() or not names:
        return
    frame = frame.select(*names, key)
    table, key_name = _quoted([model._meta.db_table, key])
    if connection.vendor == "postgresql":
        stage = connection.ops.quote_name(f"stage_{model._meta.db_table}")
        given = ", ".join(_quoted(frame.columns))
        sets = ", ".join(f"{name} = s.{name}" for name in _quoted(names))
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE {stage} AS SELECT {given} FROM {table} WITH NO DATA")  # noqa: S608
            _copy(stage, frame.columns, frame)
            cursor.execute(f"ANALYZE {stage}")
            cursor.execute(f"UPDATE {table} t SET {sets} FROM {stage} s WHERE t.{key_name} = s.{key_name}")  # noqa: S608
            cursor.execute(f"DROP TABLE {stage}")
        return
    sets = ", ".join(f"{name} = ?" for name in _quoted(names))
    _execute_many(f"UPDATE {table} SET {sets} WHERE {key_name} = ?", _sqlite_rows(frame))  # noqa: S608


def _execute_many(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.executemany(sql, rows)


def by_keys(
    model: type[models.Model],
    columns: Sequence[str],
    key: str,
    keys: pl.Series,
    *,
    fixed: Mapping[str, int] | None = None,
) -> pl.DataFrame:
    """Rows whose ``key`` is among ``keys`` (distinct) and whose ``fixed`` columns have the given values."""
    schema = {name: dtype for name, dtype in schema_of(model).items() if name in set(columns)}
    if keys.is_empty():
        return pl.DataFrame(schema={name: schema[name] for name in columns})
    fixed = dict(fixed or {})
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    on = " AND ".join([*(f"t.{quote(name)} = %s" for name in fixed), f"t.{quote(key)} = k.value"])
    wanted = ", ".join(selected(f"t.{quote(name)}", schema[name]) for name in columns)
    # Both forms fix the order of loops: walk the keys and probe the index, never read the whole table.
    given: Any
    if connection.vendor == "postgresql":
        kind = "bigint" if keys.dtype.is_integer() else "text"
        given = keys.to_list()
        sql = (
            f"SELECT f.* FROM unnest(%s::{kind}[]) AS k(value) "  # noqa: S608
            f"CROSS JOIN LATERAL (SELECT {wanted} FROM {table} t WHERE {on} OFFSET 0) f"
        )
    else:
        given = json.dumps(keys.to_list())
        sql = f"SELECT {wanted} FROM json_each(%s) AS k CROSS JOIN {table} t ON {on}"  # noqa: S608
    return query(sql, [given, *fixed.values()], {name: schema[name] for name in columns})


def selected(column: str, dtype: Any) -> str:
    """A column as ``query`` wants it selected."""
    if connection.vendor == "postgresql":
        # integers travel faster than moments
        return f"(extract(epoch from {column}) * 1000000)::bigint" if dtype == _UTC else column
    # the sign keeps the driver from converting cell by cell in Python
    return f"+{column}" if dtype in (_UTC, pl.Boolean) else column


def query(sql: str, params: Sequence[Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    """The answer of a query as a frame; time columns come as microseconds (PostgreSQL) or texts (SQLite)."""
    raw = {name: _raw_type(dtype) for name, dtype in schema.items()}
    parts = [pl.DataFrame(schema=raw)]
    with connection.cursor() as wrapped:
        if connection.vendor == "postgresql":
            wrapped.execute(sql, params)
            cursor: Any = wrapped
        else:
            with connection.wrap_database_errors:
                cursor = connection.connection.execute(sql.replace("%s", "?"), params)
        while rows := cursor.fetchmany(_SLICE):
            # column by column: three times as fast as row by row
            columns = zip(raw.items(), zip(*rows, strict=True), strict=True)
            parts.append(pl.DataFrame([pl.Series(name, cells, dtype=dtype) for (name, dtype), cells in columns]))
    frame = pl.concat(parts)
    return frame.with_columns(_restore(name, dtype) for name, dtype in schema.items() if dtype != raw[name])


def _raw_type(dtype: Any) -> Any:
    if dtype == _UTC:
        return pl.Int64 if connection.vendor == "postgresql" else pl.String
    if dtype == pl.Boolean and connection.vendor != "postgresql":
        return pl.Int64
    return dtype


def _restore(name: str, dtype: Any) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Boolean:
        return column.cast(pl.Boolean)
    if connection.vendor == "postgresql":
        return column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us").dt.replace_time_zone("UTC")


__all__ = [
    "OutsideTransaction",
    "allocate",
    "by_keys",
    "insert",
    "lock_shop_imports",
    "query",
    "require_transaction",
    "schema_of",
    "update",
]
