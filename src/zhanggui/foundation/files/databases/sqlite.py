"""SQLite: a snapshot through the backup API, restored as a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from zhanggui.foundation.audit.domain.chain import Break, Record, breaks
from zhanggui.foundation.files import store
from zhanggui.foundation.files.domain.manifest import BackupDamaged

MEMBER = "database/zhanggui.db"


class Snapshot:
    """A copy of the database as it was at one moment, in a file of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)

    def close(self) -> None:
        self._db.close()

    def members(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        def read() -> Iterator[bytes]:
            with self.path.open("rb") as source:
                yield from store.pieces(source)

        yield MEMBER, read()

    def tables(self) -> dict[str, int]:
        """Rows per table, in the order of names."""
        names = self._db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()
        return {name: self._db.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608

    def migrations(self) -> list[tuple[str, str]]:
        return [(a, n) for a, n in self._db.execute("SELECT app, name FROM django_migrations ORDER BY id")]

    def stored_files(self) -> Iterator[tuple[str, bool]]:
        """(sha256, is it kept for good) of every file the snapshot names."""
        for sha256, is_kept in self._db.execute("SELECT sha256, is_kept FROM files_storedfile ORDER BY sha256"):
            yield sha256, bool(is_kept)

    def audit_head(self) -> tuple[int, str]:
        seq, digest = self._db.execute("SELECT seq, hash FROM audit_head WHERE id = 1").fetchone()
        return seq, digest

    def audit_breaks(self) -> list[Break]:
        """The audit chain, checked in this copy."""
        rows = self._db.execute(
            "SELECT seq, at, actor_id, action, subject, detail, prev_hash, hash FROM audit_entry ORDER BY seq"
        )
        return list(breaks((Record(r[0], _moment(r[1]), *r[2:]) for r in rows), self.audit_head()))

    def check(self) -> None:
        """SQLite's own checks. Raises ``BackupDamaged``."""
        (answer,) = self._db.execute("PRAGMA integrity_check").fetchone()
        if answer != "ok":
            raise BackupDamaged(member=MEMBER)
        if self._db.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise BackupDamaged(member=MEMBER)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@contextmanager
def snapshot(database: Path, scratch: Path) -> Iterator[Snapshot]:
    """Copy the live database in one read transaction (others go on writing) and open the copy."""
    copy = scratch / "snapshot.db"
    try:
        with closing(sqlite3.connect(database, timeout=60)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode=DELETE")
        with closing(Snapshot(copy)) as found:
            yield found
    finally:
        copy.unlink(missing_ok=True)
