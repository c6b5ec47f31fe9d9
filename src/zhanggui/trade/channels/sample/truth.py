"""What is true of an order: its lines, its money, its timeline, and what of it can be seen at a moment.

Pure. Moments are naive and local to the shop's zone, amounts are whole minor units of the shop's currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from zhanggui.trade.channels.sample.catalogue import Sku


@dataclass(frozen=True, slots=True)
class Traits:
    """How people buy in a shop. Chances are per mille; ``price`` turns fen into the shop's minor units."""

    price: tuple[int, int] = (1, 1)
    step: int = 1
    #: shares of an order's discounts and freight are multiples of this (currencies shown without decimals)
    unit: int = 1
    several_lines: tuple[int, int, int] = (150, 50, 20)
    merchant: int = 300
    platform: int = 0
    creator: int = 0
    payment: int = 0
    coupons: tuple[int, ...] = (300, 500, 1000, 2000)
    freight: int = 180
    freight_sizes: tuple[int, ...] = (500, 800, 1200)
    tax_basis_points: int = 0
    presale: int = 0
    group: int = 0
    hold: int = 0
    cod: int = 0
    gift: int = 0
    deleted: int = 0
    unpaid: int = 70
    refund: int = 110
    split_ship: int = 120
    #: merchant discounts are a cut of the unit price
    unit_cut: bool = False
    #: exports may meet a refund that is still open, or an order of which a part is shipped
    open_refunds: bool = True
    part_shipped: bool = True
    #: no refund may touch only one line of an order
    whole_refunds: bool = False
    #: refunds of a part of a line's money
    part_refunds: bool = True
    languages: str = "zh"


@dataclass(frozen=True, slots=True)
class Plan:
    """One shop to simulate. ``moments`` are the export moments, in order; the last one is the end."""

    seed: int
    channel: str
    shop: str
    ordinal: int
    orders: int
    first_day: date
    last_day: date
    moments: tuple[datetime, ...]
    traits: Traits
    currency: str
    zone: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A sku as the channel knows it."""

    sku: Sku
    product_no: str
    sku_no: str
    price: int


@dataclass(slots=True)
class Refund:
    """A refund of one line. ``goods`` + ``freight`` is what the buyer gets when the outcome is ``success``."""

    serial: int
    kind: str
    stage: str
    outcome: str
    reason: int
    full: bool
    qty: int
    goods: int
    freight: int
    applied_at: datetime
    finished_at: datetime

    @property
    def amount(self) -> int:
        return self.goods + self.freight

    def paid_out(self, at: datetime) -> bool:
        return self.outcome == "success" and self.finished_at <= at

    def is_open(self, at: datetime) -> bool:
        return self.applied_at <= at < self.finished_at


@dataclass(slots=True)
class Line:
    """One article of an order: amount − merchant − platform − creator − payment + freight + tax = paid."""

    listing: Listing
    qty: int
    unit_list: int
    unit_price: int
    amount: int
    merchant: int = 0
    platform: int = 0
    creator: int = 0
    payment: int = 0
    freight: int = 0
    tax: int = 0
    is_gift: bool = False
    package: int = 0
    refund: Refund | None = None

    @property
    def paid(self) -> int:
        return self.amount - self.merchant - self.platform - self.creator - self.payment + self.freight + self.tax

    @property
    def sku(self) -> Sku:
        return self.listing.sku


@dataclass(slots=True)
class Package:
    shipped_at: datetime
    carrier: str
    waybill: str


@dataclass(slots=True)
class Buyer:
    number: int
    surname: str
    name_en: str
    phone: str
    place: tuple[str, str, str, str]


@dataclass(slots=True)
class Order:
    """One order with its whole timeline. ``packages`` may be empty: never shipped, or stuck."""

    index: int
    serial: int
    buyer: Buyer
    lines: list[Line]
    created_at: datetime
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    deposit_at: datetime | None = None
    deposit: int = 0
    grouped_at: datetime | None = None
    group_fails: bool = False
    packages: list[Package] = field(default_factory=list)
    delivered_at: datetime | None = None
    completed_at: datetime | None = None
    deadline_at: datetime | None = None
    hold: str = ""
    hold_from: datetime | None = None
    hold_to: datetime | None = None
    cod: bool = False
    presale: bool = False
    deleted: bool = False
    odd_status: bool = False
    #: its id is damaged by a spreadsheet in the last export
    fragile: bool = False
    creator: tuple[str, str] | None = None
    note: str = ""
    flag: int = 0
    shade: int = 0

    def total(self, part: str) -> int:
        """Σ of an amount (``paid``, ``freight``, ``merchant`` …) over the lines."""
        found: int = sum(getattr(line, part) for line in self.lines)
        return found

    @property
    def qty(self) -> int:
        return sum(line.qty for line in self.lines)

    # --- what can be seen at a moment -------------------------------------------------------------------------

    def paid_by(self, at: datetime) -> datetime | None:
        return self.paid_at if self.paid_at is not None and self.paid_at <= at else None

    def shipped_by(self, line: Line, at: datetime) -> Package | None:
        if line.package < len(self.packages):
            package = self.packages[line.package]
            if package.shipped_at <= at:
                return package
        return None

    def first_shipped(self, at: datetime) -> Package | None:
        found = [package for package in self.packages if package.shipped_at <= at]
        return found[0] if found else None

    def held(self, at: datetime) -> str:
        inside = self.hold_from is not None and self.hold_to is not None and self.hold_from <= at < self.hold_to
        return self.hold if inside else ""

    def advance(self, line: Line, at: datetime) -> str:
        """How far the line has come, refunds left aside."""
        if self.cancelled_at is not None and self.cancelled_at <= at:
            return "cancelled"
        if self.shipped_by(line, at) is not None:
            if self.completed_at is not None and self.completed_at <= at:
                return "completed"
            if self.delivered_at is not None and self.delivered_at <= at:
                return "delivered"
            return "shipped"
        return "paid" if self.paid_by(at) else "created"

    def state(self, line: Line, at: datetime) -> str:
        """Canonical state of a line at a moment."""
        refund = line.refund
        if refund is not None and refund.applied_at <= at:
            if refund.is_open(at):
                return "refunding"
            if refund.full and refund.outcome == "success":
                return "refunded"
        return self.advance(line, at)

    def states(self, at: datetime) -> list[str]:
        return [self.state(line, at) for line in self.lines]

    def refunded(self, at: datetime) -> int:
        """Σ paid back to the buyer up to a moment."""
        return sum(line.refund.amount for line in self.lines if line.refund and line.refund.paid_out(at))

    def refunds(self, at: datetime) -> list[tuple[Line, Refund]]:
        return [(line, line.refund) for line in self.lines if line.refund and line.refund.applied_at <= at]


_ORDER: Final = ("created", "paid", "allocated", "shipped", "delivered", "completed")
_RANK: Final = {name: rank for rank, name in enumerate(_ORDER)}


def derive(states: Sequence[str]) -> str:
    """The order's state from its lines: all equal → that one; else the least advanced line that still moves;
    only side states left → ``refunding`` before ``unknown`` before ``refunded``."""
    if len(set(states)) == 1:
        return states[0]
    moving = [state for state in states if state in _RANK]
    if moving:
        return min(moving, key=_RANK.__getitem__)
    for side in ("refunding", "unknown", "refunded", "closed"):
        if side in states:
            return side
    return "cancelled"


def with_traits(traits: Traits, **changes: object) -> Traits:
    return replace(traits, **changes)  # type: ignore[arg-type]
