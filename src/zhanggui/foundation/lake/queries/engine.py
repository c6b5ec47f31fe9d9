"""DuckDB in process over the files of a snapshot."""

from __future__ import annotations

import hashlib
import os
import threading
from typing import Any, Final

import duckdb
from django.conf import settings

from zhanggui.config.home import home
from zhanggui.foundation.lake import store
from zhanggui.foundation.lake.contracts import TYPES, Snapshot, Table, TableState
from zhanggui.foundation.lake.domain.months import name_of
from zhanggui.foundation.lake.queries.states import snapshot as take_snapshot

#: Snapshots whose views are kept in this process; the oldest go first.
_KEPT: Final = 64
_lock = threading.Lock()
_engines: dict[tuple[str, ...], _Engine] = {}


class _Engine:
    """One database in memory that every connection of this process shares: with it memory limit and file footers."""

    def __init__(self) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": settings.LAKE_MEMORY,
            "threads": str(settings.LAKE_THREADS),
            "temp_directory": str(store.spill()),
        }
        self.database = duckdb.connect(":memory:", config=config)
        folders = [store.root(), home() / "rollups", store.spill()]
        self.database.execute("SET GLOBAL TimeZone = 'UTC'")
        self.database.execute("SET GLOBAL parquet_metadata_cache = true")
        self.database.execute(f"SET GLOBAL allowed_directories = [{', '.join(_text(str(f)) for f in folders)}]")
        self.database.execute("SET GLOBAL enable_external_access = false")
        self.schemas: dict[str, None] = {}
        self.lock = threading.Lock()

    def schema_of(self, snap: Snapshot) -> str:
        """The schema with the views of a snapshot, made when it is new."""
        parts = [f"{f.path} {f.current}" for _, state in sorted(snap.tables.items()) for f in state.files]
        parts += [f"{name} {state.table.fingerprint}" for name, state in sorted(snap.tables.items())]
        schema = f"s_{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:20]}"
        with self.lock:
            if schema in self.schemas:
                self.schemas[schema] = self.schemas.pop(schema)  # used last
                return schema
            with self.database.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute(f"CREATE SCHEMA {schema}")
                for name, state in snap.tables.items():
                    cursor.execute(f'CREATE VIEW {schema}."{name}" AS {view_of(state)}')
                cursor.execute("COMMIT")
                self.schemas[schema] = None
                for old in list(self.schemas)[:-_KEPT]:
                    cursor.execute(f"DROP SCHEMA {old} CASCADE")
                    del self.schemas[old]
        return schema


def connect(snapshot: Snapshot | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with one view per table of ``snapshot`` (of now when left out).

    Cheap: connections of one process share an engine, and views are made once per snapshot. Use it in one thread and
    for one answer; closing is optional. Views have the columns of ``Table.schema`` and ``month``.
    """
    snap = take_snapshot() if snapshot is None else snapshot
    engine = _engine()
    schema = engine.schema_of(snap)
    cursor = engine.database.cursor()
    cursor.execute(f"SET schema = '{schema}'")
    return cursor


def view_of(state: TableState) -> str:
    """The select behind the view of a table: its files, and typed nulls for columns that older files lack."""
    table = state.table
    columns = ", ".join(f'"{name}"' for name in (*table.schema, "month"))
    files = [str(f.path) for f in state.files if f.current]
    parts = [f"SELECT {columns} FROM {_read(files)}"] if files else []  # noqa: S608
    parts += [
        f"SELECT {_older(table, f.path, name_of(f.month))} FROM {_read([str(f.path)])}"  # noqa: S608
        for f in state.files
        if not f.current
    ]
    parts = parts or [f"SELECT {_nothing(table)} WHERE false"]
    return " UNION ALL ".join(parts)


def _read(paths: list[str]) -> str:
    # the type of ``month`` is given, so that nobody guesses one from the names of folders
    listed = ", ".join(_text(path) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = true, hive_types = {{'month': VARCHAR}})"


def _nothing(table: Table) -> str:
    typed = [f'NULL::{TYPES[kind]} AS "{name}"' for name, kind in table.schema.items()]
    return ", ".join([*typed, "NULL::VARCHAR AS month"])


def _older(table: Table, path: Any, month: str) -> str:
    """The columns of today as far as an older file has them, with the types of today."""
    import pyarrow.parquet as pq

    has = set(pq.read_schema(path).names)
    cells = [
        f'CAST({chr(34) + name + chr(34) if name in has else "NULL"} AS {TYPES[kind]}) AS "{name}"'
        for name, kind in table.schema.items()
    ]
    return ", ".join([*cells, f"{_text(month)} AS month"])


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _engine() -> _Engine:
    """The engine of this process; another one when home or limits are others (tests)."""
    key = (str(os.getpid()), str(home()), settings.LAKE_MEMORY, str(settings.LAKE_THREADS))
    with _lock:
        if key not in _engines:
            _engines.clear()
            _engines[key] = _Engine()
        return _engines[key]
