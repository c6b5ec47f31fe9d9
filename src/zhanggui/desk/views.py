"""The pages of the desk: today, freshness, search."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhanggui.desk import freshness, search, today
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.ui import scope


@require_GET
@requires("home.view")
def home(request: HttpRequest) -> HttpResponse:
    """The first screen: numbers, what needs attention, the trend, the table by channel."""
    return render(request, "desk/today.html", {"view": today.page(request)})


@require_GET
@requires("home.view")
def fresh(request: HttpRequest) -> HttpResponse:
    """Per shop and kind of file: up to when, what is missing, and how to bring it."""
    shops = scope.visible_shops(request)
    wanted = {int(v) for v in request.GET.getlist("shop") if v.isdigit()}
    shown = [s for s in shops if s.id in wanted] if wanted else shops
    page = freshness.page(request, shown, may_import=accounts.can(request.user, "import.run"))
    return render(request, "desk/freshness.html", {"view": page, "narrowed": bool(wanted)})


@dataclass(frozen=True)
class SearchPage:
    q: str
    groups: list[search.Hits]
    too_short: bool


@require_GET
@requires("home.view")
def find(request: HttpRequest) -> HttpResponse:
    """The lines of the palette, or a whole page without htmx."""
    q = search.clean(request.GET.get("q", ""))
    fragment = bool(getattr(request, "htmx", False))
    page = SearchPage(q, search.search(request, q, with_pages=not fragment), len(q) < search.SHORTEST)
    return render(request, "desk/fragments/found.html" if fragment else "desk/search.html", {"view": page})
