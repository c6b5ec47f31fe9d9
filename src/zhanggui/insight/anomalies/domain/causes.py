"""Where a deviation comes from: dimensions ranked by the few values that explain it.

After R. Bhagwan et al., "Adtributor: Revenue Debugging in Advertising Systems", NSDI 2014: explanatory power says how
much of the change a value carries, surprise how far its share moved from what was expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import log
from typing import Final

from zhanggui.insight.anomalies.contracts import Cause, Part, Suspect

#: A value that carries less of the change is not named.
LEAST_POWER: Final = Fraction(1, 10)
#: Values are named until they carry this much together.
ENOUGH: Final = Fraction(67, 100)


class PartsDiffer(ValueError):
    """Two dimensions of one number have different totals: something is missing in one of them."""


def rank(dimensions: Mapping[str, Sequence[Part]], *, limit: int = 3) -> list[Suspect]:
    """The dimensions that explain the deviation between ``before`` and ``after``, the most telling first.

    ``dimensions``: name → every part of the number by that dimension; all dimensions are cuts of the same number. A
    part with ``…_below`` is a piece of a ratio: the deviation is that of Σnumerator ÷ Σdenominator. Before is any
    expectation: the previous period, or what a forecast said.

    In each dimension values are taken by surprise, largest first, those that carry at least a tenth of the change,
    until they carry two thirds together; a dimension that never gets there explains nothing and is left out.
    Dimensions are ranked by the surprise of their values. Returns [] when there is no deviation, or no ratio.

    Raises :class:`PartsDiffer` when the dimensions do not have the same totals, ``ValueError`` when a value stands
    twice in one or ratios and plain numbers are mixed.
    """
    _check(dimensions)
    suspects = [found for name, parts in dimensions.items() if (found := _suspect(name, parts)) is not None]
    suspects.sort(key=lambda s: (-(s.surprise or 0.0), len(s.causes), -abs(s.explained), s.dimension))
    return suspects[:limit]


def causes(parts: Sequence[Part]) -> list[Cause]:
    """Explanatory power and surprise of every part, in the order given; [] when there is no deviation."""
    powers = _powers(parts)
    if powers is None:
        return []
    surprises = _surprises(parts)
    return [
        Cause(part.value, _change(part), _decimal(power), surprise)
        for part, power, surprise in zip(parts, powers, surprises, strict=True)
    ]


def _suspect(name: str, parts: Sequence[Part]) -> Suspect | None:
    powers = _powers(parts)
    if powers is None:
        return None
    found = list(zip(causes(parts), powers, strict=True))
    found.sort(key=lambda pair: (-(pair[0].surprise or 0.0), -pair[1], pair[0].value))
    chosen: list[Cause] = []
    together = Fraction(0)
    for cause, power in found:
        if power >= LEAST_POWER:
            chosen.append(cause)
            together += power
        if together >= ENOUGH:
            known = [c.surprise for c in chosen if c.surprise is not None]
            return Suspect(name, tuple(chosen), _decimal(together), sum(known) if known else None)
    return None


def _powers(parts: Sequence[Part]) -> list[Fraction] | None:
    """Each part's share of the change; they add up to 1. None when nothing changed or a ratio is undefined.

    Plain numbers: (after − before) ÷ Σ(after − before). Ratio N/D: the change of the whole if only this part moved,
    to first order, (ΔN·D − ΔD·N) ÷ (D·(D + ΔD)), scaled to add up to 1 (Bhagwan et al., section 4.1).
    """
    if all(part.before_below is None for part in parts):
        changes = [Fraction(part.after) - Fraction(part.before) for part in parts]
    else:
        above = sum((Fraction(part.before) for part in parts), Fraction(0))
        below = sum((Fraction(part.before_below or 0) for part in parts), Fraction(0))
        changes = []
        for part in parts:
            up = Fraction(part.after) - Fraction(part.before)
            down = Fraction(part.after_below or 0) - Fraction(part.before_below or 0)
            if not below or not below + down:
                return None
            changes.append((up * below - down * above) / (below * (below + down)))
    whole = sum(changes, Fraction(0))
    return [change / whole for change in changes] if whole else None


def _surprises(parts: Sequence[Part]) -> list[float | None]:
    """Jensen–Shannon divergence of each part's share before and after; of a ratio, numerator and denominator added."""
    found = _divergences([part.before for part in parts], [part.after for part in parts])
    if any(part.before_below is not None for part in parts):
        below = _divergences([part.before_below or 0 for part in parts], [part.after_below or 0 for part in parts])
        return [None if a is None or b is None else a + b for a, b in zip(found, below, strict=True)]
    return found


def _divergences(before: Sequence[int | Decimal], after: Sequence[int | Decimal]) -> list[float | None]:
    was, now = Fraction(0), Fraction(0)
    for b, a in zip(before, after, strict=True):
        was, now = was + Fraction(b), now + Fraction(a)
        if b < 0 or a < 0:
            return [None] * len(before)
    if not was or not now:
        return [None] * len(before)
    found: list[float | None] = []
    for b, a in zip(before, after, strict=True):
        p, q = float(Fraction(b) / was), float(Fraction(a) / now)
        middle = (p + q) / 2
        terms = [x * log(x / middle) for x in (p, q) if x > 0]
        found.append(max(0.0, sum(terms) / 2))
    return found


def _check(dimensions: Mapping[str, Sequence[Part]]) -> None:
    totals: dict[str, tuple[Fraction, ...]] = {}
    for name, parts in dimensions.items():
        if len({part.value for part in parts}) < len(parts):
            raise ValueError(f"a value of {name} stands twice")
        ratios = {(part.before_below is None, part.after_below is None) for part in parts}
        if len(ratios) > 1 or ratios & {(True, False), (False, True)}:
            raise ValueError(f"{name} mixes ratios and plain numbers")
        columns = zip(*((p.before, p.after, p.before_below or 0, p.after_below or 0) for p in parts), strict=True)
        totals[name] = tuple(sum((Fraction(x) for x in column), Fraction(0)) for column in columns)
    if len(set(totals.values())) > 1:
        said = "; ".join(f"{name}: {', '.join(str(_decimal(x)) for x in total)}" for name, total in totals.items())
        raise PartsDiffer(f"the dimensions are not cuts of one number (before, after, below the line): {said}")


def _change(part: Part) -> Decimal:
    return Decimal(part.after) - Decimal(part.before)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
