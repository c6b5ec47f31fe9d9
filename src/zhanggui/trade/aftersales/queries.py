"""Reads of the refund book. Every function takes the shops the caller may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.kernel.period import Period, business_day
from zhanggui.trade.aftersales.contracts import RefundDay, RefundDuty, RefundInfo
from zhanggui.trade.aftersales.domain import refunds as rules
from zhanggui.trade.aftersales.models import Refund

SOON = timedelta(hours=12)
_COLUMNS = tuple(name for name in RefundInfo.__dataclass_fields__)


def _infos(found: QuerySet[Refund]) -> list[RefundInfo]:
    return [RefundInfo(**row) for row in found.values(*_COLUMNS)]


def refunds_of_order(*, shop_ids: frozenset[int], shop_id: int, order_no: str) -> list[RefundInfo]:
    """The refunds of one order, oldest first."""
    if shop_id not in shop_ids:
        return []
    return _infos(Refund.objects.filter(shop_id=shop_id, order_no=order_no).order_by("applied_at", "id"))


def list_refunds(
    *,
    shop_ids: frozenset[int],
    states: frozenset[str] = frozenset(),
    kinds: frozenset[str] = frozenset(),
    applied_from: datetime | None = None,
    applied_to: datetime | None = None,
    q: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[RefundInfo]:
    """Refunds, newest record first; ``before_id`` is the id of the last row of the page before. ``q``: the beginning
    of a refund or order number, or a fragment of a title or reason."""
    found = Refund.objects.filter(shop_id__in=shop_ids)
    if states:
        found = found.filter(state__in=states)
    if kinds:
        found = found.filter(kind__in=kinds)
    if applied_from is not None:
        found = found.filter(applied_at__gte=applied_from)
    if applied_to is not None:
        found = found.filter(applied_at__lt=applied_to)
    if q.strip():
        q = q.strip()
        found = found.filter(
            Q(refund_no__startswith=q) | Q(order_no__startswith=q) | Q(title__icontains=q) | Q(reason__icontains=q)
        )
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return _infos(found.order_by("-id")[:limit])


def refund_days(*, shop_ids: frozenset[int], first: date, last: date) -> list[RefundDay]:
    """Successful refunds by the business day on which they finished (M044, event view), per shop and currency.

    Both days are included; days without a refund have no row. Successes without a finishing moment belong to no day:
    ``refund_duties`` counts them.
    """
    found = []
    for shop in accounts.shops(include_inactive=True):
        if shop.id not in shop_ids:
            continue
        period = Period.of_days(first, last, shop.zone)
        rows = Refund.objects.filter(
            shop_id=shop.id,
            state=rules.SUCCESS,
            finished_at__gte=period.starts_at,
            finished_at__lt=period.ends_at,
        ).values_list("finished_at", "currency", "kind", "refunded")
        days: dict[tuple[date, str], list[int]] = {}
        for finished_at, currency, kind, amount in rows:
            if finished_at is None or (amount is None and kind in rules.WITHOUT_MONEY):
                continue
            sums = days.setdefault((business_day(finished_at, shop.zone), currency), [0, 0, 0])
            sums[0] += 1
            sums[1] += amount or 0
            sums[2] += amount is None
        found += [RefundDay(shop.id, shop.channel, day, money, *sums) for (day, money), sums in sorted(days.items())]
    return found


def refund_duties(*, shop_ids: frozenset[int], now: datetime | None = None, soon: timedelta = SOON) -> list[RefundDuty]:
    """Open refunds per shop; every shop has a row, ``known`` tells whether its refunds are recorded at all."""
    now = now or timezone.now()
    is_open, turn = Q(state__in=rules.OPEN), Q(state__in=rules.SELLERS_TURN)
    counted = {
        row["shop_id"]: row
        for row in Refund.objects.filter(shop_id__in=shop_ids)
        .values("shop_id")
        .annotate(
            open=Count("id", filter=is_open),
            turn=Count("id", filter=turn),
            overdue=Count("id", filter=turn & Q(deadline_at__lt=now)),
            soon=Count("id", filter=turn & Q(deadline_at__gte=now, deadline_at__lt=now + soon)),
            undated=Count("id", filter=Q(state=rules.SUCCESS, finished_at__isnull=True)),
        )
    }
    found = []
    for shop in accounts.shops(include_inactive=True):
        if shop.id in shop_ids:
            row = counted.get(shop.id)
            sums = [row[name] for name in ("open", "turn", "overdue", "soon", "undated")] if row else [0] * 5
            found.append(RefundDuty(shop.id, shop.channel, row is not None, *sums))
    return found


def refunded_totals(*, shop_ids: frozenset[int], shop_id: int, order_nos: Sequence[str]) -> dict[str, int | None]:
    """Successful refunds per order number; orders without any refund are left out."""
    if shop_id not in shop_ids:
        return {}
    found = Refund.objects.filter(shop_id=shop_id, order_no__in=list(order_nos)).values_list("order_no")
    return {order_no: total for order_no, total in found.annotate(Sum("refunded")) if order_no is not None}
