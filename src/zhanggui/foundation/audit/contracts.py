"""What other rooms receive from the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.foundation.audit.domain.chain import Break

__all__ = ["Break", "EntryInfo", "Filter", "HeadInfo"]


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """One record of the log. ``actor_id`` None: the system itself or the command line."""

    seq: int
    at: datetime
    actor_id: int | None
    action: str
    subject: str
    detail: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records: None means any. ``action`` is a prefix, ``subject`` a fragment; the period is half-open."""

    actor_id: int | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeadInfo:
    """The last record written; note it outside to be able to prove later that nothing was rewritten."""

    seq: int
    hash: str
