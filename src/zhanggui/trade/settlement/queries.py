"""Reads of the settlement book. Every function takes the shops the caller may see."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.kernel.period import Period
from zhanggui.trade.settlement.contracts import EntryInfo, OrderSettlement, SubjectTotal
from zhanggui.trade.settlement.models import Entry

#: Subjects that move money between the merchant's own pockets.
TRANSFER = "transfer_"
_COLUMNS = tuple(name for name in EntryInfo.__dataclass_fields__)


def _infos(found: QuerySet[Entry]) -> list[EntryInfo]:
    return [EntryInfo(**row) for row in found.values(*_COLUMNS)]


def entries_of_order(*, shop_ids: frozenset[int], shop_id: int, order_no: str) -> list[EntryInfo]:
    """What moved on the wallet for one order, oldest first."""
    if shop_id not in shop_ids:
        return []
    return _infos(Entry.objects.filter(shop_id=shop_id, order_no=order_no).order_by("occurred_at", "id"))


def settlement_of_order(*, shop_ids: frozenset[int], shop_id: int, order_no: str) -> list[OrderSettlement]:
    """Income, outgo and net of one order, one row per book and currency; empty while nothing has moved."""
    if shop_id not in shop_ids:
        return []
    rows = (
        Entry.objects.filter(shop_id=shop_id, order_no=order_no)
        .exclude(subject__startswith=TRANSFER)
        .values("book", "currency")
        .annotate(
            income=Sum("amount", filter=Q(amount__gt=0)),
            outgo=Sum("amount", filter=Q(amount__lt=0)),
            net=Sum("amount"),
            entries=Count("id"),
        )
        .order_by("-book", "currency")
    )
    return [
        OrderSettlement(
            order_no, r["book"], r["currency"], r["income"] or 0, r["outgo"] or 0, r["net"] or 0, r["entries"]
        )
        for r in rows
    ]


def list_entries(
    *,
    shop_ids: frozenset[int],
    subjects: frozenset[str] = frozenset(),
    occurred_from: datetime | None = None,
    occurred_to: datetime | None = None,
    q: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[EntryInfo]:
    """Entries, newest record first; ``q`` is the beginning of an order, refund, entry or statement number."""
    found = Entry.objects.filter(shop_id__in=shop_ids)
    if subjects:
        found = found.filter(subject__in=subjects)
    if occurred_from is not None:
        found = found.filter(occurred_at__gte=occurred_from)
    if occurred_to is not None:
        found = found.filter(occurred_at__lt=occurred_to)
    if q.strip():
        q = q.strip()
        found = found.filter(
            Q(order_no__startswith=q)
            | Q(entry_no__startswith=q)
            | Q(refund_no__startswith=q)
            | Q(statement_no__startswith=q)
        )
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return _infos(found.order_by("-id")[:limit])


def subject_totals(*, shop_ids: frozenset[int], first: date, last: date) -> list[SubjectTotal]:
    """What each subject came to on the business days ``first`` to ``last`` (both included), per shop, book and
    currency."""
    found = []
    for shop in accounts.shops(include_inactive=True):
        if shop.id not in shop_ids:
            continue
        period = Period.of_days(first, last, shop.zone)
        rows = (
            Entry.objects.filter(shop_id=shop.id, occurred_at__gte=period.starts_at, occurred_at__lt=period.ends_at)
            .values("book", "currency", "subject")
            .annotate(entries=Count("id"), total=Sum("amount"))
            .order_by("-book", "currency", "subject")
        )
        found += [
            SubjectTotal(
                shop.id,
                shop.channel,
                row["book"],
                row["currency"],
                row["subject"],
                row["subject"].startswith(TRANSFER),
                row["entries"],
                row["total"],
            )
            for row in rows
        ]
    return found
