"""Reads of the audit log: filtered entries, export, and proof that nothing was touched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from zhanggui.foundation.audit.contracts import Break, EntryInfo, Filter, HeadInfo
from zhanggui.foundation.audit.domain.chain import Record, breaks, canonical, sealed_form
from zhanggui.foundation.audit.models import Entry, Head

_ALL = Filter()


def _matching(chosen: Filter) -> QuerySet[Entry]:
    found = Entry.objects.all()
    if chosen.actor_id is not None:
        found = found.filter(actor_id=chosen.actor_id)
    if chosen.action:
        found = found.filter(action__startswith=chosen.action)
    if chosen.subject:
        found = found.filter(subject__icontains=chosen.subject)
    if chosen.since is not None:
        found = found.filter(at__gte=chosen.since)
    if chosen.until is not None:
        found = found.filter(at__lt=chosen.until)
    return found


def _record(entry: Entry) -> Record:
    return Record(
        entry.seq,
        entry.at,
        entry.actor_id,
        entry.action,
        entry.subject,
        entry.detail,
        entry.prev_hash,
        entry.hash,
    )


def entries(chosen: Filter = _ALL, *, before: int | None = None, limit: int = 50) -> list[EntryInfo]:
    """Up to ``limit`` entries, newest first; ``before`` is the number of the last entry of the previous page."""
    found = _matching(chosen)
    if before is not None:
        found = found.filter(seq__lt=before)
    return [
        EntryInfo(e.seq, e.at, e.actor_id, e.action, e.subject, json.loads(e.detail), e.hash)
        for e in found.order_by("-seq")[:limit]
    ]


def actions() -> list[str]:
    """Every action that occurs, for the filter."""
    return list(Entry.objects.order_by("action").values_list("action", flat=True).distinct())


def head() -> HeadInfo:
    """The last entry written; number 0 for an empty log."""
    found = Head.objects.get(pk=1)
    return HeadInfo(found.seq, found.hash)


def export_lines(chosen: Filter = _ALL) -> Iterator[str]:
    """Matching entries as JSON lines, oldest first, each with ``prev_hash`` and ``hash``, ready to be checked."""
    for entry in _matching(chosen).order_by("seq").iterator(chunk_size=2000):
        line = _record(entry)
        yield canonical({**sealed_form(line), "hash": line.hash}) + "\n"


def verify(*, anchors: Iterable[tuple[int, str]] = ()) -> list[Break]:
    """Every place where the log is not the chain that was written; empty when it is whole.

    ``anchors``: (number, hash) pairs noted down outside earlier. Memory does not grow with the log.
    """
    # No transaction: on SQLite it would hold the write lock for as long as the check takes. Entries and head are
    # written together, so a head read after the largest number can only be equal or later.
    largest = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    last = head()
    found: list[Break] = []
    if largest > last.seq:
        found.append(Break(last.seq + 1, "unlinked", f"record {last.seq + 1} was written past the end of the chain"))
    stored = Entry.objects.filter(seq__lte=last.seq).order_by("seq").iterator(chunk_size=5000)
    return [*breaks((_record(e) for e in stored), (last.seq, last.hash), anchors), *found]
