"""What deserves attention, from what the rooms tell. Pure: no clock, no database, no words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from zhanggui.desk.contracts import Case, Cash, Finding, ShopState, TroubledFile
from zhanggui.desk.domain import limits
from zhanggui.kernel.money import Money
from zhanggui.trade.aftersales.contracts import RefundDuty
from zhanggui.trade.orders.contracts import ShippingDuty


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding: who is called, how it looks, and what a reader needs to follow its link."""

    roles: frozenset[str]
    tone: str
    icon: str
    permission: str


def _for(roles: str) -> frozenset[str]:
    return frozenset(roles.split())


KINDS: Final[dict[str, Kind]] = {
    "ship_overdue": Kind(_for("OWN OPS WH"), "bad", "truck-delivery", "orders.view"),
    "ship_soon": Kind(_for("OWN OPS WH"), "warn", "clock", "orders.view"),
    "refund_overdue": Kind(_for("OWN OPS CS"), "bad", "receipt-refund", "orders.view"),
    "refund_soon": Kind(_for("OWN OPS CS"), "warn", "receipt-refund", "orders.view"),
    "file_failed": Kind(_for("OWN OPS DAT FIN ADM"), "bad", "circle-x", "import.view"),
    "file_waiting": Kind(_for("OWN OPS DAT FIN ADM"), "warn", "files", "import.run"),
    "never_orders": Kind(_for("OWN OPS DAT FIN ADM"), "warn", "file-import", "home.view"),
    "stale_orders": Kind(_for("OWN OPS DAT FIN ADM"), "warn", "history", "home.view"),
    "refund_waiting": Kind(_for("OWN OPS CS"), "warn", "receipt-refund", "orders.view"),
    "unknown_state": Kind(_for("OWN OPS CS DAT WH"), "warn", "help", "orders.view"),
    "file_differs": Kind(_for("OWN OPS DAT FIN ADM"), "warn", "scale", "import.view"),
    "file_rejected": Kind(_for("OWN OPS DAT FIN ADM"), "warn", "file-text", "import.view"),
    "stale_refunds": Kind(_for("OWN OPS CS DAT FIN ADM"), "info", "history", "home.view"),
    "stale_settlement": Kind(_for("OWN FIN"), "info", "history", "home.view"),
    "ship_undated": Kind(_for("OWN OPS WH"), "info", "package", "orders.view"),
}


def shipping(
    duties: Iterable[ShippingDuty],
    overdue: Mapping[int, Cash],
    soon: Mapping[int, Cash],
    unknown: Mapping[int, Cash],
) -> list[Finding]:
    """Overdue and nearly overdue shipments, orders to ship without a deadline, states nobody understands.

    The three mappings tell the money and the first cases per shop, as far as they were read.
    """
    found = []
    for d in duties:
        if d.overdue:
            found.append(_orders("ship_overdue", d.shop_id, d.overdue, overdue.get(d.shop_id), d.oldest_due_at))
        if d.soon:
            own = None if d.overdue else d.oldest_due_at
            found.append(_orders("ship_soon", d.shop_id, d.soon, soon.get(d.shop_id), own))
        if d.waiting_without_deadline > 0:
            found.append(Finding("ship_undated", d.shop_id, {"orders": d.waiting_without_deadline}))
        if d.unknown:
            finding = _orders("unknown_state", d.shop_id, d.unknown, unknown.get(d.shop_id), None)
            found.append(finding)
    return found


def _orders(kind: str, shop_id: int, count: int, cash: Cash | None, due_at: datetime | None) -> Finding:
    dated = kind != "unknown_state"
    if cash is None:
        return Finding(kind, shop_id, {"orders": count}, due_at=due_at if dated else None)
    return Finding(
        kind,
        shop_id,
        {"orders": count},
        due_at=(cash.first_due_at or due_at) if dated else None,
        money=cash.money,
        money_how="paid" if cash.money else "",
        money_is_least=not cash.complete or cash.orders < count,
        cases=cash.cases,
    )


@dataclass(frozen=True, slots=True)
class OpenRefund:
    """A refund in which it is the seller's turn."""

    shop_id: int
    refund_no: str
    order_no: str | None
    asked: Money | None
    deadline_at: datetime | None


def refunds(duties: Iterable[RefundDuty], waiting: Sequence[OpenRefund], now: datetime) -> list[Finding]:
    """Refunds that wait for the seller: past their deadline, near it, and the others.

    ``waiting`` tells money and cases; when it holds fewer refunds than a shop owes, the money is "at least".
    """
    by_shop: dict[int, list[OpenRefund]] = defaultdict(list)
    for refund in waiting:
        by_shop[refund.shop_id].append(refund)
    found = []
    for d in duties:
        mine = by_shop[d.shop_id]
        late = [r for r in mine if r.deadline_at is not None and r.deadline_at < now]
        near = [r for r in mine if r.deadline_at is not None and now <= r.deadline_at < now + limits.DUE_SOON]
        others = [r for r in mine if r not in late and r not in near]
        for kind, count, some in (
            ("refund_overdue", d.overdue, late),
            ("refund_soon", d.soon, near),
            ("refund_waiting", d.sellers_turn - d.overdue - d.soon, others),
        ):
            if count > 0:
                found.append(_refunds(kind, d.shop_id, count, some))
    return found


def _refunds(kind: str, shop_id: int, count: int, some: Sequence[OpenRefund]) -> Finding:
    ranked = sorted(some, key=lambda r: (r.deadline_at is None, r.deadline_at, r.refund_no))
    money = _sum(r.asked for r in ranked)
    cases = tuple(
        Case(r.order_no or r.refund_no, r.order_no or r.refund_no, r.deadline_at, r.asked)
        for r in ranked[: limits.CASES]
    )
    return Finding(
        kind,
        shop_id,
        {"refunds": count},
        due_at=ranked[0].deadline_at if ranked else None,
        money=money,
        money_how="asked" if money else "",
        money_is_least=len(ranked) < count or any(r.asked is None for r in ranked),
        cases=cases,
    )


def files(troubled: Iterable[TroubledFile]) -> list[Finding]:
    """Files that failed one by one; refused rows and differing amounts per shop."""
    found = []
    rejected: dict[int, list[TroubledFile]] = defaultdict(list)
    differs: dict[int, list[TroubledFile]] = defaultdict(list)
    for f in troubled:
        if f.failed:
            case = Case(f.name, str(f.file_id), note=f.sentence)
            found.append(Finding("file_failed", f.shop_id, {"files": 1}, cases=(case,), subject=str(f.file_id)))
            continue
        if f.rejected:
            rejected[f.shop_id].append(f)
        if f.residuals:
            differs[f.shop_id].append(f)
    for shop_id, some in rejected.items():
        counts = {"files": len(some), "rows": sum(f.rejected for f in some), "of": sum(f.rows for f in some)}
        found.append(Finding("file_rejected", shop_id, counts, cases=_files(some)))
    for shop_id, some in differs.items():
        counts = {"files": len(some), "places": sum(f.residuals for f in some)}
        money = _sum(f.difference for f in some)
        found.append(
            Finding(
                "file_differs", shop_id, counts, money=money, money_how="differs" if money else "", cases=_files(some)
            )
        )
    return found


def _files(some: Sequence[TroubledFile]) -> tuple[Case, ...]:
    return tuple(Case(f.name, str(f.file_id)) for f in some[: limits.CASES])


def freshness(states: Iterable[ShopState]) -> list[Finding]:
    """Shops whose files went stale, kind by kind, and shops that never had an order file."""
    found = []
    for shop in states:
        for kind in shop.kinds:
            if kind.kind == "orders" and kind.state == "never":
                found.append(Finding("never_orders", shop.shop_id, {"shops": 1}))
            elif kind.state in ("late", "very_late"):
                found.append(Finding(f"stale_{kind.kind}", shop.shop_id, {"shops": 1}, since=kind.until))
    return found


def _sum(amounts: Iterable[Money | None]) -> tuple[Money, ...]:
    """One sum per currency, in the order of their codes; unknown amounts are left out."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        if amount is not None:
            known = sums.get(amount.currency)
            sums[amount.currency] = amount if known is None else known + amount
    return tuple(sums[currency] for currency in sorted(sums))


def total(amounts: Iterable[Money | None]) -> tuple[Money, ...]:
    """Sums by currency, never across."""
    return _sum(amounts)
