"""Sources told as a whole and in parts, and what they yield."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

SEPARATOR = " > "


def told_again(paths: Iterable[str]) -> frozenset[str]:
    """The paths that stand beside a whole of which they are a part, or that mean the whole shop.

    A part says nothing new where its whole is told; where only parts are told, the parts count.

    >>> sorted(told_again(["付费", "付费 > 直通车", "免费 > 搜索"]))
    ['付费 > 直通车']
    """
    known = set(paths)
    again = set()
    for path in known:
        parts = path.split(SEPARATOR)
        if any(SEPARATOR.join(parts[:n]) in known for n in range(1, len(parts))):
            again.add(path)
    return frozenset(again)


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """What one source brought over a period: visitor-days (people per day, added), buyers likewise, money paid."""

    source: str
    visitors: int | None
    pay_buyers: int | None
    paid_amount: int | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source with its share (M008), conversion (M024) and visitor value in minor units (M054); None: not defined."""

    figures: SourceFigures
    share: Fraction | None
    conversion: Fraction | None
    visitor_value: Fraction | None


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much depends on one source (M009): the largest share, whose it is, and HHI = Σ share²."""

    source: str
    largest: Fraction
    hhi: Fraction


def yields(rows: Sequence[SourceFigures]) -> tuple[list[SourceRow], Concentration | None]:
    """Shares, conversion and value of sources, most visitors first, and their concentration.

    Sources whose visitors are unknown have no share; without any visitor there is no concentration.
    """
    total = sum(r.visitors or 0 for r in rows)
    found = []
    for r in sorted(rows, key=lambda r: (-(r.visitors or 0), r.source)):
        visitors = r.visitors
        share = Fraction(visitors, total) if visitors is not None and total else None
        conversion = Fraction(r.pay_buyers, visitors) if visitors and r.pay_buyers is not None else None
        value = Fraction(r.paid_amount, visitors) if visitors and r.paid_amount is not None else None
        found.append(SourceRow(r, share, conversion, value))
    shares = [(row.share, row.figures.source) for row in found if row.share is not None]
    if not shares:
        return found, None
    largest, source = max(shares, key=lambda pair: pair[0])
    return found, Concentration(source, largest, sum((s * s for s, _ in shares), Fraction(0)))
