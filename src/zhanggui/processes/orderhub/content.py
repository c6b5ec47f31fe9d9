"""What the page of one order shows: the order joined from four rooms, in words and sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.ui.status import LINE
from zhanggui.kernel import records
from zhanggui.processes.orderhub import words
from zhanggui.trade.aftersales import queries as aftersales
from zhanggui.trade.aftersales.contracts import RefundInfo
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.orders.contracts import OrderDetail, TimelineEntry
from zhanggui.trade.settlement import queries as settlement
from zhanggui.trade.settlement.contracts import EntryInfo


@dataclass(frozen=True)
class Amount:
    label: str
    minor: int | None
    total: bool


@dataclass(frozen=True)
class Event:
    title: str
    at: datetime
    icon: str
    tone: str
    text: str
    who: str


@dataclass(frozen=True)
class Source:
    """A file that speaks of the order, and the rows in which it does."""

    file_id: int
    name: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Sums:
    """What the lines come to; None when a line does not tell."""

    qty: int | None
    paid: int | None
    refunded: int | None


@dataclass(frozen=True)
class MoneyLine:
    entry: EntryInfo
    subject_name: str


@dataclass(frozen=True)
class SubjectSum:
    name: str
    currency: str
    amount: int
    entries: int


@dataclass(frozen=True)
class MoneyBook:
    """What one book says of the order. Statements and wallets tell the same money twice: each adds up by itself."""

    key: str
    title: str
    subjects: list[SubjectSum]
    lines: list[MoneyLine]
    net: list[tuple[str, int]]


@dataclass(frozen=True)
class OrderPageContext:
    detail: OrderDetail
    zone: str
    amounts: list[Amount]
    receiver: list[tuple[str, str]]
    timeline: list[Event]
    refunds: list[RefundInfo]
    money: list[MoneyBook]
    sources: list[Source]
    sums: Sums
    blocked: list[str]
    may_reveal: bool
    may_edit: bool
    wide: bool


def context(request: HttpRequest, detail: OrderDetail, *, wide: bool) -> OrderPageContext:
    """Everything of an order that this reader may see; ``wide`` for the page, not for the side panel."""
    row = detail.row
    shop = accounts.shop(row.shop_id)
    of_order: dict[str, Any] = {
        "shop_ids": frozenset({row.shop_id}),
        "shop_id": row.shop_id,
        "order_no": row.order_no,
    }
    may = {code: accounts.can(request.user, code, row.shop_id) for code in _PERMISSIONS}
    refunds = aftersales.refunds_of_order(**of_order) if may["refunds.view"] else []
    entries = settlement.entries_of_order(**of_order) if may["settlement.view"] else []
    names = accounts.names([e.actor_id for e in detail.timeline if e.actor_id is not None])
    return OrderPageContext(
        detail=detail,
        zone=shop.zone if shop else settings.TIME_ZONE,
        amounts=_amounts(detail),
        receiver=_receiver(detail),
        timeline=[_event(entry, names) for entry in detail.timeline],
        refunds=list(refunds),
        money=_money(list(entries)),
        sources=_sources(detail) if may["import.view"] else [],
        sums=_sums(detail),
        blocked=[str(words.BLOCKED.get(code, code)) for code in detail.blocked_because],
        may_reveal=may["contact.reveal"] and bool(detail.masked),
        may_edit=may["orders.edit"],
        wide=wide,
    )


_PERMISSIONS = ("refunds.view", "settlement.view", "import.view", "contact.reveal", "orders.edit")


def _amounts(detail: OrderDetail) -> list[Amount]:
    given = {**detail.amounts, "refunded": detail.row.refunded}
    shown = []
    for name, label, total in words.AMOUNTS:
        minor = given.get(name)
        if minor is None and not total:
            continue
        if minor == 0 and not total and name not in words.ALWAYS:
            continue
        if minor is not None and name in words.LESS:
            minor = -minor
        shown.append(Amount(str(label), minor, total))
    return shown


def _receiver(detail: OrderDetail) -> list[tuple[str, str]]:
    both = {**detail.receiver, **detail.masked}
    return [
        (str(label), value)
        for name, label in words.RECEIVER.items()
        if name != "buyer_ref" and (value := both.get(name))
    ]


def _event(entry: TimelineEntry, names: dict[int, str]) -> Event:
    icon, tone = words.MARKS.get(entry.kind, ("point", ""))
    after = LINE.get(entry.state_after or "")
    if entry.kind == "milestone":
        title, text = str(words.MILESTONES.get(entry.state_after or "", entry.state_after or "")), ""
    elif entry.kind == "refused":
        title = _("A step backward was not taken")
        text = entry.observed_raw or ""
    elif entry.kind == "raw":
        title = _("The platform's word is not recognised")
        text = entry.observed_raw or ""
    elif entry.kind == "hold":
        title, text = _("Put on hold"), entry.text
    elif entry.kind == "release":
        title, text = _("Hold released"), entry.text
    elif entry.kind == "note":
        title, text = _("Note"), entry.text
    else:
        title = str(after.label) if after else (entry.observed_raw or entry.state_after or "")
        text = entry.observed_raw or ""
    if entry.line_no:
        text = f"{text} · {entry.line_no}" if text else entry.line_no
    return Event(title, entry.at, icon, tone, text, names.get(entry.actor_id or 0, ""))


def _sources(detail: OrderDetail) -> list[Source]:
    places = sorted(
        {(detail.source_file_id, detail.source_row), *((l.source_file_id, l.source_row) for l in detail.lines)}
    )
    names = channels.file_names([file_id for file_id, _row in places])
    return [
        Source(file_id, name, tuple(row for at, row in places if at == file_id)[:30])
        for file_id, name in sorted(names.items())
    ]


def _sums(detail: OrderDetail) -> Sums:
    def together(values: list[int | None]) -> int | None:
        known = [v for v in values if v is not None]
        return sum(known) if len(known) == len(values) else None

    return Sums(
        together([line.qty for line in detail.lines]),
        together([line.paid_share for line in detail.lines]),
        sum(line.refunded_amount or 0 for line in detail.lines),
    )


def _money(entries: list[EntryInfo]) -> list[MoneyBook]:
    found = []
    for book in records.BOOKS:
        mine = [entry for entry in entries if entry.book == book]
        lines = [MoneyLine(entry, str(words.SUBJECTS.get(entry.subject, entry.subject))) for entry in mine]
        if lines:
            found.append(MoneyBook(book, str(words.BOOKS[book]), _subjects(lines), lines, _net(mine)))
    return found


def _subjects(lines: list[MoneyLine]) -> list[SubjectSum]:
    """What each subject comes to, in the order in which they first appear."""
    sums: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        sums.setdefault((line.subject_name, line.entry.currency), []).append(line.entry.amount)
    return [SubjectSum(name, currency, sum(all_of), len(all_of)) for (name, currency), all_of in sums.items()]


def _net(entries: list[EntryInfo]) -> list[tuple[str, int]]:
    """What came in per currency; transfers between the merchant's own pockets left out."""
    found: dict[str, int] = {}
    for entry in entries:
        if not entry.subject.startswith("transfer_"):
            found[entry.currency] = found.get(entry.currency, 0) + entry.amount
    return sorted(found.items())
