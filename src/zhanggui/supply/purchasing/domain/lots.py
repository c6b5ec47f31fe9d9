"""Lot sizes when demand is known: EOQ and its relatives, and orders period by period.

Costs are real numbers per unit of time in any one currency; nothing here is booked. Every function raises
:class:`BadInput` for values outside its model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, sqrt


class BadInput(ValueError):
    """A value for which the formula has no answer; ``name`` and ``value`` say which."""

    def __init__(self, name: str, value: object, reason: str) -> None:
        super().__init__(f"{name} = {value}: {reason}")
        self.name, self.value, self.reason = name, value, reason


def above_zero(**values: float) -> None:
    for name, value in values.items():
        if not isfinite(value) or value <= 0:
            raise BadInput(name, value, "must be above zero")


def not_below_zero(**values: float) -> None:
    for name, value in values.items():
        if not isfinite(value) or value < 0:
            raise BadInput(name, value, "must not be below zero")


@dataclass(frozen=True, slots=True)
class Lot:
    """``quantity`` units at a time; ``cost`` per unit of time."""

    quantity: float
    cost: float


@dataclass(frozen=True, slots=True)
class BackorderLot:
    """``backordered``: the share of the cycle's demand that waits."""

    quantity: float
    backordered: float
    cost: float


@dataclass(frozen=True, slots=True)
class DiscountLot:
    """``price`` is the price of the bracket taken; ``cost`` includes the goods themselves."""

    quantity: float
    price: float
    cost: float


@dataclass(frozen=True, slots=True)
class LotPlan:
    """``orders[t]`` units arrive at the start of period t; ``cost`` over the whole horizon."""

    orders: tuple[float, ...]
    cost: float


def eoq(*, fixed_cost: float, holding: float, demand: float) -> Lot:
    """Economic order quantity, Harris 1913: Q = √(2Kλ/h), cost √(2Kλh).

    ``fixed_cost`` per order, ``holding`` per unit and unit of time, ``demand`` units per unit of time.
    Source: Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed., §3.2, example 3.1.
    """
    above_zero(fixed_cost=fixed_cost, holding=holding, demand=demand)
    return Lot(sqrt(2 * fixed_cost * demand / holding), sqrt(2 * fixed_cost * demand * holding))


def eoq_backorders(*, fixed_cost: float, holding: float, stockout: float, demand: float) -> BackorderLot:
    """EOQ when buyers wait at ``stockout`` per unit and unit of time (Snyder & Shen §3.5):
    Q = √(2Kλ(h+p)/(hp)), share waiting h/(h+p), cost √(2Kλhp/(h+p))."""
    above_zero(fixed_cost=fixed_cost, holding=holding, stockout=stockout, demand=demand)
    both = holding + stockout
    quantity = sqrt(2 * fixed_cost * demand * both / (holding * stockout))
    return BackorderLot(quantity, holding / both, sqrt(2 * fixed_cost * demand * holding * stockout / both))


def epq(*, fixed_cost: float, holding: float, demand: float, production: float) -> Lot:
    """Economic production quantity: goods arrive at the rate ``production`` > ``demand`` (Snyder & Shen §3.6)."""
    above_zero(fixed_cost=fixed_cost, holding=holding, demand=demand, production=production)
    if production <= demand:
        raise BadInput("production", production, "must be above the demand")
    builds_up = holding * (1 - demand / production)
    return Lot(sqrt(2 * fixed_cost * demand / builds_up), sqrt(2 * fixed_cost * demand * builds_up))


def _brackets(breaks: Sequence[float], prices: Sequence[float]) -> None:
    if not prices or len(breaks) != len(prices):
        raise BadInput("breaks", list(breaks), "must be as many as the prices")
    above_zero(**{f"prices[{n}]": price for n, price in enumerate(prices)})
    if breaks[0] != 0 or any(b <= a for a, b in pairwise(breaks)) or not all(isfinite(b) for b in breaks):
        raise BadInput("breaks", list(breaks), "must rise from 0")
    if any(b >= a for a, b in pairwise(prices)):
        raise BadInput("prices", list(prices), "must fall")


def discount_all_units(
    *, fixed_cost: float, holding_rate: float, demand: float, breaks: Sequence[float], prices: Sequence[float]
) -> DiscountLot:
    """The price of the bracket holds for every unit. ``holding_rate`` is per unit of value and of time;
    ``prices[n]`` from ``breaks[n]`` units on. Source: Snyder & Shen §3.4.1, Silver, Pyke & Peterson §5.5."""
    above_zero(fixed_cost=fixed_cost, holding_rate=holding_rate, demand=demand)
    _brackets(breaks, prices)
    best = DiscountLot(inf, prices[-1], inf)
    for n, price in enumerate(prices):
        ends = breaks[n + 1] if n + 1 < len(breaks) else inf
        free = sqrt(2 * fixed_cost * demand / (holding_rate * price))
        quantity = max(free, breaks[n])
        if quantity < ends:  # else the next bracket is cheaper already at its first unit
            cost = price * demand + fixed_cost * demand / quantity + holding_rate * price * quantity / 2
            best = min(best, DiscountLot(quantity, price, cost), key=lambda lot: lot.cost)
    return best


def discount_incremental(
    *, fixed_cost: float, holding_rate: float, demand: float, breaks: Sequence[float], prices: Sequence[float]
) -> DiscountLot:
    """Each unit costs the price of its own bracket (Snyder & Shen §3.4.2). The best quantity never lies on a break."""
    above_zero(fixed_cost=fixed_cost, holding_rate=holding_rate, demand=demand)
    _brackets(breaks, prices)
    best = DiscountLot(inf, prices[-1], inf)
    dearer = 0.0  # what the units below the bracket cost more than at its price
    for n, price in enumerate(prices):
        if n:
            dearer += (prices[n - 1] - price) * breaks[n]
        ends = breaks[n + 1] if n + 1 < len(breaks) else inf
        quantity = sqrt(2 * (fixed_cost + dearer) * demand / (holding_rate * price))
        if breaks[n] <= quantity < ends:
            cost = price * demand + (fixed_cost + dearer) * demand / quantity
            cost += holding_rate * (dearer + price * quantity) / 2
            best = min(best, DiscountLot(quantity, price, cost), key=lambda lot: lot.cost)
    return best


def _periods(fixed_cost: float, holding: float, demands: Sequence[float]) -> None:
    not_below_zero(fixed_cost=fixed_cost, holding=holding)
    if not demands:
        raise BadInput("demands", [], "must not be empty")
    not_below_zero(**{f"demands[{n}]": value for n, value in enumerate(demands)})


def wagner_whitin(*, fixed_cost: float, holding: float, demands: Sequence[float]) -> LotPlan:
    """The cheapest plan for known demand by period; ``holding`` per unit carried from one period into the next.

    Source: Wagner & Whitin, Dynamic version of the economic lot size model, Management Science 5 (1958) 89–96;
    Snyder & Shen §3.7.3, example 3.9. Backward recursion, O(T²). A period without demand needs no order.
    """
    _periods(fixed_cost, holding, demands)
    count = len(demands)
    best, until = [0.0] * (count + 1), [0] * count
    for t in reversed(range(count)):
        best[t], until[t] = (best[t + 1], t) if demands[t] == 0 else (inf, t)
        carried = 0.0
        for s in range(t, count):
            carried += holding * (s - t) * demands[s]
            cost = fixed_cost + carried + best[s + 1]
            if cost < best[t]:
                best[t], until[t] = cost, s + 1
    orders = [0.0] * count
    t = 0
    while t < count:
        ends = until[t]
        if ends > t:
            orders[t] = sum(demands[t:ends])
        t = max(ends, t + 1)
    return LotPlan(tuple(orders), best[0])


def silver_meal(*, fixed_cost: float, holding: float, demands: Sequence[float]) -> LotPlan:
    """A quick plan: cover one more period as long as the mean cost per period falls.

    Source: Silver & Meal 1973; Silver, Pyke & Peterson §6.5. Never cheaper than :func:`wagner_whitin`.
    """
    _periods(fixed_cost, holding, demands)
    orders, total, t = [0.0] * len(demands), 0.0, 0
    while t < len(demands):
        if demands[t] == 0:
            t += 1
            continue
        cost, ends = fixed_cost, t + 1
        while ends < len(demands):
            longer = cost + holding * (ends - t) * demands[ends]
            if longer / (ends + 1 - t) > cost / (ends - t):
                break
            cost, ends = longer, ends + 1
        orders[t] = sum(demands[t:ends])
        total += cost
        t = ends
    return LotPlan(tuple(orders), total)
