"""What the files must add up to, counted from the simulated orders while they are written, never by reading back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Seen:
    """What one export really states of one order. Money in minor units; ``None`` where the layout has no such cell."""

    order_no: str
    state: str
    paid_at: datetime | None
    paid: int | None
    refunded: int | None = None
    buyer: str | None = None
    lines: list[str] = field(default_factory=list)
    line_paid: int | None = None
    qty: int | None = None
    #: amounts of the refunds that an order export lists as records of their own
    refund_records: list[int] = field(default_factory=list)
    #: the amounts it states do not add up, because the layout leaves one of them out
    gap: bool = False


@dataclass(slots=True)
class FileTally:
    """Counts of one file."""

    rows: int = 0
    rejects: list[dict[str, Any]] = field(default_factory=list)
    orders: int = 0
    lines: int = 0
    refunds: int = 0
    refund_success_amount: int = 0
    residuals: int = 0
    settlement_entries: int = 0
    settlement_by_subject: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    ads: int = 0
    #: what an advert report says was spent, each thing advertised once; None in other files
    spend: int | None = None
    paid_orders: int = 0
    paid_amount: int = 0
    refunded_amount: int = 0
    order_states: Counter[str] = field(default_factory=Counter)
    line_states: Counter[str] = field(default_factory=Counter)

    def take(self, seen: Seen) -> None:
        self.orders += 1
        self.lines += len(seen.lines)
        self.order_states[seen.state] += 1
        self.line_states.update(seen.lines)
        if seen.paid_at is not None:
            self.paid_orders += 1
            self.paid_amount += seen.paid or 0
        self.refunded_amount += seen.refunded or 0
        self.refunds += len(seen.refund_records)
        self.refund_success_amount += sum(seen.refund_records)
        self.residuals += seen.gap

    def report(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "accepted": self.rows - len(self.rejects),
            "rejected": len(self.rejects),
            "rejects": self.rejects,
            "residuals": self.residuals,
            "orders": self.orders,
            "lines": self.lines,
            "refunds": self.refunds,
            "refund_success_amount": self.refund_success_amount,
            "settlement_entries": self.settlement_entries,
            "settlement_by_subject": dict(sorted(self.settlement_by_subject.items())),
            "settlement_total": sum(self.settlement_by_subject.values()),
            "visits": self.visits,
            "ads": self.ads,
            "spend": self.spend,
            "paid_orders": self.paid_orders,
            "paid_amount": self.paid_amount,
            "refunded_amount": self.refunded_amount,
            "orders_by_state": dict(sorted(self.order_states.items())),
            "lines_by_state": dict(sorted(self.line_states.items())),
        }


@dataclass(slots=True)
class ShopTally:
    """What a shop holds after all its files were taken in: per order the latest export that was accepted counts."""

    orders: int = 0
    lines: int = 0
    qty: int = 0
    paid_orders: int = 0
    paid_amount: int = 0
    refunded_amount: int = 0
    states: Counter[str] = field(default_factory=Counter)
    line_states: Counter[str] = field(default_factory=Counter)
    buyers: set[str] = field(default_factory=set)
    days: dict[str, list[int]] = field(default_factory=dict)
    refunds: int = 0
    refund_success_amount: int = 0
    settlement: dict[str, Counter[str]] = field(default_factory=dict)
    #: day → figures of its reports: visitors, views, buyers, paid; spend (once), clicks, credited amount
    visits: dict[str, dict[str, int | None]] = field(default_factory=dict)
    ads: dict[str, dict[str, int]] = field(default_factory=dict)

    def take(self, order: Seen, lines: Seen | None) -> None:
        """``order`` from the file that is authoritative for orders, ``lines`` from the one that carries lines."""
        self.orders += 1
        closed = lines is not None and set(lines.lines) == {"closed"}
        self.states["closed" if closed else order.state] += 1
        if lines is not None:
            self.lines += len(lines.lines)
            self.line_states.update(lines.lines)
        self.refunds += len(order.refund_records)
        self.refund_success_amount += sum(order.refund_records)
        quantity = order.qty if order.qty is not None else lines.qty if lines is not None else None
        self.qty += quantity or 0
        if order.buyer:
            self.buyers.add(order.buyer)
        if order.paid_at is not None:
            self.paid_orders += 1
            self.paid_amount += order.paid or 0
            day = self.days.setdefault(order.paid_at.date().isoformat(), [0, 0])
            day[0] += 1
            day[1] += order.paid or 0
        self.refunded_amount += order.refunded or 0

    def take_file(self, kind: str, tally: FileTally) -> None:
        """Refund and money files are added up as they are; they come once."""
        if kind == "refunds":
            self.refunds += tally.refunds
            self.refund_success_amount += tally.refund_success_amount
        if tally.settlement_entries:
            self.settlement.setdefault(kind, Counter()).update(tally.settlement_by_subject)

    def report(self) -> dict[str, Any]:
        return {
            "orders": self.orders,
            "lines": self.lines,
            "qty": self.qty,
            "paid_orders": self.paid_orders,
            "paid_amount": self.paid_amount,
            "refunded_amount": self.refunded_amount,
            "orders_by_state": dict(sorted(self.states.items())),
            "lines_by_state": dict(sorted(self.line_states.items())),
            "buyers": len(self.buyers) if self.buyers else None,
            "refunds": self.refunds,
            "refund_success_amount": self.refund_success_amount,
            "settlement": {kind: dict(sorted(subjects.items())) for kind, subjects in sorted(self.settlement.items())},
            "days": {
                day: {"paid_orders": orders, "paid_amount": amount}
                for day, (orders, amount) in sorted(self.days.items())
            },
            "visits": self.visits,
            "ads": self.ads,
        }
