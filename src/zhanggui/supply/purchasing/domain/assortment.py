"""What lies on the shelf and how it moves: ABC/XYZ, turnover, cover, slow and dead goods, the lowest sensible price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Final

from zhanggui.supply.purchasing.domain.lots import BadInput

#: M149: an item is A while the items before it make less than 80 % of the value, B below 95 %.
ABC_ENDS: Final = (0.80, 0.95)
#: X up to this coefficient of variation, Y up to the second, else Z.
XYZ_ENDS: Final = (0.5, 1.0)
#: M139: slow beyond this cover or this long without a sale; dead after three months without one.
SLOW_COVER_DAYS: Final = 90
SLOW_SILENT_DAYS: Final = 30
DEAD_SILENT_DAYS: Final = 90


def abc(values: Mapping[str, int]) -> dict[str, str]:
    """M149 by value (minor units), largest first, ties by key. What brought nothing is C."""
    total, before, found = sum(v for v in values.values() if v > 0), 0, {}
    for key, value in sorted(values.items(), key=lambda pair: (-pair[1], pair[0])):
        share = before / total if total else 1.0
        found[key] = "C" if value <= 0 else "A" if share < ABC_ENDS[0] else "B" if share < ABC_ENDS[1] else "C"
        before += max(value, 0)
    return found


def xyz(demand: Sequence[float]) -> str | None:
    """How steady demand is: X, Y, Z by sd ÷ mean; None without any demand or with fewer than two values."""
    if len(demand) < 2 or fmean(demand) <= 0:
        return None
    spread = pstdev(demand) / fmean(demand)
    return "X" if spread <= XYZ_ENDS[0] else "Y" if spread <= XYZ_ENDS[1] else "Z"


def turnover(cost_of_sales: float, average_stock: float) -> float | None:
    """M132 of the period, both at cost, not annualised. None without stock."""
    return cost_of_sales / average_stock if average_stock > 0 else None


def days_of_inventory(turned: float | None, days: int) -> float | None:
    """M134; None when nothing moved."""
    return days / turned if turned else None


def cover_days(available: int, daily_demand: float) -> float | None:
    """M135; None at demand 0, never infinite."""
    return max(available, 0) / daily_demand if daily_demand > 0 else None


def pace(available: int, daily_demand: float, silent_days: int | None) -> str:
    """ "moving", "slow", "dead" or "none" (nothing there). ``silent_days``: days since the last sale, None: never."""
    if available <= 0:
        return "none"
    if silent_days is None or silent_days >= DEAD_SILENT_DAYS:
        return "dead"
    cover = cover_days(available, daily_demand)
    return "slow" if silent_days >= SLOW_SILENT_DAYS or cover is None or cover > SLOW_COVER_DAYS else "moving"


@dataclass(frozen=True, slots=True)
class Clearing:
    """``price``: the lowest that still beats keeping the goods; ``kept``: what a unit brings when kept (both minor
    units); ``share_sold``: part of the stock that would sell at the usual price in time."""

    price: int
    kept: int
    salvage: int
    share_sold: float


def clearing_price(
    *,
    available: int,
    daily_demand: float,
    usual_price: int,
    days_left: int,
    holding_per_day: float,
    salvage: int = 0,
    selling_cost: int = 0,
    fee_rate: float = 0.0,
) -> Clearing:
    """Lowest sensible price of a unit; what it once cost is spent and no part of it.

    Kept until ``days_left`` (expiry, end of season), a unit brings (share sold) × usual price after fee and selling
    cost + (1 − share) × salvage − holding per day × mean wait. Selling it now is sensible where price × (1 − fee) −
    selling cost is at least that, and at least ``salvage`` (sent back to the supplier, scrapped: may be negative).
    Amounts in minor units; the price is rounded up and never below zero.
    """
    if available < 1 or days_left < 0 or usual_price < 0 or not 0 <= fee_rate < 1:
        raise BadInput("clearing", available, "stock, days, price and fee must make sense")
    if daily_demand < 0 or holding_per_day < 0 or selling_cost < 0:
        raise BadInput("daily_demand", daily_demand, "must not be below zero")
    share = min(1.0, daily_demand * days_left / available)
    lasts = available / daily_demand if daily_demand > 0 else float(days_left)
    wait_sold, wait_left = min(lasts, float(days_left)) / 2, float(days_left)
    usual = usual_price * (1 - fee_rate) - selling_cost
    kept = share * (usual - holding_per_day * wait_sold) + (1 - share) * (salvage - holding_per_day * wait_left)
    worth = max(kept, float(salvage))
    price = max(0, -int(-((worth + selling_cost) / (1 - fee_rate)) // 1))
    return Clearing(price, round(kept), salvage, share)
