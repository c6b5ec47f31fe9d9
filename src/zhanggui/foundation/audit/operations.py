"""The one write of the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.audit.domain.chain import Record, canonical, seal
from zhanggui.foundation.audit.models import Entry, Head


class NotRecordable(ValueError):
    """An audit entry whose action, subject or detail cannot be stored exactly as given."""


def record(
    *, actor_id: int | None, action: str, subject: str, detail: Mapping[str, Any], at: datetime | None = None
) -> int:
    """Append one entry and return its number.

    ``action`` is a dotted past-tense code (``user.created``), ``subject`` what it was done to (``user:7``), ``detail``
    plain JSON values without personal data in clear. Locks the head row until the surrounding transaction ends:
    make it the last write of the transaction. Raises ``NotRecordable``.
    """
    if not action or len(action) > 60 or len(subject) > 200 or "\x00" in action + subject:
        raise NotRecordable(f"action {action!r} or subject {subject!r} is empty, too long or has a zero byte")
    try:
        text = canonical(dict(detail))
    except (TypeError, ValueError) as error:
        raise NotRecordable(f"detail of {action} is not plain JSON: {error}") from error
    with transaction.atomic():
        head = Head.objects.select_for_update().get(pk=1)
        draft = Record(head.seq + 1, at or timezone.now(), actor_id, action, subject, text, head.hash, "")
        done = replace(draft, hash=seal(draft))
        Entry.objects.create(
            seq=done.seq,
            at=done.at,
            actor_id=done.actor_id,
            action=done.action,
            subject=done.subject,
            detail=done.detail,
            prev_hash=done.prev_hash,
            hash=done.hash,
        )
        Head.objects.filter(pk=1).update(seq=done.seq, hash=done.hash)
    return done.seq
