"""Proposals: preview, propose, approve, reject, withdraw, expire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from zhanggui.foundation.accounts.domain.permissions import PERMISSIONS
from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import ActionSpec, Actor, Change, ProposalInfo, Who, find_action, phrase
from zhanggui.foundation.loop.domain import policy
from zhanggui.foundation.loop.domain import proposals as rules
from zhanggui.foundation.loop.domain.policy import Size
from zhanggui.foundation.loop.domain.proposals import LIFECYCLE
from zhanggui.foundation.loop.models import Approval, Finding, Item, Proposal, ProposalEvent, ProposalShop
from zhanggui.foundation.loop.operations.errors import (
    BadParameters,
    CannotPreview,
    MayNot,
    NotAllowedNow,
    NothingToDo,
    NotThere,
    OtherList,
    UnknownAction,
    WhyMissing,
)
from zhanggui.kernel.statetable import IllegalTransition

MOST_ITEMS: Final = 5_000


class Preview:
    """What a proposal would do: its lines, the token that binds them, and who must approve."""

    def __init__(
        self, spec: ActionSpec, params: BaseModel, changes: Sequence[Change], size: Size, need: policy.Need
    ) -> None:
        self.spec, self.params, self.changes, self.size, self.need = spec, params, tuple(changes), size, need
        self.token = rules.token(_key(), action=spec.code, params=params.model_dump(mode="json"), changes=self.changes)


def preview(*, action: str, params: Mapping[str, Any], actor: Actor) -> Preview:
    """Look at what an action would change, without changing anything.

    Raises :class:`UnknownAction`, :class:`BadParameters`, :class:`MayNot`, :class:`CannotPreview`,
    :class:`NothingToDo`.
    """
    spec = _spec(action)
    shops = shops_of(actor, spec)
    if not shops and not _holds(actor, spec.act.permission):
        raise MayNot("permission")
    values = _params(spec, params)
    changes = take_preview(spec, values, Who(actor.id, shops))
    if not changes:
        raise NothingToDo
    size = _size(spec, changes)
    try:
        return Preview(spec, values, changes, size, policy.need(action, size, reading.rules()))
    except TypeError as error:  # a parameter without an exact text, such as a float
        raise CannotPreview(str(error)) from error


def propose(
    *,
    action: str,
    params: Mapping[str, Any],
    actor: Actor,
    token: str = "",
    finding_id: int | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> ProposalInfo:
    """Propose exactly what was previewed (``token``; empty: whatever the preview says now).

    A proposal that needs nobody's approval is approved at once. Raises what :func:`preview` raises, and
    :class:`OtherList` when the preview is no longer the one with this token.
    """
    moment = now or timezone.now()
    seen = preview(action=action, params=params, actor=actor)
    if token and not rules.same_token(token, seen.token):
        raise OtherList
    finding = None
    if finding_id is not None:
        finding = Finding.objects.filter(pk=finding_id).first()
        if finding is None or not reading.sees(actor, finding):
            raise NotThere
    sentence = seen.spec.act.sentence(seen.params) or phrase(seen.spec.act.title)
    with transaction.atomic():
        row = Proposal.objects.create(
            action=action,
            params=seen.params.model_dump(mode="json"),
            sentence=sentence.as_json(),
            token=seen.token,
            finding=finding,
            proposer_id=actor.id,
            reason=reason.strip()[:500],
            items_count=len(seen.changes),
            money=seen.size.money,
            currency=seen.size.currency,
            irreversible=seen.size.irreversible,
            approvers=seen.need.approvers,
            approver_roles=sorted(seen.need.roles),
            rule=seen.need.rule[:200],
            created_at=moment,
            expires_at=policy.expires_at(moment, finding.due_at if finding else None),
        )
        shops = {c.shop_id for c in seen.changes if c.shop_id is not None}
        ProposalShop.objects.bulk_create([ProposalShop(proposal=row, shop_id=s) for s in sorted(shops)])
        Item.objects.bulk_create(
            [
                Item(
                    proposal=row,
                    position=n,
                    key=c.key,
                    label=c.label[:300],
                    shop_id=c.shop_id,
                    before=dict(c.before),
                    after=dict(c.after),
                    money=c.money,
                    currency=c.currency,
                )
                for n, c in enumerate(seen.changes)
            ]
        )
        _log(row, "propose", "", actor.id, moment, reason)
        if not row.approvers:
            move(row, "approve", None, moment, f"rule: {row.rule}")
            row.save()
        audit.record(
            actor_id=actor.id,
            action="proposal.made",
            subject=f"proposal:{row.pk}",
            detail={"action": action, "items": len(seen.changes), "token": seen.token},
        )
    return reading.proposal_info(row)


def approve(*, proposal_id: int, actor: Actor, token: str, now: datetime | None = None) -> ProposalInfo:
    """One person's yes to exactly the list with this ``token``; enough of them make it approved.

    Raises :class:`NotThere`, :class:`MayNot`, :class:`OtherList`, :class:`NotAllowedNow`.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        row = locked(proposal_id, actor)
        if row.expires_at < moment and row.state in (rules.PROPOSED, rules.APPROVED):
            raise NotAllowedNow(rules.EXPIRED, "approve")
        if not rules.same_token(token, row.token) or not token_holds(row):
            raise OtherList
        if row.state != rules.PROPOSED:
            raise NotAllowedNow(row.state, "approve")
        given = list(row.approvals.all())
        decision = _decision(row, actor, given, moment)
        if decision.reason:
            raise MayNot(decision.reason)
        try:
            with transaction.atomic():
                Approval.objects.create(
                    proposal=row, person_id=actor.id or 0, for_id=decision.for_id, token=token, at=moment
                )
        except IntegrityError:
            raise MayNot("twice") from None
        if len(given) + 1 >= row.approvers:
            move(row, "approve", actor.id, moment, "", decision.for_id)
            row.save(update_fields=["state"])
        else:
            _log(row, "endorse", row.state, actor.id, moment, "", decision.for_id)
        audit.record(
            actor_id=actor.id,
            action="proposal.approved",
            subject=f"proposal:{row.pk}",
            detail={"token": token, "for": decision.for_id},
        )
    return reading.proposal_info(row)


def reject(*, proposal_id: int, actor: Actor, reason: str, now: datetime | None = None) -> ProposalInfo:
    """A no, with a reason. Who could approve may reject; the proposer withdraws instead."""
    moment = now or timezone.now()
    if not reason.strip():
        raise WhyMissing
    with transaction.atomic():
        row = locked(proposal_id, actor)
        decision = _decision(row, actor, [], moment)
        if decision.reason:
            raise MayNot(decision.reason)
        move(row, "reject", actor.id, moment, reason, decision.for_id)
        row.ended_at = moment
        row.save(update_fields=["state", "ended_at"])
        audit.record(
            actor_id=actor.id, action="proposal.rejected", subject=f"proposal:{row.pk}", detail={"why": reason[:200]}
        )
    return reading.proposal_info(row)


def withdraw(*, proposal_id: int, actor: Actor, reason: str = "", now: datetime | None = None) -> ProposalInfo:
    """The proposer takes it back before it is done."""
    moment = now or timezone.now()
    with transaction.atomic():
        row = locked(proposal_id, actor)
        if row.proposer_id != actor.id:
            raise MayNot("permission")
        move(row, "withdraw", actor.id, moment, reason)
        row.ended_at = moment
        row.save(update_fields=["state", "ended_at"])
    return reading.proposal_info(row)


def expire_due(*, now: datetime | None = None) -> int:
    """End proposals nobody decided on or carried out in time; returns how many."""
    moment = now or timezone.now()
    count = 0
    with transaction.atomic():
        late = Q(state__in=(rules.PROPOSED, rules.APPROVED), expires_at__lt=moment)
        for row in Proposal.objects.select_for_update().filter(late):
            move(row, "expire", None, moment, "time")
            row.ended_at = moment
            row.save(update_fields=["state", "ended_at"])
            count += 1
    return count


# shared with executing


def locked(proposal_id: int, actor: Actor) -> Proposal:
    """The row, locked, when this person may see it. Raises :class:`NotThere`."""
    row = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if row is None or not visible(row, actor):
        raise NotThere
    return row


def visible(row: Proposal, actor: Actor) -> bool:
    """Its proposer, and whoever has a role at every shop it touches."""
    if actor.id is None:
        return False
    if row.proposer_id == actor.id:
        return True
    shops = {s.shop_id for s in row.shops.all()}
    return shops <= actor.shop_ids if shops else bool(actor.any_roles)


def move(row: Proposal, command: str, actor_id: int | None, at: datetime, why: str, for_id: int | None = None) -> None:
    """Along the table, with its line of history; the caller saves. Raises :class:`NotAllowedNow`."""
    before = row.state
    try:
        row.state = LIFECYCLE.next(before, command)
    except IllegalTransition as refusal:
        raise NotAllowedNow(before, command) from refusal
    _log(row, command, before, actor_id, at, why, for_id)


def change_of(item: Item) -> Change:
    return Change(item.key, item.label, item.before, item.after, item.shop_id, item.money, item.currency)


def token_holds(row: Proposal) -> bool:
    """Whether the kept lines are still those the token was made of: nobody edited them behind our back."""
    lines = [change_of(i) for i in row.items.order_by("position")]
    return rules.same_token(row.token, rules.token(_key(), action=row.action, params=row.params, changes=lines))


def take_preview(spec: ActionSpec, params: BaseModel, who: Who) -> list[Change]:
    """The lines of a preview, checked: exact values, one line per key. Raises :class:`CannotPreview`."""
    try:
        changes = list(spec.act.preview(params, who))
    except (LookupError, ValueError) as error:
        raise CannotPreview(str(error)) from error
    keys = [c.key for c in changes]
    if len(set(keys)) != len(keys) or any(not k or len(k) > 200 for k in keys):
        raise CannotPreview("two lines have one key, or a key is empty or too long")
    if len(changes) > MOST_ITEMS:
        raise CannotPreview(f"{len(changes)} lines; at most {MOST_ITEMS}")
    try:
        for c in changes:
            rules.canonical([dict(c.before), dict(c.after)])
    except TypeError as error:
        raise CannotPreview(str(error)) from error
    return changes


def shops_of(actor: Actor, spec: ActionSpec) -> frozenset[int]:
    """The shops where the actor holds the action's permission."""
    roles = PERMISSIONS[spec.act.permission]
    return frozenset(s for s in actor.shop_ids if actor.roles_at(s) & roles)


def _holds(actor: Actor, permission: str) -> bool:
    return bool(actor.any_roles & PERMISSIONS[permission])


def _spec(code: str) -> ActionSpec:
    reading.load()
    spec = find_action(code)
    if spec is None:
        raise UnknownAction(code)
    return spec


def _params(spec: ActionSpec, params: Mapping[str, Any]) -> BaseModel:
    try:
        return spec.params.model_validate(dict(params))
    except ValidationError as error:
        fields = {".".join(str(p) for p in e["loc"]) or "?": e["msg"] for e in error.errors()}
        raise BadParameters(fields) from error


def _size(spec: ActionSpec, changes: Sequence[Change]) -> Size:
    """Money of several currencies has no one size: then the largest rule counts (no currency fits a bound)."""
    moved = [c for c in changes if c.money is not None]
    currencies = {c.currency for c in moved}
    money = sum(abs(c.money or 0) for c in moved) if moved else None
    currency = currencies.pop() if len(currencies) == 1 else ""
    return Size(len(changes), money, currency, spec.act.irreversible)


def _decision(row: Proposal, actor: Actor, given: Sequence[Approval], now: datetime) -> policy.Decision:
    shops = [s.shop_id for s in row.shops.all()]
    away = reading.absences(now)
    deputised = [
        (person, _roles_everywhere(reading.actor_by_id(person), shops))
        for person in sorted(policy.stands_for(actor.id or 0, away, now))
    ]
    return policy.may_decide(
        person_id=actor.id or 0,
        roles=_roles_everywhere(actor, shops),
        deputised=deputised,
        proposer_id=row.proposer_id,
        approved_by=frozenset(i for a in given for i in (a.person_id, a.for_id) if i is not None),
        wanted=frozenset(row.approver_roles),
    )


def _roles_everywhere(actor: Actor, shops: Sequence[int]) -> frozenset[str]:
    """Roles held at every shop a proposal touches."""
    if not shops:
        return actor.roles_at(None)
    found = actor.roles_at(shops[0])
    for shop in shops[1:]:
        found &= actor.roles_at(shop)
    return found


def _log(
    row: Proposal, command: str, before: str, actor_id: int | None, at: datetime, why: str, for_id: int | None = None
) -> None:
    ProposalEvent.objects.create(
        proposal=row,
        at=at,
        actor_id=actor_id,
        for_id=for_id,
        command=command,
        before=before,
        after=row.state,
        why=why.strip()[:1000],
    )


def _key() -> bytes:
    return f"loop.token:{settings.SECRET_KEY}".encode()
