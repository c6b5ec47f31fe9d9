"""What other rooms receive from the order book: plain values, never model instances.

Money is in minor units of the ``currency`` beside it; null is *unknown or not given*, never zero. Moments are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row, or a move of state, that was not taken. ``row`` is the physical row of the file."""

    table: str
    row: int | None
    order_no: str
    line_no: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What one batch did. Outcomes add up over the batches of a file.

    ``unchanged`` rows said what was known; ``stale`` rows (orders and lines) were older than what is known;
    ``repeated`` rows stood twice in the batch, the later one counts.
    """

    orders_new: int = 0
    orders_updated: int = 0
    orders_unchanged: int = 0
    lines_new: int = 0
    lines_updated: int = 0
    lines_unchanged: int = 0
    stale: int = 0
    repeated: int = 0
    refused: tuple[Refusal, ...] = ()

    def __add__(self, other: BatchOutcome) -> BatchOutcome:
        return BatchOutcome(
            self.orders_new + other.orders_new,
            self.orders_updated + other.orders_updated,
            self.orders_unchanged + other.orders_unchanged,
            self.lines_new + other.lines_new,
            self.lines_updated + other.lines_updated,
            self.lines_unchanged + other.lines_unchanged,
            self.stale + other.stale,
            self.repeated + other.repeated,
            (*self.refused, *other.refused),
        )


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What an order list is narrowed to; empty fields narrow nothing. Periods and ranges include both ends' start:
    from (included) to (not included) for moments, both included for amounts (minor units).

    ``flags``: all of them must hold (``records.FLAGS`` and ``refund``). ``due``: ``overdue`` or ``soon``.
    ``q``: order, line, waybill or product number, or any fragment of a title.
    """

    channels: frozenset[str] = frozenset()
    shops: frozenset[int] = frozenset()
    states: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    created_from: datetime | None = None
    created_to: datetime | None = None
    paid_from: datetime | None = None
    paid_to: datetime | None = None
    due: str = ""
    amount_from: int | None = None
    amount_to: int | None = None
    currency: str = ""
    has_refund: bool | None = None
    buyer_key: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order as a list shows it: ``titles`` of its first lines (or the header's), ``more_lines`` counts the rest."""

    id: int
    shop_id: int
    shop_name: str
    channel: str
    order_no: str
    status: str | None
    status_raw: str | None
    flags: tuple[str, ...]
    held: bool
    currency: str
    created_at: datetime | None
    paid_at: datetime | None
    listed_at: datetime
    due_at: datetime | None
    shipped_at: datetime | None
    buyer_paid: int | None
    refunded: int | None
    qty: int | None
    line_count: int
    titles: tuple[str, ...]
    more_lines: int
    buyer_key: str | None
    buyer_mask: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many; ``capped`` means *at least*, shown as ``10,000+``. ``number`` None: not counted in the time allowed."""

    number: int | None
    capped: bool = False


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of the list. ``next_cursor`` is empty at the end, ``previous_cursor`` at the start."""

    rows: tuple[OrderRow, ...]
    next_cursor: str
    previous_cursor: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class LineInfo:
    """One line of an order. ``paid_share`` is what it carries of the order's payment: its own figure where the
    channel tells it, else its share of ``buyer_paid`` by amount (then ``paid_is_shared``)."""

    line_no: str
    title: str | None
    sku_text: str | None
    product_no: str | None
    sku_no: str | None
    outer_product_code: str | None
    outer_sku_code: str | None
    qty: int | None
    unit_list_price: int | None
    unit_price: int | None
    line_amount: int | None
    line_discount_merchant: int | None
    line_discount_platform: int | None
    line_discount_creator: int | None
    line_discount_payment: int | None
    line_freight_share: int | None
    line_paid: int | None
    line_receivable: int | None
    paid_share: int | None
    paid_is_shared: bool
    status: str | None
    status_raw: str | None
    refund_state: str | None
    refund_state_raw: str | None
    refunded_amount: int | None
    refunded_qty: int | None
    is_gift: bool | None
    bundle_id: str | None
    package_no: str | None
    carrier: str | None
    waybill: str | None
    warehouse_code: str | None
    ship_deadline_at: datetime | None
    shipped_at: datetime | None
    observed_at: datetime
    source_file_id: int
    source_row: int


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One moment in an order's life. ``kind``: milestone, normal, jump, refused, raw, hold, release, note."""

    at: datetime
    kind: str
    state_before: str | None = None
    state_after: str | None = None
    observed: str | None = None
    observed_raw: str | None = None
    line_no: str | None = None
    text: str = ""
    actor_id: int | None = None
    source_file_id: int | None = None
    source_row: int | None = None


@dataclass(frozen=True, slots=True)
class AmountCheck:
    """An identity of the order's amounts: ``residual`` = actual − expected; terms not given are named."""

    identity: str
    expected: int
    actual: int
    residual: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """Everything the book holds of one order, personal fields masked. ``amounts`` holds every canonical amount."""

    row: OrderRow
    parent_order_no: str | None
    header_status: str | None
    lines_status: str | None
    close_reason: str | None
    sales_channel: str | None
    moments: dict[str, datetime | None]
    amounts: dict[str, int | None]
    refunded_seen: int | None
    seller_flag: str | None
    creator_id: str | None
    payment_method: str | None
    receiver: dict[str, str | None]
    masked: dict[str, str]
    checks: tuple[AmountCheck, ...]
    lines: tuple[LineInfo, ...]
    timeline: tuple[TimelineEntry, ...]
    header_observed_at: datetime | None
    items_observed_at: datetime | None
    source_file_id: int
    source_row: int
    blocked: bool = False
    blocked_because: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class DayTotals:
    """Facts of one shop, one business day and one currency.

    Event side, by payment moment: ``paid_orders`` (M047), ``paid_amount`` (M041, freight included, refunds not
    deducted), ``buyers`` (M048, distinct within the day: never add them up), ``qty`` (M049). Cohort side: what of
    that day's orders has been refunded to date (M046, M110, M111). ``*_unknown`` count what is missing, so that a
    sum over known amounts is never taken for the whole. Amounts are None when no order of the day tells them.
    """

    shop_id: int
    channel: str
    day: date
    currency: str
    paid_orders: int
    paid_amount: int | None
    amount_unknown: int
    qty: int | None
    buyers: int
    buyers_unknown: int
    refunded_to_date: int | None
    refunded_orders: int


@dataclass(frozen=True, slots=True)
class PeriodBuyers:
    """Distinct paying buyers of one shop over a whole period (not the sum of its days)."""

    shop_id: int
    channel: str
    buyers: int
    orders_without_buyer: int


@dataclass(frozen=True, slots=True)
class ShippingDuty:
    """What one shop owes its buyers now: orders past their ship deadline, due before ``soon_until``, without a
    deadline; and what blocks: unknown states, holds."""

    shop_id: int
    channel: str
    overdue: int
    soon: int
    waiting: int
    waiting_without_deadline: int
    unknown: int
    held: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class LateDay:
    """Orders of one shop due on one business day: ``late`` were shipped after the deadline or not at all yet."""

    shop_id: int
    channel: str
    day: date
    due: int
    late: int


@dataclass(frozen=True, slots=True)
class ShopFreshness:
    """How much the book knows of a shop and how new it is."""

    shop_id: int
    channel: str
    orders: int
    newest_order_at: datetime | None
