"""The table of contents of a backup, as JSON, and what is refused about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final

from zhanggui.foundation.files.contracts import Manifest

FORMAT: Final = 1
NAME: Final = "manifest.json"


class BackupRefused(Exception):
    """Base of the reasons for which an archive is not restored; nothing was touched."""


class NotABackup(BackupRefused):
    def __init__(self, why: str) -> None:
        super().__init__(f"This file is not a backup of Zhanggui: {why}.")


class BackupDamaged(BackupRefused):
    def __init__(self, member: str, why: str) -> None:
        super().__init__(f"The backup is damaged: {member} {why}. Nothing was changed.")


class BackupTooNew(BackupRefused):
    def __init__(self, what: str) -> None:
        super().__init__(f"The backup was made by a newer version ({what}). Update first. Nothing was changed.")


class WrongEngine(BackupRefused):
    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(f"The backup holds a {theirs} database, this home uses {ours}. Nothing was changed.")


def dumps(manifest: Manifest) -> bytes:
    """The manifest as stored."""
    data = asdict(manifest)
    data["created_at"] = manifest.created_at.isoformat()
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode()


def loads(data: bytes) -> Manifest:
    """The manifest read back. Raises ``NotABackup``, ``BackupTooNew``."""
    try:
        raw: dict[str, Any] = json.loads(data)
        if int(raw["format"]) > FORMAT:
            raise BackupTooNew(f"backup format {raw['format']}")
        return Manifest(
            format=int(raw["format"]),
            version=str(raw["version"]),
            engine=str(raw["engine"]),
            created_at=datetime.fromisoformat(raw["created_at"]),
            members={str(k): (int(v[0]), str(v[1])) for k, v in raw["members"].items()},
            tables={str(k): int(v) for k, v in raw["tables"].items()},
            migrations=[(str(a), str(n)) for a, n in raw["migrations"]],
            audit=(int(raw["audit"][0]), str(raw["audit"][1])),
            key_ids=[str(k) for k in raw["key_ids"]],
            extra=dict(raw.get("extra", {})),
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise NotABackup("its table of contents cannot be read") from error


def check_names(manifest: Manifest, present: Iterable[str]) -> None:
    """Refuse members that are missing, unknown, repeated, or whose names lead out of the folder."""
    names = list(present)
    if len(names) != len(set(names)):
        raise BackupDamaged("a member", "occurs twice")
    for name in sorted(set(names) - set(manifest.members) - {NAME}):
        raise BackupDamaged(name, "is not in the table of contents")
    for name in sorted(manifest.members):
        parts = PurePosixPath(name).parts
        if not re.fullmatch(r"[A-Za-z0-9._/-]+", name) or name.startswith("/") or ".." in parts:
            raise BackupDamaged(name, "has an unsafe name")
        if name not in names:
            raise BackupDamaged(name, "is missing")


def check_migrations(manifest: Manifest, known: Iterable[tuple[str, str]]) -> None:
    """Refuse a backup whose schema this version does not know."""
    unknown = sorted(set(manifest.migrations) - set(known))
    if unknown:
        raise BackupTooNew(f"schema {unknown[0][0]}.{unknown[0][1]}")
