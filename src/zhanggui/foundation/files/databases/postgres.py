"""PostgreSQL: every table by COPY inside one repeatable-read transaction; no pg_dump needed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from zhanggui.foundation.audit.domain.chain import Break, Record, breaks
from zhanggui.foundation.files.archive import Reader

PREFIX = "database/"
SCHEMA = "database/schema.json"


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


class Snapshot:
    """The database as one transaction sees it."""

    def __init__(self, db: BaseDatabaseWrapper) -> None:
        self._db = db
        self.columns = {name: self._columns(name) for name in self._names()}

    def _rows(self, sql: str, params: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with self._db.cursor() as cursor:
            cursor.execute(sql, list(params))
            return list(cursor.fetchall())

    def _names(self) -> list[str]:
        found = self._rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
        return [name for (name,) in found]

    def _columns(self, table: str) -> list[str]:
        found = self._rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' ORDER BY attnum",
            [_quoted(table)],
        )
        return [name for (name,) in found]

    def members(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        yield SCHEMA, iter([json.dumps({"columns": self.columns, "sequences": self._sequences()}).encode()])
        for table in self.columns:
            yield f"{PREFIX}{table}.copy", self._copy(table)

    def _copy(self, table: str) -> Iterator[bytes]:
        columns = ", ".join(_quoted(c) for c in self.columns[table])
        with (
            self._db.cursor() as cursor,
            cursor.copy(f"COPY {_quoted(table)} ({columns}) TO STDOUT") as copy,
        ):
            for piece in copy:
                yield bytes(piece)

    def _sequences(self) -> dict[str, int]:
        found = self._rows(
            "SELECT sequencename, last_value FROM pg_sequences"
            " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
        )
        return {name: int(value) for name, value in found}

    def tables(self) -> dict[str, int]:
        """Rows per table, in the order of names."""
        return {t: int(self._rows(f"SELECT COUNT(*) FROM {_quoted(t)}")[0][0]) for t in self.columns}  # noqa: S608

    def migrations(self) -> list[tuple[str, str]]:
        return [(a, n) for a, n in self._rows("SELECT app, name FROM django_migrations ORDER BY id")]

    def stored_files(self) -> Iterator[tuple[str, bool]]:
        """(sha256, is it kept for good) of every file the snapshot names."""
        yield from self._rows("SELECT sha256, is_kept FROM files_storedfile ORDER BY sha256")

    def audit_head(self) -> tuple[int, str]:
        seq, digest = self._rows("SELECT seq, hash FROM audit_head WHERE id = 1")[0]
        return int(seq), str(digest)

    def audit_breaks(self) -> list[Break]:
        """The audit chain as this transaction sees it."""
        with self._db.chunked_cursor() as cursor:
            cursor.execute(
                "SELECT seq, at, actor_id, action, subject, detail, prev_hash, hash FROM audit_entry ORDER BY seq"
            )
            return list(breaks((Record(*row) for row in cursor), self.audit_head()))


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """One repeatable-read, read-only transaction on a connection of its own."""
    db = connection.copy()
    try:
        with transaction_on(db):
            yield Snapshot(db)
    finally:
        db.close()


@contextmanager
def transaction_on(db: BaseDatabaseWrapper) -> Iterator[None]:
    db.set_autocommit(False)
    try:
        with db.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
    finally:
        db.rollback()
        db.set_autocommit(True)


def is_empty() -> bool:
    """Whether the schema has no tables yet, or only those of a fresh installation without people and shops."""
    names = connection.introspection.table_names()
    if "django_migrations" not in names or "accounts_user" not in names:
        return not names
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT COUNT(*) FROM accounts_user) + (SELECT COUNT(*) FROM accounts_shop)")
        return bool(cursor.fetchone()[0] == 0)


def load(reader: Reader) -> None:
    """Replace the whole schema by the backup, in one transaction: either all of it is there, or all as before.

    The tables are made by the migrations the backup had, filled by COPY, and only then brought up to this version.
    """
    schema = json.loads(b"".join(reader.pieces(SCHEMA)))
    with transaction.atomic():
        _drop_everything()
        _migrate_to(reader.manifest.migrations)
        _fill(reader, schema["columns"], schema["sequences"])


def migrate_forward() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _drop_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {_quoted(name)} CASCADE")
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = current_schema()"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        for (signature,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {signature} CASCADE")


def _migrate_to(applied: list[tuple[str, str]]) -> None:
    """Apply exactly ``applied``: naming only the last of each app, since an earlier one would mean "go back"."""
    executor = MigrationExecutor(connection)
    graph, wanted = executor.loader.graph, set(applied)
    last = [
        key
        for key in applied
        if key in graph.nodes
        and not any(child.key in wanted and child.key[0] == key[0] for child in graph.node_map[key].children)
    ]
    executor.migrate(last)


def _fill(reader: Reader, columns: dict[str, list[str]], sequences: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        tables = [t for t in columns if columns[t]]
        for table in tables:
            cursor.execute(f"ALTER TABLE {_quoted(table)} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(_quoted(t) for t in tables)} RESTART IDENTITY CASCADE")
        for table in tables:
            names = ", ".join(_quoted(c) for c in columns[table])
            with cursor.copy(f"COPY {_quoted(table)} ({names}) FROM STDIN") as copy:
                for piece in reader.pieces(f"{PREFIX}{table}.copy"):
                    copy.write(piece)
        for name, value in sequences.items():
            cursor.execute("SELECT setval(%s::regclass, %s)", [_quoted(name), value])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {_quoted(table)} ENABLE TRIGGER USER")
