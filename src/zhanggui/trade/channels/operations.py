"""Writes: what is known of each file taken in, and the layouts people saved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhanggui.trade.channels import queries
from zhanggui.trade.channels.contracts import FileFacts, ImportedFileInfo, Unreadable
from zhanggui.trade.channels.models import ImportedFile, SavedLayout


def begin_file(*, shop_id: int, sha256: str, name: str, size: int, actor_id: int | None) -> ImportedFileInfo:
    """Note that a file is being taken in. Harmless to call again: the same content in the same shop is one row."""
    now = timezone.now()
    with transaction.atomic():
        row, created = ImportedFile.objects.select_for_update().get_or_create(
            shop_id=shop_id,
            sha256=sha256,
            defaults={
                "name": name,
                "size": size,
                "status": ImportedFile.RUNNING,
                "imported_by_id": actor_id,
                "started_at": now,
            },
        )
        if not created:
            row.attempts += 1
            row.name, row.started_at, row.imported_by_id = name, now, actor_id
            if row.status != ImportedFile.DONE:
                row.status = ImportedFile.RUNNING
            row.save(update_fields=["attempts", "name", "started_at", "imported_by_id", "status"])
    return queries.file_info(row)


def finish_file(
    *,
    file_id: int,
    facts: FileFacts,
    observed_at: datetime,
    result: dict[str, Any],
    rejected: int,
    residuals: int,
) -> None:
    """Record how a file was read and what came of it; belongs into the transaction that wrote its records."""
    ImportedFile.objects.filter(pk=file_id).update(
        channel=facts.channel,
        kind=facts.kind,
        profile=facts.profile,
        container=facts.container,
        encoding=facts.encoding,
        sheet=facts.sheet[:100],
        header_row=facts.header_row,
        mapping=facts.mapping,
        exported_at=facts.exported_at,
        observed_at=observed_at,
        status=ImportedFile.DONE,
        error=None,
        result=result,
        rejected=rejected,
        residuals=residuals,
        finished_at=timezone.now(),
    )


def fail_file(*, file_id: int, error: Unreadable) -> None:
    """Record why a file could not be taken. A file that once was imported stays imported."""
    detail = {"code": error.code, "zh": error.zh, "en": error.en, "detail": error.detail}
    ImportedFile.objects.filter(pk=file_id).exclude(result__isnull=False).update(
        status=ImportedFile.FAILED, error=detail, finished_at=timezone.now()
    )


def save_layout(*, name: str, channel: str, kind: str, mapping: dict[str, Any], actor_id: int | None) -> int:
    """Keep a column mapping under a name; the same name is replaced. Returns its id."""
    row, _ = SavedLayout.objects.update_or_create(
        name=name, defaults={"channel": channel, "kind": kind, "mapping": mapping, "created_by_id": actor_id}
    )
    return row.pk


def delete_layout(*, layout_id: int) -> None:
    """Forget a saved mapping; records imported through it stay."""
    SavedLayout.objects.filter(pk=layout_id).delete()
