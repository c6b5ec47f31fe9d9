"""The pages of the claims checker: a text, the allow-list, the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.foundation.accounts.access import requires
from zhanggui.law.claims import labels, operations, queries
from zhanggui.law.claims.contracts import AllowEntry, Finding, UnknownName, Verdict

#: Longest text the page takes; files of any length go through the command.
LONGEST = 200_000
#: Most findings the page lists.
LISTED = 200


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; ``tone`` is empty for plain text."""

    text: str
    tone: str = ""
    title: str = ""


@dataclass(frozen=True)
class Line:
    finding: Finding
    kind: str | Promise
    severity: str | Promise
    tone: str
    icon: str


@dataclass(frozen=True)
class CheckPage:
    text: str
    category: str
    channel: str
    categories: list[tuple[str, str | Promise]]
    channels: list[str]
    verdict: Verdict | None = None
    word: str | Promise = ""
    tone: str = ""
    icon: str = ""
    pieces: tuple[Piece, ...] = ()
    lines: tuple[Line, ...] = ()
    exempt: tuple[Line, ...] = ()
    too_long: bool = False
    #: Findings beyond those listed.
    more: int = 0


@require_http_methods(["GET", "POST"])
@requires("compliance.view")
def check_page(request: HttpRequest) -> HttpResponse:
    """Paste a text; see what may not be said, why, and what may stand instead. Nothing is stored."""
    given = request.POST if request.method == "POST" else request.GET
    text = given.get("text", "")
    category, channel = given.get("category", ""), given.get("channel", "")
    page = CheckPage(
        text[:LONGEST], category, channel, labels.CATEGORIES, labels.CHANNELS, too_long=len(text) > LONGEST
    )
    if text.strip():
        try:
            page = _judged(page)
        except UnknownName as error:
            messages.error(request, str(labels.REFUSALS[error.field]))
    return render(request, "claims/check.html", {"view": page})


def _judged(page: CheckPage) -> CheckPage:
    verdict = queries.check(page.text, category=page.category or None, channel=page.channel or None)
    word, tone, icon = labels.VERDICTS[verdict.verdict]
    return CheckPage(
        page.text,
        page.category,
        page.channel,
        page.categories,
        page.channels,
        verdict,
        word,
        tone,
        icon,
        _pieces(verdict),
        tuple(map(_line, verdict.findings[:LISTED])),
        tuple(map(_line, verdict.exempt[:LISTED])),
        page.too_long,
        max(0, len(verdict.findings) - LISTED),
    )


def _line(one: Finding) -> Line:
    word, tone, icon = labels.SEVERITIES[one.severity]
    if one.allowed:
        tone, icon = "idle", "circle-check"
    return Line(one, labels.CLASSES.get(one.category, one.category), word, tone, icon)


def _pieces(verdict: Verdict) -> tuple[Piece, ...]:
    """The text cut at its findings; where two overlap the first one colours."""
    out: list[Piece] = []
    done = 0
    for one in verdict.findings:
        start = max(one.start, done)
        if one.end <= start:
            continue
        if start > done:
            out.append(Piece(verdict.text[done:start]))
        tone = "idle" if one.allowed else "bad" if one.severity == "block" else "warn"
        out.append(Piece(verdict.text[start : one.end], tone, one.suggestion))
        done = one.end
    if done < len(verdict.text):
        out.append(Piece(verdict.text[done:]))
    return tuple(out)


@dataclass(frozen=True)
class AllowedRow:
    entry: AllowEntry
    category: str | Promise
    expired: bool


@require_GET
@requires("compliance.view")
def allowed_page(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    names: dict[str, str | Promise] = dict(labels.CATEGORIES) | {"": _("Any category")}
    rows = [
        AllowedRow(entry, names.get(entry.category, entry.category), entry.expires_on < today)
        for entry in queries.allow_list()
    ]
    return render(
        request,
        "claims/allowed.html",
        {
            "rows": rows,
            "categories": labels.CATEGORIES,
            "channels": labels.CHANNELS,
            "until": today + timedelta(days=90),
        },
    )


@require_POST
@requires("compliance.manage")
def allow(request: HttpRequest) -> HttpResponse:
    given = request.POST
    user: Any = request.user
    try:
        until = date.fromisoformat(given.get("expires_on", ""))
    except ValueError:
        until = date.min
    try:
        operations.allow_term(
            term=given.get("term", ""),
            owner=given.get("owner", ""),
            reason=given.get("reason", ""),
            category=given.get("category", ""),
            channel=given.get("channel", ""),
            expires_on=until,
            actor_id=user.pk,
        )
    except operations.NotAllowable as error:
        messages.error(request, str(labels.REFUSALS[error.code]))
    else:
        messages.success(request, _("The term is allowed."))
    return redirect("compliance-allowed")


@require_POST
@requires("compliance.manage")
def end(request: HttpRequest, entry_id: int) -> HttpResponse:
    user: Any = request.user
    if operations.end_allowance(entry_id=entry_id, actor_id=user.pk):
        messages.success(request, _("The entry was ended."))
    return redirect("compliance-allowed")


@require_GET
@requires("compliance.view")
def rules_page(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/rules.html", {"packs": queries.rule_packs()})
