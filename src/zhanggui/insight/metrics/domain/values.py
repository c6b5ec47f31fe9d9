"""From sums to values: every formula of the dictionary once, for any group of shops and days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from zhanggui.insight.metrics.contracts import Number


@dataclass(frozen=True, slots=True)
class Sums:
    """Facts of some shop-days of one currency, added up. None: nobody tells; it adds as nothing, never as an answer.

    ``refund_unknown`` counts refunded orders of which nobody tells how much went back.
    ``refunds`` and ``paid_beside_refunds`` are of shops with after-sale files only, so that their difference is of
    the same shops. ``buyers`` never adds up: the order book counts it for the group (``with_buyers``).
    """

    orders: int = 0
    paid: int | None = None
    amount_unknown: int = 0
    qty: int | None = None
    refunded_to_date: int = 0
    refunded_orders: int = 0
    refund_unknown: int = 0
    refunds: int | None = None
    paid_beside_refunds: int | None = None
    due: int | None = None
    late: int | None = None
    buyers: int | None = None
    buyers_unknown: int = 0

    def __add__(self, other: Sums) -> Sums:
        if self.buyers is not None or other.buyers is not None:
            raise ValueError("distinct buyers cannot be added: ask the order book for the whole group")
        return Sums(
            orders=self.orders + other.orders,
            paid=_plus(self.paid, other.paid),
            amount_unknown=self.amount_unknown + other.amount_unknown,
            qty=_plus(self.qty, other.qty),
            refunded_to_date=self.refunded_to_date + other.refunded_to_date,
            refunded_orders=self.refunded_orders + other.refunded_orders,
            refund_unknown=self.refund_unknown + other.refund_unknown,
            refunds=_plus(self.refunds, other.refunds),
            paid_beside_refunds=_plus(self.paid_beside_refunds, other.paid_beside_refunds),
            due=_plus(self.due, other.due),
            late=_plus(self.late, other.late),
        )

    def with_buyers(self, buyers: int | None, unknown: int) -> Sums:
        return replace(self, buyers=buyers, buyers_unknown=unknown)


def _plus(one: int | None, other: int | None) -> int | None:
    if one is None:
        return other
    return one if other is None else one + other


def add(parts: Iterable[Sums]) -> Sums:
    """All parts together; the empty sum is a zero of orders and unknown money."""
    whole = Sums()
    for part in parts:
        whole += part
    return whole


def ratio(numerator: int | None, denominator: int | None) -> Decimal | None:
    """The quotient, exact enough for display; None when a part is unknown or the denominator is 0."""
    if numerator is None or not denominator:
        return None
    return Decimal(numerator) / Decimal(denominator)


def average(amount: int | None, count: int | None) -> int | None:
    """Money per piece in whole minor units: summed first, rounded once, half up."""
    exact = ratio(amount, count)
    return None if exact is None else int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _minus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other


def _buyers(s: Sums) -> int | None:
    return None if s.buyers is None or (s.buyers == 0 and s.buyers_unknown) else s.buyers


#: metric → (value, numerator, denominator); numerator and denominator only for ratios.
FORMULAS: Final[dict[str, Callable[[Sums], tuple[Number | None, int | None, int | None]]]] = {
    "M041": lambda s: (s.paid, None, None),
    "M044": lambda s: (s.refunds, None, None),
    "M045": lambda s: (_minus(s.paid_beside_refunds, s.refunds), None, None),
    "M046": lambda s: (_minus(s.paid, s.refunded_to_date), None, None),
    "M047": lambda s: (s.orders, None, None),
    "M048": lambda s: (_buyers(s), None, None),
    "M049": lambda s: (s.qty, None, None),
    "M050": lambda s: (None if s.buyers_unknown else average(s.paid, s.buyers), s.paid, s.buyers),
    "M051": lambda s: (average(s.paid, s.orders - s.amount_unknown), s.paid, s.orders - s.amount_unknown),
    "M110": lambda s: (ratio(s.refunded_orders, s.orders), s.refunded_orders, s.orders),
    "M111": lambda s: (ratio(s.refunded_to_date, s.paid), s.refunded_to_date, s.paid),
    "M151": lambda s: (ratio(s.late, s.due), s.late, s.due),
}


def unknown_of(metric: str, s: Sums) -> int:
    """How many orders do not tell what the metric needs."""
    if metric in ("M048", "M050"):
        return s.buyers_unknown
    if metric in ("M046", "M111"):
        return s.amount_unknown + s.refund_unknown
    if metric in ("M041", "M045", "M051"):
        return s.amount_unknown
    return 0


def change(metric_unit: str, now: Number | None, before: Number | None) -> Decimal | None:
    """Relative change, or the difference for ratios; None when a side is unknown or there is nothing to divide by.

    >>> change("number", 106, 100), change("percent", Decimal("0.03"), Decimal("0.05")), change("money", 5, 0)
    (Decimal('0.06'), Decimal('-0.02'), None)
    """
    if now is None or before is None:
        return None
    if metric_unit == "percent":
        return Decimal(now) - Decimal(before)
    return None if before == 0 else (Decimal(now) - Decimal(before)) / abs(Decimal(before))
