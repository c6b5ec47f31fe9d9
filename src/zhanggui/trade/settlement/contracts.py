"""What other rooms receive from the settlement book. Amounts in minor units, positive when money came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EntryRefusal:
    """A row that could not be kept."""

    row: int | None
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """What one batch of entries did. Outcomes add up."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    repeated: int = 0
    refused: tuple[EntryRefusal, ...] = ()

    def __add__(self, other: EntryOutcome) -> EntryOutcome:
        return EntryOutcome(
            self.new + other.new,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.stale + other.stale,
            self.repeated + other.repeated,
            (*self.refused, *other.refused),
        )


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """One movement of money."""

    id: int
    shop_id: int
    book: str
    entry_no: str | None
    statement_no: str | None
    order_no: str | None
    line_no: str | None
    refund_no: str | None
    direction: str
    currency: str
    amount: int
    subject_raw: str | None
    subject: str
    account: str | None
    occurred_at: datetime | None
    settled_at: datetime | None
    balance_after: int | None
    note: str | None
    source_file_id: int
    source_row: int


@dataclass(frozen=True, slots=True)
class SubjectTotal:
    """What one subject came to for one shop and currency in a period. ``is_transfer``: never profit or loss."""

    shop_id: int
    channel: str
    book: str
    currency: str
    subject: str
    is_transfer: bool
    entries: int
    amount: int


@dataclass(frozen=True, slots=True)
class OrderSettlement:
    """What one book (``records.BOOKS``) says of one order: ``income``, ``outgo`` (negative), ``net`` their sum;
    transfers left out."""

    order_no: str
    book: str
    currency: str
    income: int
    outgo: int
    net: int
    entries: int
