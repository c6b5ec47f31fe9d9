"""From sums to values: exact fractions, nulls that stay nulls, one rounding at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from zhanggui.insight.metrics.contracts import Delta, Number, Rate
from zhanggui.insight.metrics.domain.errors import BadRate, RateMissing
from zhanggui.kernel.money import exponent

_EXACT = Context(prec=40, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Part:
    """A sum over a group. ``amount`` None: rows are there, but none tells. ``rows``: how many values were added."""

    amount: Fraction | None = Fraction(0)
    unknown: int = 0
    rows: int = 0

    def __add__(self, other: Part) -> Part:
        if self.amount is None:
            amount = other.amount if other.rows else None
        elif other.amount is None:
            amount = self.amount if self.rows else None
        else:
            amount = self.amount + other.amount
        return Part(amount, self.unknown + other.unknown, self.rows + other.rows)


def plus(parts: Iterable[Part]) -> Part:
    """All parts; nothing at all is an honest zero."""
    whole = Part()
    for part in parts:
        whole = whole + part
    return whole


def minus(one: Part, other: Part) -> Part:
    lacks = one.amount is None or other.amount is None
    amount = None if one.amount is None or other.amount is None else one.amount - other.amount
    return Part(None if lacks else amount, one.unknown + other.unknown, one.rows + other.rows)


def quotient(over: Fraction | None, under: Fraction | None) -> Fraction | None:
    """None when a part is unknown or the denominator is 0; 0 over something is a true 0."""
    return None if over is None or not under else over / under


def shown(exact: Fraction | None, unit: str) -> Number | None:
    """The value rounded once, half up: minor units and counts whole, the rest with 28 digits or fewer.

    >>> shown(Fraction(5, 2), "money"), shown(Fraction(-5, 2), "money"), shown(Fraction(1, 3), "percent")
    (3, -3, Decimal('0.333333333333'))
    """
    if exact is None:
        return None
    if unit == "money" or (unit == "number" and exact.denominator == 1):
        return whole(exact)
    quotient = _EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return quotient.quantize(Decimal("1e-12"), context=_EXACT).normalize(_EXACT) + 0


def whole(exact: Fraction) -> int:
    """Half away from zero."""
    sign = -1 if exact < 0 else 1
    return sign * int((2 * abs(exact) + 1) // 2)


def delta(now: Fraction | None, before: Fraction | None, *, comparable: bool = True) -> Delta:
    """Absolute and relative change by the rules of the dictionary.

    >>> delta(Fraction(106), Fraction(100)).relative, delta(Fraction(5), Fraction(0)).relative
    (Fraction(3, 50), None)
    """
    if not comparable or now is None or before is None:
        return Delta(None, None, comparable)
    absolute = now - before
    return Delta(absolute, absolute / abs(before) if before else None)


def median(counted: Mapping[int, int]) -> Fraction | None:
    """The middle of values given as value → how often; the mean of the two middles when even."""
    ordered = sorted((v, n) for v, n in counted.items() if n)
    count = sum(n for _v, n in ordered)
    if not count:
        return None
    return Fraction(_at(ordered, (count + 1) // 2) + _at(ordered, count // 2 + 1), 2)


def percentile(counted: Mapping[int, int], percent: int) -> Fraction | None:
    """Nearest rank: the least value that at least ``percent`` of a hundred do not exceed."""
    ordered = sorted((v, n) for v, n in counted.items() if n)
    count = sum(n for _v, n in ordered)
    return Fraction(_at(ordered, max(1, -(-count * percent // 100)))) if count else None


def mean(counted: Mapping[int, int]) -> Fraction | None:
    count = sum(counted.values())
    return Fraction(sum(v * n for v, n in counted.items()), count) if count else None


def _at(ordered: Sequence[tuple[int, int]], rank: int) -> int:
    for value, n in ordered:
        rank -= n
        if rank <= 0:
            return value
    raise ValueError("no such rank")


def survival_median(ended: Mapping[int, int], running: Mapping[int, int]) -> Fraction | None:
    """Kaplan–Meier: the first time by which half have ended; ``running`` are those still under way after that time.

    None when fewer than half can be seen to end.

    >>> survival_median({1: 1, 2: 1}, {3: 1}), survival_median({1: 1}, {9: 3})
    (Fraction(2, 1), None)
    """
    at_risk = sum(ended.values()) + sum(running.values())
    alive = Fraction(1)
    for time in sorted({*ended, *running}):
        if ended.get(time):
            alive *= 1 - Fraction(ended[time], at_risk)
            if alive <= Fraction(1, 2):
                return Fraction(time)
        at_risk -= ended.get(time, 0) + running.get(time, 0)
    return None


@dataclass(frozen=True)
class Rates:
    """Dated rates into one reporting currency."""

    base: str
    rates: tuple[Rate, ...]

    def of(self, currency: str, day: date) -> Fraction:
        """Minor units of the base per minor unit of ``currency`` on that day. Raises :class:`RateMissing`."""
        if currency == self.base:
            return Fraction(1)
        own = sorted((r for r in self.rates if r.currency == currency), key=lambda r: r.day)
        valid = [r for r in own if r.day <= day]
        if not valid:
            raise RateMissing(currency=currency, day=day, begins=own[0].day if own else "—")
        return valid[-1].value * Fraction(10) ** (exponent(self.base) - exponent(currency))

    def knows(self, currency: str) -> bool:
        return currency == self.base or any(r.currency == currency for r in self.rates)


def parse_rate(text: str) -> Rate:
    """``USD=7.1@2026-10-01``; raises :class:`BadRate`.

    >>> parse_rate("USD=7.1@2026-10-01").value
    Fraction(71, 10)
    """
    code, _equals, rest = text.strip().partition("=")
    value, _at, day = rest.partition("@")
    try:
        rate = Rate(code.strip().upper(), Fraction(Decimal(value.strip())), date.fromisoformat(day.strip()))
    except (ArithmeticError, ValueError, OverflowError):
        raise BadRate(rate=text) from None
    if not (len(rate.currency) == 3 and rate.currency.isascii() and rate.currency.isalpha() and rate.value > 0):
        raise BadRate(rate=text)
    return rate
