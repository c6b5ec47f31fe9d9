"""What people do with a finding: take, assign, give back, put off, dismiss, call done, think again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import Actor, FindingInfo
from zhanggui.foundation.loop.domain import findings as rules
from zhanggui.foundation.loop.domain import policy
from zhanggui.foundation.loop.domain.findings import LIFECYCLE, SEVERITIES, Weight
from zhanggui.foundation.loop.models import Finding, FindingEvent
from zhanggui.foundation.loop.operations.errors import BadSnooze, NobodyThere, NotAllowedNow, NotThere, WhyMissing
from zhanggui.foundation.loop.reading import sees
from zhanggui.kernel.statetable import IllegalTransition


def take(*, finding_id: int, actor: Actor, now: datetime | None = None) -> FindingInfo:
    """Somebody sets to work on it. Raises :class:`NotThere`, :class:`NotAllowedNow`."""
    return _do(finding_id, actor, "take", now=now, assignee_id=actor.id)


def assign(*, finding_id: int, actor: Actor, to_id: int, now: datetime | None = None) -> FindingInfo:
    """Give it to somebody, or to their deputy while they are away.

    Raises :class:`NotThere`, :class:`NotAllowedNow`, :class:`NobodyThere` when that person would not see it.
    """
    moment = now or timezone.now()
    absence = policy.is_away(to_id, reading.absences(moment), moment)
    name = accounts.names([to_id]).get(to_id, str(to_id))
    if absence is not None and absence.deputy_id is None:
        raise NobodyThere(name, away=True)
    target = to_id if absence is None or absence.deputy_id is None else absence.deputy_id
    row = Finding.objects.filter(pk=finding_id, is_current=True).first()
    if row is not None and not sees(reading.actor_by_id(target), row):
        raise NobodyThere(accounts.names([target]).get(target, name))
    return _do(finding_id, actor, "assign", now=moment, assignee_id=target, why=f"to:{target}")


def release(*, finding_id: int, actor: Actor, now: datetime | None = None) -> FindingInfo:
    """Give it back to everybody's list."""
    return _do(finding_id, actor, "release", now=now)


def snooze(*, finding_id: int, actor: Actor, until: datetime, reason: str, now: datetime | None = None) -> FindingInfo:
    """Put it off, never past its own deadline. Raises :class:`BadSnooze`, :class:`WhyMissing` and the usual ones."""
    if not reason.strip():
        raise WhyMissing
    return _do(finding_id, actor, "snooze", now=now, why=reason, until=until)


def dismiss(*, finding_id: int, actor: Actor, code: str, reason: str = "", now: datetime | None = None) -> FindingInfo:
    """Say that nothing is to be done; ``code`` of ``DISMISSALS``, ``other`` needs words. Raises :class:`WhyMissing`."""
    if code not in rules.DISMISSALS or (code == "other" and not reason.strip()):
        raise WhyMissing
    return _do(finding_id, actor, "dismiss", now=now, why=reason, code=code)


def resolve(*, finding_id: int, actor: Actor, reason: str = "", now: datetime | None = None) -> FindingInfo:
    """Say that it is done. While the books still show it, it is asked about again after a day."""
    return _do(finding_id, actor, "resolve", now=now, why=reason, code="done")


def reopen(*, finding_id: int, actor: Actor, reason: str = "", now: datetime | None = None) -> FindingInfo:
    """Think again."""
    return _do(finding_id, actor, "reopen", now=now, why=reason)


def wake_due(*, now: datetime | None = None) -> int:
    """Bring back what was put off until now; returns how many."""
    moment = now or timezone.now()
    woken = 0
    with transaction.atomic():
        rows = Finding.objects.select_for_update().filter(
            state=rules.SNOOZED, snoozed_until__lte=moment, is_current=True
        )
        for row in rows:
            _move(row, "wake", None, moment, "time")
            row.snoozed_until = row.mark = None
            row.save()
            woken += 1
    return woken


def _do(
    finding_id: int,
    actor: Actor,
    command: str,
    *,
    now: datetime | None = None,
    assignee_id: int | None = None,
    why: str = "",
    code: str = "",
    until: datetime | None = None,
) -> FindingInfo:
    moment = now or timezone.now()
    with transaction.atomic():
        row = Finding.objects.select_for_update().filter(pk=finding_id, is_current=True).first()
        if row is None or not sees(actor, row):
            raise NotThere
        if until is not None:
            refusal = rules.may_snooze(moment, until, row.due_at)
            if refusal:
                raise BadSnooze(refusal)
        before = row.state
        _move(row, command, actor.id, moment, why.strip()[:500] or code)
        row.assignee_id = assignee_id if command in ("take", "assign") else row.assignee_id
        if command in ("release", "reopen"):
            row.assignee_id = None
        row.snoozed_until = until
        row.reason, row.reason_code = why.strip()[:500] if command not in ("take", "assign") else "", code
        row.mark = None
        if row.state in (rules.SNOOZED, rules.DISMISSED, rules.RESOLVED):
            row.mark = Weight(SEVERITIES[row.severity], row.stake_minor, row.stake_currency, row.size).as_json()
        row.closed_at = moment if row.state in (rules.DISMISSED, rules.RESOLVED) else None
        if command == "reopen":
            row.returned += 1
            if before == rules.RESOLVED and row.gone_at is not None:
                row.gone_at = None
        row.save()
    return reading.finding_info(row)


def _move(row: Finding, command: str, actor_id: int | None, moment: datetime, why: str) -> None:
    before = row.state
    try:
        row.state = LIFECYCLE.next(before, command)
    except IllegalTransition as refusal:
        raise NotAllowedNow(before, command) from refusal
    row.changed_at = moment
    FindingEvent.objects.create(
        finding=row, at=moment, actor_id=actor_id, command=command, before=before, after=row.state, why=why
    )
