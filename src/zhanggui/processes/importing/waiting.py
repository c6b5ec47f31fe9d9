"""Files that wait for a person: handed in, kept, but of no shop yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhanggui.processes.models import WaitingFile
from zhanggui.trade.channels.contracts import Unreadable

#: Failures that are about the choice of the shop: the file waits, whatever shop was named.
ABOUT_THE_SHOP = frozenset({"choose_shop", "wrong_shop", "wrong_channel", "no_such_shop"})
COMMAND_LINE = 0


@dataclass(frozen=True, slots=True)
class WaitingInfo:
    """A waiting file; ``error`` has ``code``, ``zh``, ``en`` and ``detail``."""

    id: int
    sha256: str
    name: str
    size: int
    error: dict[str, Any]
    actor_id: int | None
    attempts: int
    updated_at: datetime


def note(*, sha256: str, name: str, size: int, error: Unreadable, actor_id: int | None) -> int:
    """Remember a file that could not be given to a shop, and why. The same content again is the same row."""
    detail = {"code": error.code, "zh": error.zh, "en": error.en, "detail": error.detail}
    with transaction.atomic():
        row, created = WaitingFile.objects.select_for_update().get_or_create(
            sha256=sha256,
            actor_id=actor_id or COMMAND_LINE,
            defaults={"name": name[:255], "size": size, "error": detail, "updated_at": timezone.now()},
        )
        if not created:
            row.name, row.error, row.updated_at, row.attempts = name[:255], detail, timezone.now(), row.attempts + 1
            row.save(update_fields=["name", "error", "updated_at", "attempts"])
    return row.pk


def settle(*, sha256: str, actor_id: int | None) -> None:
    """The content has found its shop: it waits no longer for this person, nor for the command line."""
    WaitingFile.objects.filter(sha256=sha256, actor_id__in={actor_id or COMMAND_LINE, COMMAND_LINE}).delete()


def dismiss(*, waiting_id: int, actor_id: int | None) -> None:
    """Take a file off the list without importing it; only one's own when ``actor_id`` is given."""
    _rows(actor_id).filter(pk=waiting_id).delete()


def files(*, actor_id: int | None) -> list[WaitingInfo]:
    """Waiting files, newest first: of one person, or of everybody (None)."""
    return [_info(row) for row in _rows(actor_id).order_by("-updated_at", "-id")[:200]]


def file(waiting_id: int, *, actor_id: int | None) -> WaitingInfo | None:
    row = _rows(actor_id).filter(pk=waiting_id).first()
    return _info(row) if row else None


def _rows(actor_id: int | None) -> Any:
    rows = WaitingFile.objects.all()
    return rows if actor_id is None else rows.filter(actor_id=actor_id)


def _info(row: WaitingFile) -> WaitingInfo:
    return WaitingInfo(
        row.pk, row.sha256, row.name, row.size, row.error, row.actor_id or None, row.attempts, row.updated_at
    )
