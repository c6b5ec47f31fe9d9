"""Months of business days: their names, their bounds, and the months of many moments at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import polars as pl

from zhanggui.kernel.period import Period

UNDATED = "undated"


def name_of(month: date | None) -> str:
    """``2026-11``; ``undated`` for rows without a day.

    >>> name_of(date(2026, 11, 1)), name_of(None)
    ('2026-11', 'undated')
    """
    return UNDATED if month is None else f"{month.year:04}-{month.month:02}"


def month_named(name: str) -> date | None:
    """The reverse of :func:`name_of`; raises ``ValueError`` for anything else."""
    if name == UNDATED:
        return None
    year, _dash, month = name.partition("-")
    found = date(int(year), int(month), 1)
    if name_of(found) != name:
        raise ValueError(f"{name!r} is not a month such as 2026-11")
    return found


def first_day(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the following month.

    >>> next_month(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_period(month: date, zone: str) -> Period:
    """The moments of a month of business days in ``zone``, half-open, in UTC.

    >>> month_period(date(2026, 11, 1), "Asia/Shanghai").starts_at.isoformat()
    '2026-10-31T16:00:00+00:00'
    """
    own = Period.of_days(first_day(month), next_month(month) - timedelta(days=1), zone)
    return Period(_utc(own.starts_at), _utc(own.ends_at))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def months_of(moments: Iterable[pl.Series], zone: str) -> frozenset[date | None]:
    """The months of UTC moments, in ``zone``; None among them when any moment is null."""
    found: set[date | None] = set()
    for series in moments:
        local = series.dt.convert_time_zone(zone).dt.date().dt.month_start().unique()
        found.update(local.to_list())
    return frozenset(found)
