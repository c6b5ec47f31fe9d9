"""Pages of stock: the shelf, one SKU with every movement, the warehouse on a phone, counts, stock files."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.files import operations as files
from zhanggui.foundation.files import queries as kept_files
from zhanggui.supply.inventory import labels, queries
from zhanggui.supply.inventory import operations as ops
from zhanggui.supply.inventory.contracts import (
    AvailableToSell,
    CountInfo,
    CountRow,
    LevelPlan,
    MovementInfo,
    PlaceBalance,
    PromiseInfo,
    ReceiptLine,
    StockLine,
    TroubleInfo,
)
from zhanggui.supply.inventory.reading import BadTable, read

PER_PAGE = 50


@dataclass(frozen=True)
class ShelfPage:
    rows: list[StockLine]
    page: Page[int]
    q: str
    skus: int
    could_oversell: int
    shared_out: int
    troubles: int
    short: int
    due: int
    may_edit: bool


@dataclass(frozen=True)
class ItemPage:
    line: StockLine
    places: list[PlaceBalance]
    ats: AvailableToSell
    offers: list[tuple[Any, str]]
    movements: list[tuple[MovementInfo, str]]
    promises: list[tuple[PromiseInfo, str]]
    older: int | None
    may_edit: bool
    zone: str


@dataclass(frozen=True)
class CountPage:
    info: CountInfo
    rows: list[CountRow]
    may_edit: bool
    approve: str


def _shop_ids(request: HttpRequest) -> frozenset[int]:
    return request.shop_ids  # type: ignore[attr-defined]


def _may_edit(request: HttpRequest) -> bool:
    return accounts.can(request.user, "stock.edit")


@require_GET
@requires("stock.view")
def stock(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:200]
    number = request.GET.get("page", "1")
    count = queries.count_items(q=q)
    page = Paginator(range(count), PER_PAGE).get_page(number)
    rows = queries.stock_lines(q=q, limit=PER_PAGE, offset=(page.number - 1) * PER_PAGE)
    risk, offered = queries.oversell_risk()
    counts = queries.trouble_counts(shop_ids=_shop_ids(request))
    view = ShelfPage(
        rows, page, q, count, risk, offered, sum(counts.values()), counts.get("short", 0), len(queries.counts_due()),
        _may_edit(request),
    )  # fmt: skip
    template = "inventory/fragments/shelf.html" if getattr(request, "htmx", False) else "inventory/stock.html"
    return render(request, template, {"view": view})


@require_http_methods(["GET", "POST"])
@requires("stock.view")
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    line = queries.stock_line(item_id)
    if line is None:
        raise Http404
    if request.method == "POST":
        return _reverse(request, line)
    before = request.GET.get("before", "")
    before_id = int(before) if before.isdigit() and len(before) < 19 else None
    moves = queries.movements(sku=line.sku, before_id=before_id, limit=PER_PAGE + 1)
    ats = queries.available_to_sell(shop_ids=_shop_ids(request), skus=[line.sku])[0]
    view = ItemPage(
        line,
        queries.balances(sku=line.sku),
        ats,
        [(offer, str(labels.WHY.get(offer.why, offer.why))) for offer in ats.offers],
        [(m, str(labels.REASONS.get(m.reason, m.reason))) for m in moves[:PER_PAGE]],
        [(p, str(labels.KINDS[p.kind])) for p in queries.promises(sku=line.sku, limit=20)],
        moves[PER_PAGE - 1].id if len(moves) > PER_PAGE else None,
        _may_edit(request),
        str(settings.TIME_ZONE),
    )
    return render(request, "inventory/item.html", {"view": view})


def _reverse(request: HttpRequest, line: StockLine) -> HttpResponse:
    number = request.POST.get("reverse", "")
    if not _may_edit(request) or not number.isdigit() or len(number) > 18:
        raise Http404
    if not any(m.id == int(number) for m in queries.movements(sku=line.sku, before_id=int(number) + 1, limit=1)):
        raise Http404
    try:
        ops.reverse_movement(movement_id=int(number), actor_id=request.user.pk)
        messages.success(request, _("The movement is reversed."))
    except ops.StockError as refused:
        messages.error(request, str(refused))
    return redirect("stock-item", line.item_id)


@require_GET
@requires("stock.view")
def troubles(request: HttpRequest) -> HttpResponse:
    found: list[tuple[TroubleInfo, str, str]] = [
        (t, str(labels.TROUBLES[t.kind]), str(labels.TROUBLE_ADVICE[t.kind]))
        for t in queries.troubles(shop_ids=_shop_ids(request))
    ]
    return render(request, "inventory/troubles.html", {"rows": found})


@require_http_methods(["GET", "POST"])
@requires("stock.edit")
def warehouse(request: HttpRequest) -> HttpResponse:
    """Receive, put away, take back onto the shelf: a phone and a scanner are enough. Each form carries a key of its
    own, so that a second tap books nothing."""
    act = request.POST.get("act") or request.GET.get("act", "receive")
    act = act if act in labels.ACTS else "receive"
    objections: list[str] = []
    approvable = False
    if request.method == "POST":
        try:
            _book(request, act)
            messages.success(request, _("Booked."))
            return redirect(f"{request.path}?act={act}")
        except ops.Stopped as stopped:
            objections = [ops.sentence(o) for o in stopped.objections]
            approvable = all(o.approvable for o in stopped.objections)
        except ops.StockError as refused:
            objections = [str(refused)]
    context = {
        "act": act,
        "acts": [(key, str(label)) for key, label in labels.ACTS.items()],
        "given": request.POST,
        "objections": objections,
        "approvable": approvable,
        "shelves": queries.place_codes(),
        "places": queries.place_codes(sellable=False),
        "key": request.POST.get("key") or uuid.uuid4().hex,
    }
    return render(request, "inventory/warehouse.html", context, status=422 if objections else 200)


def _book(request: HttpRequest, act: str) -> None:
    given = request.POST
    code, key = given.get("code", "").strip(), given.get("key", "")[:64]
    found = queries.find_item(code)
    if found is None:
        raise ops.UnknownSku(code)
    own: dict[str, Any] = {"actor_id": request.user.pk}
    lot = given.get("lot", "").strip()
    if act == "receive":
        try:
            expires_on = date.fromisoformat(given["expires_on"]) if given.get("expires_on") else None
        except ValueError:
            raise ops.BadRule(_("“%(value)s” is not a date.") % {"value": given.get("expires_on", "")}) from None
        line = ReceiptLine(found.sku, given.get("qty", ""), given.get("unit", "").strip(), lot, expires_on)
        source = given.get("source", "").strip() or f"scan:{key}"
        ops.receive_goods(
            lines=[line], source=f"{source}:{key}", place=given.get("place_to") or "MAIN",
            approve=given.get("approve") == "yes", **own,
        )  # fmt: skip
        return
    qty = given.get("qty", "")
    if not (qty.isascii() and qty.isdigit() and len(qty) < 13 and int(qty) > 0):
        raise ops.BadRule(_("“%(value)s” is not a number of pieces.") % {"value": qty})
    if act == "inspect":
        bad = given.get("bad") == "yes"
        ops.inspect_return(
            sku=found.sku, good=0 if bad else int(qty), bad=int(qty) if bad else 0, key=f"inspect:{key}", lot=lot,
            place=given.get("place_to") or "MAIN", **own,
        )  # fmt: skip
    else:
        ops.move_goods(
            sku=found.sku, qty=int(qty), place_from=given.get("place_from") or "MAIN",
            place_to=given.get("place_to") or "MAIN", key=f"move:{key}", lot=lot or None, **own,
        )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires("stock.view")
def counts(request: HttpRequest) -> HttpResponse:
    may_edit = _may_edit(request)
    if request.method == "POST":
        if not may_edit:
            raise Http404
        try:
            due = request.POST.get("which") == "due"
            skus = [sku for sku, _class, _since in queries.counts_due()[:200]] if due else None
            begun = ops.open_count(place=request.POST.get("place", "MAIN"), skus=skus, actor_id=request.user.pk)
        except ops.StockError as refused:
            messages.error(request, str(refused))
            return redirect("stock-counts")
        return redirect("stock-count", begun)
    context = {
        "rows": queries.counts(),
        "due": queries.counts_due()[:PER_PAGE],
        "places": queries.place_codes(),
        "may_edit": may_edit,
    }
    return render(request, "inventory/counts.html", context)


@require_http_methods(["GET", "POST"])
@requires("stock.view")
def count(request: HttpRequest, count_id: int) -> HttpResponse:
    info = queries.count_info(count_id)
    if info is None:
        raise Http404
    approve = ""
    if request.method == "POST":
        if not _may_edit(request):
            raise Http404
        try:
            if _count_act(request, count_id):
                return redirect("stock-count", count_id)
        except ops.Stopped as stopped:
            text = " ".join(ops.sentence(o) for o in stopped.objections)
            if all(o.approvable for o in stopped.objections):
                approve = text
            else:
                messages.error(request, text)
        except ops.StockError as refused:
            messages.error(request, str(refused))
    view = CountPage(info, queries.count_rows(count_id), _may_edit(request) and info.state == "open", approve)
    return render(request, "inventory/count.html", {"view": view}, status=422 if approve else 200)


def _count_act(request: HttpRequest, count_id: int) -> bool:
    given, actor_id = request.POST, request.user.pk
    if given.get("act") == "post":
        ops.post_count(count_id=count_id, approve=given.get("approve") == "yes", actor_id=actor_id)
        messages.success(request, _("The differences are booked."))
    elif given.get("act") == "drop":
        ops.drop_count(count_id=count_id)
    else:
        found = queries.find_item(given.get("code", ""))
        if found is None:
            raise ops.UnknownSku(given.get("code", ""))
        ops.record_count(
            count_id=count_id, sku=found.sku, qty=given.get("qty", ""), unit=given.get("unit", "").strip(),
            lot=given.get("lot", "").strip(), actor_id=actor_id,
        )  # fmt: skip
    return True


@require_http_methods(["GET", "POST"])
@requires("stock.edit")
def levels(request: HttpRequest) -> HttpResponse:
    """A stock file: what it would change, then the same file once more to do exactly that."""
    plan: LevelPlan | None = None
    given = request.POST
    complete, problem, sha = given.get("complete") == "yes", "", given.get("sha256", "")
    name = given.get("name", "")[:200]
    if request.method == "POST":
        try:
            if request.FILES:
                sha, name = _keep(request)
            with kept_files.materialise(sha) as path:
                rows = read(Path(path), name)
            if given.get("act") == "apply":
                done = ops.apply_levels(
                    rows=rows, token=given.get("token", ""), source=name, complete=complete,
                    approve=given.get("approve") == "yes", actor_id=request.user.pk,
                )  # fmt: skip
                messages.success(request, _("%(count)d differences are booked.") % {"count": done.new})
                return redirect("stock")
            plan = ops.plan_levels(rows=rows, complete=complete)
        except (BadTable, ops.StockError) as refused:
            problem = str(refused)
        except (LookupError, OSError, ValueError):
            problem = _("This file is not here any more; choose it again.")
    context = {
        "plan": plan,
        "changed": [r for r in plan.rows if r.difference][:200] if plan else [],
        "changes": sum(1 for r in plan.rows if r.difference) if plan else 0,
        "sentences": [(ops.sentence(o), o.approvable) for o in plan.objections[:100]] if plan else [],
        "complete": complete,
        "problem": problem,
        "sha256": sha,
        "name": name,
        "now": timezone.now(),
    }
    return render(request, "inventory/levels.html", context, status=422 if problem else 200)


def _keep(request: HttpRequest) -> tuple[str, str]:
    given = request.FILES["file"]
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stock-", dir=folder) as place:
        path = Path(place) / "file"
        with path.open("wb") as sink:
            for chunk in given.chunks():  # type: ignore[union-attr]
                sink.write(chunk)
        name = str(getattr(given, "name", "") or "file")
        return files.keep(path=path, name=name).sha256, name
