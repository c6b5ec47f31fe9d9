"""Time that runs only while somebody is at work, and the deadlines counted in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from zhanggui.foundation.calendar.domain.working_days import WorkingDays

#: Nobody closes for longer; a search past this means a calendar that never opens.
_LONGEST_CLOSURE: Final = timedelta(days=62)


class NeverOpen(ValueError):
    """A service calendar without opening hours."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Local opening hours; ``closes`` not after ``opens`` means the next day (00:00: midnight)."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class ServiceCalendar:
    """Opening hours from Monday to Sunday in a time zone.

    With ``days``, holidays are closed and make-up days open like ``make_up`` (Monday's hours when None). Ordinary
    Saturdays and Sundays follow ``week``: a service desk may well be open.
    """

    zone: str
    week: tuple[tuple[Shift, ...], ...]
    days: WorkingDays | None = None
    make_up: tuple[Shift, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        if not any(self.week):
            raise NeverOpen("a service calendar needs opening hours on at least one day of the week")

    def shifts(self, day: date) -> tuple[tuple[Shift, ...], bool]:
        """The shifts that start on a day, and whether that is certain."""
        usual = self.week[day.weekday()]
        if self.days is None:
            return usual, True
        kind = self.days.kind(day)
        if kind.reason in {"holiday", "statutory"}:
            return (), kind.is_certain
        if kind.reason == "make_up":
            return self.week[0] if self.make_up is None else self.make_up, kind.is_certain
        return usual, kind.is_certain


@dataclass(frozen=True, slots=True)
class Due:
    """A moment in UTC, itself still on time; ``is_certain`` False when it rests on days not announced yet."""

    at: datetime
    is_certain: bool


def office_hours(
    days: WorkingDays | None, *, opens: time = time(9), closes: time = time(18), zone: str = "Asia/Shanghai"
) -> ServiceCalendar:
    """Monday to Friday from ``opens`` to ``closes``, with holidays and make-up days of ``days``."""
    shift = (Shift(opens, closes),)
    return ServiceCalendar(zone, (shift,) * 5 + ((), ()), days)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a deadline needs a moment with a time zone")
    return moment.astimezone(UTC)


def _open_spans(calendar: ServiceCalendar, from_at: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
    """Opening spans from a UTC moment on, in order and without overlap; the flag: all days so far are certain."""
    zone = ZoneInfo(calendar.zone)
    day = from_at.astimezone(zone).date() - timedelta(days=1)  # yesterday's night shift may still run
    reached, last_open, certain = from_at, from_at, True
    today = day + timedelta(days=1)
    while True:
        shifts, known = calendar.shifts(day)
        certain = certain and (known or day < today)
        for shift in sorted(shifts, key=lambda s: s.opens):
            end_day = day if shift.closes > shift.opens else day + timedelta(days=1)
            opens = datetime.combine(day, shift.opens, tzinfo=zone).astimezone(UTC)
            closes = datetime.combine(end_day, shift.closes, tzinfo=zone).astimezone(UTC)
            opens = max(opens, reached)
            if closes > opens:
                yield opens, closes, certain
                reached = last_open = closes
        day += timedelta(days=1)
        if datetime.combine(day, time(), tzinfo=UTC) - last_open > _LONGEST_CLOSURE:
            raise NeverOpen(f"no opening hours in the {_LONGEST_CLOSURE.days} days after {last_open:%Y-%m-%d}")


def add_service_time(start: datetime, duration: timedelta, calendar: ServiceCalendar | None = None) -> Due:
    """The moment at which ``duration`` of service time has passed since ``start``; wall-clock time without a calendar.

    A span used up exactly at closing time ends at closing time, not at the next opening. Zero is ``start`` itself.
    Raises ``ValueError`` for a naive start or negative duration, ``NeverOpen``.
    """
    at = _utc(start)
    if duration < timedelta():
        raise ValueError("a duration cannot be negative")
    if calendar is None or not duration:
        return Due(at + duration, True)
    for opens, closes, certain in _open_spans(calendar, at):
        if duration <= closes - opens:
            return Due(opens + duration, certain)
        duration -= closes - opens
    raise AssertionError("opening spans never end")


def service_time_between(start: datetime, end: datetime, calendar: ServiceCalendar | None = None) -> timedelta:
    """Service time from ``start`` to ``end``; zero when ``end`` is not after ``start``."""
    begins, ends = _utc(start), _utc(end)
    if ends <= begins:
        return timedelta()
    if calendar is None:
        return ends - begins
    total = timedelta()
    for opens, closes, _certain in _open_spans(calendar, begins):
        if opens >= ends:
            break
        total += min(closes, ends) - opens
    return total
