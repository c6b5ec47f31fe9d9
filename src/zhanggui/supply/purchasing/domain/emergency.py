"""When a day sells far more than usual (R216, R217): three levels of supply, tasks and notices as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zhanggui.supply.purchasing.domain.lots import BadInput

#: A day is an emergency above this many usual days; R217's own case is a normal month in a day (30).
TRIGGER_TIMES: Final = 5.0
#: What the case reached, as targets: shipped on time, buyers content.
ON_TIME_TARGET, CONTENT_TARGET = 0.96, 0.85
#: Level → (code, role, task) in order.
LEVELS: Final = (
    ("all_warehouses", "WH", ("count_all_places", "transfer_to_shipping", "hold_other_channels")),
    ("supplier_overtime", "BUY", ("ask_overtime", "confirm_dates", "place_rush_order")),
    ("standby_suppliers", "BUY", ("ask_standby", "check_first_batch", "place_standby_order")),
)
NOTICES: Final = ("tell_buyers_new_date", "offer_compensation", "offer_refund")


@dataclass(frozen=True, slots=True)
class Step:
    """One level: ``covers`` of the shortage are expected from it."""

    level: int
    code: str
    role: str
    covers: int
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Runbook:
    """``uncovered`` pieces cannot be had: take the goods off sale and tell buyers (``notices``)."""

    shortage: int
    steps: tuple[Step, ...]
    uncovered: int
    notices: tuple[str, ...]


def triggered(sold_24h: float, month_mean_per_day: float, times: float = TRIGGER_TIMES) -> bool | None:
    """None without a month to compare with."""
    return sold_24h > times * month_mean_per_day if month_mean_per_day > 0 else None


def runbook(*, shortage: int, elsewhere: int, overtime: int, standby: int) -> Runbook:
    """Fill a shortage level by level, each as far as it reaches; levels that are not needed are left out. Whoever waits
    for level 2 or 3 is told. Raises :class:`BadInput` for amounts below zero."""
    for name, value in (("shortage", shortage), ("elsewhere", elsewhere), ("overtime", overtime), ("standby", standby)):
        if value < 0:
            raise BadInput(name, value, "must not be below zero")
    left, steps = shortage, []
    for level, ((code, role, tasks), has) in enumerate(zip(LEVELS, (elsewhere, overtime, standby), strict=True), 1):
        if left == 0:
            break
        covers = min(left, has)
        steps.append(Step(level, code, role, covers, tasks))
        left -= covers
    late = any(step.level > 1 for step in steps) or left > 0
    return Runbook(shortage, tuple(steps), left, NOTICES if late else ())


def held(on_time: int, shipped: int, content: int, asked: int) -> dict[str, bool | None]:
    """Whether the targets were reached; None where nothing was measured."""
    return {
        "on_time": on_time / shipped >= ON_TIME_TARGET if shipped else None,
        "content": content / asked >= CONTENT_TARGET if asked else None,
    }
