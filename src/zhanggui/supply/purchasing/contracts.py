"""What other rooms pass into buying and receive from it: plain values. Quantities are base units, money minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Outlook:
    """Forecast demand of one SKU, one value per day ahead. ``quantiles[n]`` belongs to ``levels[n]`` (rising)."""

    mean: tuple[float, ...]
    levels: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """How strictly a SKU is kept. ``service``: chance of no shortage in a cycle (None: bought on demand only).

    ``cover_days`` are ordered beyond lead time and review; ``count_days``: days between two counts (X16);
    ``coverage``: wanted band of M136 over the planning month (X14), None where no band is set.
    """

    role: str
    speed: str
    service: float | None
    review_days: int
    cover_days: int
    count_days: int
    coverage: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a SKU stands. ``available`` may be below zero when promises are not covered. ``unit_cost`` and
    ``unit_margin``: minor units, None when unknown. ``lead_times``: days, as observed or as promised (one value)."""

    sku: str
    available: int
    inbound: int
    lead_times: tuple[float, ...]
    unit_cost: int | None = None
    unit_margin: int | None = None
    moq: int = 0
    pack: int = 1
    shelf_life_days: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One SKU's order with every number of its calculation, in the order in which they were worked out.

    ``wanted`` = order-up-to − position when the position is at or below the reorder point, else 0; ``order`` is what is
    left after lot rules, shelf life and budget. ``reasons``: codes of what changed it. ``missing_benefit``: expected
    margin given up to the budget, minor units.
    """

    sku: str
    policy: Policy
    available: int
    inbound: int
    lead_days: float
    lead_sd: float
    protect_days: int
    expected: float
    spread: float
    safety_stock: float
    reorder_point: int
    order_up_to: int
    wanted: int
    after_lots: int
    life_cap: int | None
    order: int
    cost: int | None
    coverage: float | None
    reasons: tuple[str, ...] = ()
    missing_benefit: int | None = None

    @property
    def position(self) -> int:
        return self.available + self.inbound


@dataclass(frozen=True, slots=True)
class SupplierRecord:
    """What happened with a supplier in a period. Ratios are computed from these counts (M148)."""

    lines: int
    on_time: int
    ordered: int
    delivered: int
    received: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Score:
    """M148 as ratios, None without a base; ``score`` 0–100 and ``grade`` A, B or C (None: too little known)."""

    on_time: float | None
    quality: float | None
    fill: float | None
    score: float | None
    grade: str | None
    verdict: str


@dataclass(frozen=True, slots=True)
class SupplierInfo:
    id: int
    code: str
    name: str
    is_active: bool
    lead_days: int
    record: SupplierRecord
    score: Score


@dataclass(frozen=True, slots=True)
class WantedLine:
    """One line of a new order. ``price``: minor units per base unit."""

    sku: str
    qty: int
    price: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """Goods at the dock for one line. ``accepted`` of ``qty`` passed the inspection; the rest goes back."""

    sku: str
    qty: int
    accepted: int
    lot: str = ""
    expires_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OrderLineInfo:
    sku: str
    qty: int
    price: int
    received: int
    accepted: int


@dataclass(frozen=True, slots=True)
class OrderInfo:
    id: int
    number: str
    supplier: str
    state: str
    currency: str
    due_on: date
    created_at: datetime
    lines: tuple[OrderLineInfo, ...]

    @property
    def total(self) -> int:
        return sum(line.qty * line.price for line in self.lines)
