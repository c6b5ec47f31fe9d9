"""Sums over the order book: by shop and business day, and what is owed right now.

Business days are those of each shop's own time zone. Currencies are never added together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.kernel.period import Period
from zhanggui.trade.orders.contracts import DayTotals, LateDay, PeriodBuyers, ShippingDuty, ShopFreshness
from zhanggui.trade.orders.domain import states
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries import sql
from zhanggui.trade.orders.queries.listing import SOON

#: The longest span of days one question may ask for.
LONGEST: Final = 800


def _shops(shop_ids: frozenset[int]) -> list[ShopInfo]:
    return [s for s in accounts.shops(include_inactive=True) if s.id in shop_ids]


def _bounds(shop: ShopInfo, first: date, last: date) -> list[tuple[str, Any, Any]]:
    """(day, start, end) of each business day, ready for the database."""
    if last < first or (last - first).days > LONGEST:
        raise ValueError(f"a period runs forward and spans at most {LONGEST} days")
    found = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        period = Period.of_days(day, day, shop.zone)
        found.append((day.isoformat(), sql.moment(period.starts_at), sql.moment(period.ends_at)))
    return found


def _days(bounds: Iterable[tuple[str, Any, Any]]) -> tuple[str, list[Any]]:
    """The days as a table ``d(day, starts, ends)``."""
    given = list(bounds)
    if sql.is_postgres():
        parts: list[Any] = [[b[n] for b in given] for n in range(3)]
        return "unnest(%s::text[], %s::timestamptz[], %s::timestamptz[]) AS d(day, starts, ends)", parts
    table = "(SELECT value ->> 0 AS day, value ->> 1 AS starts, value ->> 2 AS ends FROM json_each(%s)) AS d"
    return table, [json.dumps(given)]


#: What went back of one order, as far as either kind of file knows.
_BACK: Final = (
    "CASE WHEN o.refunded_amount IS NULL THEN o.refunded_seen WHEN o.refunded_seen IS NULL THEN o.refunded_amount "
    "WHEN o.refunded_seen > o.refunded_amount THEN o.refunded_seen ELSE o.refunded_amount END"
)


def day_totals(*, shop_ids: frozenset[int], first: date, last: date) -> list[DayTotals]:
    """Paid orders of the business days ``first`` to ``last`` (both included) by shop, day and currency.

    Days without a paid order have no row. Formulas: M041, M044 (cohort), M046, M047, M048, M110, M111 of the metric
    dictionary; "was it paid" is decided by the payment moment, never by the amount.
    """
    return [row for shop in _shops(shop_ids) for row in _day_totals(shop, first, last)]


def _day_totals(shop: ShopInfo, first: date, last: date) -> Iterator[DayTotals]:
    days, params = _days(_bounds(shop, first, last))
    # CROSS JOIN keeps SQLite walking the days and probing the index of payment moments
    text = f"""
        SELECT d.day, o.currency, count(*), sum(o.buyer_paid), count(*) - count(o.buyer_paid), sum(o.qty),
               count(DISTINCT o.buyer_key), count(*) - count(o.buyer_key), sum({_BACK}),
               sum(CASE WHEN ({_BACK}) > 0 OR o.status = 'refunded' THEN 1 ELSE 0 END)
        FROM {days} CROSS JOIN orders_order o
        WHERE o.shop_id = %s AND o.paid_at >= d.starts AND o.paid_at < d.ends
        GROUP BY d.day, o.currency ORDER BY d.day, o.currency
    """  # noqa: S608
    for day, currency, orders, paid, unknown, qty, buyers, nameless, back, refunded in sql.rows(
        text, [*params, shop.id]
    ):
        yield DayTotals(
            shop_id=shop.id,
            channel=shop.channel,
            day=date.fromisoformat(day),
            currency=currency,
            paid_orders=orders,
            paid_amount=None if paid is None else int(paid),
            amount_unknown=unknown,
            qty=None if qty is None else int(qty),
            buyers=buyers,
            buyers_unknown=nameless,
            refunded_to_date=None if back is None else int(back),
            refunded_orders=int(refunded),
        )


def period_buyers(*, shop_ids: frozenset[int], first: date, last: date) -> list[PeriodBuyers]:
    """Distinct paying buyers per shop over the whole period (M048): not the sum of its days.

    The same person in two shops of one channel has one key; shops are still counted apart here.
    """
    found = []
    for shop in _shops(shop_ids):
        period = Period.of_days(first, last, shop.zone)
        text = """
            SELECT count(DISTINCT buyer_key), count(*) - count(buyer_key)
            FROM orders_order WHERE shop_id = %s AND paid_at >= %s AND paid_at < %s
        """
        buyers, without = sql.rows(text, [shop.id, sql.moment(period.starts_at), sql.moment(period.ends_at)])[0]
        found.append(PeriodBuyers(shop.id, shop.channel, buyers, without))
    return found


def distinct_buyers(*, shop_ids: frozenset[int], first: date, last: date) -> tuple[int, int]:
    """(distinct paying buyers over all these shops, paid orders without a known buyer): a person who bought in two
    shops of one channel counts once."""
    keys: list[str] = []
    params: list[Any] = []
    for shop in _shops(shop_ids):
        period = Period.of_days(first, last, shop.zone)
        keys.append("SELECT buyer_key FROM orders_order WHERE shop_id = %s AND paid_at >= %s AND paid_at < %s")
        params += [shop.id, sql.moment(period.starts_at), sql.moment(period.ends_at)]
    if not keys:
        return 0, 0
    text = f"SELECT count(DISTINCT buyer_key), count(*) - count(buyer_key) FROM ({' UNION ALL '.join(keys)}) k"  # noqa: S608
    buyers, without = sql.rows(text, params)[0]
    return int(buyers), int(without)


def late_days(*, shop_ids: frozenset[int], first: date, last: date, now: datetime | None = None) -> list[LateDay]:
    """Orders by the business day on which their shipment was due (M150, M151): how many, and how many were late.

    Late is shipped after the deadline, or past it and still owed. Cancelled and refunded orders that never left
    are not due. Days on which nothing was due have no row.
    """
    now = now or timezone.now()
    owed = ", ".join(f"'{state}'" for state in sorted(states.OWED))
    found = []
    for shop in _shops(shop_ids):
        days, params = _days(_bounds(shop, first, last))
        text = f"""
            SELECT d.day, count(*),
                   sum(CASE WHEN o.shipped_at > o.ship_deadline_at THEN 1
                            WHEN o.shipped_at IS NULL AND o.status IN ({owed}) AND o.ship_deadline_at < %s THEN 1
                            ELSE 0 END)
            FROM {days} CROSS JOIN orders_order o
            WHERE o.shop_id = %s AND o.ship_deadline_at >= d.starts AND o.ship_deadline_at < d.ends
                  AND (o.shipped_at IS NOT NULL OR o.status IN ({owed}))
            GROUP BY d.day ORDER BY d.day
        """  # noqa: S608
        for day, due, late in sql.rows(text, [sql.moment(now), *params, shop.id]):
            found.append(LateDay(shop.id, shop.channel, date.fromisoformat(day), due, int(late)))
    return found


def shipping_duties(
    *, shop_ids: frozenset[int], now: datetime | None = None, soon: timedelta = SOON
) -> list[ShippingDuty]:
    """What each shop owes now; shops that owe nothing have a row of zeros."""
    now = now or timezone.now()
    mine = Order.objects.filter(shop_id__in=shop_ids)

    def counted(found: QuerySet[Order]) -> dict[int, int]:
        return dict(found.values_list("shop_id").annotate(Count("id")).order_by())

    due: dict[int, dict[str, Any]] = {
        row["shop_id"]: dict(row)
        for row in mine.filter(due_at__isnull=False)
        .values("shop_id")
        .annotate(
            overdue=Count("id", filter=Q(due_at__lt=now)),
            soon=Count("id", filter=Q(due_at__gte=now, due_at__lt=now + soon)),
            dated=Count("id"),
            first=Min("due_at"),
        )
        .order_by()
    }
    waiting = counted(mine.filter(status__in=sorted(states.OWED)))
    unknown = counted(mine.filter(status="unknown"))
    held = counted(mine.filter(flags__isnull=False, flags__contains="hold"))
    nothing: dict[str, Any] = {"overdue": 0, "soon": 0, "dated": 0, "first": None}
    return [
        ShippingDuty(
            shop_id=shop.id,
            channel=shop.channel,
            overdue=(row := due.get(shop.id, nothing))["overdue"],
            soon=row["soon"],
            waiting=waiting.get(shop.id, 0),
            waiting_without_deadline=waiting.get(shop.id, 0) - row["dated"],
            unknown=unknown.get(shop.id, 0),
            held=held.get(shop.id, 0),
            oldest_due_at=row["first"],
        )
        for shop in _shops(shop_ids)
    ]


def shop_freshness(*, shop_ids: frozenset[int]) -> list[ShopFreshness]:
    """How many orders the book holds of each shop, and the moment of the newest. When files came in is known by
    the imports."""
    found = []
    for shop in _shops(shop_ids):
        mine = Order.objects.filter(shop_id=shop.id)
        newest = mine.order_by("-listed_at").values_list("listed_at", flat=True).first()
        found.append(ShopFreshness(shop.id, shop.channel, mine.count(), newest))
    return found
