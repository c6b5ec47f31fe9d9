"""When and how much to order, from forecast quantiles; every number of the way is kept.

Order of the rules: reorder point → order-up-to → minimum order and packs → shelf life → budget.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, sqrt
from statistics import fmean, pstdev
from typing import Final

from zhanggui.supply.purchasing.contracts import Outlook, Policy, Position, Suggestion
from zhanggui.supply.purchasing.domain.lots import BadInput
from zhanggui.supply.purchasing.domain.uncertain import unit_loss, z_of

ROLES: Final = ("core", "seasonal", "fashion", "long_tail")
#: Days of the planning month of M136, and the band of X14 for core goods.
PLANNING_DAYS: Final = 30
CORE_BAND: Final = (0.6, 0.8)
#: Days between counts by speed (X16): A weekly, B monthly, C quarterly.
COUNT_DAYS: Final = {"A": 7, "B": 30, "C": 90}
#: How much the surprises of different days go together: 0 not at all, 1 wholly.
DEPENDENCE: Final = 0.2
#: Part of the shelf life in which goods must be sold: the last third is no longer accepted by buyers.
SELLABLE_LIFE: Final = 2 / 3

_SERVICE: Final = {
    "core": {"A": 0.98, "B": 0.96, "C": 0.94},
    "seasonal": {"A": 0.95, "B": 0.93, "C": 0.90},
    "fashion": {"A": 0.92, "B": 0.90, "C": 0.85},
}
_REVIEW: Final = {"A": 1, "B": 7, "C": 14}
_COVER: Final = {"core": 7, "seasonal": 30, "fashion": 3}

#: Role (R202–R205) × speed (R212) → policy.
POLICIES: Final[dict[tuple[str, str], Policy]] = {
    (role, speed): Policy(
        role, speed, _SERVICE[role][speed] if role in _SERVICE else None, _REVIEW[speed], _COVER.get(role, 0),
        COUNT_DAYS[speed], CORE_BAND if role == "core" else None,
    )
    for role in ROLES
    for speed in "ABC"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Total:
    """Demand summed over days: its mean and how far the asked quantile lies above it."""

    expected: float
    spread: float


def check(outlook: Outlook) -> None:
    """Raise :class:`BadInput` for a forecast that is none."""
    days = len(outlook.mean)
    if not days or len(outlook.levels) != len(outlook.quantiles) or not outlook.levels:
        raise BadInput("outlook", days, "must hold days and quantiles")
    if any(len(row) != days for row in outlook.quantiles):
        raise BadInput("outlook", days, "must have as many quantiles as means")
    if list(outlook.levels) != sorted(set(outlook.levels)) or not 0 < outlook.levels[0] <= outlook.levels[-1] < 1:
        raise BadInput("levels", list(outlook.levels), "must rise between 0 and 1")
    for row in (outlook.mean, *outlook.quantiles):
        if any(not isfinite(v) or v < 0 for v in row):
            raise BadInput("outlook", list(row)[:5], "must be numbers not below zero")


def _above_mean(outlook: Outlook, day: int, service: float) -> float:
    """The day's quantile at ``service`` less its mean. Between two levels linear in z; beyond the highest level the
    distance grows as z does under a normal distribution. Never below zero: safety is not negative."""
    levels, mean = outlook.levels, outlook.mean[day]
    column = [row[day] for row in outlook.quantiles]
    z = z_of(service)
    if service >= levels[-1]:
        top = z_of(levels[-1])
        return max(0.0, (column[-1] - mean) * (z / top if top > 0 else 1))
    if service <= levels[0]:
        return max(0.0, column[0] - mean)
    n = next(n for n, level in enumerate(levels) if level >= service)
    low, high = z_of(levels[n - 1]), z_of(levels[n])
    share = (z - low) / (high - low)
    return max(0.0, column[n - 1] + share * (column[n] - column[n - 1]) - mean)


def total_over(outlook: Outlook, days: int, service: float, dependence: float = DEPENDENCE) -> Total:
    """Demand of the next ``days`` days. Means add up; distances sᵢ from mean to quantile combine as the spread of
    equally dependent days: √((1 − ρ) Σ sᵢ² + ρ (Σ sᵢ)²). Days beyond the forecast repeat its last week."""
    if days <= 0:
        return Total(0.0, 0.0)
    end, week = len(outlook.mean), min(7, len(outlook.mean))
    chosen = [d if d < end else end - week + (d - end) % week for d in range(days)]
    kinds = {d: _above_mean(outlook, d, service) for d in set(chosen)}
    spreads = [kinds[d] for d in chosen]
    square = (1 - dependence) * sum(s * s for s in spreads) + dependence * sum(spreads) ** 2
    return Total(sum(outlook.mean[d] for d in chosen), sqrt(square))


def suggest(position: Position, outlook: Outlook, policy: Policy, dependence: float = DEPENDENCE) -> Suggestion:
    """The order one SKU needs, before any budget. Raises :class:`BadInput`.

    Protected days: mean lead time + review. Safety stock: √(spread² + (z d σ_L)²) with the lead time's own spread
    (M145 with the forecast's quantiles in place of z σ_d √L). Reorder point: expected + safety (M146).
    """
    check(outlook)
    _check(position)
    lead, lead_sd = fmean(position.lead_times), pstdev(position.lead_times)
    protect = ceil(lead) + policy.review_days
    service = policy.service if policy.service is not None else 0.5
    total = total_over(outlook, protect, service, dependence)
    daily = total.expected / protect if protect else 0.0
    month = total_over(outlook, PLANNING_DAYS, 0.5, dependence).expected
    stand = position.available + position.inbound
    reasons: list[str] = []
    if policy.service is None:
        safety, reorder, level = 0.0, 0, 0
        wanted = max(0, -stand)
        reasons.append("on_demand")
    else:
        safety = sqrt(total.spread**2 + (z_of(service) * daily * lead_sd) ** 2)
        reorder = ceil(total.expected + safety - 1e-9)
        beyond = total_over(outlook, protect + policy.cover_days, service, dependence).expected - total.expected
        level = ceil(total.expected + safety + beyond - 1e-9)
        wanted = max(0, level - stand) if stand <= reorder else 0
    order = _lots(wanted, position, reasons)
    after_lots = order
    cap = None
    if position.shelf_life_days is not None:
        sellable = floor(position.shelf_life_days * SELLABLE_LIFE)
        cap = max(0, floor(total_over(outlook, sellable, 0.5, dependence).expected + 1e-9) - max(0, stand))
        cap = max(cap, max(0, -stand))  # what is owed will be sold at once
        if order > cap:
            order = cap // position.pack * position.pack
            reasons.append("shelf_life")
            if order < position.moq:
                order = 0
                reasons.append("moq_beyond_shelf_life")
    coverage = None if month <= 0 else stand / month
    if policy.coverage is not None and coverage is not None:
        low, high = policy.coverage
        reasons += ["coverage_low"] if coverage < low else ["coverage_high"] if coverage > high else []
    if order and position.unit_cost is None:
        reasons.append("cost_unknown")
    cost = None if position.unit_cost is None else order * position.unit_cost
    return Suggestion(
        position.sku, policy, position.available, position.inbound, lead, lead_sd, protect, total.expected,
        total.spread, safety, reorder, level, wanted, after_lots, cap, order, cost, coverage, tuple(reasons),
    )  # fmt: skip


def _check(position: Position) -> None:
    if not position.lead_times or any(not isfinite(t) or t < 0 for t in position.lead_times):
        raise BadInput("lead_times", list(position.lead_times), "must be days not below zero")
    if position.pack < 1 or position.moq < 0 or position.inbound < 0:
        raise BadInput("pack", position.pack, "pack, minimum order and inbound must not be negative")
    if position.shelf_life_days is not None and position.shelf_life_days < 1:
        raise BadInput("shelf_life_days", position.shelf_life_days, "must be above zero")


def _lots(wanted: int, position: Position, reasons: list[str]) -> int:
    if wanted == 0:
        return 0
    order = wanted
    if order < position.moq:
        order = position.moq
        reasons.append("moq")
    rounded = -(-order // position.pack) * position.pack
    if rounded != order:
        reasons.append("pack")
    return rounded


def within_budget(
    suggestions: Sequence[Suggestion], positions: Iterable[Position], budget: int
) -> tuple[Suggestion, ...]:
    """Spend ``budget`` minor units where one unit of money brings the most margin.

    Packs are bought one after another. A pack's benefit is the unit margin × the further units it is expected to sell
    over the protected days and the cover, E[min(D, x+q)] − E[min(D, x)] under a normal demand with the suggestion's
    mean and spread; the minimum order is the first lump. Orders never grow. SKUs without a known cost keep
    their order and are marked; without a known margin they count with a benefit equal to their cost.
    Raises :class:`BadInput` for a negative budget.
    """
    if budget < 0:
        raise BadInput("budget", budget, "must not be below zero")
    by_sku = {p.sku: p for p in positions}
    if sum(s.cost or 0 for s in suggestions) <= budget:
        return tuple(suggestions)
    left, bought = budget, dict.fromkeys((s.sku for s in suggestions), 0)
    by_suggestion = {s.sku: s for s in suggestions}
    heap: list[tuple[float, str, int, int]] = []

    def offer(sku: str) -> None:
        s, p = by_suggestion[sku], by_sku[sku]
        if not s.order or not p.unit_cost:
            return
        has = bought[sku]
        lump = min(s.order - has, p.pack if has else max(p.pack, -(-p.moq // p.pack) * p.pack))
        if lump > 0:
            gain = _benefit(s, p, has, lump)
            heapq.heappush(heap, (-gain / (lump * p.unit_cost), sku, lump, lump * p.unit_cost))

    for s in suggestions:
        offer(s.sku)
    while heap:
        _rate, sku, lump, cost = heapq.heappop(heap)
        if cost <= left:
            left -= cost
            bought[sku] += lump
            offer(sku)
    return tuple(_cut(s, by_sku[s.sku], bought[s.sku]) for s in suggestions)


def _cut(s: Suggestion, p: Position, bought: int) -> Suggestion:
    if s.order == 0:
        return s
    if not p.unit_cost or bought == s.order:
        return s
    lost = round(_benefit(s, p, bought, s.order - bought))
    return replace(s, order=bought, cost=bought * p.unit_cost, reasons=(*s.reasons, "budget"), missing_benefit=lost)


def _benefit(s: Suggestion, p: Position, has: int, more: int) -> float:
    """Expected margin of ``more`` units above position + ``has``, minor units."""
    margin = p.unit_margin if p.unit_margin is not None else p.unit_cost or 0
    mean = max(s.expected, s.order_up_to - s.safety_stock)
    z = z_of(s.policy.service) if s.policy.service and s.policy.service > 0.5 else 1.0
    sd = max(s.safety_stock / z, 1e-9)
    start = s.position + has
    sold = sd * (unit_loss((start - mean) / sd) - unit_loss((start + more - mean) / sd))
    return margin * max(sold, 0.0)
