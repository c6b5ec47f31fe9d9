"""What a channel takes of a price: dated fee templates, every line exact, each rounded once.

The numbers are the merchant's data (contracts, platform bills); none is built in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

RATE, FIXED = "rate", "fixed"
#: What a rate is taken of: the price to the buyer, or what is left of it after the coupons the merchant pays.
BASES: Final = ("price", "after_coupons")


class BadFee(ValueError):
    """A fee line that cannot be used; ``line`` counts from 1."""

    def __init__(self, line: int, reason: str, value: object = "") -> None:
        self.line, self.reason, self.value = line, reason, value
        super().__init__(f"fee line {line}: {reason} ({value!r})")


@dataclass(frozen=True, slots=True)
class FeeLine:
    """``rate`` is 0–1, ``amount`` minor units; ``least`` and ``most`` bound what the line takes."""

    name: str
    kind: str
    rate: Decimal = Decimal(0)
    amount: int = 0
    base: str = "after_coupons"
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Margin:
    """What is left of one piece. ``fees``: name → minor units. ``percent`` of the price, in hundredths of a percent,
    rounded half up; None when nothing is received."""

    price: int
    coupons: int
    received: int
    fees: Mapping[str, int]
    fee_total: int
    cost: int | None
    margin: int | None
    margin_rate: Decimal | None = None
    unknown: tuple[str, ...] = field(default_factory=tuple)


def read_lines(given: Sequence[Mapping[str, Any]]) -> tuple[FeeLine, ...]:
    """Fee lines from plain data; rates as text (``"0.05"`` or ``"5%"``). Raises :class:`BadFee`."""
    lines = []
    for n, one in enumerate(given, 1):
        name, kind = str(one.get("name", "")).strip(), one.get("kind")
        if not name:
            raise BadFee(n, "name_empty")
        if kind not in (RATE, FIXED):
            raise BadFee(n, "kind_unknown", kind)
        if one.get("base", "after_coupons") not in BASES:
            raise BadFee(n, "base_unknown", one.get("base"))
        rate = _rate(n, one.get("rate", "0"))
        bounds = [one.get(k) for k in ("amount", "least", "most")]
        if any(v is not None and (type(v) is not int or v < 0) for v in bounds):
            raise BadFee(n, "not_minor_units", bounds)
        if bounds[1] is not None and bounds[2] is not None and bounds[1] > bounds[2]:
            raise BadFee(n, "bounds_crossed", bounds)
        lines.append(FeeLine(name, kind, rate, bounds[0] or 0, one.get("base", "after_coupons"), bounds[1], bounds[2]))
    return tuple(lines)


def _rate(line: int, given: Any) -> Decimal:
    text = str(given).strip()
    if isinstance(given, float):
        raise BadFee(line, "rate_is_a_float", given)
    try:
        value = Decimal(text.removesuffix("%"))
    except InvalidOperation as error:
        raise BadFee(line, "rate_unreadable", given) from error
    value = value / 100 if text.endswith("%") else value
    if not value.is_finite() or not 0 <= value < 1:
        raise BadFee(line, "rate_range", given)
    return value


def take(line: FeeLine, price: int, coupons: int) -> int:
    """What one line takes of a price, in minor units: rounded half up once, then bounded.

    >>> take(FeeLine("commission", "rate", Decimal("0.055")), 9990, 1000)
    494
    """
    if line.kind == FIXED:
        value = line.amount
    else:
        base = price if line.base == "price" else price - coupons
        value = int((line.rate * max(base, 0)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if line.least is not None:
        value = max(value, line.least)
    return value if line.most is None else min(value, line.most)


def margin(price: int, cost: int | None, lines: Sequence[FeeLine] | None, *, coupons: int = 0) -> Margin:
    """Price − coupons the merchant pays − every fee − cost. Without cost or template the margin is unknown, not zero.

    >>> margin(10000, 4000, (FeeLine("c", "rate", Decimal("0.05")), FeeLine("post", "fixed", amount=800)), coupons=500)
    ... # doctest: +ELLIPSIS
    Margin(price=10000, coupons=500, received=9500, fees={...}, fee_total=1275, cost=4000, margin=4225, ...
    """
    received = price - coupons
    fees: dict[str, int] = {}
    for line in lines or ():
        fees[line.name] = fees.get(line.name, 0) + take(line, price, coupons)
    total = sum(fees.values())
    unknown = tuple(name for name, value in (("cost", cost), ("fees", lines)) if value is None)
    left = received - total - cost if cost is not None and lines is not None else None
    rate = None
    if left is not None and received > 0:
        rate = (Decimal(left) / received).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
    return Margin(price, coupons, received, fees, total, cost, left, rate, unknown)
