"""What the search finds: orders, pages, shops and files, within what the reader may see. Personal data is never
searched: orders are found by number, waybill, product or title."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.desk import links, words
from zhanggui.desk.domain.freshness import KINDS
from zhanggui.desk.freshness import channel_name
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.ui import navigation, scope
from zhanggui.foundation.ui.status import LINE
from zhanggui.kernel.records import CHANNELS
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.contracts import OrderFilter, OrderRow

#: Shortest question: one character names half the book.
SHORTEST = 2
_ORDERS, _SHOPS, _FILES = 8, 5, 5
#: Newest files whose names are looked through.
_FILES_READ = 300
_LONGEST = 200


@dataclass(frozen=True)
class Hit:
    href: str
    icon: str
    text: str
    note: str
    kind: str


@dataclass(frozen=True)
class Hits:
    """One group of answers; ``more`` leads to all of them."""

    title: str
    hits: list[Hit]
    more: str = ""


def clean(q: str) -> str:
    """The question without control characters (PostgreSQL takes no NUL) and not endless."""
    return "".join(c for c in q if c.isprintable()).strip()[:_LONGEST]


def search(request: HttpRequest, q: str, *, with_pages: bool) -> list[Hits]:
    """Groups that have answers. ``with_pages``: the palette lists the pages of the navigation by itself."""
    q = clean(q)
    if len(q) < SHORTEST:
        return []
    groups = [_orders(request, q), _shops(request, q), _files(request, q), _pages(request, q, navigated=with_pages)]
    return [g for g in groups if g.hits]


def _orders(request: HttpRequest, q: str) -> Hits:
    ids = accounts.visible_shop_ids(request.user, "orders.view")
    if not ids:
        return Hits("", [])
    page = orders.list_orders(shop_ids=ids, where=OrderFilter(q=q), limit=_ORDERS)
    more = links.with_query("orders", [("q", q)]) if page.next_cursor else ""
    return Hits(_("Orders"), [_order(row) for row in page.rows], more)


def _order(row: OrderRow) -> Hit:
    state = LINE.get(row.status or "")
    what = " · ".join(part for part in (row.titles[0] if row.titles else "", row.shop_name) if part)
    return Hit(reverse("order", args=[row.id]), "receipt", row.order_no, what, str(state.label) if state else "")


def _shops(request: HttpRequest, q: str) -> Hits:
    wanted = q.casefold()
    hits = []
    for shop in scope.visible_shops(request):
        channel = CHANNELS.get(shop.channel)
        names = [shop.name, shop.channel, *([channel.name_zh, channel.name_en] if channel else [])]
        if any(wanted in name.casefold() for name in names):
            href = links.with_query("today", [("shop", str(shop.id))])
            hits.append(Hit(href, "building-store", shop.name, channel_name(shop.channel), _("Shop")))
    return Hits(_("Shops"), hits[:_SHOPS])


def _files(request: HttpRequest, q: str) -> Hits:
    ids = accounts.visible_shop_ids(request.user, "import.view")
    if not ids:
        return Hits("", [])
    wanted = q.casefold()
    names = {s.id: s.name for s in scope.visible_shops(request)}
    found = channels.imported_files(shop_ids=ids, limit=_FILES_READ)
    hits = [
        Hit(reverse("import-file", args=[f.id]), "file-text", f.name, names.get(f.shop_id, ""), _kind(f.kind))
        for f in found
        if wanted in f.name.casefold()
    ]
    return Hits(_("Imported files"), hits[:_FILES], reverse("imports") if len(hits) > _FILES else "")


def _kind(kind: str) -> str:
    known = next((k for k, names in KINDS.items() if kind in names), None)
    return words.kind_name(known) if known else _("File")


def _pages(request: HttpRequest, q: str, *, navigated: bool) -> Hits:
    """Pages by name; those outside the navigation always, the others when nobody else lists them."""
    held = accounts.permissions(request.user)
    found = [("history", _("Freshness of the data"), reverse("freshness"), "home.view")]
    hits = [Hit(href, icon, text, "", _("Page")) for icon, text, href, need in found if need in held]
    if navigated:
        hits += [Hit(l.href, l.icon, str(l.label), "", _("Page")) for l in navigation.links(held, request.path)]
    return Hits(_("Pages"), [h for h in hits if q.casefold() in h.text.casefold()])
