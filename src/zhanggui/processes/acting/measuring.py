"""Numbers for outcomes, from the order book: one series per shop and day, other shops of the currency as controls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.loop.contracts import Reading, Series
from zhanggui.trade.orders import queries as orders

#: metric → (unit, how a day's totals become its value)
_TOTALS: Final = {"M041": "paid_amount", "M047": "paid_orders", "M049": "qty"}
_LATE: Final = "M151"


def read(metric: str, scope: Mapping[str, Any], first: date, last: date) -> Reading | None:
    """Paid amount (M041), paid orders (M047), pieces (M049) or the share of late shipments (M151) by shop and day.

    ``scope``: ``shop_ids`` of what was treated. Days a shop has no orders at all are gaps: nobody can tell a day
    without sales from a day without a file. None for other metrics, scopes, or shops of several currencies.
    """
    ids = frozenset(int(i) for i in scope.get("shop_ids", ()))
    shops = {s.id: s for s in accounts.shops()}
    ours = [shops[i] for i in sorted(ids) if i in shops]
    if not ours or (metric not in _TOTALS and metric != _LATE) or len({s.currency for s in ours}) != 1:
        return None
    currency = ours[0].currency
    others = [s for s in shops.values() if s.currency == currency and s.id not in ids]
    every = frozenset(s.id for s in (*ours, *others))
    values = _late(every, first, last) if metric == _LATE else _totals(metric, every, currency, first, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def series(shop_id: int) -> Series:
        return Series(str(shop_id), tuple(values.get((shop_id, day)) for day in days))

    unit = {"M041": "money", _LATE: "percent"}.get(metric, "number")
    return Reading(
        metric, first, tuple(series(s.id) for s in ours), tuple(series(s.id) for s in others), unit, currency
    )


def _totals(
    metric: str, ids: frozenset[int], currency: str, first: date, last: date
) -> dict[tuple[int, date], Decimal]:
    found = {}
    for t in orders.day_totals(shop_ids=ids, first=first, last=last):
        value = getattr(t, _TOTALS[metric])
        if t.currency == currency and value is not None:
            found[t.shop_id, t.day] = Decimal(value)
    return found


def _late(ids: frozenset[int], first: date, last: date) -> dict[tuple[int, date], Decimal]:
    return {
        (d.shop_id, d.day): Decimal(d.late) / d.due
        for d in orders.late_days(shop_ids=ids, first=first, last=last)
        if d.due
    }
