"""Everything of this installation in one file, while it works."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Protocol

from django.db import connection

from zhanggui.config.home import read_key
from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.audit.contracts import Break
from zhanggui.foundation.files import store
from zhanggui.foundation.files.archive import Writer
from zhanggui.foundation.files.contracts import BackupReport, Manifest
from zhanggui.foundation.files.databases import postgres, sqlite
from zhanggui.foundation.files.domain import manifest as rules
from zhanggui.foundation.files.domain.passphrase import MIN_LENGTH, PassphraseTooShort, lock
from zhanggui.foundation.files.domain.refusal import Refusal
from zhanggui.foundation.files.models import StoredFile
from zhanggui.foundation.vault import keys as vault_keys

#: Key files by name, with the environment variable that may stand for each.
KEYS: Final = {
    "session": "ZHANGGUI_SECRET_KEY",
    "vault": "ZHANGGUI_VAULT_KEYS",
    "fingerprint": "ZHANGGUI_FINGERPRINT_KEY",
    "factors": "ZHANGGUI_FACTOR_KEY",
}
KEYS_MEMBER: Final = "keys.locked"
_OWN_NAME = re.compile(r"zhanggui-\d{8}-\d{6}\.zip")


class BackupFailed(Refusal):
    """The backup was not made; nothing half-made is left."""


class StoredFileLost(BackupFailed):
    text = "The stored file %(sha256).12s… is missing; the backup would be incomplete."


class NoRoom(BackupFailed):
    text = "Not enough room in %(place)s: about %(needed).0f MB are needed, %(free).0f MB are free."


class Snapshot(Protocol):
    """What both databases offer of one moment."""

    def members(self) -> Iterator[tuple[str, Iterator[bytes]]]: ...
    def tables(self) -> dict[str, int]: ...
    def migrations(self) -> list[tuple[str, str]]: ...
    def stored_files(self) -> Iterator[tuple[str, bool]]: ...
    def audit_head(self) -> tuple[int, str]: ...
    def audit_breaks(self) -> list[Break]: ...


Progress = Callable[[str, int], None]


def engine() -> str:
    return connection.vendor


def database_path() -> Path:
    """The SQLite file of this installation."""
    return Path(str(connection.settings_dict["NAME"]))


@contextmanager
def take_snapshot() -> Iterator[Snapshot]:
    """The whole database as of one moment."""
    if engine() == "sqlite":
        with (
            tempfile.TemporaryDirectory(prefix="backup-", dir=store.scratch()) as scratch,
            sqlite.snapshot(database_path(), Path(scratch)) as copy,
        ):
            yield copy
    else:
        with postgres.snapshot() as view:
            yield view


def key_check(name: str) -> str:
    """A short public fingerprint of a key file's content, to tell later whether the right keys are at hand."""
    return hashlib.sha256(b"zhanggui key check" + read_key(name, KEYS[name]).encode()).hexdigest()[:16]


def backup(*, path: Path, passphrase: str | None = None, progress: Progress | None = None) -> BackupReport:
    """Write one archive: the database as of one moment, every stored file it names and, with ``passphrase``, the keys.

    Others go on working meanwhile. ``path`` may be an existing folder: the file then gets a name with the time. An
    existing file is replaced only when the new one is complete. The audit log notes it, after the moment of the backup.
    Raises ``BackupFailed``, ``PassphraseTooShort``.
    """
    started = time.monotonic()
    if passphrase is not None and len(passphrase) < MIN_LENGTH:
        raise PassphraseTooShort(length=MIN_LENGTH)
    created_at = datetime.now(UTC)
    target = path / f"zhanggui-{created_at:%Y%m%d-%H%M%S}.zip" if path.is_dir() else path
    target.parent.mkdir(parents=True, exist_ok=True)
    _need_room(target.parent)
    tell = progress or (lambda _what, _size: None)
    with take_snapshot() as found, Writer(target) as out:
        broken = found.audit_breaks()
        for name, pieces in found.members():
            tell(name, 0)
            out.add(name, pieces)
        files = 0
        for sha256, is_kept in found.stored_files():
            files += _add_file(out, sha256, is_kept)
            tell("files", files)
        if passphrase is not None:
            held = {name: read_key(name, variable) for name, variable in KEYS.items()}
            out.add(KEYS_MEMBER, [lock(held, passphrase, os.urandom(16), os.urandom(12))])
        manifest = Manifest(
            format=rules.FORMAT,
            version=_version(),
            engine=engine(),
            created_at=created_at,
            members=dict(out.members),
            tables=found.tables(),
            migrations=found.migrations(),
            audit=found.audit_head(),
            key_ids=[key.id.hex() for key in vault_keys.ring().keys],
            extra={
                "files": files,
                "audit_breaks": len(broken),
                "key_checks": {name: key_check(name) for name in KEYS},
            },
        )
        out.finish(manifest)
    audit.record(
        actor_id=None,
        action="backup.made",
        subject=target.name[-200:],
        detail={"files": files, "keys": passphrase is not None, "audit_records": manifest.audit[0]},
    )
    return BackupReport(
        path=str(target),
        size=target.stat().st_size,
        sha256=_hash(target),
        engine=manifest.engine,
        created_at=created_at,
        tables=manifest.tables,
        files=files,
        audit_records=manifest.audit[0],
        audit_head=manifest.audit[1],
        keys=passphrase is not None,
        seconds=round(time.monotonic() - started, 2),
    )


def prune(*, folder: Path, keep: int) -> list[str]:
    """Remove all but the newest ``keep`` backups whose names ``backup`` made in ``folder``; returns what went."""
    if keep < 1:
        raise ValueError("at least one backup must be kept")
    found = sorted((p for p in folder.iterdir() if _OWN_NAME.fullmatch(p.name)), key=lambda p: p.name, reverse=True)
    for old in found[keep:]:
        old.unlink()
    return [p.name for p in found[keep:]]


def _add_file(out: Writer, sha256: str, is_kept: bool) -> int:
    place = store.place_of(sha256)
    try:
        with place.open("rb") as source:
            out.add(f"files/{sha256[:2]}/{sha256[2:4]}/{sha256}.zgf", store.pieces(source), compress=False)
    except FileNotFoundError as error:
        # removed since the snapshot on purpose (an expired result, a file to forget), or lost?
        if StoredFile.objects.filter(sha256=sha256).exists() and is_kept:
            raise StoredFileLost(sha256=sha256) from error
        return 0
    return 1


def _need_room(folder: Path) -> None:
    """Refuse early when there is clearly no room: the files as they are, the database twice (copy and archive)."""
    files = sum(p.stat().st_size for p in store.folder().rglob("*.zgf"))
    data = 0
    if engine() == "sqlite" and database_path().exists():
        data = database_path().stat().st_size
    for place, needed in ((folder, files + data // 2), (store.scratch(), data)):
        free = shutil.disk_usage(place).free
        if free < needed:
            raise NoRoom(needed=needed / 1e6, free=free / 1e6, place=place)


def _hash(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _version() -> str:
    try:
        return version("zhanggui")
    except PackageNotFoundError:
        return "0"
