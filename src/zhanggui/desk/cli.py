"""``zhanggui today`` and ``zhanggui proposals``."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.desk import listing, scoring
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.domain.permissions import ROLES
from zhanggui.foundation.loop import labels, queries, reading
from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop.contracts import Actor, FindingInfo, ProposalInfo
from zhanggui.foundation.loop.queries import Wanted

AsJson = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]
As = Annotated[str, typer.Option("--as", help=_("Sign-in name of the person who acts."))]


#: Findings a score looks through.
_ALL = 100_000
_EVIDENCE = ("value", "unit", "currency", "metric", "period", "as_of", "rows")


class BadWish(Exception):
    """Something on the command line that is not there."""


def today_command(
    role: Annotated[str, typer.Option("--role", help=_("Only what calls this role (OWN, OPS, CS …)."))] = "",
    shop: Annotated[list[str] | None, typer.Option("--shop", help=_("Only these shops, by name."))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help=_("At most so many findings."))] = 50,
    look: Annotated[bool, typer.Option("--look/--no-look", help=_("Run the detectors that are due first."))] = True,
    score: Annotated[
        Path | None, typer.Option("--score", help=_("problems.json of a sample: print recall, precision and ranks."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What to do today, ranked by deadline and money."""
    planted = scoring.read(score) if score else None
    if role and role.upper() not in ROLES:
        raise BadWish(
            _("There is no role “%(role)s”; there are %(roles)s.") % {"role": role, "roles": ", ".join(ROLES)}
        )
    shops = {s.name: s for s in accounts.shops()}
    unknown = [name for name in shop or [] if name not in shops]
    if unknown:
        raise BadWish(_("There is no shop “%(name)s”.") % {"name": unknown[0]})
    now = timezone.now()
    reading.load()
    if look:
        loop.run_all(codes=loop.due(now=now), now=now, full=None)
        loop.wake_due(now=now)
    chosen = [shops[name] for name in shop] if shop else list(shops.values())
    local = timezone.localtime(now)
    wanted = Wanted(
        now=now,
        day_end=local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1),
        shop_ids=frozenset(s.id for s in chosen),
        role=role.upper(),
        home=max((s.currency for s in chosen), key=[s.currency for s in chosen].count, default=""),
    )
    names = {s.id: s.name for s in chosen}
    if planted is not None:
        ranked = [
            f for code in queries.SECTIONS for f in queries.list_findings(replace(wanted, section=code), limit=_ALL)
        ]
        told = scoring.score(planted, ranked, names)
        text = (
            json.dumps(scoring.as_json(told), ensure_ascii=False, indent=2)
            if as_json
            else "\n".join(scoring.lines(told))
        )
        typer.echo(text)
        return
    counted = queries.counts(wanted)
    titles = {"now": _("Due now"), "today": _("Today"), "week": _("This week"), "later": _("Later")}
    left, sections = limit, []
    for code in queries.SECTIONS:
        found = queries.list_findings(replace(wanted, section=code), limit=left) if left else []
        left -= len(found)
        sections.append((code, found))
    if as_json:
        said = {
            "as_of": now.isoformat(),
            "looked_at": _iso(queries.last_look()),
            "counts": dict(counted.sections),
            "findings": [_finding(f, code, names) for code, found in sections for f in found],
            "detectors_off": [{"code": c, "since": s.isoformat(), "because": b} for c, s, b in queries.off()],
        }
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for code, _since, because in queries.off():
        typer.echo(_("! detector %(code)s is switched off: %(because)s") % {"code": code, "because": because})
    if not counted.total:
        typer.echo(_("Nothing needs you now."))
    for code, found in sections:
        if counted.sections[code]:
            typer.echo(f"{titles[code]} ({counted.sections[code]})")
        for f in found:
            typer.echo("  " + _told(f, names, now))


def _told(f: FindingInfo, names: dict[int, str], now: datetime) -> str:
    from zhanggui.desk import words

    parts = [f"#{f.id}", labels.text(f.sentence)]
    if f.detail:
        parts.append(f.detail)
    if f.shop_id in names:
        parts.append(names[f.shop_id])
    if f.due_at:
        parts.append(words.clock(f.due_at, now))
    if f.stake_minor is not None:
        parts.append(labels.number(f.stake_minor, "money", f.stake_currency))
    return " · ".join(parts)


def _finding(f: FindingInfo, section: str, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": str(f.id),
        "section": section,
        "kind": f.kind,
        "severity": f.severity,
        "state": f.state,
        "sentence": labels.text(f.sentence),
        "detail": f.detail,
        "shop": names.get(f.shop_id or 0),
        "subject": {"type": f.subject_type, "id": f.subject_id, "label": f.subject_label},
        "roles": list(f.roles),
        "due_at": _iso(f.due_at),
        "stake": None
        if f.stake_minor is None
        else {
            "minor": f.stake_minor,
            "currency": f.stake_currency,
            "at_least": f.stake_is_least,
            "how": labels.text(f.stake_how),
        },
        "evidence": [
            {
                "label": labels.text(e["label"]),
                **{k: e[k] for k in ("value", "unit", "currency", "metric", "period", "as_of", "rows")},
            }
            for e in f.evidence
        ],
        "act": {"action": f.act_code, "params": dict(f.act_params)} if f.act_code else None,
    }


app_proposals = typer.Typer(no_args_is_help=True, help=_("What is to be done, who must approve it, what came of it."))


@app_proposals.command("list")
def list_command(
    state: Annotated[list[str] | None, typer.Option("--state", help=_("Only these states."))] = None,
    as_json: AsJson = False,
) -> None:
    """Proposals, newest first."""
    reading.load()
    found = queries.list_proposals(viewer=None, states=state or [], limit=200)
    if as_json:
        typer.echo(json.dumps([_proposal(p) for p in found], ensure_ascii=False, indent=2))
        return
    for p in found:
        typer.echo(f"#{p.id} · {labels.text(p.sentence)} · {labels.state_name(p.state)}")


@app_proposals.command("show")
def show_command(proposal_id: int, as_json: AsJson = False) -> None:
    """One proposal with its lines: before → after, and what became of each."""
    _shown(_found(proposal_id), as_json)


@app_proposals.command("propose")
def propose_command(
    finding_id: int,
    who: As,
    params: Annotated[str, typer.Option("--params", help=_("More parameters as JSON."))] = "{}",
    as_json: AsJson = False,
) -> None:
    """Propose the act that a finding offers."""
    actor = _actor(who)
    info = queries.finding(finding_id=finding_id, viewer=actor)
    if info is None or not info.act_code:
        raise BadWish(_("Finding %(id)s is not there, or offers no act.") % {"id": finding_id})
    try:
        more = json.loads(params)
    except ValueError as error:
        raise BadWish(_("The parameters are not JSON: %(why)s") % {"why": error}) from error
    given = {**info.act_params, **(more if isinstance(more, dict) else {})}
    made = loop.propose(action=info.act_code, params=given, actor=actor, finding_id=finding_id)
    _shown(_found(made.id), as_json)


@app_proposals.command("approve")
def approve_command(
    proposal_id: int,
    who: As,
    token: Annotated[str, typer.Option("--token", help=_("The token of the list you looked at (see: show)."))],
    as_json: AsJson = False,
) -> None:
    """Approve exactly the list with this token."""
    loop.approve(proposal_id=proposal_id, actor=_actor(who), token=token)
    _shown(_found(proposal_id), as_json)


@app_proposals.command("reject")
def reject_command(
    proposal_id: int, who: As, reason: Annotated[str, typer.Option("--reason")], as_json: AsJson = False
) -> None:
    """Reject it with a reason."""
    loop.reject(proposal_id=proposal_id, actor=_actor(who), reason=reason)
    _shown(_found(proposal_id), as_json)


@app_proposals.command("execute")
def execute_command(proposal_id: int, who: As, as_json: AsJson = False) -> None:
    """Carry out an approved proposal, once; the world is looked at again first."""
    ended = loop.execute(proposal_id=proposal_id, actor=_actor(who))
    _shown(_found(proposal_id), as_json)
    if ended.state not in ("done", "waiting"):
        raise typer.Exit(1)


@app_proposals.command("undo")
def undo_command(
    proposal_id: int, who: As, reason: Annotated[str, typer.Option("--reason")] = "", as_json: AsJson = False
) -> None:
    """Take back what was done."""
    ended = loop.undo(proposal_id=proposal_id, actor=_actor(who), reason=reason)
    _shown(_found(proposal_id), as_json)
    if ended.state != "undone":
        raise typer.Exit(1)


def _actor(name: str) -> Actor:
    person = accounts.person_by_username(name)
    if person is None or not person.is_active:
        raise BadWish(_("There is nobody called “%(name)s” here.") % {"name": name})
    return reading.actor_by_id(person.id)


def _found(proposal_id: int) -> ProposalInfo:
    found = queries.proposal(proposal_id=proposal_id, viewer=None)
    if found is None:
        raise BadWish(_("There is no proposal %(id)s.") % {"id": proposal_id})
    return found


def _shown(p: ProposalInfo, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_proposal(p), ensure_ascii=False, indent=2))
        return
    typer.echo(f"#{p.id} · {labels.text(p.sentence)} · {labels.state_name(p.state)}")
    typer.echo(_("token: %(token)s") % {"token": p.token})
    for i in p.items:
        typer.echo(f"  {i.label}: {_values(i.before)} → {_values(i.after)} · {labels.state_name(i.state)}  {i.note}")
    for d in p.difference:
        typer.echo(
            _("  different: %(label)s, expected %(then)s, found %(now)s")
            % {"label": d["label"], "then": d["then"], "now": d["now"]}
        )
    outcome = next((o for o in queries.outcomes(viewer=None) if o.proposal_id == p.id), None)
    if outcome is not None:
        typer.echo(listing.outcome_text(outcome))


def _values(values: Any) -> str:
    return ", ".join(f"{k}={v}" for k, v in values.items())


def _proposal(p: ProposalInfo) -> dict[str, Any]:
    return {
        "id": str(p.id),
        "action": p.action,
        "sentence": labels.text(p.sentence),
        "state": p.state,
        "token": p.token,
        "params": dict(p.params),
        "shop_ids": [str(s) for s in p.shop_ids],
        "approvers": p.approvers,
        "approver_roles": list(p.approver_roles),
        "approved_by": [{"person": str(a), "for": None if b is None else str(b)} for a, b in p.approved_by],
        "proposer": None if p.proposer_id is None else str(p.proposer_id),
        "finding_id": None if p.finding_id is None else str(p.finding_id),
        "money": p.money,
        "currency": p.currency,
        "irreversible": p.irreversible,
        "expires_at": p.expires_at.isoformat(),
        "difference": [dict(d) for d in p.difference],
        "items": [
            {
                "key": i.key,
                "label": i.label,
                "before": dict(i.before),
                "after": dict(i.after),
                "state": i.state,
                "note": i.note,
            }
            for i in p.items
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
