"""Proposals: the preview of an act, approvals, executions, what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.desk import listing, looking
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.accounts.labels import ROLE_NAMES
from zhanggui.foundation.jobs import operations as jobs
from zhanggui.foundation.loop import labels, queries, reading
from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop.contracts import (
    Actor,
    Change,
    EventInfo,
    FindingInfo,
    ItemInfo,
    OutcomeInfo,
    ProposalInfo,
    find_action,
)
from zhanggui.foundation.loop.domain.proposals import PENDING
from zhanggui.kernel.money import Money

#: Proposals up to this many items are done while the page waits; more are a job.
AT_ONCE = 20
#: Words a person has to give: the parameter that holds them.
WORDS = ("reason", "text")
#: Stands in for words that are not written yet, so that the rest can be previewed.
_NOT_YET = "…"
TABS = ("approve", "mine", "pending", "done", "all")


@dataclass(frozen=True)
class Side:
    """One value of an item, before and after, with its name."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class ItemLine:
    id: int
    label: str
    sides: list[Side]
    money: Money | None
    state: str
    state_name: str
    tone: str
    icon: str
    note: str
    file: str
    steps: str
    can_settle: bool


@dataclass(frozen=True)
class ProposalLine:
    id: int
    sentence: str
    action: str
    state: str
    state_name: str
    tone: str
    icon: str
    items: int
    money: Money | None
    proposer: str
    created_at: datetime
    expires_at: datetime
    clock: str
    needs: str
    approved: list[str]
    irreversible: bool
    outcome: str
    is_pending: bool


@dataclass(frozen=True)
class ProposalsPage:
    tab: str
    tabs: list[tuple[str, str, str, int | None]]
    lines: list[ProposalLine]
    rules: list[tuple[str, str, bool]]
    absences: list[str]


@dataclass(frozen=True)
class ProposalPage:
    line: ProposalLine
    info: ProposalInfo
    items: list[ItemLine]
    difference: list[ItemLine]
    events: list[tuple[EventInfo, str, str, str]]
    finding: FindingInfo | None
    finding_text: str
    outcome: OutcomeInfo | None
    outcome_note: str
    may_approve: bool
    may_not: str
    may_execute: bool
    may_withdraw: bool
    can_undo: bool
    must_type: bool


@dataclass(frozen=True)
class ProposePage:
    finding: FindingInfo
    sentence: str
    title: str
    items: list[ItemLine]
    token: str
    words: str
    needs: str
    rule: str
    must_type: bool
    count: int
    irreversible: bool
    can_undo: bool
    error: str = ""


@require_http_methods(["GET", "POST"])
@requires("proposals.make")
def propose(request: HttpRequest, finding_id: int) -> HttpResponse:
    """The preview of a finding's act, and the wish to have it done exactly so."""
    actor = reading.actor(request.user)
    info = queries.finding(finding_id=finding_id, viewer=actor)
    if info is None or not info.act_code:
        raise Http404
    reading.load()
    spec = find_action(info.act_code)
    if spec is None:
        raise Http404
    wanted = next((w for w in WORDS if w in spec.params.model_fields and not info.act_params.get(w)), "")
    blank = {**info.act_params, **({wanted: _NOT_YET} if wanted else {})}
    error = ""
    try:
        seen = loop.preview(action=info.act_code, params=blank, actor=actor)
        if request.method == "POST":
            try:
                return _proposed(request, info, actor, seen, wanted)
            except loop.LoopError as refusal:
                error = str(refusal)
    except loop.LoopError as refusal:
        return render(request, "desk/cannot.html", {"finding": info, "error": str(refusal)}, status=200)
    view = ProposePage(
        finding=info,
        sentence=labels.text(info.sentence),
        title=labels.action_title(info.act_code),
        items=[_change(c) for c in seen.changes],
        token=seen.token,
        words=wanted,
        needs=_needs(seen.need.approvers, tuple(sorted(seen.need.roles))),
        rule=seen.need.rule,
        must_type=_is_risky(seen.size.irreversible, seen.need.approvers, len(seen.changes)),
        count=len(seen.changes),
        irreversible=seen.size.irreversible,
        can_undo=spec.can_undo,
        error=error,
    )
    return render(request, "desk/propose.html", {"view": view}, status=409 if error else 200)


def _proposed(request: HttpRequest, info: FindingInfo, actor: Actor, seen: loop.Preview, wanted: str) -> HttpResponse:
    if request.POST.get("token", "") != seen.token:
        raise loop.OtherList
    words = request.POST.get("words", "").strip()
    if wanted and not words:
        raise loop.WhyMissing
    risky = _is_risky(seen.size.irreversible, seen.need.approvers, len(seen.changes))
    if risky and request.POST.get("number", "").strip() != str(len(seen.changes)):
        raise NumberNotTyped(len(seen.changes))
    params = {**info.act_params, **({wanted: words} if wanted else {})}
    fresh = loop.preview(action=info.act_code, params=params, actor=actor)
    made = loop.propose(
        action=info.act_code,
        params=params,
        actor=actor,
        token=fresh.token,
        finding_id=info.id,
        reason=words or request.POST.get("reason", ""),
    )
    if info.state in ("open", "assigned"):
        loop.take(finding_id=info.id, actor=actor)
    if made.state == "approved":
        _carry_out(request, made.id, actor, made.item_count)
    else:
        messages.success(request, _("Proposed: somebody else has to approve it."))
    return redirect("proposal", made.id)


class NumberNotTyped(loop.LoopError):
    code = "number_not_typed"

    def __init__(self, count: int) -> None:
        super().__init__(_("Type the number of items, %(count)s, to say that you have looked.") % {"count": count})


@require_GET
@requires("home.view")
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's yes, what is under way, what was done."""
    actor, now = reading.actor(request.user), timezone.now()
    tab = request.GET.get("show", "approve")
    tab = tab if tab in TABS else "approve"
    if tab == "approve":
        found = queries.to_approve(viewer=actor, now=now)
    else:
        states = {"pending": sorted(PENDING), "done": ["done", "partly", "failed", "moved", "undone"]}.get(tab, [])
        found = queries.list_proposals(viewer=actor, states=states, limit=100)
        if tab == "mine":
            found = [p for p in found if p.proposer_id == actor.id]
    waiting = queries.to_approve_count(viewer=actor, now=now)
    names = {
        "approve": _("For me to approve"),
        "mine": _("Proposed by me"),
        "pending": _("Under way"),
        "done": _("Carried out"),
        "all": _("All proposals"),
    }
    base = reverse("proposals")
    outcomes = {o.proposal_id: o for o in queries.outcomes(viewer=None, limit=500)}
    page = ProposalsPage(
        tab=tab,
        tabs=[(c, names[c], f"{base}?show={c}", waiting if c == "approve" else None) for c in TABS],
        lines=[_line(p, now, outcomes.get(p.id)) for p in found],
        rules=[(r.action, _rule(r), own) for r, own in queries.policy_rules()],
        absences=_absences(now),
    )
    return render(request, "desk/proposals.html", {"view": page})


@require_GET
@requires("home.view")
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One proposal: before → after, who must approve, what happened."""
    return render(request, "desk/proposal.html", {"view": _page(request, proposal_id)})


@require_POST
@requires("home.view")
def decide(request: HttpRequest, proposal_id: int, command: str) -> HttpResponse:
    """Approve, reject, withdraw, carry out, take back, settle an item."""
    actor = reading.actor(request.user)
    reason = request.POST.get("reason", "")
    try:
        if command == "approve":
            _approve(request, proposal_id, actor)
        elif command == "reject":
            loop.reject(proposal_id=proposal_id, actor=actor, reason=reason)
        elif command == "withdraw":
            loop.withdraw(proposal_id=proposal_id, actor=actor, reason=reason)
        elif command == "execute":
            _carry_out(request, proposal_id, actor, AT_ONCE)
        elif command == "undo":
            loop.undo(proposal_id=proposal_id, actor=actor, reason=reason)
        elif command == "verify":
            loop.verify(proposal_id=proposal_id)
        elif command == "settle":
            item = request.POST.get("item", "")
            loop.settle(
                proposal_id=proposal_id,
                item_id=int(item) if item.isdigit() else 0,
                actor=actor,
                happened=request.POST.get("happened") == "yes",
                reason=reason,
            )
        else:
            raise Http404
    except loop.NotThere:
        raise Http404 from None
    except loop.LoopError as refusal:
        messages.error(request, str(refusal))
    return redirect("proposal", proposal_id)


def _approve(request: HttpRequest, proposal_id: int, actor: Actor) -> None:
    info = queries.proposal(proposal_id=proposal_id, viewer=actor)
    if info is None:
        raise loop.NotThere
    risky = _is_risky(info.irreversible, info.approvers, info.item_count)
    if risky and request.POST.get("number", "").strip() != str(info.item_count):
        raise NumberNotTyped(info.item_count)
    done = loop.approve(proposal_id=proposal_id, actor=actor, token=request.POST.get("token", ""))
    if done.state == "approved":
        _carry_out(request, proposal_id, actor, done.item_count)
    else:
        messages.success(request, _("Approved; a second person has to approve it too."))


def _carry_out(request: HttpRequest, proposal_id: int, actor: Actor, items: int) -> None:
    """At once when it is small or nobody else would do it, as a job otherwise."""
    if items > AT_ONCE and looking.worker_is_there():
        title = _("Proposal %(id)s") % {"id": proposal_id}
        jobs.enqueue(
            kind="loop",
            title=title,
            task=loop.carry_out,
            kwargs={"proposal_id": proposal_id, "actor_id": actor.id},
            actor_id=actor.id,
        )
        messages.success(request, _("It is being carried out."))
        return
    ended = loop.execute(proposal_id=proposal_id, actor=actor)
    if ended.state == "moved":
        messages.error(request, _("The world has moved since the preview: nothing was done. See what is different."))
    elif ended.state == "done":
        messages.success(request, _("Done, and written down."))
    else:
        messages.warning(request, labels.state_name(ended.state))


def _page(request: HttpRequest, proposal_id: int) -> ProposalPage:
    actor, now = reading.actor(request.user), timezone.now()
    info = queries.proposal(proposal_id=proposal_id, viewer=actor)
    if info is None:
        raise Http404
    outcome = next((o for o in queries.outcomes(viewer=actor) if o.proposal_id == info.id), None)
    cause = queries.finding(finding_id=info.finding_id, viewer=actor) if info.finding_id else None
    names = accounts.names(e.actor_id for e in info.events if e.actor_id is not None)
    waiting = any(p.id == info.id for p in queries.to_approve(viewer=actor, now=now, limit=1000))
    spec = find_action(info.action)
    shops = {a.code for a in queries.offered(viewer=actor, shop_id=info.shop_ids[0] if info.shop_ids else None)}
    runs = info.action in shops or any(p == actor.id for p, _for in info.approved_by)
    return ProposalPage(
        line=_line(info, now, outcome),
        info=info,
        items=[_item(i) for i in info.items],
        difference=[_difference(d) for d in info.difference],
        events=[
            (
                e,
                labels.command_name(e.command),
                names.get(e.actor_id, "") if e.actor_id is not None else _("by itself"),
                labels.why(e.why),
            )
            for e in reversed([e for e in info.events if e.command not in ("try", "succeed")])
        ],
        finding=cause,
        finding_text=labels.text(cause.sentence) if cause else "",
        outcome=outcome,
        outcome_note=str(labels.OUTCOME_NOTES.get(outcome.note, "")) if outcome else "",
        may_approve=waiting,
        may_not=_("You proposed it: somebody else has to approve it.") if info.proposer_id == actor.id else "",
        may_execute=info.state == "approved" and runs,
        may_withdraw=info.proposer_id == actor.id and info.state in ("proposed", "approved"),
        can_undo=spec is not None and spec.can_undo and info.state in ("done", "partly", "waiting") and runs,
        must_type=_is_risky(info.irreversible, info.approvers, info.item_count),
    )


def _is_risky(irreversible: bool, approvers: int, items: int) -> bool:
    return irreversible or approvers > 1 or items > AT_ONCE


def _line(p: ProposalInfo, now: datetime, outcome: OutcomeInfo | None = None) -> ProposalLine:
    from zhanggui.desk import words

    tone, icon = labels.STATE_TONES[p.state]
    ids = [p.proposer_id, *(i for pair in p.approved_by for i in pair)]
    names = accounts.names(i for i in ids if i is not None)
    approved = [_approver(names.get(a, ""), "" if b is None else names.get(b, "")) for a, b in p.approved_by]
    return ProposalLine(
        id=p.id,
        sentence=labels.text(p.sentence),
        action=labels.action_title(p.action),
        state=p.state,
        state_name=labels.state_name(p.state),
        tone=tone,
        icon=icon,
        items=p.item_count,
        money=Money(p.money, p.currency) if p.money is not None and p.currency else None,
        proposer=names.get(p.proposer_id, "") if p.proposer_id is not None else "",
        created_at=p.created_at,
        expires_at=p.expires_at,
        clock=words.clock(p.expires_at, now) if p.state in ("proposed", "approved") else "",
        needs=_needs(p.approvers, p.approver_roles),
        approved=approved,
        irreversible=p.irreversible,
        outcome=listing.outcome_text(outcome) if outcome else "",
        is_pending=p.state in ("proposed", "approved"),
    )


def _approver(name: str, other: str) -> str:
    return _("%(name)s for %(other)s") % {"name": name, "other": other} if other else name


def _needs(approvers: int, roles: tuple[str, ...]) -> str:
    if not approvers:
        return _("nobody's approval")
    named = "、".join(str(ROLE_NAMES[r]) for r in ROLE_NAMES if r in roles)
    if approvers == 1:
        return _("one other person (%(roles)s)") % {"roles": named}
    return _("two other people (%(roles)s)") % {"roles": named}


def _rule(rule: Any) -> str:
    parts = [_needs(rule.approvers, tuple(rule.roles))]
    if rule.max_items is not None:
        parts.append(_("up to %(n)s items") % {"n": rule.max_items})
    if rule.max_money is not None:
        parts.append(_("up to %(money)s") % {"money": labels.number(rule.max_money, "money", rule.currency)})
    if rule.irreversible:
        parts.append(_("cannot be taken back"))
    return " · ".join(parts)


def _absences(now: datetime) -> list[str]:
    from zhanggui.foundation.ui.domain import formats

    rows = queries.absences(now=now)
    names = accounts.names(i for r in rows for i in (r[1], r[2]) if i is not None)
    zone = timezone.get_current_timezone_name()
    found = []
    for _id, person, deputy, first, last in rows:
        values = {
            "name": names.get(person, ""),
            "deputy": names.get(deputy, "") if deputy else formats.MISSING,
            "from": formats.moment(first, zone),
            "to": formats.moment(last, zone),
        }
        found.append(_("%(name)s is away from %(from)s to %(to)s; deputy: %(deputy)s") % values)
    return found


#: Names of the values that actions show.
def _value_name(name: str) -> str:
    return {
        "held": _("on hold"),
        "notes": _("notes"),
        "price": _("price"),
        "stock": _("stock shown"),
        "state": _("state"),
        "budget": _("budget"),
        "value": _("value"),
    }.get(name, name)


def _value(value: Any) -> str:
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    return "—" if value is None else labels.value(value)


def _sides(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Side]:
    names = dict.fromkeys([*before, *after])
    return [Side(_value_name(n), _value(before.get(n)), _value(after.get(n))) for n in names]


def _change(c: Change) -> ItemLine:
    money = Money(c.money, c.currency) if c.money is not None and c.currency else None
    return ItemLine(0, c.label, _sides(c.before, c.after), money, "pending", "", "idle", "circle", "", "", "", False)


def _item(i: ItemInfo) -> ItemLine:
    tone, icon = labels.STATE_TONES[i.state]
    return ItemLine(
        id=i.id,
        label=i.label,
        sides=_sides(i.before, i.after),
        money=Money(i.money, i.currency) if i.money is not None and i.currency else None,
        state=i.state,
        state_name=labels.state_name(i.state),
        tone=tone,
        icon=icon,
        note=i.note,
        file=i.file,
        steps=labels.text(i.steps),
        can_settle=i.state in ("unknown", "undo_unknown", "waiting"),
    )


def _difference(d: Mapping[str, Any]) -> ItemLine:
    """A line of the difference: what was expected beside what is."""
    then, now = d.get("then") or {}, d.get("now") or {}
    sides = _sides(then.get("before", {}), now.get("before", {}))
    gone = "" if d.get("now") else _("no longer to be done")
    return ItemLine(0, str(d.get("label", "")), sides, None, "moved", "", "bad", "alert-triangle", gone, "", "", False)
