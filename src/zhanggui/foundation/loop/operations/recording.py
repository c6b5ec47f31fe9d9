"""Take in what a detector found: new findings, other numbers, causes that are gone or back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import BadDetector, Detector, Found, Scan
from zhanggui.foundation.loop.domain import findings as rules
from zhanggui.foundation.loop.domain.findings import LIFECYCLE, LIVING, SEVERITIES, Weight
from zhanggui.foundation.loop.models import Finding, FindingEvent

_CHUNK: Final = 400
_CONTENT: Final = (
    "shop_id", "subject_label", "roles", "severity", "sentence", "detail", "why", "evidence", "cases", "stake_minor",
    "stake_currency", "stake_how", "stake_is_least", "size", "due_at", "due_of", "due_is_certain", "since", "href",
    "act_code", "act_params", "extra",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one run did to the list."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    returned: int = 0
    gone: int = 0


@dataclass
class _Work:
    now: datetime
    events: list[FindingEvent]
    new: list[Finding]
    updated: int = 0
    unchanged: int = 0
    returned: int = 0
    gone: int = 0


def record(*, detector: Detector, scan: Scan, found: Sequence[Found]) -> Recorded:
    """Bring the list up to what a complete run found.

    Seeing a cause again updates its numbers, never its state, unless it is back or materially worse. What a full run
    (or an incremental one that examined the subject) does not find again is resolved by itself. One transaction.
    Raises :class:`BadDetector` when two findings have one key or a kind was not declared.
    """
    by_key: dict[str, Found] = {}
    for one in found:
        detector.kind(one.kind)
        if one.dedupe in by_key:
            raise BadDetector(f"{detector.code} reports {one.dedupe!r} twice")
        by_key[one.dedupe] = one
    work = _Work(scan.now, [], [])
    with transaction.atomic():
        known = _known(by_key)
        same: list[int] = []
        for key, one in by_key.items():
            row = known.get(key)
            if row is None:
                work.new.append(_new(detector, one, scan.now))
            else:
                _see(work, detector, row, one, same)
        _touch(same, scan.now)
        work.unchanged = len(same)
        for row in _missing(detector, scan, by_key):
            _lose(work, row)
        made = Finding.objects.bulk_create(work.new, batch_size=_CHUNK)
        opened = [
            FindingEvent(finding=row, at=scan.now, command="find", after=row.state, why=_recurs(row)) for row in made
        ]
        FindingEvent.objects.bulk_create([*opened, *work.events], batch_size=_CHUNK)
    return Recorded(len(work.new), work.updated, work.unchanged, work.returned, work.gone)


def _recurs(row: Finding) -> str:
    return f"again:{row.earlier_id}" if row.earlier_id else ""


def _known(by_key: Iterable[str]) -> dict[str, Finding]:
    keys = list(by_key)
    found: dict[str, Finding] = {}
    for start in range(0, len(keys), _CHUNK):
        rows = Finding.objects.select_for_update().filter(key__in=keys[start : start + _CHUNK], is_current=True)
        found |= {row.key: row for row in rows}
    return found


def _content(detector: Detector, one: Found) -> dict[str, Any]:
    kind, stake = detector.kind(one.kind), one.stake
    return {
        "shop_id": one.shop_id,
        "subject_label": one.subject.label[:300],
        "roles": reading.mask(one.roles if one.roles is not None else kind.roles),
        "severity": SEVERITIES.index(one.severity or kind.severity),
        "sentence": one.sentence.as_json(),
        "detail": one.detail[:500],
        "why": one.why.as_json() if one.why else {},
        "evidence": [e.as_json() for e in one.evidence],
        "cases": [dict(c) for c in one.cases],
        "stake_minor": stake.minor if stake else None,
        "stake_currency": stake.currency if stake else "",
        "stake_how": stake.how.as_json() if stake else {},
        "stake_is_least": stake.is_least if stake else False,
        "size": one.size,
        "due_at": one.due_at,
        "due_of": one.due_of or one.dedupe,
        "due_is_certain": one.due_is_certain,
        "since": one.since,
        "href": one.href[:500],
        "act_code": one.act[0] if one.act else kind.action,
        "act_params": one.act[1] if one.act else {},
        "extra": dict(one.extra),
    }


def _new(detector: Detector, one: Found, now: datetime, earlier: Finding | None = None) -> Finding:
    return Finding(
        detector=detector.code,
        kind=one.kind,
        key=one.dedupe,
        subject_type=one.subject.type,
        subject_id=one.subject.id,
        person_id=one.person_id,
        opened_at=now,
        seen_at=now,
        changed_at=now,
        earlier=earlier,
        **_content(detector, one),
    )


def _see(work: _Work, detector: Detector, row: Finding, one: Found, same: list[int]) -> None:
    """A known cause was seen again."""
    now = work.now
    seen = one.weight(detector.kind(one.kind).severity)
    command = rules.on_seeing(
        row.state,
        seen=seen,
        mark=Weight.of_json(row.mark) if row.mark else None,
        gone_for=now - row.gone_at if row.gone_at else None,
        closed_for=now - row.closed_at if row.closed_at else None,
    )
    if command == "recur":
        row.is_current = False
        row.save(update_fields=["is_current"])
        work.new.append(_new(detector, one, now, earlier=row))
        return
    content = _content(detector, one)
    content["due_at"] = rules.kept_due(row.due_at, row.due_of, one.due_at, content["due_of"])
    changed = [name for name in _CONTENT if getattr(row, name) != content[name]]
    for name in changed:
        setattr(row, name, content[name])
    if row.gone_at is not None:
        row.gone_at = None
        changed.append("gone_at")
    until = rules.sleeps_until(row.snoozed_until, row.due_at, now)
    if until != row.snoozed_until:
        row.snoozed_until = until
        changed.append("snoozed_until")
    if command:
        _move(work, row, command, why="back" if command == "return" else "worse")
        work.returned += 1
    elif not changed:
        same.append(row.pk)
        return
    else:
        work.updated += 1
    if row.detector != detector.code:
        row.detector = detector.code
    row.seen_at = now
    row.save()


def _missing(detector: Detector, scan: Scan, by_key: dict[str, Found]) -> list[Finding]:
    """Current findings of this detector whose subject was looked at and whose cause was not found again."""
    rows = Finding.objects.select_for_update().filter(detector=detector.code, is_current=True, gone_at__isnull=True)
    if scan.is_full:
        rows = rows.filter(Q(shop_id__isnull=True) | Q(shop_id__in=scan.shop_ids - scan.blind))
        return [row for row in rows if row.key not in by_key]
    found: list[Finding] = []
    for subject_type, ids in scan.seen.items():
        wanted = sorted(ids)
        for start in range(0, len(wanted), _CHUNK):
            some = rows.filter(subject_type=subject_type, subject_id__in=wanted[start : start + _CHUNK])
            found += [row for row in some if row.key not in by_key and row.shop_id not in scan.blind]
    return found


def _lose(work: _Work, row: Finding) -> None:
    """The cause of a finding is gone."""
    row.gone_at = work.now
    if row.state in LIVING:
        _move(work, row, "vanish", why="gone")
        row.reason_code = "gone"
        work.gone += 1
    row.save()


def _move(work: _Work, row: Finding, command: str, *, why: str) -> None:
    before = row.state
    row.state = LIFECYCLE.next(before, command)
    row.changed_at = work.now
    row.snoozed_until = None
    if row.state == rules.RESOLVED:
        row.closed_at = work.now
    else:  # back on the list, nobody's
        row.closed_at, row.assignee_id, row.mark, row.reason, row.reason_code = None, None, None, "", ""
        row.returned += 1
    work.events.append(FindingEvent(finding=row, at=work.now, command=command, before=before, after=row.state, why=why))


def _touch(ids: Sequence[int], now: datetime) -> None:
    for start in range(0, len(ids), _CHUNK):
        Finding.objects.filter(pk__in=ids[start : start + _CHUNK]).update(seen_at=now)
