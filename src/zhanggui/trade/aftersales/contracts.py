"""What other rooms receive from the refund book. Money in minor units of ``currency``; None is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RefundRefusal:
    """A row that could not be kept."""

    row: int | None
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """What one batch of refunds did. Outcomes add up."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    repeated: int = 0
    refused: tuple[RefundRefusal, ...] = ()

    def __add__(self, other: RefundOutcome) -> RefundOutcome:
        return RefundOutcome(
            self.new + other.new,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.stale + other.stale,
            self.repeated + other.repeated,
            (*self.refused, *other.refused),
        )


@dataclass(frozen=True, slots=True)
class RefundInfo:
    """One refund. ``refunded``: what went back, None unless it succeeded. ``numbered_here``: it has no number of its
    own."""

    id: int
    shop_id: int
    refund_no: str
    numbered_here: bool
    order_no: str | None
    line_no: str | None
    kind: str | None
    stage: str | None
    state: str | None
    state_raw: str | None
    reason: str | None
    qty: int | None
    currency: str
    apply_amount: int | None
    refund_to_buyer: int | None
    refund_to_platform: int | None
    freight_refund: int | None
    refunded: int | None
    applied_at: datetime | None
    agreed_at: datetime | None
    returned_at: datetime | None
    finished_at: datetime | None
    deadline_at: datetime | None
    return_waybill: str | None
    responsible: str | None
    title: str | None
    outer_sku_code: str | None
    source_file_id: int
    source_row: int


@dataclass(frozen=True, slots=True)
class RefundDay:
    """Refunds of one shop that succeeded on one business day (M044, event view): by the moment they finished.

    ``amount`` sums what is known; ``amount_unknown`` counts successes without an amount.
    """

    shop_id: int
    channel: str
    day: date
    currency: str
    refunds: int
    amount: int
    amount_unknown: int


@dataclass(frozen=True, slots=True)
class RefundDuty:
    """Open refunds of one shop: all, those that wait for the seller, and those past or near the platform's deadline.
    ``known`` tells whether any refund was ever recorded: without refund files nothing open means nothing known."""

    shop_id: int
    channel: str
    known: bool
    open: int
    sellers_turn: int
    overdue: int
    soon: int
    undated_success: int
