"""Findings and proposals: the list, triage, preview, propose, approve, carry out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.loop import labels, queries, reading
from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop.contracts import FindingInfo, ProposalInfo
from zhanggui.foundation.loop.queries import Wanted
from zhanggui.processes.api import paging
from zhanggui.processes.api.common import chosen_shops
from zhanggui.processes.api.fields import Cursor, Id, Limit, Moment, Reason, Utc, id_of
from zhanggui.processes.api.idempotency import Answer, once
from zhanggui.processes.api.problems import PROBLEMS, WRITE_PROBLEMS, Refused, not_found

router = Router(tags=["loop"])
Role = Literal["OWN", "OPS", "MKT", "CS", "DAT", "BUY", "WH", "FIN", "LEG", "ADM"]
SECTIONS = Literal["now", "today", "week", "later"]
T = TypeVar("T")
Optional = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class StakeOut(Schema):
    minor: int
    currency: str
    at_least: bool
    how: str


class FindingOut(Schema):
    id: Id
    kind: str
    severity: str
    state: str
    shop_id: Id | None
    subject_type: str
    subject_id: str
    subject_label: str
    roles: list[str]
    sentence: str
    detail: str
    stake: StakeOut | None
    due_at: Utc | None
    assignee_id: Id | None
    snoozed_until: Utc | None
    opened_at: Utc
    seen_at: Utc
    evidence: list[dict[str, Any]] = Field(description="label, value, unit, currency, metric, period, as_of, rows")
    action: str = Field(description="code of the act it offers; empty: none")
    params: dict[str, Any]


class FindingsOut(Schema):
    items: list[FindingOut]
    next_cursor: str = Field(description="empty at the end")
    counts: dict[str, int] = Field(description="how many stand in each section")
    as_of: Utc


class FindingQuery(Schema):
    shop_id: Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]], Field(max_length=500)] = []
    role: Role | None = None
    section: SECTIONS | None = None
    cursor: Cursor = ""
    limit: Limit = 50


class EventOut(Schema):
    at: Utc
    actor_id: Id | None
    command: str
    before: str
    after: str
    why: str


class HistoryOut(Schema):
    items: list[EventOut]


class DecisionIn(Schema):
    command: Literal["take", "release", "assign", "snooze", "dismiss", "resolve", "reopen"]
    reason: Optional = ""
    code: Annotated[str, Field(max_length=20)] = Field("", description="why it is dismissed")
    to: Annotated[str, Field(pattern=r"^[0-9]{0,18}$")] = Field("", description="person, for assign")
    until: Moment | None = Field(None, description="for snooze")


class ItemOut(Schema):
    id: Id
    key: str
    label: str
    shop_id: Id | None
    before: dict[str, Any]
    after: dict[str, Any]
    state: str
    note: str


class PreviewIn(Schema):
    action: Annotated[str, Field(max_length=60)]
    params: dict[str, Any]


class PreviewOut(Schema):
    token: str
    approvers: int
    approver_roles: list[str]
    irreversible: bool
    items: list[dict[str, Any]]


class ProposalIn(PreviewIn):
    token: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(description="of the preview that was looked at")
    finding_id: Annotated[str, Field(pattern=r"^[0-9]{0,18}$")] = ""
    reason: Optional = ""


class ProposalOut(Schema):
    id: Id
    action: str
    sentence: str
    state: str
    token: str
    shop_ids: list[Id]
    approvers: int
    approver_roles: list[str]
    proposer_id: Id | None
    finding_id: Id | None
    money: int | None
    currency: str
    irreversible: bool
    created_at: Utc
    expires_at: Utc
    ended_at: Utc | None
    difference: list[dict[str, Any]]
    items: list[ItemOut]


class ProposalsOut(Schema):
    items: list[ProposalOut]
    next_cursor: str = Field(description="empty at the end")


class ProposalQuery(Schema):
    state: Annotated[list[Annotated[str, Field(max_length=12, pattern="^[a-z]*$")]], Field(max_length=20)] = []
    cursor: Cursor = ""
    limit: Limit = 50


class TokenIn(Schema):
    token: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ReasonIn(Schema):
    reason: Reason


@router.get("/findings", response={200: FindingsOut, **PROBLEMS}, summary="What to do, ranked")
@requires("home.view")
def list_findings(request: HttpRequest, query: Query[FindingQuery]) -> dict[str, Any]:
    """By deadline when it is due now, else by weight, money and deadline."""
    now = timezone.now()
    local = timezone.localtime(now)
    wanted = Wanted(
        now=now,
        day_end=local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1),
        viewer=reading.actor(request.user),
        shop_ids=chosen_shops(request, query.shop_id),
        role=query.role or "",
        section=query.section or "",
    )
    offset = paging.read("findings", query.cursor) or 0
    found = queries.list_findings(wanted, limit=query.limit + 1, offset=offset)
    more = len(found) > query.limit
    return {
        "items": [_finding(f) for f in found[: query.limit]],
        "next_cursor": paging.write("findings", offset + query.limit) if more else "",
        "counts": dict(queries.counts(wanted).sections),
        "as_of": now,
    }


@router.get("/findings/{finding_id}", response={200: FindingOut, **PROBLEMS}, summary="One finding")
@requires("home.view")
def get_finding(request: HttpRequest, finding_id: str) -> dict[str, Any]:
    found = queries.finding(finding_id=id_of(finding_id), viewer=reading.actor(request.user))
    if found is None:
        raise not_found()
    return _finding(found)


@router.get("/findings/{finding_id}/history", response={200: HistoryOut, **PROBLEMS}, summary="Its history")
@requires("home.view")
def get_history(request: HttpRequest, finding_id: str) -> dict[str, Any]:
    number = id_of(finding_id)
    if queries.finding(finding_id=number, viewer=reading.actor(request.user)) is None:
        raise not_found()
    return {"items": queries.history(finding_id=number)}


@router.post("/findings/{finding_id}/decision", response={200: FindingOut, **WRITE_PROBLEMS}, summary="Triage it")
@requires("home.view")
def decide_finding(request: HttpRequest, response: HttpResponse, finding_id: str, body: DecisionIn) -> Status[Any]:
    """409 when its state does not allow the command."""
    number, actor = id_of(finding_id), reading.actor(request.user)

    def act() -> Answer:
        return 200, FindingOut(**_finding(_asked(lambda: _decide(number, body)))).model_dump(mode="json")

    def _decide(number: int, wish: DecisionIn) -> FindingInfo:
        common: dict[str, Any] = {"finding_id": number, "actor": actor}
        if wish.command == "assign":
            return loop.assign(**common, to_id=int(wish.to or 0))
        if wish.command == "snooze":
            return loop.snooze(**common, until=wish.until or timezone.now(), reason=wish.reason)
        if wish.command == "dismiss":
            return loop.dismiss(**common, code=wish.code, reason=wish.reason)
        if wish.command in ("take", "release"):
            return (loop.take if wish.command == "take" else loop.release)(**common)
        return (loop.resolve if wish.command == "resolve" else loop.reopen)(**common, reason=wish.reason)

    return once(request, response, body.model_dump(mode="json"), act)


@router.post("/proposals/preview", response={200: PreviewOut, **WRITE_PROBLEMS}, summary="Look before you propose")
@requires("proposals.make")
def preview(request: HttpRequest, body: PreviewIn) -> dict[str, Any]:
    """Changes nothing; the token binds a proposal to exactly these lines."""
    seen = _asked(lambda: loop.preview(action=body.action, params=body.params, actor=reading.actor(request.user)))
    return {
        "token": seen.token,
        "approvers": seen.need.approvers,
        "approver_roles": sorted(seen.need.roles),
        "irreversible": seen.size.irreversible,
        "items": [
            {"key": c.key, "label": c.label, "before": dict(c.before), "after": dict(c.after)} for c in seen.changes
        ],
    }


@router.post("/proposals", response={201: ProposalOut, **WRITE_PROBLEMS}, summary="Propose")
@requires("proposals.make")
def propose(request: HttpRequest, response: HttpResponse, body: ProposalIn) -> Status[Any]:
    """409 when the world is no longer as previewed."""
    actor = reading.actor(request.user)

    def act() -> Answer:
        made = _asked(
            lambda: loop.propose(
                action=body.action,
                params=body.params,
                actor=actor,
                token=body.token,
                finding_id=int(body.finding_id) if body.finding_id else None,
                reason=body.reason,
            )
        )
        return 201, _proposal(request, made.id)

    return once(request, response, body.model_dump(mode="json"), act)


@router.get("/proposals", response={200: ProposalsOut, **PROBLEMS}, summary="Proposals, newest first")
@requires("home.view")
def list_proposals(request: HttpRequest, query: Query[ProposalQuery]) -> dict[str, Any]:
    found = queries.list_proposals(
        viewer=reading.actor(request.user),
        states=query.state,
        limit=query.limit + 1,
        before_id=paging.read("proposals", query.cursor),
    )
    page = found[: query.limit]
    more = paging.write("proposals", page[-1].id) if len(found) > query.limit else ""
    return {"items": [_row(p) for p in page], "next_cursor": more}


@router.get("/proposals/{proposal_id}", response={200: ProposalOut, **PROBLEMS}, summary="One proposal")
@requires("home.view")
def get_proposal(request: HttpRequest, proposal_id: str) -> dict[str, Any]:
    return _proposal(request, id_of(proposal_id))


@router.post("/proposals/{proposal_id}/approval", response={200: ProposalOut, **WRITE_PROBLEMS}, summary="Approve")
@requires("home.view")
def approve(request: HttpRequest, response: HttpResponse, proposal_id: str, body: TokenIn) -> Status[Any]:
    """Exactly the list with this token. 403 for the proposer, 409 when somebody was faster."""
    return _write(request, response, proposal_id, body, loop.approve, token=body.token)


@router.post("/proposals/{proposal_id}/rejection", response={200: ProposalOut, **WRITE_PROBLEMS}, summary="Reject")
@requires("home.view")
def reject(request: HttpRequest, response: HttpResponse, proposal_id: str, body: ReasonIn) -> Status[Any]:
    return _write(request, response, proposal_id, body, loop.reject, reason=body.reason)


@router.post("/proposals/{proposal_id}/undo", response={200: ProposalOut, **WRITE_PROBLEMS}, summary="Take it back")
@requires("home.view")
def undo(request: HttpRequest, proposal_id: str, body: ReasonIn) -> dict[str, Any]:
    number = id_of(proposal_id)
    _asked(lambda: loop.undo(proposal_id=number, actor=reading.actor(request.user), reason=body.reason))
    return _proposal(request, number)


@router.post("/proposals/{proposal_id}/execution", response={200: ProposalOut, **WRITE_PROBLEMS}, summary="Carry out")
@requires("home.view")
def execute(request: HttpRequest, proposal_id: str) -> dict[str, Any]:
    """Once: 409 when it was begun already. Its state tells what came of it; never wrapped in another transaction."""
    number = id_of(proposal_id)
    _asked(lambda: loop.execute(proposal_id=number, actor=reading.actor(request.user)))
    return _proposal(request, number)


def _write(
    request: HttpRequest,
    response: HttpResponse,
    proposal_id: str,
    body: Schema,
    operation: Callable[..., ProposalInfo],
    **wish: Any,
) -> Status[Any]:
    number, actor = id_of(proposal_id), reading.actor(request.user)

    def act() -> Answer:
        _asked(lambda: operation(proposal_id=number, actor=actor, **wish))
        return 200, _proposal(request, number)

    return once(request, response, body.model_dump(mode="json"), act)


def _asked(wish: Callable[[], T]) -> T:
    try:
        return wish()
    except loop.NotThere:
        raise not_found() from None
    except loop.MayNot as refusal:
        raise Refused(403, refusal.code, str(refusal)) from None
    except loop.BadParameters as refusal:
        fields = [{"field": f"body.params.{k}", "code": "invalid", "detail": v} for k, v in refusal.fields.items()]
        raise Refused(422, refusal.code, str(refusal), fields) from None
    except (loop.WhyMissing, loop.BadSnooze, loop.NobodyThere, loop.UnknownAction) as refusal:
        raise Refused(422, refusal.code, str(refusal)) from None
    except loop.LoopError as refusal:
        raise Refused(409, refusal.code, str(refusal)) from None


def _finding(f: FindingInfo) -> dict[str, Any]:
    stake = None
    if f.stake_minor is not None:
        stake = {
            "minor": f.stake_minor,
            "currency": f.stake_currency,
            "at_least": f.stake_is_least,
            "how": labels.text(f.stake_how),
        }
    names = ("id", "kind", "severity", "state", "shop_id", "subject_type", "subject_id", "subject_label", "detail",
             "due_at", "assignee_id", "snoozed_until", "opened_at", "seen_at")  # fmt: skip
    keys = ("value", "unit", "currency", "metric", "period", "as_of", "rows")
    return {name: getattr(f, name) for name in names} | {
        "roles": list(f.roles),
        "sentence": labels.text(f.sentence),
        "stake": stake,
        "evidence": [{"label": labels.text(e["label"]), **{k: e.get(k) for k in keys}} for e in f.evidence],
        "action": f.act_code,
        "params": dict(f.act_params),
    }


def _proposal(request: HttpRequest, proposal_id: int) -> dict[str, Any]:
    found = queries.proposal(proposal_id=proposal_id, viewer=reading.actor(request.user))
    if found is None:
        raise not_found()
    return ProposalOut(**_row(found)).model_dump(mode="json")


def _row(p: ProposalInfo) -> dict[str, Any]:
    names = ("id", "action", "state", "token", "approvers", "proposer_id", "finding_id", "money", "currency",
             "irreversible", "created_at", "expires_at", "ended_at")  # fmt: skip
    item = ("id", "key", "label", "shop_id", "state", "note")
    return {name: getattr(p, name) for name in names} | {
        "sentence": labels.text(p.sentence),
        "shop_ids": list(p.shop_ids),
        "approver_roles": list(p.approver_roles),
        "difference": [dict(d) for d in p.difference],
        "items": [
            {n: getattr(i, n) for n in item} | {"before": dict(i.before), "after": dict(i.after)} for i in p.items
        ],
    }
