"""Outcomes, and which detectors and actions earned their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.desk import listing
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.loop import labels, queries, reading
from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop.contracts import DetectorInfo, EarnedInfo, OutcomeInfo, RecoveredInfo
from zhanggui.foundation.ui.domain import formats


@dataclass(frozen=True)
class OutcomeLine:
    info: OutcomeInfo
    action: str
    told: str
    method: str
    note: str
    tone: str
    window: str


@dataclass(frozen=True)
class EarnedLine:
    info: EarnedInfo
    title: str
    share: str
    interval: str
    money: list[str]


@dataclass(frozen=True)
class DetectorLine:
    info: DetectorInfo
    title: str
    earned: EarnedLine | None
    state: str
    tone: str
    icon: str
    every: str
    last: datetime | None


@require_GET
@requires("home.view")
def outcomes(request: HttpRequest) -> HttpResponse:
    """What came of what was done, and which actions earned their place."""
    found = [_outcome(o) for o in queries.outcomes(viewer=reading.actor(request.user)) if o.state != "withdrawn"]
    acts = [_earned(e, labels.action_title(e.code)) for e in queries.actions_earned() if e.findings]
    return render(request, "desk/outcomes.html", {"lines": found, "actions": acts})


@require_GET
@requires("home.view")
def detectors(request: HttpRequest) -> HttpResponse:
    """Every detector: how it is doing, whether it earned its place, and noise to be retired by a person."""
    earned = {e.code: e for e in queries.detectors_earned()}
    found = [_detector(d, earned.get(d.code)) for d in queries.detector_states()]
    found.sort(key=lambda d: (d.tone != "bad", not (d.earned and d.earned.info.mute), d.title))
    may_manage = bool(reading.actor(request.user).roles_at(None) & {"OWN", "ADM"})
    context = {"lines": found, "may_manage": may_manage, "broken": sorted(reading.broken.items())}
    return render(request, "desk/detectors.html", context)


@require_POST
@requires("loop.manage")
def switch(request: HttpRequest, code: str, command: str) -> HttpResponse:
    """Let a detector run again, switch it off, retire noise, hear it again."""
    actor, reason = reading.actor(request.user), request.POST.get("reason", "")
    try:
        if command == "on":
            loop.switch_on(code=code, actor=actor)
        elif command == "off":
            loop.switch_off(code=code, actor=actor, reason=reason)
        elif command == "mute":
            loop.mute(code=code, actor=actor, reason=reason)
        elif command == "hear":
            loop.unmute(code=code, actor=actor)
        else:
            raise Http404
    except loop.NotThere:
        raise Http404 from None
    except loop.LoopError as refusal:
        messages.error(request, str(refusal))
    return redirect("detectors")


def _outcome(o: OutcomeInfo) -> OutcomeLine:
    told = listing.outcome_text(o)
    good = o.effect is not None and (o.effect > 0) == (o.good == "up") and o.effect != 0
    sure = o.low is not None and o.high is not None and (o.low > 0 or o.high < 0) and o.method != "before_after"
    tone = "idle" if o.effect is None else ("ok" if good else "bad") if sure else "info"
    language = labels.language()
    return OutcomeLine(
        info=o,
        action=labels.action_title(o.action),
        told=told,
        method=str(labels.METHODS.get(o.method, "")),
        note=str(labels.OUTCOME_NOTES.get(o.note, "")),
        tone=tone,
        window=formats.days(o.window_first, o.window_last, language),
    )


def _earned(e: EarnedInfo, title: str) -> EarnedLine:
    language = labels.language()
    share = formats.percent(e.precision, language, 0) if e.precision is not None else formats.MISSING
    interval = ""
    if e.low is not None and e.high is not None:
        interval = f"{formats.percent(e.low, language, 0)} – {formats.percent(e.high, language, 0)}"
    return EarnedLine(e, title, share, interval, [_money(r) for r in e.recovered])


def _money(r: RecoveredInfo) -> str:
    values = {
        "value": labels.number(r.minor, "money", r.currency),
        "low": labels.number(r.low, "money", r.currency),
        "high": labels.number(r.high, "money", r.currency),
    }
    return _("%(value)s (%(low)s to %(high)s)") % values


def _detector(d: DetectorInfo, earned: EarnedInfo | None) -> DetectorLine:
    titles = [labels.kind_title(k) for k in d.kinds]
    title = "、".join(titles[:2]) + (_(" and %(n)s more") % {"n": len(titles) - 2} if len(titles) > 2 else "")
    if d.off_at is not None:
        state, tone, icon = _("switched off"), "bad", "alert-triangle"
    elif d.muted_at is not None:
        state, tone, icon = _("not shown"), "idle", "eye-off"
    elif d.last_run_at is None:
        state, tone, icon = _("not run yet"), "idle", "clock"
    else:
        state, tone, icon = _("running"), "ok", "circle-check"
    from datetime import timedelta

    every = labels.age(timedelta(seconds=d.every_seconds))
    return DetectorLine(d, title, _earned(earned, title) if earned else None, state, tone, icon, every, d.last_run_at)
