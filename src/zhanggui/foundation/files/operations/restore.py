"""Bring a backup back, or prove on the side that it could be brought back."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from zhanggui.config.home import home, key_file
from zhanggui.foundation.audit import operations as audit_writes
from zhanggui.foundation.audit import queries as audit
from zhanggui.foundation.audit.contracts import Break
from zhanggui.foundation.files import store
from zhanggui.foundation.files.archive import Reader, opened
from zhanggui.foundation.files.contracts import RestoreReport
from zhanggui.foundation.files.databases import postgres, sqlite
from zhanggui.foundation.files.domain import manifest as rules
from zhanggui.foundation.files.domain.passphrase import PassphraseWrong, unlock
from zhanggui.foundation.files.domain.refusal import Refusal
from zhanggui.foundation.files.operations.backup import KEYS, KEYS_MEMBER, NoRoom, database_path, engine, key_check
from zhanggui.foundation.vault import keys as vault_keys


class RestoreFailed(Refusal):
    """Base of what stops a restore."""


class HomeNotEmpty(RestoreFailed):
    text = "%(place)s already holds an installation. Choose an empty ZHANGGUI_HOME, or give --force to put it aside."


class NoKeysInside(RestoreFailed):
    text = "This backup has no keys inside; restore it without a passphrase. Nothing was changed."


class ProofFailed(RestoreFailed):
    """What was restored is not what was backed up."""

    text = "The restored data does not hold: %(why)s."


Progress = Callable[[str], None]


def restore(
    *,
    path: Path,
    force: bool = False,
    trial: bool = False,
    passphrase: str | None = None,
    progress: Progress | None = None,
) -> RestoreReport:
    """Bring back what ``path`` holds, into an empty home or, with ``force``, in place of what is there.

    Every member is checked against its hash, the schema against this version and, for SQLite, the database against its
    own and our checks, before anything is touched. What was there before is moved to ``HOME/before-restore-…``
    (SQLite; PostgreSQL is replaced in one transaction). With ``trial`` nothing is touched at all. Stop the server
    first. Raises ``BackupRefused`` and ``RestoreFailed``.
    """
    started = time.monotonic()
    tell = progress or (lambda _what: None)
    with opened(path) as reader:
        manifest = reader.manifest
        if manifest.engine != engine():
            raise rules.WrongEngine(theirs=manifest.engine, ours=engine())
        rules.check_migrations(manifest, _known_migrations())
        tell("verify")
        reader.verify()
        held = _keys(reader, passphrase)
        if not trial and not force:
            _refuse_full_home()
        staging = home() / f"restore-{secrets.token_hex(6)}"
        _need_room(reader)
        staging.mkdir(mode=0o700, parents=True)
        aside = ""
        try:
            tell("unpack")
            _unpack(reader, staging)
            if manifest.engine == "sqlite":
                _prove_sqlite(reader, staging)
            if not trial:
                tell("replace")
                aside = _replace(reader, staging, held)
                tell("prove")
                _prove_home(reader)
                audit_writes.record(
                    actor_id=None,
                    action="backup.restored",
                    subject=path.name[-200:],
                    detail={"of": manifest.created_at.isoformat(), "keys": held is not None},
                )
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    notes = []
    if manifest.extra.get("audit_breaks"):
        notes.append("The audit log already did not hold when the backup was made.")
    return RestoreReport(
        path=str(path),
        engine=manifest.engine,
        created_at=manifest.created_at,
        tables=manifest.tables,
        files=int(manifest.extra.get("files", 0)),
        audit_records=manifest.audit[0],
        audit_head=manifest.audit[1],
        keys=_key_state(reader, restored=held is not None),
        trial=trial,
        moved_aside=aside,
        seconds=round(time.monotonic() - started, 2),
        notes=notes,
    )


def _known_migrations() -> set[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = {key for m in loader.disk_migrations.values() for key in m.replaces}
    return {*loader.disk_migrations, *replaced}


def _keys(reader: Reader, passphrase: str | None) -> dict[str, str] | None:
    if passphrase is None:
        return None
    if KEYS_MEMBER not in reader.manifest.members:
        raise NoKeysInside()
    found = unlock(b"".join(reader.pieces(KEYS_MEMBER)), passphrase)
    if set(found) - set(KEYS):
        raise PassphraseWrong()
    return found


def _key_state(reader: Reader, *, restored: bool) -> str:
    if restored:
        return "restored"
    checks = reader.manifest.extra.get("key_checks", {})
    at_hand = {key.id.hex() for key in vault_keys.reload().keys} if _has_key("vault") else set()
    whole = set(reader.manifest.key_ids) <= at_hand
    same = all(_has_key(name) and key_check(name) == checks.get(name) for name in ("fingerprint", "factors"))
    return "present" if whole and same else "missing"


def _has_key(name: str) -> bool:
    return bool(os.environ.get(KEYS[name])) or key_file(name).exists()


def _refuse_full_home() -> None:
    if any(store.folder().rglob("*.zgf")):
        raise HomeNotEmpty(place=home())
    if engine() == "sqlite":
        if _has_people(database_path()):
            raise HomeNotEmpty(place=home())
    elif not postgres.is_empty():
        raise HomeNotEmpty(place="PostgreSQL")


def _has_people(database: Path) -> bool:
    """Whether a database file is in use; a freshly migrated one without people and shops is not."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database, timeout=30)) as db:
        try:
            (count,) = db.execute(
                "SELECT (SELECT COUNT(*) FROM accounts_user) + (SELECT COUNT(*) FROM accounts_shop)"
            ).fetchone()
        except sqlite3.OperationalError:  # no such table
            return False
        except sqlite3.DatabaseError:  # something else lies there: do not overwrite it unasked
            return True
    return bool(count)


def _need_room(reader: Reader) -> None:
    free = shutil.disk_usage(home()).free
    if free < reader.size:
        raise NoRoom(needed=reader.size / 1e6, free=free / 1e6, place=home())


def _unpack(reader: Reader, staging: Path) -> None:
    for name in reader.manifest.members:
        if name.startswith("files/") or name == sqlite.MEMBER:
            reader.extract(name, staging.joinpath(*name.split("/")))


def _prove_sqlite(reader: Reader, staging: Path) -> None:
    with closing(sqlite.Snapshot(staging.joinpath(*sqlite.MEMBER.split("/")))) as found:
        found.check()
        _compare(reader, found.tables(), found.audit_head(), found.audit_breaks())


def _prove_home(reader: Reader) -> None:
    """Read everything again through the installed program."""
    head = audit.head()
    _compare(reader, None, (head.seq, head.hash), audit.verify())
    for name in reader.manifest.members:
        if name.startswith("files/") and not home().joinpath(*name.split("/")).is_file():
            raise ProofFailed(why=f"{name} is missing")


def _compare(reader: Reader, tables: dict[str, int] | None, head: tuple[int, str], broken: list[Break]) -> None:
    manifest = reader.manifest
    if tables is not None and tables != manifest.tables:
        differing = sorted(t for t in {*tables, *manifest.tables} if tables.get(t) != manifest.tables.get(t))
        raise ProofFailed(why=f"the number of rows differs in {', '.join(differing)}")
    if head != manifest.audit:
        raise ProofFailed(why="the audit log ends elsewhere")
    if len(broken) != int(manifest.extra.get("audit_breaks", 0)):
        raise ProofFailed(why=broken[0].message if broken else "the audit log differs")


def _replace(reader: Reader, staging: Path, held: dict[str, str] | None) -> str:
    connections.close_all()
    aside = home() / f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    moved = False
    if engine() == "sqlite":
        database = database_path()
        for suffix in ("", "-wal", "-shm", "-journal"):
            moved |= _move(database.with_name(database.name + suffix), aside)
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(staging.joinpath(*sqlite.MEMBER.split("/")), database)
    else:
        postgres.load(reader)
    moved |= _move(store.folder(), aside)
    unpacked = staging / "files"
    if unpacked.is_dir():
        os.replace(unpacked, store.folder())
    if held is not None:
        for name, secret in held.items():
            moved |= _write_key(name, secret, aside)
        vault_keys.reload()
        vault_keys.fingerprint_key.cache_clear()
    if engine() != "sqlite":
        with postgres.snapshot() as found:
            _compare(reader, found.tables(), found.audit_head(), found.audit_breaks())
    call_command("migrate", verbosity=0, interactive=False)
    return str(aside) if moved else ""


def _move(path: Path, aside: Path) -> bool:
    if not path.exists():
        return False
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.replace(path, aside / path.name)
    return True


def _write_key(name: str, secret: str, aside: Path) -> bool:
    path = key_file(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    moved = False
    if path.exists():
        if path.read_text(encoding="ascii").strip() == secret:
            return False
        moved = _move(path, aside / "keys")
    with store.create_private(path) as out:
        out.write(secret.encode())
    return moved
