"""The list over every channel, and one order with everything known of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.ui import scope as scopes
from zhanggui.processes.exporting import export_table
from zhanggui.processes.mapping.words import COLUMNS
from zhanggui.processes.orderhub import content, filters, saved, words
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.orders import operations as orders_ops
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.contracts import OrderDetail, OrderFilter, OrderPage, OrderRow

PER_PAGE = 50


@dataclass(frozen=True)
class Tab:
    name: str
    href: str
    current: bool
    filter_id: int | None = None


@dataclass(frozen=True)
class ListPage:
    page: OrderPage
    asked: filters.Asked
    choices: list[filters.Choice]
    tabs: list[Tab]
    count_text: str
    all_days: bool
    book_is_empty: bool
    query: str
    saved: Tab | None
    sentence: str
    range_text: str
    is_built_in: bool
    rows: list[ListRow]


@dataclass(frozen=True)
class ListRow:
    row: OrderRow
    zone: str
    overdue: bool


@dataclass(frozen=True)
class RawCellRow:
    cell: str
    header: str
    value: str
    personal: bool
    word: str


def _shop_ids(request: HttpRequest) -> frozenset[int]:
    return request.shop_ids  # type: ignore[attr-defined]


#: The views everybody has: name and address part.
BUILT_IN: tuple[tuple[str, str], ...] = (
    ("all", ""),
    ("ship", "state=paid&state=allocated"),
    ("late", "due=overdue"),
    ("refund", "state=refunding"),
    ("look", "state=unknown"),
)


def _tabs(request: HttpRequest) -> list[Tab]:
    names = {
        "all": _("All"),
        "ship": _("To ship"),
        "late": _("Overdue"),
        "refund": _("Refund open"),
        "look": _("Not recognised"),
    }
    given = _own_query(request)
    base = reverse("orders")
    keep = scopes.kept_query(request).lstrip("?")

    def href(query: str) -> str:
        joined = "&".join(part for part in (keep, query) if part)
        return f"{base}?{joined}" if joined else base

    tabs = [Tab(names[key], href(query), _same(given, query)) for key, query in BUILT_IN]
    kept = saved.saved_filters(user_id=request.user.pk or 0)
    return tabs + [Tab(one.name, href(one.query), _same(given, one.query), one.id) for one in kept]


def _own_query(request: HttpRequest) -> str:
    kept = QueryDict(mutable=True)
    for key in (*filters.KEYS, "sort"):
        if request.GET.getlist(key):
            kept.setlist(key, [v for v in request.GET.getlist(key) if v])
    return kept.urlencode()


def _same(one: str, other: str) -> bool:
    return sorted(QueryDict(one).lists()) == sorted(QueryDict(other).lists())


@require_GET
@requires("orders.view")
def order_list(request: HttpRequest) -> HttpResponse:
    scope = scopes.of(request, default="last30", compare="none")
    asked = filters.read(request)
    wanted = filters.order_filter(asked, scope)
    page = _one_page(request, asked, wanted)
    now = timezone.now()
    count = orders.count_orders(shop_ids=_shop_ids(request), where=wanted, now=now, soon=asked.soon)
    tabs, zones = _tabs(request), _zones(request)
    language = get_language() or "zh-hans"
    context = ListPage(
        page=page,
        asked=asked,
        choices=filters.choices(asked, language),
        tabs=tabs,
        count_text=_count_text(count.number, count.capped),
        all_days=bool(asked.q or asked.due),
        book_is_empty=not page.rows and _book_is_empty(_shop_ids(request)),
        query=_own_query(request),
        saved=next((t for t in tabs if t.current and t.filter_id), None),
        sentence=filters.sentence(asked),
        range_text=filters.range_text(asked),
        is_built_in=any(t.current and t.filter_id is None for t in tabs),
        rows=[ListRow(r, zones.get(r.shop_id, ""), r.due_at is not None and r.due_at < now) for r in page.rows],
    )
    template = "orderhub/fragments/list.html" if getattr(request, "htmx", False) else "orderhub/orders.html"
    return render(request, template, {"view": context})


def _one_page(request: HttpRequest, asked: filters.Asked, wanted: OrderFilter) -> OrderPage:
    """The page the address speaks of; an address with a cursor nobody handed out shows the first page."""
    sort, descending = asked.sort.lstrip("-"), asked.sort.startswith("-")
    for cursor in (request.GET.get("cursor", ""), ""):
        try:
            return orders.list_orders(
                shop_ids=_shop_ids(request),
                where=wanted,
                sort=sort,
                descending=descending,
                cursor=cursor,
                limit=PER_PAGE,
                now=timezone.now(),
                soon=asked.soon,
            )
        except orders.BadCursor:
            continue
    raise Http404


def _book_is_empty(shop_ids: frozenset[int]) -> bool:
    return not orders.list_orders(shop_ids=shop_ids, limit=1).rows


def _zones(request: HttpRequest) -> dict[int, str]:
    return {s.id: s.zone for s in accounts.shops(request.user, include_inactive=True)}


def _count_text(number: int | None, capped: bool) -> str:
    if number is None:
        return _("many orders")
    if capped:
        return _("%(count)s+ orders") % {"count": f"{number:,}"}
    return _("%(count)s orders") % {"count": f"{number:,}"}


def _detail(request: HttpRequest, order_id: int) -> OrderDetail:
    found = orders.order_detail(order_id=order_id, shop_ids=_shop_ids(request))
    if found is None:
        raise Http404
    return found


@require_GET
@requires("orders.view")
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    detail = _detail(request, order_id)
    htmx = getattr(request, "htmx", None)
    in_panel = bool(htmx and htmx.target == "panel")
    context = content.context(request, detail, wide=not in_panel)
    return render(request, "orderhub/panel.html" if in_panel else "orderhub/order.html", {"view": context})


@require_GET
@requires("import.view")
def raw(request: HttpRequest, order_id: int) -> HttpResponse:
    """The original cells behind an order or one of its lines; personal cells stay hidden."""
    detail = _detail(request, order_id)
    allowed = {(detail.source_file_id, detail.source_row), *((l.source_file_id, l.source_row) for l in detail.lines)}
    file_id, row = request.GET.get("file", ""), request.GET.get("row", "")
    if not (file_id.isdigit() and row.isdigit() and (int(file_id), int(row)) in allowed):
        raise Http404
    cells = channels.raw_row(int(file_id), int(row), shop_ids=_shop_ids(request))
    rows = [
        RawCellRow(c.cell, c.header, c.value, c.personal, str(COLUMNS.get(c.canonical, c.canonical)))
        for c in cells or ()
    ]
    return render(request, "orderhub/fragments/raw.html", {"cells": rows})


@require_POST
@requires("contact.reveal")
def reveal(request: HttpRequest, order_id: int) -> HttpResponse:
    """Personal data in clear, for a reason, with a line in the audit log."""
    detail = _detail(request, order_id)
    if not accounts.can(request.user, "contact.reveal", detail.row.shop_id):
        raise Http404
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return HttpResponse(status=422)
    clear = orders_ops.reveal_contact(
        order_id=order_id, shop_ids=_shop_ids(request), actor_id=request.user.pk, reason=reason
    )
    contact = [(str(label), clear[name]) for name, label in words.RECEIVER.items() if clear.get(name)]
    return render(request, "orderhub/fragments/contact.html", {"contact": contact})


@require_POST
@requires("orders.edit")
def note(request: HttpRequest, order_id: int) -> HttpResponse:
    detail = _editable(request, order_id)
    text = request.POST.get("text", "").strip()
    if text:
        orders_ops.add_note(order_id=detail.row.id, shop_ids=_shop_ids(request), actor_id=request.user.pk, text=text)
    return redirect("order", order_id)


@require_POST
@requires("orders.edit")
def hold(request: HttpRequest, order_id: int) -> HttpResponse:
    detail = _editable(request, order_id)
    own: dict[str, Any] = {"order_id": detail.row.id, "shop_ids": _shop_ids(request), "actor_id": request.user.pk}
    try:
        if request.POST.get("act") == "release":
            orders_ops.release_hold(**own)
        else:
            orders_ops.set_hold(**own, reason=request.POST.get("reason", "").strip())
    except orders_ops.AlreadyHeld:
        messages.warning(request, _("This order is on hold already."))
    except orders_ops.NotHeld:
        messages.warning(request, _("Nobody here has put this order on hold; a hold of the platform ends there."))
    except orders_ops.EmptyText:
        messages.warning(request, _("Say why in a few words."))
    return redirect("order", order_id)


def _editable(request: HttpRequest, order_id: int) -> OrderDetail:
    detail = _detail(request, order_id)
    if not accounts.can(request.user, "orders.edit", detail.row.shop_id):
        raise Http404
    return detail


@require_POST
@requires("orders.view")
def save_filter(request: HttpRequest) -> HttpResponse:
    name = " ".join(request.POST.get("name", "").split())[:40]
    query = request.POST.get("query", "")[:2000]
    if name and query:
        try:
            saved.save_filter(user_id=request.user.pk or 0, name=name, query=query)
        except saved.TooManyFilters:
            messages.warning(
                request, _("There are %(count)d saved filters already; delete one first.") % {"count": saved.MOST}
            )
    return redirect(f"{reverse('orders')}?{query}" if query else "orders")


@require_POST
@requires("orders.view")
def delete_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    if not saved.delete_filter(user_id=request.user.pk or 0, filter_id=filter_id):
        raise Http404
    return redirect("orders")


@require_GET
@requires("orders.export")
def export(request: HttpRequest) -> FileResponse:
    """Exactly what the list shows, as xlsx, personal data masked."""
    scope = scopes.of(request, default="last30", compare="none")
    asked = filters.read(request)
    allowed = frozenset(i for i in _shop_ids(request) if accounts.can(request.user, "orders.export", i))
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="export-", dir=folder) as place:
        path = Path(place) / "orders.xlsx"
        written = export_table(table="orders", out=path, shop_ids=allowed, filters=filters.order_filter(asked, scope))
        file = path.open("rb")
    audit.record(actor_id=request.user.pk, action="orders.export", subject="orders", detail={"rows": written["rows"]})
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M")
    return FileResponse(file, as_attachment=True, filename=f"orders-{stamp}.xlsx")
