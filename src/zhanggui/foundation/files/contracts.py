"""What other rooms receive from the file store and from backups."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file in the store, named by the SHA-256 of its plain bytes."""

    sha256: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file made for somebody to fetch; it goes at ``expires_at``."""

    id: int
    sha256: str
    size: int
    name: str
    actor_id: int | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep removed."""

    results: int
    files: int
    orphans: int
    leftovers: int


@dataclass(frozen=True, slots=True)
class BackupReport:
    """One finished backup. ``tables`` counts rows per table; ``keys`` says whether the keys are inside."""

    path: str
    size: int
    sha256: str
    engine: str
    created_at: datetime
    tables: dict[str, int]
    files: int
    audit_records: int
    audit_head: str
    keys: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore, or a trial of one, proved."""

    path: str
    engine: str
    created_at: datetime
    tables: dict[str, int]
    files: int
    audit_records: int
    audit_head: str
    #: ``restored`` from the archive, ``present`` in this home, or ``missing``: sealed fields cannot be opened.
    keys: str
    trial: bool
    moved_aside: str
    seconds: float
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The table of contents of a backup: ``members`` maps names to (size, sha256)."""

    format: int
    version: str
    engine: str
    created_at: datetime
    members: dict[str, tuple[int, str]]
    tables: dict[str, int]
    migrations: list[tuple[str, str]]
    audit: tuple[int, str]
    key_ids: list[str]
    extra: dict[str, Any] = field(default_factory=dict)
