"""Metrics of how one sum spreads over sources or articles: shares, concentration, the best fifth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from zhanggui.insight.metrics.domain.arithmetic import quotient
from zhanggui.insight.metrics.domain.errors import DimensionLacking, MixedCurrencies
from zhanggui.insight.metrics.domain.measures import MEASURES, Shares
from zhanggui.insight.metrics.reading import sums
from zhanggui.insight.metrics.reading.scene import Group, Scene


@dataclass(frozen=True, slots=True)
class Share:
    value: Fraction | None
    over: Fraction | None
    under: Fraction | None
    unknown: int = 0


#: The dimension over which a metric spreads.
_DIMENSION = {"source": "source", "product": "product", "item_no": "product"}


def collect(scene: Scene, metric: str, formula: Shares) -> dict[Group, Share]:
    """Group → value. M008 is told by source only: raises :class:`DimensionLacking` otherwise."""
    over = _DIMENSION[formula.over]
    if formula.what == "share":
        if over not in scene.by:
            raise DimensionLacking(metric=metric, dimension="—", known=over)
        return _shares(scene, metric, formula, over)
    inner = scene.by_also(over)
    names = [formula.of, *([formula.by] if formula.by else [])]
    wanted = {("ad:attributed_amount/spend" if n == "attributed_amount" else n): metric for n in names}
    found = sums.collect(inner, wanted)
    at = inner.by.index(over)
    spread: dict[Group, dict[str | None, list[Fraction]]] = defaultdict(dict)
    currencies: dict[Group, set[str]] = defaultdict(set)
    unknown: dict[Group, int] = defaultdict(int)
    for n, name in enumerate(wanted):
        for group, parts in found.found[name].items():
            own = group if over in scene.by else tuple(k for i, k in enumerate(group) if i != at)
            for currency, part in parts.items():
                if part.rows:
                    currencies[own].add(currency)
                unknown[own] += part.unknown if n == 0 else 0
                place = spread[own].setdefault(group[at], [Fraction(0)] * len(wanted))
                place[n] += part.amount or 0
    for own, used in currencies.items():
        if len(used) > 1:
            raise MixedCurrencies(currencies=", ".join(sorted(used)), example="USD=7.1@2026-10-01")
        del own
    return {own: _concentration(formula, values, unknown[own]) for own, values in spread.items()}


def _shares(scene: Scene, metric: str, formula: Shares, over: str) -> dict[Group, Share]:
    found = sums.collect(scene, {formula.of: metric})
    others: dict[Group, Fraction] = defaultdict(Fraction)
    amounts: dict[Group, tuple[Fraction, int]] = {}
    for group, parts in found.found[formula.of].items():
        amount = sum((p.amount or Fraction(0) for p in parts.values()), Fraction(0))
        amounts[group] = amount, sum(p.unknown for p in parts.values())
        others[_without(scene, group, over)] += amount
    answer = {}
    for group, (amount, unknown) in amounts.items():
        whole = others[_without(scene, group, over)]
        answer[group] = Share(quotient(amount, whole), amount, whole, unknown)
    return answer


def _without(scene: Scene, group: Group, over: str) -> Group:
    return tuple(k for d, k in zip(scene.by, group, strict=True) if d != over)


def _concentration(formula: Shares, values: dict[str | None, list[Fraction]], unknown: int) -> Share:
    named = {k: v for k, v in values.items() if k is not None}
    whole = sum((v[0] for v in named.values()), Fraction(0))
    if formula.what == "hhi":
        squares = sum((v[0] ** 2 for v in named.values()), Fraction(0))
        return Share(quotient(squares, whole**2), squares, whole**2, unknown)
    if formula.what == "pareto":
        sold = sorted((v[0] for v in named.values() if v[0] > 0), reverse=True)
        positive = sum(sold, Fraction(0))
        reached, count = Fraction(0), 0
        for amount in sold:
            if reached >= positive * Fraction(4, 5):
                break
            reached, count = reached + amount, count + 1
        return Share(quotient(Fraction(count), Fraction(len(sold))), Fraction(count), Fraction(len(sold)), unknown)
    advertised = [v for v in named.values() if v[0] > 0]
    if len(advertised) < 5:
        return Share(None, None, None, unknown)
    best = sorted(advertised, key=lambda v: (v[1] / v[0], v[0]), reverse=True)[: -(-len(advertised) // 5)]
    over = sum((v[0] for v in best), Fraction(0))
    return Share(quotient(over, whole), over, whole, unknown)


def table_of(formula: Shares) -> str:
    return MEASURES[formula.of].table
