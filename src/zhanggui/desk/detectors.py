"""Detectors: they read what the rules of ``domain.findings`` need, in a handful of questions, for some shops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from zhanggui.desk.contracts import Case, Cash, Finding, Looked, ShopState, TroubledFile
from zhanggui.desk.domain import findings as rules
from zhanggui.desk.domain import freshness as fresh
from zhanggui.desk.domain import limits
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.insight.metrics.contracts import FileCover
from zhanggui.kernel.money import Money
from zhanggui.processes.importing import waiting as imports
from zhanggui.trade.aftersales import queries as aftersales
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.channels.contracts import ImportedFileInfo
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.contracts import OrderFilter, OrderRow, ShippingDuty

#: States of a refund in which it is the seller's turn.
SELLERS_TURN = frozenset({"requested", "seller_pending", "seller_receive"})
#: Files with trouble that are looked at.
_MOST_FILES = 200


@dataclass(frozen=True)
class Findings:
    """Everything found for one reader, and what was looked at."""

    found: list[Finding]
    looked: Looked


def detect(
    user: accounts.Person,
    shops: Sequence[ShopInfo],
    files: Sequence[FileCover],
    *,
    now: datetime,
    with_money: bool = True,
) -> Findings:
    """What deserves the attention of ``user`` at ``shops``; detectors none of whose kinds call the reader do not run.

    ``files``: the coverage of these shops. ``with_money=False`` counts only, for the notice count of the frame.
    """
    roles_of = _roles(user, shops)
    ids = frozenset(s.id for s in shops)
    called = {kind for kind, k in rules.KINDS.items() if any(k.roles & held for held in roles_of.values())}
    found: list[Finding] = []
    waiting = open_refunds = with_refunds = troubled = 0
    if called & {"ship_overdue", "ship_soon", "ship_undated", "unknown_state"}:
        duties = orders.shipping_duties(shop_ids=ids, now=now, soon=limits.DUE_SOON)
        waiting = sum(d.waiting for d in duties)
        found += _shipping(duties, now) if with_money else rules.shipping(duties, {}, {}, {})
    if called & {"refund_overdue", "refund_soon", "refund_waiting"}:
        owed = aftersales.refund_duties(shop_ids=ids, now=now, soon=limits.DUE_SOON)
        open_refunds, with_refunds = sum(d.open for d in owed), sum(d.known for d in owed)
        turn = any(d.sellers_turn for d in owed)
        found += rules.refunds(owed, _open_refunds(ids) if turn and with_money else [], now)
    if called & {"file_failed", "file_rejected", "file_differs"}:
        some = troubled_files(ids, {s.id: s.currency for s in shops}, now)
        troubled = len(some)
        found += rules.files(some)
    found += rules.waiting(_waiting(user, now))
    found += rules.freshness(states(shops, files, now))
    looked = Looked(
        at=now,
        shops=len(shops),
        orders_waiting=waiting,
        refunds_open=open_refunds,
        shops_with_refunds=with_refunds,
        files=troubled,
        skipped=tuple(k for k in rules.KINDS if k not in called),
    )
    return Findings(rules.visible(found, roles_of), looked)


def _roles(user: accounts.Person, shops: Sequence[ShopInfo]) -> dict[int, frozenset[str]]:
    held = accounts.grants(user)
    return {s.id: frozenset(g.role for g in held if g.shop_id in (None, s.id)) for s in shops}


def states(shops: Sequence[ShopInfo], files: Sequence[FileCover], now: datetime) -> list[ShopState]:
    """How fresh each shop is, kind by kind."""
    return fresh.shop_states([(s.id, s.channel) for s in shops], files, now)


def _shipping(duties: Sequence[ShippingDuty], now: datetime) -> list[Finding]:
    """Money and cases come from three list reads over all shops that have any."""
    late = frozenset(d.shop_id for d in duties if d.overdue)
    soon = frozenset(d.shop_id for d in duties if d.soon)
    unknown = frozenset(d.shop_id for d in duties if d.unknown)
    return rules.shipping(
        duties,
        _cash(late, OrderFilter(due="overdue"), "due", now),
        _cash(soon, OrderFilter(due="soon"), "due", now),
        _cash(unknown, OrderFilter(states=frozenset({"unknown"})), "created", now),
    )


def _cash(shop_ids: frozenset[int], where: OrderFilter, sort: str, now: datetime) -> dict[int, Cash]:
    if not shop_ids:
        return {}
    page = orders.list_orders(
        shop_ids=shop_ids,
        where=where,
        sort=sort,
        descending=sort != "due",
        limit=limits.ROWS_READ,
        now=now,
        soon=limits.DUE_SOON,
    )
    by_shop: dict[int, list[OrderRow]] = defaultdict(list)
    for row in page.rows:
        by_shop[row.shop_id].append(row)
    return {i: _shop_cash(i, rows, complete=not page.next_cursor) for i, rows in by_shop.items()}


def _shop_cash(shop_id: int, rows: Sequence[OrderRow], *, complete: bool) -> Cash:
    amounts = [None if r.buyer_paid is None else Money(r.buyer_paid, r.currency) for r in rows]
    dues = [r.due_at for r in rows if r.due_at is not None]
    cases = tuple(
        Case(r.order_no, str(r.id), r.due_at, money, r.status_raw or "" if r.status == "unknown" else "")
        for r, money in zip(rows[: limits.CASES], amounts, strict=False)
    )
    return Cash(
        shop_id=shop_id,
        orders=len(rows),
        money=rules.total(m for m in amounts if m is not None and m.minor),
        first_due_at=min(dues) if dues else None,
        cases=cases,
        complete=complete and None not in amounts,
    )


def _open_refunds(shop_ids: frozenset[int]) -> list[rules.OpenRefund]:
    found = aftersales.list_refunds(shop_ids=shop_ids, states=SELLERS_TURN, limit=limits.ROWS_READ)
    return [
        rules.OpenRefund(
            shop_id=r.shop_id,
            refund_no=r.refund_no,
            order_no=r.order_no,
            asked=None if r.apply_amount is None else Money(r.apply_amount, r.currency),
            deadline_at=r.deadline_at,
        )
        for r in found
    ]


def troubled_files(shop_ids: frozenset[int], currencies: dict[int, str], now: datetime) -> list[TroubledFile]:
    """Files of the last days that failed, refused rows, or whose amounts differ, newest first."""
    found = channels.imported_files(shop_ids=shop_ids, troubled=True, limit=_MOST_FILES)
    return [_troubled(f, currencies[f.shop_id]) for f in found if f.started_at >= now - limits.FILES_FOR]


def in_language(error: Mapping[str, object]) -> str:
    """The sentence of a failed import in the reader's language."""
    return str(error.get("zh" if (get_language() or "").startswith("zh") else "en", ""))


def _waiting(user: accounts.Person, now: datetime) -> list[Case]:
    """Files without a shop: one's own, everybody's for those who look after the installation."""
    if user is None or not accounts.can(user, "import.run"):
        return []
    whose = None if accounts.can(user, "settings.view") else user.pk
    return [
        Case(w.name, str(w.id), note=in_language(w.error))
        for w in imports.files(actor_id=whose)
        if w.updated_at >= now - limits.FILES_FOR
    ]


def _troubled(info: ImportedFileInfo, currency: str) -> TroubledFile:
    error, result = info.error or {}, info.result or {}
    listed = result.get("residuals")
    differences = [abs(int(r.get("difference") or 0)) for r in listed] if isinstance(listed, list) else []
    complete = len(differences) == info.residuals
    return TroubledFile(
        file_id=info.id,
        shop_id=info.shop_id,
        name=info.name,
        failed=info.status == "failed",
        sentence=in_language(error),
        rows=int(str(result.get("rows_read") or 0)),
        rejected=info.rejected,
        residuals=info.residuals,
        difference=Money(sum(differences), currency) if differences and complete else None,
    )
