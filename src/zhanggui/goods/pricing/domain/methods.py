"""Three ways to a price (R071) and the endings people like (R072). Pure arithmetic in minor units.

Cost-plus: Kotler & Keller, Marketing Management, ch. 16 (mark-up on the price, so that the margin is what remains
after fees). Competition: a band around what others ask. Value: willingness to pay at which profit is greatest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from zhanggui.goods.pricing.domain.fees import FeeLine, margin
from zhanggui.goods.pricing.domain.guard import median

COST_PLUS, COMPETITION, VALUE = METHODS = ("cost_plus", "competition", "value")
HIGHEST: Final = 10**13


class NoPrice(ValueError):
    """A method cannot answer; ``reason`` says what is missing."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A price with the numbers it came from."""

    method: str
    amount: int
    numbers: Mapping[str, int | str] = field(default_factory=dict)


def cost_plus(cost: int, rate: Decimal, lines: Sequence[FeeLine] = (), *, coupons: int = 0) -> Proposal:
    """The lowest price at which at least ``rate`` (0–1) of what is received is left after fees and cost.

    Fees with bounds make the margin a staircase, so the price is searched, not solved: the answer is exact, and one
    minor unit less misses the target. Raises :class:`NoPrice` when rates eat everything.

    >>> cost_plus(4000, Decimal("0.3"), (FeeLine("commission", "rate", Decimal("0.05")),)).amount
    6155
    """
    if not 0 <= rate < 1:
        raise NoPrice("rate_range")

    def enough(price: int) -> bool:
        left = margin(price, cost, tuple(lines), coupons=coupons)
        return left.margin is not None and left.received > 0 and left.margin >= rate * left.received

    low, high = max(cost, 1), max(cost, 1)
    while not enough(high):
        low, high = high, high * 2
        if high > HIGHEST:
            raise NoPrice("rates_eat_everything")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    while low > 1 and enough(low - 1):  # rounding of fees makes single steps uneven
        low -= 1
    return Proposal(COST_PLUS, low, {"cost": cost, "rate": str(rate)})


def competition(prices: Sequence[int], position_percent: int = 100) -> Proposal:
    """A share of the median of what competitors ask. Raises :class:`NoPrice` without any.

    >>> competition([9900, 12900, 10900], 95).amount
    10355
    """
    middle = median([p for p in prices if p > 0])
    if middle is None:
        raise NoPrice("no_competitor_price")
    if not 0 < position_percent <= 1000:
        raise NoPrice("position_range")
    amount = (middle * position_percent + 50) // 100
    return Proposal(COMPETITION, max(amount, 1), {"median": middle, "of": len(prices), "position": position_percent})


def value_based(answers: Mapping[int, int], cost: int, lines: Sequence[FeeLine] = ()) -> Proposal:
    """The price with the greatest total margin, from how many would buy at each price (survey, test, history).

    Ties go to the lower price: more buyers for the same money. Raises :class:`NoPrice` without answers or when every
    price loses money.

    >>> value_based({9900: 100, 12900: 80, 19900: 30}, 5000).amount
    12900
    """
    best: tuple[int, int] | None = None
    for price, buyers in sorted(answers.items()):
        left = margin(price, cost, tuple(lines)).margin
        if left is None or price <= 0 or buyers < 0:
            raise NoPrice("bad_answers")
        if left > 0 and buyers > 0 and (best is None or left * buyers > best[0]):
            best = (left * buyers, price)
    if best is None:
        raise NoPrice("no_profitable_price" if answers else "no_answers")
    return Proposal(VALUE, best[1], {"total_margin": best[0], "buyers": answers[best[1]], "of": len(answers)})


ODD, WHOLE = "odd", "whole"


def endings(amount: int, *, minor_digits: int = 2, floor: int | None = None) -> dict[str, int]:
    """Nearby prices with a pleasing end, none below ``floor``: 9, 9.90, 8, 99, 88, 0. Keys are the ends.

    Each is the nearest price with that end, the higher one when both are as near; it moves at most a tenth.

    >>> endings(12340)
    {'.9': 12390, '9': 11900, '8': 12800, '0': 12000, '.99': 12299}
    """
    unit = 10**minor_digits
    ends: list[tuple[str, int, int]] = [("9", 10 * unit, 9 * unit), ("8", 10 * unit, 8 * unit), ("0", 10 * unit, 0)]
    if amount >= 200 * unit:
        ends += [("99", 100 * unit, 99 * unit), ("88", 100 * unit, 88 * unit), ("00", 100 * unit, 0)]
    if minor_digits >= 1:
        ends.insert(0, (".9", unit, unit * 9 // 10))
    if minor_digits >= 2:
        ends.append((".99", unit, unit * 99 // 100))
    found: dict[str, int] = {}
    for name, step, end in ends:
        below = (amount - end) // step * step + end
        choices = [p for p in (below, below + step) if p > 0 and (floor is None or p >= floor)]
        near = [p for p in choices if abs(p - amount) * 10 <= amount]
        if near:
            found[name] = min(near, key=lambda p: (abs(p - amount), -p))
    return found
