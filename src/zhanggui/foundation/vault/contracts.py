"""What the vault tells about itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnState:
    """One sealed column and how many of its values carry which key."""

    table: str
    column: str
    by_key: dict[str, int]


@dataclass(frozen=True, slots=True)
class Rotation:
    """How far a rotation has come."""

    key_id: str
    seen: int
    resealed: int
