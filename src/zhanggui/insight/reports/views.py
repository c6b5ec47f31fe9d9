"""Pages of reports: the list, one report, the rows behind its numbers, its files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.insight.reports import operations, queries
from zhanggui.insight.reports.contracts import StoredReport
from zhanggui.insight.reports.domain import periods
from zhanggui.insight.reports.exports import document, files, page, words

#: Rows of one page behind a number.
STEP = 100


def _shops(request: HttpRequest) -> frozenset[int]:
    return accounts.visible_shop_ids(cast(Any, request.user), "metrics.view")


def _one(request: HttpRequest, report_id: int) -> StoredReport:
    found = queries.get(report_id=report_id, shop_ids=_shops(request))
    if found is None:
        raise Http404
    return found


@require_GET
@requires("metrics.view")
def reports(request: HttpRequest) -> HttpResponse:
    """The kept reports of the shops the reader may see, and the form that makes one."""
    kind = request.GET.get("kind", "")
    shops = _shops(request)
    found = queries.listed(shop_ids=shops, kind=kind if kind in periods.KINDS else "")
    rows = [
        {
            "id": s.id,
            "title": words.title(s.report),
            "shops": ", ".join(n.name for n in s.report.shops),
            "findings": len(s.report.findings),
            "missing": len(s.report.missing),
            "version": s.version,
            "made_at": s.made_at,
        }
        for s in found
    ]
    kinds = [(k, _(words.TITLES[k])) for k in periods.KINDS]
    today = timezone.localdate()
    context = {
        "rows": rows, "kinds": kinds, "kind": kind, "zone": timezone.get_current_timezone_name(),
        "day": periods.newest("daily", today), "shops": [s for s in accounts.shops() if s.id in shops],
    }  # fmt: skip
    return render(request, "reports/reports.html", context)


@require_POST
@requires("metrics.view")
def make(request: HttpRequest) -> HttpResponse:
    """Write a report now; a refusal is told on the list."""
    kind = request.POST.get("kind", "")
    allowed = _shops(request)
    wanted = {int(i) for i in request.POST.getlist("shop") if i.isdigit()}
    shops = frozenset(wanted & allowed) if wanted else frozenset(s.id for s in accounts.shops() if s.id in allowed)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
        if kind not in periods.KINDS:
            raise ValueError
    except ValueError:
        messages.error(request, _("Choose a kind of report and a day."))
        return redirect("reports")
    try:
        made = operations.make(kind=kind, day=day, shop_ids=shops)
    except queries.CannotMeasure as error:
        messages.error(request, error.say(_))
        return redirect("reports")
    return redirect("report", made.id)


@require_GET
@requires("metrics.view")
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report in the frame; every number leads to its rows."""
    found = _one(request, report_id)
    context = {"stored": found, "view": page.view(found.report), "heads": page.heads(), "forms": files.FORMS}
    return render(request, "reports/report.html", {**context, "zone": timezone.get_current_timezone_name()})


@require_GET
@requires("metrics.view")
def rows(request: HttpRequest, report_id: int, n: int) -> HttpResponse:
    """The rows behind number ``n`` of a report, with their sum; a quotient shows its parts one at a time."""
    found = _one(request, report_id)
    numbers = page.numbers(found.report)
    if n >= len(numbers):
        raise Http404
    number = numbers[n]
    part = "denominator" if request.GET.get("part") == "denominator" else "numerator"
    offset = int(request.GET.get("offset", "0")) if request.GET.get("offset", "0").isdigit() else 0
    context: dict[str, Any] = {
        "stored": found, "n": n, "name": words.metric_name(number.metric), "value": words.number(number),
        "days": words.days(number.first or found.report.first, number.last or found.report.last), "part": part,
        "back": offset - STEP if offset >= STEP else None, "title": words.title(found.report),
    }  # fmt: skip
    try:
        behind = queries.behind(number, shop_ids=_shops(request), part=part, offset=offset)
    except queries.CannotMeasure as error:
        return render(request, "reports/rows.html", {**context, "refused": error.say(_)})
    zone = ZoneInfo(found.report.zones[0]) if found.report.zones else ZoneInfo("UTC")
    amount = behind.columns.index(behind.amount_column) if behind.amount_column in behind.columns else -1
    lines = [[_shown(v, zone) for v in row] for row in behind.rows]
    return render(request, "reports/rows.html", {**context, "behind": behind, "lines": lines, "amount_at": amount})


def _shown(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return "—" if value is None else str(value)


@require_GET
@requires("metrics.view")
def file(request: HttpRequest, report_id: int, form: str) -> HttpResponse:
    """The report as a file."""
    found = _one(request, report_id)
    if form not in files.FORMS:
        raise Http404
    try:
        content = files.write(found.report, form)
    except document.NoFont as error:
        messages.error(request, str(error))
        return redirect("report", report_id)
    answer = HttpResponse(content, content_type=files.TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{files.name(found.report, form)}"'
    return answer
