"""Writes of the claims checker: the allow-list."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.audit import operations as audit
from zhanggui.law.claims.contracts import UnknownName
from zhanggui.law.claims.domain.categories import known_category, known_channel
from zhanggui.law.claims.models import AllowedTerm

#: Longest life of an entry in days: after a year somebody looks again.
LONGEST = 366


class NotAllowable(ValueError):
    """An entry of the allow-list that says too little or lives too long. ``code`` names what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def allow_term(
    *,
    term: str,
    owner: str,
    reason: str,
    expires_on: date,
    actor_id: int | None,
    category: str = "",
    channel: str = "",
    starts_on: date | None = None,
) -> int:
    """Let ``term`` stand until a day; findings stay visible, marked with owner and expiry. Leaves an audit line.

    Raises ``NotAllowable``: ``term``, ``owner``, ``reason`` (empty or too long), ``category``, ``channel`` (unknown),
    ``expiry`` (before the start, or more than a year after it).
    """
    first = starts_on or timezone.localdate()
    for code, value, longest in (("term", term, 200), ("owner", owner, 80), ("reason", reason, 2000)):
        if not value.strip() or len(value) > longest or "\x00" in value:
            raise NotAllowable(code)
    try:
        category, channel = known_category(category), known_channel(channel)
    except UnknownName as error:
        raise NotAllowable(error.field) from error
    if expires_on < first or (expires_on - first).days > LONGEST:
        raise NotAllowable("expiry")
    with transaction.atomic():
        row = AllowedTerm.objects.create(
            term=term.strip(),
            category=category,
            channel=channel,
            owner=owner.strip(),
            reason=reason.strip(),
            starts_on=first,
            expires_on=expires_on,
            created_at=timezone.now(),
            created_by_id=actor_id,
        )
        audit.record(
            actor_id=actor_id,
            action="claims.term_allowed",
            subject=f"allowed_term:{row.pk}",
            detail={"term": row.term, "owner": row.owner, "reason": row.reason, "expires_on": expires_on.isoformat()},
        )
    return row.pk


def end_allowance(*, entry_id: int, actor_id: int | None) -> bool:
    """Stop an entry today; False when there is none, or it was ended before."""
    with transaction.atomic():
        done = AllowedTerm.objects.filter(pk=entry_id, ended_on__isnull=True).update(ended_on=timezone.localdate())
        if done:
            audit.record(
                actor_id=actor_id, action="claims.allowance_ended", subject=f"allowed_term:{entry_id}", detail={}
            )
    return bool(done)
