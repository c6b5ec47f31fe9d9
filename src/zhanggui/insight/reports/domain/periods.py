"""Which days a report is about, and which it is compared with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from zhanggui.insight.reports.contracts import Compared, Kind

KINDS: Final[tuple[Kind, ...]] = ("daily", "weekly", "monthly")
#: How many earlier periods tell what is usual.
USUAL: Final[dict[Kind, int]] = {"daily": 8, "weekly": 8, "monthly": 6}


def days_of(kind: Kind, day: date) -> tuple[date, date]:
    """The day, its week from Monday, or its month.

    >>> days_of("weekly", date(2026, 11, 11)), days_of("monthly", date(2026, 2, 3))[1].day
    ((datetime.date(2026, 11, 9), datetime.date(2026, 11, 15)), 28)
    """
    if kind == "daily":
        return day, day
    if kind == "weekly":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    return day.replace(day=1), _next_month(day) - timedelta(days=1)


def earlier(kind: Kind, first: date, back: int = 1) -> tuple[date, date]:
    """The period ``back`` periods before: of a day, the same weekday so many weeks ago.

    >>> earlier("daily", date(2026, 11, 11)), earlier("monthly", date(2026, 3, 1), 2)[0]
    ((datetime.date(2026, 11, 4), datetime.date(2026, 11, 4)), datetime.date(2026, 1, 1))
    """
    if kind == "monthly":
        months = first.year * 12 + first.month - 1 - back
        return days_of(kind, date(months // 12, months % 12 + 1, 1))
    return days_of(kind, first - timedelta(days=7 * back))


def newest(kind: Kind, today: date) -> date:
    """A day of the newest period that is over.

    >>> newest("daily", date(2026, 11, 11)), newest("weekly", date(2026, 11, 9)), newest("monthly", date(2026, 11, 1))
    (datetime.date(2026, 11, 10), datetime.date(2026, 11, 8), datetime.date(2026, 10, 31))
    """
    return days_of(kind, today)[0] - timedelta(days=1)


def falls_due(kind: Kind, today: date) -> bool:
    """Whether the schedule writes this kind today: every day, on Monday, on the 1st."""
    return kind == "daily" or (kind == "weekly" and today.weekday() == 0) or (kind == "monthly" and today.day == 1)


def compared_as(kind: Kind) -> Compared:
    return "month_before" if kind == "monthly" else "week_before"


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
