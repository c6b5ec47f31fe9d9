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
from zhanggui.foundation.files.domain.refusal import Refusal

FORMAT: Final = 1
NAME: Final = "manifest.json"


class BackupRefused(Refusal):
    """Base of the reasons for which an archive is not restored; nothing was touched."""


class NotABackup(BackupRefused):
    text = "%(name)s is not a backup of Zhanggui, or not a complete one."


class BackupDamaged(BackupRefused):
    text = "The backup is damaged: %(member)s is not what was written. Nothing was changed."


class BackupTooNew(BackupRefused):
    text = "The backup was made by a newer version (%(what)s). Update first. Nothing was changed."


class WrongEngine(BackupRefused):
    text = "The backup holds a %(theirs)s database, this home uses %(ours)s. Nothing was changed."


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
            raise BackupTooNew(what=f"format {raw['format']}")
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
        raise NotABackup(name=NAME) from error


def check_names(manifest: Manifest, present: Iterable[str]) -> None:
    """Refuse members that are missing, unknown, repeated, or whose names lead out of the folder."""
    names = list(present)
    if len(names) != len(set(names)):
        raise BackupDamaged(member=max(names, key=names.count))
    for name in sorted(set(names) - set(manifest.members) - {NAME}):
        raise BackupDamaged(member=name)
    for name in sorted(manifest.members):
        parts = PurePosixPath(name).parts
        if not re.fullmatch(r"[A-Za-z0-9._/-]+", name) or name.startswith("/") or ".." in parts:
            raise BackupDamaged(member=name)
        if name not in names:
            raise BackupDamaged(member=name)


def check_migrations(manifest: Manifest, known: Iterable[tuple[str, str]]) -> None:
    """Refuse a backup whose schema this version does not know."""
    unknown = sorted(set(manifest.migrations) - set(known))
    if unknown:
        raise BackupTooNew(what=f"{unknown[0][0]}.{unknown[0][1]}")
