"""Reads of the book of visits. Every function takes the shops the caller may see."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db.models import Count, Max, Min, QuerySet, Sum

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.traffic.visits.contracts import PeriodReport, ShopDay, SourceSum, VisitInfo
from zhanggui.traffic.visits.models import Visit

_COLUMNS: Final = tuple(VisitInfo.__dataclass_fields__)
_DAY: Final = ("visitors", "views", "visits", "pay_buyers", "pay_orders", "paid_amount")


def _channels() -> dict[int, str]:
    return {shop.id: shop.channel for shop in accounts.shops(include_inactive=True)}


def _days(shop_ids: frozenset[int], first: date, last: date) -> QuerySet[Visit]:
    return Visit.objects.filter(shop_id__in=shop_ids, day__gte=first, day__lte=last)


def shop_days(*, shop_ids: frozenset[int], first: date, last: date) -> list[ShopDay]:
    """The platforms' own totals per shop and day, both days included. Days that no report tells of have no row."""
    channels = _channels()
    rows = _days(shop_ids, first, last).filter(level="shop", device="all").order_by("shop_id", "day", "currency")
    return [
        ShopDay(row["shop_id"], channels[row["shop_id"]], row["day"], row["currency"], *(row[n] for n in _DAY))
        for row in rows.values("shop_id", "day", "currency", *_DAY)
    ]


def source_sums(*, shop_ids: frozenset[int], first: date, last: date, by_name: bool = False) -> list[SourceSum]:
    """Sources of the shops over the days, in one currency a line. A source's parts count only where its whole is not
    told. ``by_name``: by the platform's own words instead of the kinds of source."""
    name = "source_raw" if by_name else "source"
    devices = ("all", "unknown")
    rows = _days(shop_ids, first, last).filter(level="source", counts=True, item_no__isnull=True)
    whole = rows.filter(device__in=devices)
    told = whole if whole.exists() else rows
    summed = told.values(name, "currency").annotate(
        sum_visitors=Sum("visitors"), sum_buyers=Sum("pay_buyers"), sum_paid=Sum("paid_amount"),
        days=Count("day", distinct=True),
    )  # fmt: skip
    return [
        SourceSum(r[name] or "other", r["currency"], r["sum_visitors"], r["sum_buyers"], r["sum_paid"], r["days"])
        for r in summed.order_by("currency", name)
    ]


def periods(*, shop_ids: frozenset[int], first: date | None = None, last: date | None = None) -> list[PeriodReport]:
    """Reports over several days that touch the days given, and those that name no day: whole, never spread. Visitors
    are shown only where one row says them."""
    channels = _channels()
    rows = Visit.objects.filter(shop_id__in=shop_ids, day__isnull=True)
    if first is not None and last is not None:
        rows = rows.exclude(last_day__lt=first).exclude(first_day__gt=last)
    places = ("shop_id", "first_day", "last_day", "level", "currency")
    summed = rows.values(*places).annotate(n=Count("id"), most=Max("visitors"))
    return [
        PeriodReport(
            r["shop_id"], channels[r["shop_id"]], r["first_day"], r["last_day"], r["level"], r["n"],
            r["most"] if r["n"] == 1 else None, r["currency"],
        )
        for r in summed.order_by(*places)
    ]  # fmt: skip


def list_visits(
    *,
    shop_ids: frozenset[int],
    first: date | None = None,
    last: date | None = None,
    level: str | None = None,
    source: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[VisitInfo]:
    """Rows of the book, newest record first; ``before_id`` is the id of the last row of the page before."""
    rows = Visit.objects.filter(shop_id__in=shop_ids)
    if first is not None:
        rows = rows.filter(day__gte=first)
    if last is not None:
        rows = rows.filter(day__lte=last)
    if level:
        rows = rows.filter(level=level)
    if source:
        rows = rows.filter(source=source)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [VisitInfo(**row) for row in rows.order_by("-id").values(*_COLUMNS)[:limit]]


def known_days(*, shop_ids: frozenset[int]) -> tuple[date, date] | None:
    """The first and last day of which any of the shops has a report of visitors."""
    found = Visit.objects.filter(shop_id__in=shop_ids, day__isnull=False).aggregate(a=Min("day"), b=Max("day"))
    return (found["a"], found["b"]) if found["a"] else None
