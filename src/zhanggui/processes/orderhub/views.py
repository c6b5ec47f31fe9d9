"""The list over every channel, and one order with everything known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
from zhanggui.foundation.ui.status import LINE
from zhanggui.kernel import records
from zhanggui.processes.exporting import export_table
from zhanggui.processes.mapping.words import COLUMNS
from zhanggui.processes.orderhub import filters, saved, words
from zhanggui.trade.aftersales import queries as aftersales
from zhanggui.trade.aftersales.contracts import RefundInfo
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.orders import operations as orders_ops
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.contracts import OrderDetail, OrderFilter, OrderPage, OrderRow, TimelineEntry
from zhanggui.trade.settlement import queries as settlement
from zhanggui.trade.settlement.contracts import EntryInfo

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
class Amount:
    label: str
    minor: int | None
    total: bool


@dataclass(frozen=True)
class Event:
    title: str
    at: datetime
    icon: str
    tone: str
    text: str
    who: str


@dataclass(frozen=True)
class Source:
    """A file that speaks of the order, and the rows in which it does."""

    file_id: int
    name: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Sums:
    """What the lines come to; None when a line does not tell."""

    qty: int | None
    paid: int | None
    refunded: int | None


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


@dataclass(frozen=True)
class MoneyLine:
    entry: EntryInfo
    subject_name: str


@dataclass(frozen=True)
class SubjectSum:
    name: str
    currency: str
    amount: int
    entries: int


@dataclass(frozen=True)
class MoneyBook:
    """What one book says of the order. Statements and wallets tell the same money twice: each adds up by itself."""

    key: str
    title: str
    subjects: list[SubjectSum]
    lines: list[MoneyLine]
    net: list[tuple[str, int]]


@dataclass(frozen=True)
class OrderPageContext:
    detail: OrderDetail
    zone: str
    amounts: list[Amount]
    receiver: list[tuple[str, str]]
    timeline: list[Event]
    refunds: list[RefundInfo]
    money: list[MoneyBook]
    sources: list[Source]
    sums: Sums
    blocked: list[str]
    may_reveal: bool
    may_edit: bool
    wide: bool


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
    context = _context(request, detail, wide=not in_panel)
    return render(request, "orderhub/panel.html" if in_panel else "orderhub/order.html", {"view": context})


def _context(request: HttpRequest, detail: OrderDetail, *, wide: bool) -> OrderPageContext:
    row = detail.row
    shop = accounts.shop(row.shop_id)
    of_order: dict[str, Any] = {
        "shop_ids": frozenset({row.shop_id}),
        "shop_id": row.shop_id,
        "order_no": row.order_no,
    }
    may = {code: accounts.can(request.user, code, row.shop_id) for code in _PERMISSIONS}
    refunds = aftersales.refunds_of_order(**of_order) if may["refunds.view"] else []
    entries = settlement.entries_of_order(**of_order) if may["settlement.view"] else []
    names = accounts.names([e.actor_id for e in detail.timeline if e.actor_id is not None])
    return OrderPageContext(
        detail=detail,
        zone=shop.zone if shop else settings.TIME_ZONE,
        amounts=_amounts(detail),
        receiver=_receiver(detail),
        timeline=[_event(entry, names) for entry in detail.timeline],
        refunds=list(refunds),
        money=_money(list(entries)),
        sources=_sources(detail) if may["import.view"] else [],
        sums=_sums(detail),
        blocked=[str(words.BLOCKED.get(code, code)) for code in detail.blocked_because],
        may_reveal=may["contact.reveal"] and bool(detail.masked),
        may_edit=may["orders.edit"],
        wide=wide,
    )


_PERMISSIONS = ("refunds.view", "settlement.view", "import.view", "contact.reveal", "orders.edit")


def _amounts(detail: OrderDetail) -> list[Amount]:
    given = {**detail.amounts, "refunded": detail.row.refunded}
    shown = []
    for name, label, total in words.AMOUNTS:
        minor = given.get(name)
        if minor is None and not total:
            continue
        if minor == 0 and not total and name not in words.ALWAYS:
            continue
        if minor is not None and name in words.LESS:
            minor = -minor
        shown.append(Amount(str(label), minor, total))
    return shown


def _receiver(detail: OrderDetail) -> list[tuple[str, str]]:
    both = {**detail.receiver, **detail.masked}
    return [
        (str(label), value)
        for name, label in words.RECEIVER.items()
        if name != "buyer_ref" and (value := both.get(name))
    ]


def _event(entry: TimelineEntry, names: dict[int, str]) -> Event:
    icon, tone = words.MARKS.get(entry.kind, ("point", ""))
    after = LINE.get(entry.state_after or "")
    if entry.kind == "milestone":
        title, text = str(words.MILESTONES.get(entry.state_after or "", entry.state_after or "")), ""
    elif entry.kind == "refused":
        title = _("A step backward was not taken")
        text = entry.observed_raw or ""
    elif entry.kind == "raw":
        title = _("The platform's word is not recognised")
        text = entry.observed_raw or ""
    elif entry.kind == "hold":
        title, text = _("Put on hold"), entry.text
    elif entry.kind == "release":
        title, text = _("Hold released"), entry.text
    elif entry.kind == "note":
        title, text = _("Note"), entry.text
    else:
        title = str(after.label) if after else (entry.observed_raw or entry.state_after or "")
        text = entry.observed_raw or ""
    if entry.line_no:
        text = f"{text} · {entry.line_no}" if text else entry.line_no
    return Event(title, entry.at, icon, tone, text, names.get(entry.actor_id or 0, ""))


def _sources(detail: OrderDetail) -> list[Source]:
    places = sorted(
        {(detail.source_file_id, detail.source_row), *((l.source_file_id, l.source_row) for l in detail.lines)}
    )
    names = channels.file_names([file_id for file_id, _row in places])
    return [
        Source(file_id, name, tuple(row for at, row in places if at == file_id)[:30])
        for file_id, name in sorted(names.items())
    ]


def _sums(detail: OrderDetail) -> Sums:
    def together(values: list[int | None]) -> int | None:
        known = [v for v in values if v is not None]
        return sum(known) if len(known) == len(values) else None

    return Sums(
        together([line.qty for line in detail.lines]),
        together([line.paid_share for line in detail.lines]),
        sum(line.refunded_amount or 0 for line in detail.lines),
    )


def _money(entries: list[EntryInfo]) -> list[MoneyBook]:
    found = []
    for book in records.BOOKS:
        mine = [entry for entry in entries if entry.book == book]
        lines = [MoneyLine(entry, str(words.SUBJECTS.get(entry.subject, entry.subject))) for entry in mine]
        if lines:
            found.append(MoneyBook(book, str(words.BOOKS[book]), _subjects(lines), lines, _net(mine)))
    return found


def _subjects(lines: list[MoneyLine]) -> list[SubjectSum]:
    """What each subject comes to, in the order in which they first appear."""
    sums: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        sums.setdefault((line.subject_name, line.entry.currency), []).append(line.entry.amount)
    return [SubjectSum(name, currency, sum(all_of), len(all_of)) for (name, currency), all_of in sums.items()]


def _net(entries: list[EntryInfo]) -> list[tuple[str, int]]:
    """What came in per currency; transfers between the merchant's own pockets left out."""
    found: dict[str, int] = {}
    for entry in entries:
        if not entry.subject.startswith("transfer_"):
            found[entry.currency] = found.get(entry.currency, 0) + entry.amount
    return sorted(found.items())


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
