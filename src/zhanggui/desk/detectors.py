"""Detectors over what the books and files tell: deadlines, unknown states, files with trouble, stale data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, gettext_noop

from zhanggui.desk import links, words
from zhanggui.desk.contracts import Case, Cash, Finding, ShopState, TroubledFile
from zhanggui.desk.domain import findings as rules
from zhanggui.desk.domain import freshness as fresh
from zhanggui.desk.domain import limits
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.loop.contracts import (
    Evidence,
    Found,
    Kind,
    Scan,
    Stake,
    Subject,
    change_source,
    detector,
    phrase,
)
from zhanggui.insight.metrics import queries as metrics
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
_OFTEN, _QUICK = timedelta(minutes=5), timedelta(seconds=20)

TITLES = {
    "ship_overdue": gettext_noop("Shipping deadline missed"),
    "ship_soon": gettext_noop("Shipping deadline near"),
    "refund_overdue": gettext_noop("Refund deadline missed"),
    "refund_soon": gettext_noop("Refund deadline near"),
    "file_failed": gettext_noop("File not imported"),
    "file_waiting": gettext_noop("File without a shop"),
    "never_orders": gettext_noop("No order file yet"),
    "stale_orders": gettext_noop("Order data out of date"),
    "refund_waiting": gettext_noop("Refund waiting for an answer"),
    "unknown_state": gettext_noop("Unknown order state"),
    "file_differs": gettext_noop("Amounts that do not add up"),
    "file_rejected": gettext_noop("Refused rows"),
    "stale_refunds": gettext_noop("After-sale data out of date"),
    "stale_settlement": gettext_noop("Money data out of date"),
    "ship_undated": gettext_noop("To ship, no deadline known"),
}
WHYS = {
    "ship": gettext_noop("Orders that are paid and not shipped, measured against the deadline in the platform's file."),
    "refund": gettext_noop("Refunds in which it is your turn, measured against the platform's deadline."),
    "file": gettext_noop("Files of the last 14 days that failed, refused rows, or whose amounts do not add up."),
    "stale": gettext_noop("The newest file of each kind and shop, measured against the clock."),
    "unknown": gettext_noop("Orders whose state text nobody has mapped: nothing automatic touches them."),
}


def _kinds(*codes: str) -> list[Kind]:
    found = []
    for code in codes:
        known = rules.KINDS[code]
        why = WHYS["stale" if code.startswith("never") else code.partition("_")[0]]
        found.append(Kind(code, TITLES[code], known.roles, known.tone, known.icon, known.permission, why))
    return found


@change_source("imports")
def imports_changed() -> str:
    """Moves with every file that is taken in, fails or waits for a shop."""
    ids = frozenset(s.id for s in accounts.shops(include_inactive=True))
    newest = channels.imported_files(shop_ids=ids, limit=1)
    waiting = imports.files(actor_id=None)[:1]
    told = [f"{f.id}/{f.status}/{f.attempts}/{f.finished_at}" for f in newest]
    return "|".join([str(len(ids)), *told, *(f"{w.id}@{w.updated_at}" for w in waiting)])


@detector(
    "desk.shipping",
    kinds=_kinds("ship_overdue", "ship_soon", "ship_undated", "unknown_state"),
    needs=["imports"],
    every=_OFTEN,
    limit=_QUICK,
    cost="one count over the due index and three list reads of at most 500 orders",
)
def shipping(scan: Scan) -> Iterable[Found]:
    duties = orders.shipping_duties(shop_ids=scan.shop_ids, now=scan.now, soon=limits.DUE_SOON)
    scan.looked_at(
        phrase("Shipping deadlines of %(n)s order", "Shipping deadlines of %(n)s orders", n=0),
        {d.shop_id: d.waiting for d in duties},
    )
    scan.looked_at(phrase("Order states"), {s.id: 0 for s in scan.shops})
    return _told(_shipping(duties, scan.now), scan)


@detector(
    "desk.refunds",
    kinds=_kinds("refund_overdue", "refund_soon", "refund_waiting"),
    needs=["imports"],
    every=_OFTEN,
    limit=_QUICK,
    cost="one count and one list read of at most 500 refunds",
)
def refunds(scan: Scan) -> Iterable[Found]:
    owed = aftersales.refund_duties(shop_ids=scan.shop_ids, now=scan.now, soon=limits.DUE_SOON)
    known = {d.shop_id: d.open for d in owed if d.known}
    for shop in scan.shops:
        if shop.id not in known:
            scan.cannot_tell(shop.id)
    scan.looked_at(phrase("%(n)s open refund", "%(n)s open refunds", n=0), known)
    turn = any(d.sellers_turn for d in owed)
    return _told(rules.refunds(owed, _open_refunds(scan.shop_ids) if turn else [], scan.now), scan)


@detector(
    "desk.files",
    kinds=_kinds("file_failed", "file_rejected", "file_differs", "file_waiting"),
    needs=["imports"],
    every=timedelta(minutes=30),
    limit=_QUICK,
    cost="one list read of at most 200 files",
)
def files(scan: Scan) -> Iterable[Found]:
    some = troubled_files(scan.shop_ids, {s.id: s.currency for s in scan.shops}, scan.now)
    scan.looked_at(
        phrase("Files of the last 14 days: failures, refused rows, differing amounts"), {s.id: 0 for s in scan.shops}
    )
    yield from _told(rules.files(some), scan)
    yield from _waiting(scan)


@detector(
    "desk.freshness",
    kinds=_kinds("never_orders", "stale_orders", "stale_refunds", "stale_settlement"),
    needs=["imports"],
    every=timedelta(minutes=30),
    limit=_QUICK,
    cost="one list read of the files of every shop",
)
def freshness(scan: Scan) -> Iterable[Found]:
    covers = metrics.coverage(shop_ids=scan.shop_ids)
    scan.looked_at(
        phrase("How fresh the data of %(n)s shop is", "How fresh the data of %(n)s shops is", n=0),
        {s.id: 1 for s in scan.shops},
    )
    return _told(rules.freshness(states(scan.shops, covers, scan.now)), scan)


def _told(found: Iterable[Finding], scan: Scan) -> Iterable[Found]:
    """What the rules say, as findings of the loop."""
    shops = {s.id: s for s in scan.shops}
    for one in found:
        yield _found(one, shops[one.shop_id], scan.now)


def _found(one: Finding, shop: ShopInfo, now: datetime) -> Found:
    single = one.kind.startswith("file_") and one.counts.get("files") == 1 and len(one.cases) == 1
    return Found(
        kind=one.kind,
        subject=Subject("shop", str(shop.id), shop.name),
        key=one.subject,
        shop_id=shop.id,
        sentence=words.sentence(one, now),
        detail=one.cases[0].ref if single else "",
        stake=_stake(one, shop.currency),
        due_at=one.due_at,
        due_of=f"case:{one.cases[0].ref}" if one.cases else "",
        size=one.counts.get("orders") or one.counts.get("refunds") or one.counts.get("rows"),
        since=one.since,
        evidence=_evidence(one, now),
        cases=tuple(_case(c) for c in one.cases),
        href=links.of_finding(one),
        act=_act(one),
    )


def _act(one: Finding) -> tuple[str, dict[str, Any]] | None:
    """Orders nobody understands can be put on hold, the listed ones first; the reason is the proposer's."""
    ids = [int(c.target) for c in one.cases if c.target.isdigit()]
    return ("orders.hold", {"order_ids": ids}) if one.kind == "unknown_state" and ids else None


def _stake(one: Finding, currency: str) -> Stake | None:
    """Money in the shop's own currency; what is in others makes it *at least*."""
    own = [m for m in one.money if m.currency == currency]
    if not one.money:
        return None
    shown = own[0] if own else one.money[0]
    least = one.money_is_least or len(one.money) > 1
    return Stake(abs(shown.minor), shown.currency, words.money_how(one.money_how), least)


def _evidence(one: Finding, now: datetime) -> tuple[Evidence, ...]:
    href, found = links.of_finding(one), []
    if "orders" in one.counts:
        found.append(Evidence(phrase("Orders"), one.counts["orders"], as_of=now, rows=href))
    if "refunds" in one.counts:
        found.append(Evidence(phrase("Refunds"), one.counts["refunds"], as_of=now, rows=href))
    if "rows" in one.counts:
        found.append(Evidence(phrase("Refused rows"), one.counts["rows"], as_of=now, rows=href))
    found += [Evidence(phrase("Money at stake"), m.minor, "money", m.currency, as_of=now, rows=href) for m in one.money]
    return tuple(found)


def _case(case: Case) -> dict[str, Any]:
    return {
        "ref": case.ref,
        "target": case.target,
        "due": case.due_at.isoformat() if case.due_at else None,
        "minor": case.money.minor if case.money else None,
        "currency": case.money.currency if case.money else "",
        "note": case.note,
    }


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


def _waiting(scan: Scan) -> Iterable[Found]:
    """Files without a shop: one finding per person who brought some, and one for those of the command line."""
    by_person: dict[int | None, list[imports.WaitingInfo]] = defaultdict(list)
    for one in imports.files(actor_id=None):
        if one.updated_at >= scan.now - limits.FILES_FOR:
            by_person[one.actor_id].append(one)
    for person, some in by_person.items():
        counts = {"files": len(some)}
        cases = tuple(
            {"ref": w.name, "target": str(w.id), "due": None, "minor": None, "currency": "",
             "note": {"zh": str(w.error.get("zh", "")), "en": str(w.error.get("en", ""))}}
            for w in some[: limits.CASES]
        )  # fmt: skip
        finding = Finding("file_waiting", 0, counts, cases=tuple(Case(w.name, str(w.id)) for w in some[:1]))
        yield Found(
            kind="file_waiting",
            subject=Subject("file", "waiting"),
            sentence=words.sentence(finding, scan.now),
            detail=some[0].name if len(some) == 1 else "",
            person_id=person,
            roles=frozenset({"OWN", "ADM"}) if person is None else None,
            cases=cases,
            href=links.of_finding(finding) if len(some) == 1 else links.of_kind("file_waiting", []),
        )


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
        sentence={"zh": str(error.get("zh", "")), "en": str(error.get("en", ""))},
        rows=int(str(result.get("rows_read") or 0)),
        rejected=info.rejected,
        residuals=info.residuals,
        difference=Money(sum(differences), currency) if differences and complete else None,
    )
