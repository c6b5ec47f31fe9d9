"""What other rooms receive from the price centre, and pass in. Amounts are minor units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from zhanggui.goods.pricing.domain.fees import Margin
from zhanggui.goods.pricing.domain.guard import Reason, Verdict, World

__all__ = [
    "BatchInfo",
    "CompetitorInfo",
    "FeeTemplateInfo",
    "Judged",
    "Margin",
    "Outcome",
    "PriceInput",
    "PriceNow",
    "PricePoint",
    "Reason",
    "RejectedRow",
    "Stacked",
    "StopLossInfo",
    "StopLossStep",
    "Verdict",
    "World",
]

#: (sku_id, shop_id, amount, at) → the lowest price a buyer can reach under all offers; None when nobody knows.
Stacked = Callable[[int, int | None, int, datetime], int | None]


@dataclass(frozen=True, slots=True)
class PriceInput:
    """A price somebody wants. ``shop_id`` None: every shop. ``starts_at`` None: as soon as it is applied."""

    sku_id: int
    amount: int
    currency: str
    kind: str = "sale"
    shop_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A wanted price with the guard's verdict and the world it was judged in."""

    wanted: PriceInput
    code: str
    title: str
    before: int | None
    verdict: Verdict
    world: World


@dataclass(frozen=True, slots=True)
class RejectedRow:
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``state``: applied, waiting (for another person), preview, or rejected rows stopped it (batch_id None)."""

    state: str
    verdict: str
    batch_id: int | None
    judged: tuple[Judged, ...] = ()
    rejects: tuple[RejectedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchRow:
    sku_id: int
    code: str
    title: str
    variant: str
    shop_id: int | None
    kind: str
    before: int | None
    amount: int
    currency: str
    starts_at: datetime | None
    ends_at: datetime | None
    verdict: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class BatchInfo:
    id: int
    state: str
    source: str
    name: str
    verdict: str
    proposed_by: int | None
    proposed_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    note: str
    count: int
    rows: tuple[BatchRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PricePoint:
    """One row of the history."""

    kind: str
    shop_id: int | None
    amount: int | None
    currency: str
    starts_at: datetime
    ends_at: datetime | None
    recorded_at: datetime
    recorded_by: int | None
    batch_id: int | None


@dataclass(frozen=True, slots=True)
class PriceNow:
    """What holds of a SKU in one shop (None: where no shop has its own word)."""

    sku_id: int
    shop_id: int | None
    currency: str
    sale: int | None
    promo: int | None
    list: int | None
    floor: int | None
    shown: int | None
    promo_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeeTemplateInfo:
    id: int
    name: str
    channel: str
    shop_id: int | None
    starts_date: date
    lines: tuple[dict[str, Any], ...]
    source: str


@dataclass(frozen=True, slots=True)
class CompetitorInfo:
    seller: str
    amount: int
    currency: str
    seen_date: date
    source: str


@dataclass(frozen=True, slots=True)
class StopLossStep:
    code: str
    role: str
    shop_id: int | None
    due_at: datetime
    done_at: datetime | None
    done_by: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StopLossInfo:
    id: int
    sku_id: int
    shop_id: int | None
    wrong: int
    right: int
    currency: str
    live_from: datetime
    live_to: datetime | None
    found_at: datetime
    state: str
    steps: tuple[StopLossStep, ...] = field(default_factory=tuple)
