"""Half-open spans of time and the business days of a shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """From ``starts_at`` (included) to ``ends_at`` (not included); both aware moments."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a period needs moments with a time zone")
        if self.ends_at < self.starts_at:
            raise ValueError("a period cannot end before it starts")

    def __contains__(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at

    @classmethod
    def of_days(cls, first: date, last: date, zone: str) -> Period:
        """Business days ``first`` to ``last``, both included, in the shop's time zone.

        >>> p = Period.of_days(date(2026, 11, 11), date(2026, 11, 11), "Asia/Shanghai")
        >>> p.starts_at.isoformat(), p.ends_at.isoformat()
        ('2026-11-11T00:00:00+08:00', '2026-11-12T00:00:00+08:00')
        """
        tz = ZoneInfo(zone)
        after = last + timedelta(days=1)
        return cls(
            datetime(first.year, first.month, first.day, tzinfo=tz),
            datetime(after.year, after.month, after.day, tzinfo=tz),
        )


def business_day(moment: datetime, zone: str) -> date:
    """The calendar day a moment belongs to in the shop's time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no business day")
    return moment.astimezone(ZoneInfo(zone)).date()
