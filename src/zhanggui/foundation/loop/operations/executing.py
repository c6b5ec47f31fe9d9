"""Carry out an approved proposal once, item by item; read back what is in doubt; take back what can be taken back."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.jobs.contracts import job
from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import (
    ActionSpec,
    Actor,
    BadAction,
    Done,
    Failed,
    HandedOver,
    ProposalInfo,
    Result,
    Skipped,
    Unknown,
    Who,
    find_action,
)
from zhanggui.foundation.loop.domain import proposals as rules
from zhanggui.foundation.loop.domain.proposals import ITEM
from zhanggui.foundation.loop.models import Item, Proposal, ProposalEvent
from zhanggui.foundation.loop.operations import measuring
from zhanggui.foundation.loop.operations.errors import (
    CannotPreview,
    CannotUndo,
    MayNot,
    NotAllowedNow,
    OtherList,
    UnknownAction,
)
from zhanggui.foundation.loop.operations.proposing import (
    change_of,
    locked,
    move,
    shops_of,
    take_preview,
    token_holds,
)

log = logging.getLogger(__name__)

#: A process gives a sign of life with every item; after so long without one it is dead. One act must not take longer.
LEASE: Final = timedelta(minutes=5)


def execute(*, proposal_id: int, actor: Actor, now: datetime | None = None) -> ProposalInfo:
    """Do an approved proposal. Exactly one caller does it; the world is looked at again first.

    The state tells what came of it: ``moved`` (the world had moved, nothing was touched, ``difference`` says how),
    ``done``, ``partly``, ``failed``, ``waiting`` (handed over), ``uncertain`` (an item is unknown).
    Raises :class:`NotThere`, :class:`NotAllowedNow` (somebody was faster, expired), :class:`MayNot`.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        row = locked(proposal_id, actor)
        spec = _spec(row)
        _may_run(row, actor, spec)
        if row.expires_at < moment and row.state == rules.APPROVED:
            raise NotAllowedNow(rules.EXPIRED, "begin")
        if not token_holds(row):
            raise OtherList
    proposer = reading.actor_by_id(row.proposer_id) if row.proposer_id is not None else actor
    who = Who(row.proposer_id, shops_of(proposer, spec))
    params = spec.params.model_validate(row.params)
    why = ""
    try:
        fresh = take_preview(spec, params, who)
    except CannotPreview as error:  # what it was about is gone
        fresh, why = [], str(error)
    with transaction.atomic():
        row = locked(proposal_id, actor)
        if row.state != rules.APPROVED:
            raise NotAllowedNow(row.state, "begin")
        moved = rules.differences([change_of(i) for i in row.items.order_by("position")], fresh)
        if moved:
            move(row, "refuse", actor.id, moment, f"{len(moved)} differ")
            row.difference, row.ended_at, row.note = [d.as_json() for d in moved], moment, why[:1000]
            row.save(update_fields=["state", "difference", "ended_at", "note"])
            return reading.proposal_info(row)
        move(row, "begin", actor.id, moment, "")
        row.started_at, row.executor, row.lease_until = moment, _place(), timezone.now() + LEASE
        row.save(update_fields=["state", "started_at", "executor", "lease_until"])
        audit.record(
            actor_id=actor.id, action="proposal.executed", subject=f"proposal:{row.pk}", detail={"token": row.token}
        )
    items = list(row.items.order_by("position").values_list("pk", flat=True))
    for item_id in items:
        _one(row.pk, item_id, "try", lambda item: spec.act.execute(params, change_of(item), _whose(who, item)))
    return _end(row.pk, actor.id)


@job(restartable=False)
def carry_out(job_id: int, *, proposal_id: int, actor_id: int | None) -> Mapping[str, Any]:
    """:func:`execute` as background work; a second delivery finds it begun and is refused."""
    ended = execute(proposal_id=proposal_id, actor=reading.actor_by_id(actor_id or 0))
    return {"state": ended.state, "url": f"/proposals/{proposal_id}/"}


def undo(*, proposal_id: int, actor: Actor, reason: str = "", now: datetime | None = None) -> ProposalInfo:
    """Take back what was done, item by item. Raises :class:`CannotUndo`, and what :func:`execute` raises."""
    moment = now or timezone.now()
    with transaction.atomic():
        row = locked(proposal_id, actor)
        spec = _spec(row)
        if not spec.can_undo:
            raise CannotUndo
        _may_run(row, actor, spec)
        move(row, "undo", actor.id, moment, reason)
        row.undo_by_id, row.executor, row.lease_until = actor.id, _place(), timezone.now() + LEASE
        row.save(update_fields=["state", "undo_by_id", "executor", "lease_until"])
        audit.record(
            actor_id=actor.id, action="proposal.undone", subject=f"proposal:{row.pk}", detail={"why": reason[:200]}
        )
    who = Who(actor.id, shops_of(actor, spec))
    params = spec.params.model_validate(row.params)
    done = row.items.filter(state__in=(rules.ITEM_DONE, rules.ITEM_WAITING)).order_by("-position")
    for item_id in list(done.values_list("pk", flat=True)):
        _one(row.pk, item_id, "undo", lambda item: spec.act.undo(params, change_of(item), _whose(who, item)))
    return _end(row.pk, actor.id)


def recover(*, now: datetime | None = None) -> list[int]:
    """Proposals whose process died: what it was trying is unknown; then everything in doubt is read back."""
    moment = now or timezone.now()
    found = []
    dead = Proposal.objects.filter(state__in=(rules.EXECUTING, rules.UNDOING), lease_until__lt=moment)
    for proposal_id in list(dead.values_list("pk", flat=True)):
        with transaction.atomic():
            row = Proposal.objects.select_for_update().get(pk=proposal_id)
            if row.state not in (rules.EXECUTING, rules.UNDOING) or (row.lease_until or moment) >= moment:
                continue
            for item in row.items.select_for_update().filter(state__in=(rules.ITEM_TRYING, rules.ITEM_UNDOING)):
                _move_item(item, "lose", moment, "its process died")
                item.save()
            pending = row.items.filter(state=rules.ITEM_PENDING)
            for item in pending:  # never begun: they did not happen, and are not begun now
                _move_item(item, "skip", moment, "never begun: its process died before")
                item.save()
        _end(proposal_id, None)
        found.append(proposal_id)
    verify_due(now=moment)
    return found


def verify_due(*, now: datetime | None = None) -> int:
    """Read back every item in doubt or handed over; returns how many were settled."""
    count = 0
    for proposal_id in list(
        Proposal.objects.filter(state__in=(rules.UNCERTAIN, rules.WAITING)).values_list("pk", flat=True)
    ):
        count += verify(proposal_id=proposal_id, now=now)
    return count


def verify(*, proposal_id: int, now: datetime | None = None) -> int:
    """Read the items of one proposal back; what cannot be told stays as it is. Returns how many were settled."""
    reading.load()
    moment = now or timezone.now()
    row = Proposal.objects.filter(pk=proposal_id).first()
    spec = find_action(row.action) if row else None
    if row is None or spec is None or row.state not in (rules.UNCERTAIN, rules.WAITING):
        return 0
    params = spec.params.model_validate(row.params)
    actor = reading.actor_by_id(row.proposer_id or 0)
    who = Who(row.proposer_id, shops_of(actor, spec))
    settled = 0
    for item in row.items.filter(state__in=(*rules.DOUBTFUL, rules.ITEM_WAITING)):
        undoing = item.state == rules.ITEM_UNDO_UNKNOWN
        try:
            seen = spec.act.read_back(params, change_of(item), _whose(who, item))
        except Exception:
            log.exception("%s #%s: %s cannot be read back", row.action, row.pk, item.key)
            continue
        said = rules.verdict(change_of(item), seen, undoing=undoing)
        waiting = item.state == rules.ITEM_WAITING
        if said == "deny" and waiting:  # not yet: the file has not been taken up, or no newer export has come
            said = ""
        with transaction.atomic():
            fresh = Item.objects.select_for_update().get(pk=item.pk)
            if fresh.state != item.state:
                continue
            fresh.seen, fresh.seen_at = None if seen is None else dict(seen), moment
            if said:
                _move_item(fresh, said, moment, "read back")
                fresh.ended_at = moment
                settled += 1
            fresh.save()
    if settled:
        _end(row.pk, None)
    return settled


def settle(
    *, proposal_id: int, item_id: int, actor: Actor, happened: bool, reason: str = "", now: datetime | None = None
) -> ProposalInfo:
    """A person looked and says whether an item that cannot be read back happened. Raises the usual ones."""
    moment = now or timezone.now()
    with transaction.atomic():
        row = locked(proposal_id, actor)
        spec = _spec(row)
        _may_run(row, actor, spec)
        item = row.items.select_for_update().filter(pk=item_id).first()
        if item is None or item.state not in (*rules.DOUBTFUL, rules.ITEM_WAITING):
            raise NotAllowedNow(item.state if item else row.state, "settle")
        _move_item(item, "confirm" if happened else "deny", moment, reason or "a person looked", actor.id)
        item.ended_at = moment
        item.save()
    return _end(proposal_id, actor.id)


def _one(proposal_id: int, item_id: int, command: str, act: Callable[[Item], Result]) -> None:
    """One item: the intent is committed, then the act, then what came of it."""
    now = timezone.now()
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=item_id)
        if (item.state, command) not in ITEM.transitions:
            return
        _move_item(item, command, now, "")
        item.tried_at = now
        item.save()
        Proposal.objects.filter(pk=proposal_id).update(lease_until=now + LEASE)
    try:
        result = act(item)
    except (BadAction, LookupError, ValueError) as error:
        result = Failed(f"{type(error).__name__}: {error}")
    except Exception as error:
        log.exception("item %s of proposal %s: nobody knows whether it happened", item.key, proposal_id)
        result = Unknown(f"{type(error).__name__}: {error}")
    end = timezone.now()
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=item_id)
        if item.state not in (rules.ITEM_TRYING, rules.ITEM_UNDOING):  # given up meanwhile; reading back decides
            return
        undoing = item.state == rules.ITEM_UNDOING
        command = _command(result, undoing)
        _move_item(item, command, end, result.note)
        item.note = result.note[:1000]
        if isinstance(result, HandedOver) and not undoing:
            item.file, item.steps = result.file, result.steps.as_json() if result.steps else {}
        item.ended_at = end
        item.save()


def _command(result: Result, undoing: bool) -> str:
    if isinstance(result, Done):
        return "succeed"
    if isinstance(result, Unknown):
        return "lose"
    if isinstance(result, HandedOver):
        return "lose" if undoing else "hand_over"
    if isinstance(result, Skipped):
        return "succeed" if undoing else "skip"
    return "fail"


def _end(proposal_id: int, actor_id: int | None) -> ProposalInfo:
    """Bring the proposal to what its items say."""
    now = timezone.now()
    with transaction.atomic():
        row = Proposal.objects.select_for_update().get(pk=proposal_id)
        undoing = row.undo_by_id is not None
        command = rules.outcome_command(row.items.values_list("state", flat=True), undoing=undoing)
        before = row.state
        if rules.LIFECYCLE.next(before, command) != before or before in (rules.EXECUTING, rules.UNDOING):
            move(row, command, actor_id, now, "")
        if row.state not in rules.PENDING:
            row.ended_at = now
        row.executor, row.lease_until = "", None
        row.save(update_fields=["state", "ended_at", "executor", "lease_until"])
        if not undoing and row.state in (rules.DONE, rules.PARTLY):
            measuring.declare(row, now)
        if row.state == rules.UNDONE:
            measuring.withdraw(row)
    return reading.proposal_info(row)


def _move_item(item: Item, command: str, at: datetime, why: str, actor_id: int | None = None) -> None:
    before = item.state
    item.state = ITEM.next(before, command)
    ProposalEvent.objects.create(
        proposal_id=item.proposal_id,
        item_key=item.key,
        at=at,
        actor_id=actor_id,
        command=command,
        before=before,
        after=item.state,
        why=why[:1000],
    )


def _whose(who: Who, item: Item) -> Who:
    return Who(who.actor_id, who.shop_ids, f"zhanggui-{item.proposal_id}-{item.pk}")


def _spec(row: Proposal) -> ActionSpec:
    reading.load()
    spec = find_action(row.action)
    if spec is None:
        raise UnknownAction(row.action)
    return spec


def _may_run(row: Proposal, actor: Actor, spec: ActionSpec) -> None:
    """Who holds the action's permission at every shop it touches, or who approved it."""
    shops = {s.shop_id for s in row.shops.all()}
    allowed = shops_of(actor, spec)
    if shops <= allowed and (shops or allowed):
        return
    if any(a.person_id == actor.id for a in row.approvals.all()):
        return
    raise MayNot("permission")


def _place() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:120]
