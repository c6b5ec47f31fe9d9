"""Life stages from the sales curve, and what a portfolio lacks.

Stages (R057): introduction, growth, maturity, decline. The rule looks at whole weeks only: it smooths by medians of
four weeks, so that one promotion neither makes a star nor buries one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

INTRODUCTION, GROWTH, MATURITY, DECLINE = STAGES = ("introduction", "growth", "maturity", "decline")
#: The four roles (R056, X11); main push is a flag beside them.
ROLES: Final = ("traffic", "profit", "image", "activity")
WINDOW: Final = 4


@dataclass(frozen=True, slots=True)
class StageRule:
    """Thresholds, as data: weeks of introduction; growth and decline as percent of the block before and of the peak."""

    introduction_weeks: int = 6
    growth_percent: int = 125
    decline_percent: int = 75
    decline_of_peak_percent: int = 50
    least_pieces: int = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """``stage`` None: too little is known. Numbers are pieces per week: the last block, the one before, the best."""

    stage: str | None
    reason: str
    recent: int | None = None
    before: int | None = None
    peak: int | None = None


def life_stage(weekly: Sequence[int], rule: StageRule = StageRule()) -> Stage:
    """The stage of one SKU. ``weekly``: pieces per whole week from the first sale on, oldest first, zeros included.

    - fewer whole weeks than ``introduction_weeks`` since the first sale → introduction;
    - median of the last 4 weeks ≥ 125 % of the 4 before → growth;
    - ≤ 75 % of the 4 before **or** ≤ 50 % of the best 4-week median, and not growing → decline;
    - else maturity. Nothing sold at all → None: missing is not zero.

    >>> life_stage([10] * 20).stage, life_stage([20] * 16 + [5] * 4).stage, life_stage([1, 2]).stage
    ('maturity', 'decline', 'introduction')
    """
    first = next((n for n, pieces in enumerate(weekly) if pieces > 0), None)
    if first is None:
        return Stage(None, "no_sales")
    curve = list(weekly[first:])
    if len(curve) < max(rule.introduction_weeks, 1):
        return Stage(INTRODUCTION, "young", recent=_mid(curve))
    blocks = [_mid(curve[n - WINDOW : n]) for n in range(WINDOW, len(curve) + 1)] or [_mid(curve)]
    recent, peak = blocks[-1], max(blocks)
    before = blocks[-1 - WINDOW] if len(blocks) > WINDOW else None
    if before is None:
        before = _mid(curve[: max(len(curve) - WINDOW, 1)])
    numbers = {"recent": recent, "before": before, "peak": peak}
    if max(peak, 0) < rule.least_pieces and sum(curve) < rule.least_pieces * WINDOW:
        return Stage(MATURITY if recent > 0 else DECLINE, "few_pieces", **numbers)
    if before > 0 and recent * 100 >= before * rule.growth_percent:
        return Stage(GROWTH, "above_before", **numbers)
    if before == 0 and recent > 0:
        return Stage(GROWTH, "above_before", **numbers)
    if recent * 100 <= peak * rule.decline_of_peak_percent:
        return Stage(DECLINE, "below_peak", **numbers)
    if recent * 100 <= before * rule.decline_percent:
        return Stage(DECLINE, "below_before", **numbers)
    return Stage(MATURITY, "steady", **numbers)


def _mid(values: Sequence[int]) -> int:
    """Median rounded half up to a whole piece."""
    twice = median(values) * 2
    return int(twice + 1) // 2


@dataclass(frozen=True, slots=True)
class Good:
    """One SKU on sale, as the portfolio sees it; ``sales`` in minor units of one currency, None unknown."""

    sku_id: int
    role: str | None
    stage: str | None
    sales: int | None = None
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class PortfolioFinding:
    """``kind``: ``imbalance``, ``no_role``, ``decline``; ``evidence`` holds the numbers, ``act`` what to do."""

    kind: str
    subject: str
    evidence: Mapping[str, int | str | None]
    act: str
    sku_ids: tuple[int, ...] = field(default_factory=tuple)


#: role → lowest and highest share of the SKUs that carry a role, in percent. Data: shops differ.
BALANCE: Final[Mapping[str, tuple[int, int]]] = {
    "traffic": (5, 30),
    "profit": (40, 80),
    "image": (0, 15),
    "activity": (5, 35),
}


def portfolio_findings(
    goods: Sequence[Good], balance: Mapping[str, tuple[int, int]] = BALANCE, *, least: int = 5
) -> list[PortfolioFinding]:
    """What attention a portfolio needs (R055–R058): roles out of balance, SKUs without a role, goods in decline.

    Fewer than ``least`` SKUs with a role are too few to speak of balance. Decline asks to clear the stock or to
    upgrade (R057); without known stock it asks only to look.
    """
    found = []
    having = [g for g in goods if g.role in ROLES]
    if len(having) >= least:
        for role, (low, high) in balance.items():
            count = sum(g.role == role for g in having)
            share = count * 100 // len(having)
            if count * 100 < low * len(having) or count * 100 > high * len(having):
                evidence = {"count": count, "of": len(having), "percent": share, "low": low, "high": high}
                found.append(PortfolioFinding("imbalance", role, evidence, "rebalance"))
    bare = tuple(g.sku_id for g in goods if g.role not in ROLES)
    if bare:
        found.append(PortfolioFinding("no_role", "skus", {"count": len(bare)}, "give_role", bare))
    for good in goods:
        if good.stage == DECLINE:
            act = "look" if good.stock is None else "clear" if good.stock > 0 else "upgrade"
            found.append(
                PortfolioFinding(
                    "decline", f"sku:{good.sku_id}", {"stock": good.stock, "sales": good.sales}, act, (good.sku_id,)
                )
            )
    return found
