"""Statistics the watchers judge with. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Final

from zhanggui.processes.watching import thresholds as t


def wilson(hits: int, of: int, z: float) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927); (0, 1) when nothing was counted.

    >>> low, high = wilson(10, 20, 1.96)
    >>> round(low, 3), round(high, 3)
    (0.299, 0.701)
    """
    if of <= 0:
        return 0.0, 1.0
    p, zz = hits / of, z * z
    middle, spread = p + zz / (2 * of), z * math.sqrt(p * (1 - p) / of + zz / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + zz / of)), min(1.0, (middle + spread) / (1 + zz / of))


def missing_orders(now: int, base: float) -> float:
    """Standard deviations by which a count lies below its base, both Poisson (variance-stabilised, 2√n)."""
    return math.sqrt(2) * (math.sqrt(base) - math.sqrt(now))


def spiked(hits: int, of: int, base_hits: int, base_of: int, shop_rate: float) -> bool:
    """Whether a share is certainly and materially above its own past.

    The past is the product's own rate, and never less than the shop's: a product that had luck with its refunds comes
    back to what is usual, and that is no news.
    """
    if hits < t.SPIKE_LEAST:
        return False
    base = max(base_hits / base_of if base_of else 0.0, shop_rate)
    return wilson(hits, of, t.SPIKE_Z)[0] > base and Fraction(hits, of) > Fraction(t.SPIKE_RATIO) * Fraction(base)


def concentrated(parts: Mapping[str, int]) -> tuple[str, Fraction, Fraction] | None:
    """(largest source, its share M008, Herfindahl index M009) when too much hangs on one, else None."""
    whole = sum(parts.values())
    if whole < t.SOURCE_LEAST or len(parts) < 2:
        return None
    name = max(parts, key=lambda one: (parts[one], one))
    share = Fraction(parts[name], whole)
    index = sum((Fraction(n, whole) ** 2 for n in parts.values()), Fraction(0))
    return (name, share, index) if share >= t.SOURCE_SHARE or index >= t.SOURCE_HHI else None


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of risk: its code and points."""

    code: str
    points: int


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known of an order. None: not told."""

    paid: int
    median: int
    qty: int | None = None
    buyer_orders: int | None = None
    buyer_refunded: int | None = None
    buyer_today: int | None = None
    alike_within_hour: int = 0
    has_district: bool | None = None
    districts_known: Fraction = Fraction(0)
    is_cod: bool = False


def risk(order: OrderFacts) -> list[Sign]:
    """The signs that speak against sending an order at once (F62, R153); their points add up to its score."""
    found = []
    for times, points in t.RISK_AMOUNT:
        if order.median > 0 and order.paid >= times * order.median:
            found.append(Sign("amount", points))
            break
    if order.qty is not None and order.qty >= t.RISK_QTY[0]:
        found.append(Sign("quantity", t.RISK_QTY[1]))
    least, share, points = t.RISK_RETURNS
    if order.buyer_orders and order.buyer_refunded and order.buyer_refunded >= least and (
        Fraction(order.buyer_refunded, order.buyer_orders) >= Fraction(share)
    ):  # fmt: skip
        found.append(Sign("returns", points))
    if order.buyer_today is not None and order.buyer_today >= t.RISK_RUSH[0]:
        found.append(Sign("rush", t.RISK_RUSH[1]))
    if order.has_district is False and order.districts_known >= Fraction(t.RISK_ADDRESS[0]):
        found.append(Sign("address", t.RISK_ADDRESS[1]))
    if order.alike_within_hour >= t.RISK_PATTERN[0]:
        found.append(Sign("pattern", t.RISK_PATTERN[1]))
    if order.is_cod and order.median > 0 and order.paid >= t.RISK_COD[0] * order.median:
        found.append(Sign("cod", t.RISK_COD[1]))
    return found


def odd_prices(paid: Mapping[tuple[str, int], Fraction]) -> list[tuple[str, int, Fraction, Fraction]]:
    """(code, shop, its price, what the others lead one to expect) of prices out of line.

    ``paid``: (merchant code, shop) → typical price paid. A code's level is the median over its shops; a shop's habit is
    the median, over its codes, of price ÷ level. Only what departs from both is odd. A code two shops disagree about
    has no third to tell who is wrong: the shop farther from its habit is named.
    """
    codes: dict[str, dict[int, Fraction]] = {}
    for (code, shop), price in paid.items():
        codes.setdefault(code, {})[shop] = price
    levels = {code: median(by_shop.values()) for code, by_shop in codes.items() if len(by_shop) > 1}
    ratios: dict[int, list[Fraction]] = {}
    for code, level in levels.items():
        for shop, price in codes[code].items():
            if level > 0:
                ratios.setdefault(shop, []).append(price / level)
    habit = {shop: median(some) for shop, some in ratios.items()}
    found = []
    for code in levels:
        # Once habits are known, a code's level is looked at again without them: one odd price no longer moves it.
        level = median(price / habit.get(shop, Fraction(1)) for shop, price in codes[code].items())
        away = []
        for shop, price in codes[code].items():
            expected = level * habit.get(shop, Fraction(1))
            if expected > 0 and abs(price / expected - 1) > Fraction(t.PRICE_AWAY):
                away.append((abs(price / expected - 1), shop, price, expected))
        if away:
            # With two shops the level lies between them, and both look wrong: the farther one is named.
            some = away if len(codes[code]) > 2 else [max(away)]
            found += [(code, shop, price, expected) for _, shop, price, expected in some]
    return found


#: What statements may mean by the amount of an order, tried in this order.
MEANINGS: Final = ("paid", "receivable", "paid_goods", "receivable_goods")


def differing(
    rows: Sequence[tuple[str, int, Mapping[str, int | None]]],
) -> tuple[str, list[tuple[str, int, int]]] | None:
    """(meaning, [(order, told, due)]) of orders whose statement differs; None when no meaning fits the shop's orders.

    ``rows``: order number, what the statement says came in for it, and what each meaning would make of it.
    """
    for meaning in MEANINGS:
        known = [(no, told, due) for no, told, of in rows if (due := of.get(meaning)) is not None]
        if len(known) < t.PAYOUT_SAMPLE:
            continue
        wrong = [(no, told, due) for no, told, due in known if abs(told - due) > t.DIFFERS_MINOR]
        if Fraction(len(known) - len(wrong), len(known)) >= Fraction(t.DIFFERS_FIT):
            return meaning, wrong
    return None
