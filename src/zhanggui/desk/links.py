"""Addresses into other rooms, with shops and days carried along, so that what opens is exactly what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from zhanggui.desk.contracts import Finding
from zhanggui.desk.domain.limits import DUE_SOON
from zhanggui.foundation.ui.domain.scope import MAX_DAYS


def with_query(name: str, pairs: Iterable[tuple[str, str]], *args: object) -> str:
    """The address of a url name with parameters; empty while no room offers it."""
    try:
        base = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    query = urlencode(list(pairs))
    return f"{base}?{query}" if query else base


def shops_query(shop_ids: Iterable[int]) -> list[tuple[str, str]]:
    return [("shop", str(i)) for i in sorted(shop_ids)]


def paid_orders(shop_ids: Iterable[int], first: date, last: date) -> str:
    """The orders paid on these business days. Naming the shops makes their own time zone decide the days."""
    days = [("from", first.isoformat()), ("to", last.isoformat()), ("by", "paid"), ("sort", "-paid")]
    return with_query("orders", [*shops_query(shop_ids), *days])


#: kind of finding → what narrows the order list to its orders.
_ORDERS: Mapping[str, list[tuple[str, str]]] = {
    "ship_overdue": [("due", "overdue"), ("sort", "due")],
    "ship_soon": [("due", "soon"), ("within", str(DUE_SOON // timedelta(hours=1))), ("sort", "due")],
    "ship_undated": [("state", "paid"), ("state", "allocated")],
    "unknown_state": [("state", "unknown")],
}


def _all_days() -> list[tuple[str, str]]:
    """The longest span an order list takes: findings do not end with a month. Due lists look through all days."""
    today = timezone.localdate()
    return [("from", (today - timedelta(days=MAX_DAYS - 1)).isoformat()), ("to", today.isoformat())]


def of_kind(kind: str, shop_ids: Iterable[int]) -> str:
    """Where a kind of finding is acted on, for some shops. Refunds have no list of their own: each has its order."""
    shops = shops_query(shop_ids)
    if kind in _ORDERS:
        days = [] if "due" in dict(_ORDERS[kind]) else _all_days()
        return with_query("orders", [*shops, *_ORDERS[kind], *days])
    if kind.startswith("refund_"):
        return ""
    if kind.startswith("file_"):
        return with_query("imports", [] if kind == "file_waiting" else [("show", "trouble")])
    return with_query("freshness", shops)


def of_finding(finding: Finding) -> str:
    """Where one finding is acted on: its file when it is one file, the most urgent refund, else its shop's list."""
    if finding.kind.startswith("refund_") and finding.cases:
        return of_case(finding.kind, finding.cases[0].target)
    if finding.kind.startswith("file_") and len(finding.cases) == 1 and finding.counts["files"] == 1:
        return of_case(finding.kind, finding.cases[0].target)
    return of_kind(finding.kind, [finding.shop_id])


def of_case(kind: str, target: str) -> str:
    """One order, refund or file; empty when nothing is named."""
    if not target:
        return ""
    if kind.startswith("file_"):
        name = "import-waiting" if kind == "file_waiting" else "import-file"
        return with_query(name, [], int(target))
    if target.isdigit() and not kind.startswith("refund_"):
        return with_query("order", [], int(target))
    return with_query("orders", [("q", target)])
