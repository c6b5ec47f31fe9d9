"""Reads of buying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import F, Prefetch, QuerySet, Sum
from django.utils import timezone

from zhanggui.supply.inventory import queries as stock
from zhanggui.supply.purchasing.contracts import (
    OrderInfo,
    OrderLineInfo,
    Outlook,
    Position,
    Suggestion,
    SupplierInfo,
    SupplierRecord,
)
from zhanggui.supply.purchasing.domain import replenishment
from zhanggui.supply.purchasing.domain.lots import BadInput
from zhanggui.supply.purchasing.domain.ordering import CANCELLED, DRAFT, OPEN
from zhanggui.supply.purchasing.domain.suppliers import score
from zhanggui.supply.purchasing.models import OrderLine, PurchaseOrder, Quote, Receipt, Supplier

#: Days that a supplier's record looks back: a quarter (M148).
RECORD_DAYS = 90
#: Fewer observed deliveries than this, and the promised lead time counts.
ENOUGH_DELIVERIES = 3


def record_of(supplier_id: int, *, today: date | None = None, days: int = RECORD_DAYS) -> SupplierRecord:
    """M148's counts over lines due in the last ``days`` days. Late and not there yet counts as late."""
    today = today or timezone.localdate()
    lines = list(
        OrderLine.objects.filter(
            order__supplier_id=supplier_id, order__due_on__gt=today - timedelta(days=days), order__due_on__lte=today
        )
        .exclude(order__state__in=(DRAFT, CANCELLED))
        .annotate(due=F("order__due_on"))
    )
    return SupplierRecord(
        len(lines),
        sum(1 for line in lines if line.complete_on is not None and line.complete_on <= line.due),
        sum(line.qty for line in lines),
        sum(min(line.received, line.qty) for line in lines),
        sum(line.received for line in lines),
        sum(line.accepted for line in lines),
    )


def suppliers(*, today: date | None = None) -> list[SupplierInfo]:
    """Every supplier with record, score and grade, by code."""
    found = []
    for s in Supplier.objects.order_by("code"):
        record = record_of(s.id, today=today)
        found.append(SupplierInfo(s.id, s.code, s.name, s.is_active, s.lead_days, record, score(record)))
    return found


def _info(order: PurchaseOrder) -> OrderInfo:
    lines = tuple(
        OrderLineInfo(l.sku, l.qty, l.price_minor, l.received, l.accepted)
        for l in sorted(order.lines.all(), key=lambda l: l.sku)
    )
    return OrderInfo(
        order.id, order.number, order.supplier.code, order.state, order.currency, order.due_on, order.created_at, lines
    )


def _orders() -> QuerySet[PurchaseOrder]:
    return PurchaseOrder.objects.select_related("supplier").prefetch_related(
        Prefetch("lines", OrderLine.objects.order_by("sku"))
    )


def orders(*, state: str = "", limit: int = 100) -> list[OrderInfo]:
    """Newest first."""
    found = _orders().order_by("-id")
    return [_info(o) for o in (found.filter(state=state) if state else found)[:limit]]


def find_order(number: str) -> OrderInfo | None:
    order = _orders().filter(number=number).first()
    return None if order is None else _info(order)


def inbound(skus: Iterable[str], *, until: date | None = None) -> dict[str, int]:
    """Units ordered and not here yet, due by ``until`` (default: whenever)."""
    lines = OrderLine.objects.filter(sku__in=list(skus), order__state__in=OPEN, accepted__lt=F("qty"))
    if until is not None:
        lines = lines.filter(order__due_on__lte=until)
    return dict(lines.values_list("sku").annotate(n=Sum(F("qty") - F("accepted"))).order_by())


def lead_times(supplier_id: int, *, limit: int = 50) -> tuple[float, ...]:
    """Days from placing to first arrival of the newest orders, or the promised lead time while too few are known."""
    first: dict[int, tuple[datetime, datetime]] = {}
    rows = (
        Receipt.objects.filter(order__supplier_id=supplier_id, order__placed_at__isnull=False)
        .order_by("-order_id", "received_at")
        .values_list("order_id", "order__placed_at", "received_at")
    )
    for order_id, placed, received in rows:
        if placed is not None:
            first.setdefault(order_id, (placed, received))
    seen = [max(0.0, (received - placed).total_seconds() / 86400) for placed, received in first.values()][:limit]
    if len(seen) >= ENOUGH_DELIVERIES:
        return tuple(seen)
    return (float(Supplier.objects.values_list("lead_days", flat=True).get(pk=supplier_id)),)


def suggestions(
    *,
    outlooks: Mapping[str, Outlook],
    roles: Mapping[str, str] | None = None,
    margins: Mapping[str, int] | None = None,
    currency: str | None = None,
    budget: int | None = None,
    now: datetime | None = None,
) -> tuple[list[tuple[Suggestion, str]], list[tuple[str, str]]]:
    """Order proposals for the SKUs of ``outlooks`` (demand by day from now on): (suggestion, supplier code), and what
    could not be worked out: (SKU, reason code ``unknown_sku``, ``no_quote``, ``currency``, ``role`` or ``forecast``).

    ``roles``: SKU → role of its category (default core); the speed is the ABC class kept with stock. The first quote by
    rank of an active supplier counts. A ``budget`` is in
    ``currency``. ``margins``: expected minor units per piece, for the budget.
    """
    lines = {line.sku: line for line in stock.stock_lines(skus=list(outlooks), now=now)}
    coming = inbound(outlooks)
    quotes: dict[str, Quote] = {}
    for quote in (
        Quote.objects.select_related("supplier")
        .filter(sku__in=list(outlooks), supplier__is_active=True)
        .order_by("rank", "price_minor", "id")
    ):
        quotes.setdefault(quote.sku, quote)
    leads: dict[int, tuple[float, ...]] = {}
    found: list[Suggestion] = []
    places: list[Position] = []
    left: list[tuple[str, str]] = []
    for sku in sorted(outlooks):
        line, chosen = lines.get(sku), quotes.get(sku)
        if line is None or chosen is None:
            left.append((sku, "unknown_sku" if line is None else "no_quote"))
            continue
        if chosen.currency != line.currency or (budget is not None and chosen.currency != currency):
            left.append((sku, "currency"))
            continue
        if chosen.supplier_id not in leads:
            leads[chosen.supplier_id] = lead_times(chosen.supplier_id)
        place = Position(
            sku, line.available - line.short, coming.get(sku, 0), leads[chosen.supplier_id], chosen.price_minor,
            (margins or {}).get(sku), chosen.moq, chosen.pack,
        )  # fmt: skip
        policy = replenishment.POLICIES.get(((roles or {}).get(sku, "core"), line.abc_class))
        if policy is None:
            left.append((sku, "role"))
            continue
        try:
            found.append(replenishment.suggest(place, outlooks[sku], policy))
        except BadInput:
            left.append((sku, "forecast"))
            continue
        places.append(place)
    result = replenishment.within_budget(found, places, budget) if budget is not None else tuple(found)
    return [(s, quotes[s.sku].supplier.code) for s in result], left
