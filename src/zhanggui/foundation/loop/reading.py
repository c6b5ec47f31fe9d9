"""What the rooms have registered, and rows as the plain values other rooms receive."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.domain.permissions import ROLES
from zhanggui.foundation.loop.contracts import Actor, EventInfo, FindingInfo, ItemInfo, ProposalInfo
from zhanggui.foundation.loop.contracts.acting import find_action
from zhanggui.foundation.loop.domain import policy
from zhanggui.foundation.loop.domain.findings import SEVERITIES
from zhanggui.foundation.loop.models import (
    Absence,
    Finding,
    FindingEvent,
    Item,
    PolicyRule,
    Proposal,
    ProposalEvent,
)

log = logging.getLogger(__name__)

_BIT: Final = {role: 1 << n for n, role in enumerate(ROLES)}


#: Modules that could not be imported, and why: shown beside the detectors; the others work on.
broken: dict[str, str] = {}


def load() -> None:
    """Import every module that registers something (``settings.LOOP_MODULES``); once per process.

    A module that fails is kept in ``broken`` with its error, and the rest is loaded.
    """
    for name in settings.LOOP_MODULES:
        if name in broken:
            continue
        try:
            importlib.import_module(name)
        except Exception as error:
            log.exception("%s cannot be loaded: its detectors and actions are missing", name)
            broken[name] = f"{type(error).__name__}: {error}"


def mask(roles: Iterable[str]) -> int:
    """Roles as bits; unknown ones raise ``KeyError``."""
    return sum(_BIT[r] for r in set(roles))


def roles_of(bits: int) -> tuple[str, ...]:
    return tuple(r for r in ROLES if bits & _BIT[r])


def actor(user: accounts.Person) -> Actor:
    """A signed-in person as the loop sees them."""
    if user is None or user.pk is None:
        return Actor(None)
    held = tuple((g.shop_id, g.role) for g in accounts.grants(user))
    return Actor(user.pk, held, accounts.visible_shop_ids(user))


def actor_by_id(person_id: int) -> Actor:
    person = accounts.person(person_id)
    if person is None or not person.is_active:
        return Actor(person_id)
    held = tuple((r.shop_id, r.role) for r in person.roles)
    every = {s.id for s in accounts.shops(include_inactive=True)}
    ids = every if any(s is None for s, _ in held) else {s for s, _ in held if s in every}
    return Actor(person_id, held, frozenset(i for i in ids if i is not None))


def finding_info(row: Finding) -> FindingInfo:
    return FindingInfo(
        id=row.pk,
        kind=row.kind,
        detector=row.detector,
        shop_id=row.shop_id,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        subject_label=row.subject_label,
        roles=roles_of(row.roles),
        severity=SEVERITIES[row.severity],
        sentence=row.sentence,
        detail=row.detail,
        why=row.why,
        evidence=tuple(row.evidence),
        cases=tuple(row.cases),
        stake_minor=row.stake_minor,
        stake_currency=row.stake_currency,
        stake_how=row.stake_how,
        stake_is_least=row.stake_is_least,
        size=row.size,
        due_at=row.due_at,
        due_is_certain=row.due_is_certain,
        since=row.since,
        state=row.state,
        assignee_id=row.assignee_id,
        snoozed_until=row.snoozed_until,
        reason_code=row.reason_code,
        reason=row.reason,
        gone=row.gone_at is not None,
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        returned=row.returned,
        earlier_id=row.earlier_id,
        href=row.href,
        act_code=row.act_code,
        act_params=row.act_params,
        extra=row.extra,
    )


def event_info(row: FindingEvent | ProposalEvent) -> EventInfo:
    for_id = row.for_id if isinstance(row, ProposalEvent) else None
    return EventInfo(row.at, row.actor_id, row.command, row.before, row.after, row.why, for_id)


def item_info(row: Item) -> ItemInfo:
    return ItemInfo(
        id=row.pk,
        key=row.key,
        label=row.label,
        shop_id=row.shop_id,
        before=row.before,
        after=row.after,
        money=row.money,
        currency=row.currency,
        state=row.state,
        note=row.note,
        file=row.file,
        steps=row.steps,
        seen=row.seen,
        seen_at=row.seen_at,
        tried_at=row.tried_at,
        ended_at=row.ended_at,
    )


def proposal_info(row: Proposal, *, items: Iterable[Item] = (), events: Iterable[ProposalEvent] = ()) -> ProposalInfo:
    spec = find_action(row.action)
    shown = tuple(item_info(i) for i in items)
    counts: dict[str, int] = {}
    for item in shown:
        counts[item.state] = counts.get(item.state, 0) + 1
    return ProposalInfo(
        id=row.pk,
        action=row.action,
        params=row.params,
        sentence=row.sentence,
        shop_ids=tuple(sorted(s.shop_id for s in row.shops.all())),
        state=row.state,
        token=row.token,
        item_count=row.items_count,
        money=row.money,
        currency=row.currency,
        irreversible=row.irreversible,
        can_undo=spec is not None and spec.can_undo,
        approvers=row.approvers,
        approver_roles=tuple(row.approver_roles),
        rule=row.rule,
        approved_by=tuple((a.person_id, a.for_id) for a in row.approvals.all()),
        proposer_id=row.proposer_id,
        finding_id=row.finding_id,
        reason=row.reason,
        note=row.note,
        difference=tuple(row.difference),
        created_at=row.created_at,
        expires_at=row.expires_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        items=shown,
        events=tuple(event_info(e) for e in events),
        counts=counts,
    )


def rules() -> tuple[policy.Rule, ...]:
    """The installation's own approval rules, in their order."""
    return tuple(
        policy.Rule(
            r.action,
            r.approvers,
            frozenset(r.roles),
            r.max_items,
            r.max_money,
            r.currency,
            r.irreversible,
            r.name,
        )
        for r in PolicyRule.objects.order_by("position", "pk")
    )


def absences(now: datetime) -> tuple[policy.Absence, ...]:
    """Everybody who is away now."""
    rows = Absence.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return tuple(policy.Absence(a.person_id, a.deputy_id, a.starts_at, a.ends_at) for a in rows)


def sees(viewer: Actor, row: Finding) -> bool:
    """Whether a finding calls this person: by role at its shop, by being given it, or by looking after the house."""
    if viewer.id is None:
        return False
    if row.shop_id is not None and row.shop_id not in viewer.shop_ids:
        return False
    if row.assignee_id == viewer.id:
        return True
    keepers = viewer.roles_at(None) & {"OWN", "ADM"}
    if row.person_id is not None:
        return row.person_id == viewer.id or bool(keepers)
    return bool(mask(viewer.roles_at(row.shop_id)) & row.roles)
