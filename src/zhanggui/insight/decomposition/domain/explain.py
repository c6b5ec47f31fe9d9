"""A change of a product between two periods, taken apart by factor and by segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import Final

from zhanggui.insight.decomposition.contracts import (
    ENTERED,
    LEFT,
    METHODS,
    MIX,
    Effect,
    Explanation,
    FactorChange,
    Fate,
    Method,
    Row,
    SegmentEffects,
)
from zhanggui.insight.decomposition.domain import errors, methods
from zhanggui.insight.decomposition.domain.closing import close_table
from zhanggui.insight.decomposition.domain.errors import number, of_segment
from zhanggui.insight.decomposition.domain.identities import check_chain
from zhanggui.kernel.money import exponent

_RESERVED: Final = (MIX, ENTERED, LEFT)
_HALF: Final = Fraction(1, 2)
#: Below this part of the amount before, shares of the change say nothing and are hidden.
SHARES_FROM: Final = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class _Side:
    """One segment in one period: its factors (last one read from the total) and its amount in minor units.

    ``values`` is None where a factor is undefined, which only an amount of 0 allows.
    """

    values: tuple[Fraction, ...] | None
    amount: int


def explain(
    *,
    factors: Sequence[str],
    rows: Sequence[Row],
    total: str = "total",
    currency: str = "",
    method: Method = "shapley",
    order: Sequence[str] | None = None,
) -> Explanation:
    """Share the change of ``total`` = product of ``factors`` between period 0 and period 1.

    ``rows``: one per segment and period, cells in the order of ``factors``; the first factor is a count, the others
    are ratios. With two segments or more the first factor becomes the sum over segments and the line *mix* shows what
    moved between them: V = Σ U·s·r·a, each segment taken apart by itself, then added.

    Nulls. A ratio may be undefined only where what it is per is 0: then the amount is 0 too, and the segment counts
    as *entered* (+V1) or *left* (−V0). LMDI, which needs factors above zero, does the same with every amount of 0.
    Anything else that is absent is missing and refused.

    Rounding. The product may differ from the stated total by half a minor unit per row; the last factor is then read
    as total ÷ product of the others, so that the identity is exact. Effects are closed to the minor unit at the end.

    Raises a :class:`~zhanggui.insight.decomposition.domain.errors.CannotExplain` that says what does not fit.
    """
    if method not in METHODS:
        raise errors.UnknownMethod(method=method)
    if order is not None and method != "chain":
        raise errors.OrderNotUsed(method=method)
    if len(factors) < 2 or len(set(factors)) < len(factors):
        raise errors.NoFactors(names=", ".join(factors) or "—")
    for name in factors:
        if name in _RESERVED:
            raise errors.ReservedName(name=name)
    check_chain(factors, total)

    scale = 10 ** exponent(currency) if currency else 1
    table = _by_segment(rows)
    segments = [segment for segment, period in table if period == 0]
    sides = {key: _side(row, factors, total, scale) for key, row in table.items()}

    mixed = len(segments) > 1
    lines = [factors[0], MIX, *factors[1:]] if mixed else list(factors)
    positions = _positions(lines, order) if method == "chain" else None
    counts = [sum((_count(table[s, p]) for s in segments), Fraction(0)) for p in (0, 1)]

    exact: list[list[Fraction]] = []
    fates: list[Fate] = []
    for segment in segments:
        before, after = sides[segment, 0], sides[segment, 1]
        fate = _fate(before, after, method)
        fates.append(fate)
        effects = [Fraction(0)] * len(lines)
        if fate == "stayed":
            x0, x1 = (_spread(side, count, mixed, scale) for side, count in zip((before, after), counts, strict=True))
            if method == "lmdi":
                for period, side in enumerate((before, after)):
                    _must_be_positive(factors, side, period, segment)
                effects = methods.lmdi(x0, x1)
            elif positions is not None:
                effects = methods.chain(x0, x1, positions)
            else:
                effects = methods.shapley(x0, x1)
        entered = Fraction(after.amount if fate == "entered" else 0)
        left = Fraction(-before.amount if fate == "left" else 0)
        exact.append([*effects, entered, left])

    deltas = [sides[s, 1].amount - sides[s, 0].amount for s in segments]
    cells = close_table(deltas, exact)
    names = [*lines, ENTERED, LEFT]
    shown = [j for j, name in enumerate(names) if name not in (ENTERED, LEFT) or any(fate == name for fate in fates)]
    v0 = sum(sides[s, 0].amount for s in segments)
    v1 = sum(sides[s, 1].amount for s in segments)
    summed = [sum(row[j] for row in cells) for j in range(len(names))]
    return Explanation(
        method=method,
        order=tuple(lines[i] for i in positions) if positions is not None else None,
        currency=currency,
        total=total,
        before=v0,
        after=v1,
        effects=tuple(
            Effect(names[j], summed[j], sum((row[j] for row in exact), Fraction(0)), _share(summed[j], v0, v1))
            for j in shown
        ),
        factors=_whole_factors(factors, table, sides, segments),
        segments=tuple(
            SegmentEffects(s, sides[s, 0].amount, sides[s, 1].amount, fate, tuple(row[j] for j in shown))
            for s, fate, row in zip(segments, fates, cells, strict=True)
        ),
    )


def _by_segment(rows: Sequence[Row]) -> dict[tuple[str, int], Row]:
    table: dict[tuple[str, int], Row] = {}
    for row in rows:
        if (row.segment, row.period) in table:
            raise errors.RowTwice(period=row.period, segment=row.segment or "—")
        table[row.segment, row.period] = row
    for segment, period in [*table] or [("", 1)]:
        if (segment, 1 - period) not in table:
            raise errors.RowMissing(period=1 - period, segment=segment or "—")
    return table


def _side(row: Row, factors: Sequence[str], total: str, scale: int) -> _Side:
    """Check one row against its identity and read its factors.

    Raises what is missing, what does not match with which, and by how much.
    """
    where = {"period": row.period, "segment": of_segment(row.segment)}
    if len(row.cells) != len(factors):
        raise ValueError(f"{len(factors)} factors, but {len(row.cells)} cells")
    _parts_meet(row, factors, total, scale)
    values = [cell.value for cell in row.cells]
    if values[0] is None:
        raise errors.ValueMissing(name=factors[0], **where)
    if values[0] < 0:
        raise errors.NegativeCount(name=factors[0], value=number(values[0]), **where)
    product = Fraction(1)
    for name, value in zip(factors, values, strict=True):
        if value is None and product:  # what it is per is there, so the ratio exists and is not known
            raise errors.ValueMissing(name=name, **where)
        product *= Fraction(0) if value is None else value
    exact = product * scale
    if row.total is None:
        amount = int(abs(exact) + _HALF) * (1 if exact >= 0 else -1)
    else:
        amount = row.total
        heads = prod((v for v in values[:-1] if v is not None), start=Fraction(1))
        tolerance = _HALF * max(Fraction(1), abs(heads) if row.rows is None else Fraction(row.rows))
        if abs(exact - amount) > tolerance or (amount and not exact):
            raise errors.ProductDiffers(
                product=" × ".join(factors),
                total=total,
                found=number(product),
                stated=number(Fraction(amount, scale)),
                tolerance=number(tolerance / scale),
                **where,
            )
    if any(v is None for v in values):
        return _Side(None, 0)
    known = [v for v in values if v is not None]
    if exact:  # read the last factor from the total: exact, and within the tolerance of what was stated
        known[-1] *= Fraction(amount) / exact
    return _Side(tuple(known), amount)


def _parts_meet(row: Row, factors: Sequence[str], total: str, scale: int) -> None:
    """Where factors are written as quotients, what one has above the line is what the next has below it."""
    for (left, a), (right, b) in pairwise(zip(factors, row.cells, strict=True)):
        if b.denominator is not None and a.numerator is not None and (a is row.cells[0] or a.denominator is not None):
            above = a.value if a is row.cells[0] else a.numerator
            if above is not None and above != b.denominator:
                raise errors.PartsDiffer(
                    left=left,
                    right=right,
                    ends_in=number(above),
                    is_per=number(b.denominator),
                    period=row.period,
                    segment=of_segment(row.segment),
                )
    last = row.cells[-1]
    if last.denominator is not None and last.numerator is not None and row.total is not None:
        stated = Fraction(row.total, scale)
        if last.numerator != stated:
            raise errors.LastPartDiffers(
                left=factors[-1],
                right=total,
                ends_in=number(last.numerator),
                is_per=number(stated),
                period=row.period,
                segment=of_segment(row.segment),
            )


def _count(row: Row) -> Fraction:
    return row.cells[0].value or Fraction(0)


def _fate(before: _Side, after: _Side, method: Method) -> Fate:
    whole = before.values is not None and after.values is not None
    if whole and (method != "lmdi" or (before.amount and after.amount)):
        return "stayed"
    if before.amount:
        return "left"
    return "entered" if after.amount else "empty"


def _spread(side: _Side, count: Fraction, mixed: bool, scale: int) -> list[Fraction]:
    """The factors of one segment as they are multiplied, in minor units: U, share of U, ratios; or x, ratios."""
    values = side.values or ()
    ratios = [*values[1:-1], values[-1] * scale]
    if not mixed:
        return [values[0], *ratios]
    share = values[0] / count if count else Fraction(0)
    return [count, share, *ratios]


def _must_be_positive(factors: Sequence[str], side: _Side, period: int, segment: str) -> None:
    for name, value in zip(factors, side.values or (), strict=True):
        if value <= 0:
            raise errors.NeedsPositive(name=name, value=number(value), period=period, segment=of_segment(segment))


def _positions(lines: Sequence[str], order: Sequence[str] | None) -> list[int]:
    """Positions of ``order`` in ``lines``; the mix follows the count when the order does not name it."""
    if order is None:
        return list(range(len(lines)))
    given = list(order)
    if MIX in lines and MIX not in given and lines[0] in given:
        given.insert(given.index(lines[0]) + 1, MIX)
    if sorted(given) != sorted(lines):
        raise errors.BadOrder(names=", ".join(lines), given=", ".join(order))
    return [lines.index(name) for name in given]


def _share(amount: int, before: int, after: int) -> Decimal | None:
    change = after - before
    if not change or abs(change) < SHARES_FROM * abs(before):
        return None
    return Decimal(amount) / Decimal(change)


def _whole_factors(
    factors: Sequence[str],
    table: dict[tuple[str, int], Row],
    sides: dict[tuple[str, int], _Side],
    segments: Sequence[str],
) -> tuple[FactorChange, ...]:
    """Factors over all segments: sums of what each chain has reached, divided; never means of ratios."""
    by_period: list[list[Fraction | None]] = []
    for period in (0, 1):
        reached = [Fraction(0)] * len(factors)
        for segment in segments:
            running = Fraction(1)
            values = sides[segment, period].values
            cells = [c.value for c in table[segment, period].cells] if values is None else list(values)
            for k, value in enumerate(cells):
                running *= Fraction(0) if value is None else value
                reached[k] += running
        below = [Fraction(1), *reached[:-1]]
        by_period.append([a / b if b else None for a, b in zip(reached, below, strict=True)])
    return tuple(FactorChange(name, a, b) for name, a, b in zip(factors, *by_period, strict=True))
