"""The one write of the calendar: taking in what was announced."""

from __future__ import annotations

import hashlib
import tomllib

from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.calendar.contracts import BadDocument
from zhanggui.foundation.calendar.domain.announcements import parse_days_off, parse_windows
from zhanggui.foundation.calendar.models import Announcement
from zhanggui.foundation.calendar.reading import shipped_book, shipped_days


def announce(*, text: str, actor_id: int | None) -> bool:
    """Take in a TOML document with ``window`` and ``days_off`` tables (README.md shows one); False: known already.

    From then on its windows replace the assumed ones of their campaign, year and channel, and its notices make their
    years certain. Leaves a line in the audit log. Raises ``BadDocument``, changing nothing, when a part does not fit.
    """
    document = _read(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    windows = parse_windows({"window": document.get("window", [])}, shipped_book())
    notices = parse_days_off({"days_off": document.get("days_off", [])})
    for notice in notices:
        try:
            shipped_days().with_year(notice.year, notice.days_off, notice.make_up)
        except ValueError as error:
            raise BadDocument(str(error)) from error
    with transaction.atomic():
        _stored, is_new = Announcement.objects.get_or_create(
            sha256=digest, defaults={"text": text, "recorded_at": timezone.now()}
        )
        if is_new:
            detail = {
                "sha256": digest,
                "windows": [f"{w.campaign} {w.year} {w.channel} {w.status}" for w in windows],
                "days_off": [n.year for n in notices],
                "sources": sorted({p.source for w in windows for p in w.phases} | {n.source for n in notices}),
            }
            audit.record(
                actor_id=actor_id, action="calendar.announced", subject=f"announcement:{digest[:12]}", detail=detail
            )
    return is_new


def _read(text: str) -> dict[str, list[object]]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDocument(f"this is no TOML document: {error}") from error
    unknown = sorted(set(document) - {"window", "days_off"})
    if unknown or not document:
        raise BadDocument(f"tables window and days_off are needed, not {', '.join(unknown) or 'an empty document'}")
    return document
