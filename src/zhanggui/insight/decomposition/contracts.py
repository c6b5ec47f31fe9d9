"""What goes into an explanation and what comes out: plain frozen values.

Factor values are exact (``Fraction``), in major units where they are money. Totals and effects are whole minor units
of the ``currency`` beside them; currency "" means a plain count. None is unknown or undefined.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

Method = Literal["shapley", "lmdi", "chain"]
METHODS: Final[tuple[Method, ...]] = ("shapley", "lmdi", "chain")

#: Lines that are no factor: the shift between segments, and segments that exist in one period only.
MIX: Final = "mix"
ENTERED: Final = "entered"
LEFT: Final = "left"

#: What became of a segment: in both periods, new, gone, or nothing in both.
Fate = Literal["stayed", "entered", "left", "empty"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One factor in one period: a plain number (``denominator`` None) or a quotient whose parts are known.

    >>> Cell(Fraction(350), Fraction(10000)).value, Cell(Fraction(0), Fraction(0)).value, Cell(None).value
    (Fraction(7, 200), None, None)
    """

    numerator: Fraction | None
    denominator: Fraction | None = None

    @property
    def value(self) -> Fraction | None:
        if self.numerator is None or self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Row:
    """The factors of one segment in one period (0 before, 1 after), in the order of the identity.

    ``total``: the stated amount in minor units, None when the file states none (the product is taken then).
    ``rows``: how many rows the total was summed over; None: the count that the last factor is per.
    """

    period: int
    segment: str
    cells: tuple[Cell, ...]
    total: int | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one line did: whole minor units, the exact amount before closing, and its share of the change.

    ``share`` is None when the change is nothing or smaller than 1 % of the amount before.
    """

    name: str
    amount: int
    exact: Fraction
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class FactorChange:
    """A factor over all segments, recomputed from summed parts; None where its denominator is 0."""

    name: str
    before: Fraction | None
    after: Fraction | None


@dataclass(frozen=True, slots=True)
class SegmentEffects:
    """One segment: ``amounts`` in the order of ``Explanation.effects``; they add up to ``after - before``."""

    segment: str
    before: int
    after: int
    fate: Fate
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A change taken apart. Effects add up to ``after - before``, by line and by segment, to the minor unit.

    ``order``: the order of substitution, only for ``method`` "chain", where the effects depend on it.
    """

    method: Method
    order: tuple[str, ...] | None
    currency: str
    total: str
    before: int
    after: int
    effects: tuple[Effect, ...]
    factors: tuple[FactorChange, ...]
    segments: tuple[SegmentEffects, ...]

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a waterfall: from ``start`` to ``end`` in minor units; a ``total`` stands on 0."""

    name: str
    kind: Literal["total", "effect"]
    start: int
    end: int

    @property
    def amount(self) -> int:
        return self.end - self.start
