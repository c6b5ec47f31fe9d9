"""Proposals: what waits for a person's yes, what is under way, what was done and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import Actor, ProposalInfo
from zhanggui.foundation.loop.domain import policy
from zhanggui.foundation.loop.domain import proposals as rules
from zhanggui.foundation.loop.models import Absence, Proposal, ProposalShop


def list_proposals(
    *, viewer: Actor | None, states: Iterable[str] = (), limit: int = 50, before_id: int | None = None
) -> list[ProposalInfo]:
    """Newest first: what this person proposed, or what touches only shops of theirs. ``viewer`` None: all."""
    rows = _visible(Proposal.objects.all(), viewer)
    wanted = list(states)
    if wanted:
        rows = rows.filter(state__in=wanted)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return [reading.proposal_info(r) for r in rows.prefetch_related("shops", "approvals").order_by("-pk")[:limit]]


def proposal(*, proposal_id: int, viewer: Actor | None) -> ProposalInfo | None:
    """One proposal with its lines and history, or None when it is not this person's to see."""
    reading.load()
    row = _visible(Proposal.objects.filter(pk=proposal_id), viewer).prefetch_related("shops", "approvals").first()
    if row is None:
        return None
    return reading.proposal_info(row, items=row.items.order_by("position"), events=row.events.order_by("pk"))


def to_approve(*, viewer: Actor, now: datetime, limit: int = 50) -> list[ProposalInfo]:
    """What waits for this person's yes, the first to expire first."""
    rows = (
        _visible(Proposal.objects.filter(state=rules.PROPOSED, expires_at__gte=now), viewer)
        .exclude(proposer_id=viewer.id)
        .prefetch_related("shops", "approvals")
        .order_by("expires_at")[: limit * 4]
    )
    stands = policy.stands_for(viewer.id or 0, reading.absences(now), now)
    deputised = [(p, reading.actor_by_id(p)) for p in sorted(stands)]
    found = []
    for row in rows:
        shops = [s.shop_id for s in row.shops.all()]
        decision = policy.may_decide(
            person_id=viewer.id or 0,
            roles=_everywhere(viewer, shops),
            deputised=[(p, _everywhere(a, shops)) for p, a in deputised],
            proposer_id=row.proposer_id,
            approved_by=frozenset(i for a in row.approvals.all() for i in (a.person_id, a.for_id) if i is not None),
            wanted=frozenset(row.approver_roles),
        )
        if not decision.reason:
            found.append(reading.proposal_info(row))
    return found[:limit]


def to_approve_count(*, viewer: Actor, now: datetime) -> int:
    return len(to_approve(viewer=viewer, now=now, limit=99))


def recently_done(*, viewer: Actor, since: datetime, limit: int = 10) -> list[ProposalInfo]:
    """What was carried out (or refused by the world) since then, newest first."""
    rows = _visible(Proposal.objects.filter(started_at__gte=since) | _moved(since), viewer)
    return [reading.proposal_info(r) for r in rows.prefetch_related("shops", "approvals").order_by("-pk")[:limit]]


def absences(*, now: datetime) -> list[tuple[int, int, int | None, datetime, datetime]]:
    """Absences that are not over: (id, person, deputy, from, to)."""
    rows = Absence.objects.filter(ends_at__gt=now).order_by("starts_at")
    return [(a.pk, a.person_id, a.deputy_id, a.starts_at, a.ends_at) for a in rows]


def _moved(since: datetime) -> QuerySet[Proposal]:
    return Proposal.objects.filter(state=rules.MOVED, ended_at__gte=since)


def _everywhere(actor: Actor, shops: list[int]) -> frozenset[str]:
    if not shops:
        return actor.roles_at(None)
    found = actor.roles_at(shops[0])
    for shop in shops[1:]:
        found &= actor.roles_at(shop)
    return found


def _visible(rows: QuerySet[Proposal], viewer: Actor | None) -> QuerySet[Proposal]:
    """The same rule as ``operations.proposing.visible``, in the database."""
    if viewer is None:
        return rows
    if viewer.id is None or not viewer.any_roles:
        return rows.filter(proposer_id=viewer.id) if viewer.id is not None else rows.none()
    elsewhere = ProposalShop.objects.exclude(shop_id__in=viewer.shop_ids).values("proposal_id")
    return rows.filter(Q(proposer_id=viewer.id) | ~Q(pk__in=elsewhere))
