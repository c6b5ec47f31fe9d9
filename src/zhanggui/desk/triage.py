"""One finding: its panel with evidence and history, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.desk import listing
from zhanggui.desk.listing import FindingLine, Section
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.loop import labels, queries, reading
from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop.contracts import ActionInfo, FindingInfo
from zhanggui.foundation.ui import charts, scope
from zhanggui.foundation.ui.charts import Chart, Series, Unit

#: What a panel can open with: the form of one decision.
FORMS = ("assign", "snooze", "dismiss")


@dataclass(frozen=True)
class EvidenceLine:
    label: str
    value: str
    before: str
    metric: str
    period: str
    as_of: datetime | None
    rows: str


@dataclass(frozen=True)
class EventLine:
    at: datetime
    title: str
    who: str
    why: str
    icon: str
    tone: str


@dataclass(frozen=True)
class Panel:
    """Everything about one finding."""

    line: FindingLine
    info: FindingInfo
    title: str
    about: str
    evidence: list[EvidenceLine]
    charts: list[Chart]
    history: list[EventLine]
    proposals: list[listing.DoneLine]
    people: list[tuple[int, str]]
    snoozes: list[tuple[str, str]]
    dismissals: list[tuple[str, str]]
    actions: list[ActionInfo]
    form: str
    earlier: str
    closed: bool


@require_GET
@requires("home.view")
def section(request: HttpRequest, code: str) -> HttpResponse:
    """The next lines of one section, as list items."""
    if code not in queries.SECTIONS:
        raise Http404
    offset = request.GET.get("offset", "0")
    asked = _asked(request)
    page: Section = listing.section_page(asked, code, int(offset) if offset.isdigit() and len(offset) < 7 else 0)
    return render(request, "desk/fragments/lines.html", {"section": page, "view": asked})


@require_GET
@requires("home.view")
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """The side panel of one finding; a page of its own without htmx."""
    return _shown(request, finding_id, request.GET.get("do", ""))


@require_POST
@requires("home.view")
def decide(request: HttpRequest, finding_id: int, command: str) -> HttpResponse:
    """Take, give back, assign, put off, dismiss, call done, open again."""
    actor, now = reading.actor(request.user), timezone.now()
    reason = request.POST.get("reason", "")
    try:
        if command == "take":
            loop.take(finding_id=finding_id, actor=actor, now=now)
        elif command == "release":
            loop.release(finding_id=finding_id, actor=actor, now=now)
        elif command == "assign":
            to = request.POST.get("to", "")
            loop.assign(finding_id=finding_id, actor=actor, to_id=int(to) if to.isdigit() else 0, now=now)
        elif command == "snooze":
            loop.snooze(finding_id=finding_id, actor=actor, until=_until(request, now), reason=reason, now=now)
        elif command == "dismiss":
            code = request.POST.get("code", "")
            loop.dismiss(finding_id=finding_id, actor=actor, code=code, reason=reason, now=now)
        elif command == "resolve":
            loop.resolve(finding_id=finding_id, actor=actor, reason=reason, now=now)
        elif command == "reopen":
            loop.reopen(finding_id=finding_id, actor=actor, reason=reason, now=now)
        else:
            raise Http404
    except loop.NotThere:
        raise Http404 from None
    except loop.LoopError as refusal:
        if getattr(request, "htmx", False):
            answer = _shown(request, finding_id, command if command in FORMS else "", error=str(refusal))
            answer["HX-Retarget"] = "#panel"
            return answer
        messages.error(request, str(refusal))
        return redirect("finding", finding_id)
    if not getattr(request, "htmx", False):
        messages.success(request, _said(command))
        return redirect("today")
    answer = _shown(request, finding_id, "")
    answer["HX-Trigger"] = "findings-changed"
    return answer


def _said(command: str) -> str:
    return {
        "take": _("It is yours now."),
        "release": _("It is on everybody's list again."),
        "assign": _("It was assigned."),
        "snooze": _("It was put off."),
        "dismiss": _("It was dismissed."),
        "resolve": _("It was called done."),
        "reopen": _("It is open again."),
    }[command]


def _until(request: HttpRequest, now: datetime) -> datetime:
    """When a finding comes back: one of the offered moments, or a moment of the reader's choice."""
    text = request.POST.get("until", "")
    try:
        moment = parse_datetime(text) if text else None
    except ValueError:
        moment = None
    if moment is None:
        return now
    return moment if moment.tzinfo is not None else timezone.make_aware(moment)


def _asked(request: HttpRequest) -> listing.Asked:
    scoped = scope.of(request)
    shops = [s for s in scope.visible_shops(request) if s.id in scoped.shop_ids]
    return listing.asked(request, shops, timezone.now(), all_shops=scoped.all_shops)


def _shown(request: HttpRequest, finding_id: int, form: str, error: str = "") -> HttpResponse:
    info = queries.finding(finding_id=finding_id, viewer=reading.actor(request.user))
    if info is None:
        raise Http404
    view = panel(request, info, form if form in FORMS else "")
    template = "desk/fragments/panel.html" if _for_panel(request) else "desk/finding.html"
    return render(request, template, {"p": view, "view": _asked(request), "error": error})


def _for_panel(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and getattr(htmx, "target", None) == "panel"


def panel(request: HttpRequest, info: FindingInfo, form: str) -> Panel:
    asked = replace(_asked(request), shops={s.id: s for s in scope.visible_shops(request)})
    line = listing.line(info, asked)
    events = queries.history(finding_id=info.id)
    names = accounts.names(e.actor_id for e in events if e.actor_id is not None)
    return Panel(
        line=line,
        info=info,
        title=labels.kind_title(info.kind),
        about=labels.kind_why(info.kind),
        evidence=[_evidence(e, line.zone) for e in info.evidence],
        charts=[c for n, e in enumerate(info.evidence) if (c := _chart(info, e, n, line.zone)) is not None],
        history=[
            EventLine(
                e.at,
                labels.command_name(e.command),
                names.get(e.actor_id, "") if e.actor_id is not None else _("by itself"),
                labels.why(e.why),
                labels.STATE_TONES[e.after][1],
                labels.STATE_TONES[e.after][0],
            )
            for e in reversed(events)
        ],
        proposals=[listing.done_line(p) for p in queries.proposals_of(finding_id=info.id)],
        people=[(p.id, p.display_name) for p in queries.assignable(finding_id=info.id)] if form == "assign" else [],
        snoozes=_snoozes(info, asked.now),
        dismissals=[(code, str(name)) for code, name in labels.DISMISSALS.items()],
        actions=_actions(info, asked),
        form=form,
        earlier=reverse("finding", args=[info.earlier_id]) if info.earlier_id else "",
        closed=info.state in ("dismissed", "resolved"),
    )


def _actions(info: FindingInfo, asked: listing.Asked) -> list[ActionInfo]:
    if not info.act_code:
        return []
    offered = queries.offered(viewer=asked.viewer, shop_id=info.shop_id)
    return [a for a in offered if a.code == info.act_code]


def _snoozes(info: FindingInfo, now: datetime) -> list[tuple[str, str]]:
    """Moments to come back at, those before the deadline only."""
    local = timezone.localtime(now)
    morning = (local + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=(7 - morning.weekday()) % 7)
    offers = [
        (now + timedelta(hours=1), _("In an hour")),
        (now + timedelta(hours=4), _("In four hours")),
        (morning, _("Tomorrow at 9")),
        (monday, _("Monday at 9")),
    ]
    bound = info.due_at if info.due_at is not None and info.due_at > now else None
    return [(at.isoformat(), name) for at, name in offers if bound is None or at <= bound]


def _evidence(e: Mapping[str, Any], zone: str) -> EvidenceLine:
    unit, currency = str(e.get("unit")), str(e.get("currency"))
    as_of = e.get("as_of")
    return EvidenceLine(
        label=labels.text(e.get("label"), zone),
        value=labels.number(e.get("value"), unit, currency),
        before=labels.number(e["before"], unit, currency) if e.get("before") is not None else "",
        metric=str(e.get("metric") or ""),
        period=str(e.get("period") or "").replace("/", " – "),
        as_of=datetime.fromisoformat(str(as_of)) if as_of else None,
        rows=str(e.get("rows") or ""),
    )


def _chart(info: FindingInfo, e: Mapping[str, Any], number: int, zone: str) -> Chart | None:
    points = e.get("series") or []
    if len(points) < 2:
        return None
    unit = str(e.get("unit"))
    values = [None if v is None else Decimal(str(v)) if unit == "percent" else int(Decimal(str(v))) for _l, v in points]
    name = labels.text(e.get("label"), zone)
    return charts.line(
        id=f"finding-{info.id}-{number}",
        title=name,
        metric=str(e.get("metric") or ""),
        unit=Unit(unit if unit in ("money", "percent") else "number", str(e.get("currency") or "")),
        labels=[str(label) for label, _v in points],
        series=[Series(name, values)],
        axis=_("Day"),
        period=str(e.get("period") or ""),
        as_of=datetime.fromisoformat(str(e["as_of"])) if e.get("as_of") else None,
        note="",
    )
