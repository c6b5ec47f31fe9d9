"""The pages of numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.ui import scope as scopes
from zhanggui.foundation.ui.domain.scope import YEAR
from zhanggui.insight.dashboards.domain.boards import BOARDS, OF
from zhanggui.insight.dashboards.replies import boards, change, rows, unusual
from zhanggui.insight.decomposition.queries import CannotExplain
from zhanggui.insight.metrics.domain.errors import CannotMeasure


@require_GET
@requires("metrics.view")
def board(request: HttpRequest, code: str = "head") -> HttpResponse:
    """One board of a role for the shops and days of the address."""
    scope = scopes.of(request, default="last30")
    chosen = OF.get(code, BOARDS[0])
    view = boards.page(
        chosen,
        scope,
        scopes.visible_shops(request),
        currency=request.GET.get("currency", ""),
        aligned=request.GET.get("lunar") == "yes",
    )
    return render(request, "dashboards/board.html", {**_frame(request, chosen.code), "view": view, "scope": scope})


@require_GET
@requires("metrics.view")
def behind(request: HttpRequest) -> HttpResponse:
    """The rows that add up to one number."""
    scope = scopes.of(request, default="last30")
    shops = scopes.visible_shops(request)
    context: dict[str, Any] = {**_frame(request, ""), "scope": scope, "view": None, "refusal": ""}
    try:
        context["view"] = rows.page(
            request.GET, scope, {s.id: s.name for s in shops}, {s.id: s.currency for s in shops}
        )
    except CannotMeasure as error:
        context["refusal"] = error.say(_)
    return render(request, "dashboards/rows.html", context)


@require_GET
@requires("metrics.export")
def behind_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same rows, all of them, as CSV."""
    scope = scopes.of(request, default="last30")
    lines = rows.csv_lines(request.GET, scope)
    try:
        head = [next(lines), next(lines)]
    except CannotMeasure as error:
        return HttpResponse(error.say(_), status=422, content_type="text/plain; charset=utf-8")

    def whole() -> Any:
        yield from head
        yield from lines

    answer = StreamingHttpResponse(whole(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rows.csv"'
    return answer


@require_GET
@requires("metrics.view")
def explained(request: HttpRequest) -> HttpResponse:
    """What moved the paid amount against the days compared with."""
    scope = scopes.of(request, default="last7")
    context: dict[str, Any] = {**_frame(request, "explain"), "scope": scope, "view": None, "refusal": "", "pair": False}
    names = {s.name: s.name for s in scopes.visible_shops(request)}
    if scope.before_first is None:
        context["refusal"] = _("Choose a period to compare with: a change needs two.")
    else:
        try:
            context["view"] = change.page(request.GET, scope, names)
        except (CannotExplain, CannotMeasure) as error:
            context["refusal"] = error.say(_)
            context["pair"] = isinstance(error, CannotExplain) and request.GET.get("basis") != "orders"
    return render(request, "dashboards/explain.html", context)


@require_GET
@requires("metrics.view")
def unusual_days(request: HttpRequest) -> HttpResponse:
    """The unusual days of the period, in one currency, with where they come from."""
    scope = scopes.of(request, default="last30")
    shops = [s for s in scopes.visible_shops(request) if s.id in scope.shop_ids]
    used = [s.currency for s in shops]
    wanted = request.GET.get("currency", "")
    currency = wanted if wanted in used else max(sorted(set(used)), key=used.count, default="CNY")
    context: dict[str, Any] = {**_frame(request, "unusual"), "scope": scope, "lines": [], "refusal": ""}
    try:
        ids = frozenset(s.id for s in shops if s.currency == currency)
        context["lines"] = unusual.page(scope, {str(s.id): s.name for s in shops}, currency, ids)
    except CannotMeasure as error:
        context["refusal"] = error.say(_)
    return render(request, "dashboards/unusual.html", context)


def _frame(request: HttpRequest, current: str) -> dict[str, Any]:
    """The tabs, with shops and days kept, and whether years can be aligned."""
    return {
        "boards": [(b, _(b.name)) for b in BOARDS],
        "current": current,
        "kept": scopes.kept_query(request),
        "by_year": request.GET.get("compare") == YEAR,
    }
