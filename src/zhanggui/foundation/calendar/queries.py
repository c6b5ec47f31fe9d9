"""Questions to the calendar. The pure functions that take ``WorkingDays`` or a ``ServiceCalendar`` touch no database:
ask ``working_days()`` once and reckon as often as needed."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from typing import Final

from zhanggui.foundation.calendar.contracts import Alignment, Event, Phase, Task, WorkingDays
from zhanggui.foundation.calendar.domain import alignment
from zhanggui.foundation.calendar.domain.announcements import parse_days_off, parse_windows
from zhanggui.foundation.calendar.domain.clocks import binding, upgrade
from zhanggui.foundation.calendar.domain.lunar import FIRST_YEAR, LAST_YEAR
from zhanggui.foundation.calendar.domain.marketing import (
    RuleBook,
    all_phases,
    beyond_focus,
    campaign_years,
    event_day,
    live_lead,
    year_events,
)
from zhanggui.foundation.calendar.domain.service import add_service_time, office_hours, service_time_between
from zhanggui.foundation.calendar.domain.working_days import add_working_days, count_working_days, next_working_day
from zhanggui.foundation.calendar.models import Announcement
from zhanggui.foundation.calendar.reading import shipped_book, shipped_days

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "add_service_time",
    "add_working_days",
    "align",
    "beyond_focus",
    "binding",
    "count_working_days",
    "day_of",
    "events",
    "live_lead",
    "moving_anchor",
    "next_working_day",
    "office_hours",
    "phases",
    "service_time_between",
    "tasks",
    "upgrade",
    "working_days",
]

SPRING_FESTIVAL: Final = "C07"


def _taken_in() -> tuple[str, ...]:
    return tuple(Announcement.objects.order_by("id").values_list("text", flat=True))


@lru_cache(maxsize=2)
def _merged(texts: tuple[str, ...]) -> tuple[RuleBook, WorkingDays]:
    """Shipped knowledge with announcements, the last one being the best known."""
    book, days = shipped_book(), shipped_days()
    for text in texts:
        document = tomllib.loads(text)
        book = book.with_windows(parse_windows({"window": document.get("window", [])}, book))
        for notice in parse_days_off({"days_off": document.get("days_off", [])}):
            days = days.with_year(notice.year, notice.days_off, notice.make_up)
    return book, days


@lru_cache(maxsize=512)
def _year(texts: tuple[str, ...], year: int, channel: str | None) -> tuple[Event, ...]:
    return year_events(_merged(texts)[0], year, channel)


def working_days() -> WorkingDays:
    """The Chinese working days as known today: shipped and taken in. A value; hold it for a batch."""
    return _merged(_taken_in())[1]


def events(first: date, last: date, *, channel: str | None = None) -> tuple[Event, ...]:
    """Events with a day from ``first`` to ``last`` (both included, UTC+8), by first day, with phases and tasks.

    ``channel``: phases announced for it replace the assumed ones, and the tasks that hang on them move. Without one,
    phases are the assumed defaults. Raises ``OutOfRange`` outside 2000 to 2100, ``ValueError`` if ``last`` is earlier.
    """
    texts = _taken_in()
    found = [e for year in campaign_years(first, last) for e in _year(texts, year, channel)]
    return tuple(sorted((e for e in found if e.starts <= last and e.ends >= first), key=lambda e: (e.starts, e.code)))


def phases(first: date, last: date, *, channel: str | None = None) -> tuple[Phase, ...]:
    """Campaign phases that touch the days, by beginning; one without a published end counts on its first day only.

    Without a channel: the assumed defaults and beside them every announcement, each with its status and channel.
    """
    book = _merged(_taken_in())[0]
    found = [p for year in campaign_years(first, last) for p in all_phases(book, year, channel)]
    touching = [p for p in found if p.first <= last and (p.last or p.first) >= first]
    return tuple(sorted(touching, key=lambda p: (p.starts_at, p.campaign, p.channel or "", p.code)))


def tasks(first: date, last: date, *, channel: str | None = None) -> tuple[Task, ...]:
    """What there is to do from ``first`` to ``last``: every lead-time task that touches these days, by beginning."""
    texts = _taken_in()
    found = [t for year in campaign_years(first, last) for e in _year(texts, year, channel) for t in e.tasks]
    return tuple(
        sorted((t for t in found if t.starts <= last and t.ends >= first), key=lambda t: (t.starts, t.ends, t.code))
    )


def day_of(code: str, year: int) -> date:
    """The day T of an event in a campaign year. Raises ``UnknownEvent`` and ``OutOfRange``."""
    return event_day(shipped_book(), code, year)


def align(first: date, last: date, *, anchor: str = SPRING_FESTIVAL, years_back: int = 1) -> Alignment:
    """The span of an earlier year at the same distance from an event, Spring Festival unless another is named.

    Raises ``UnknownEvent``, ``OutOfRange`` and ``ValueError``.
    """
    return alignment.align(first, last, anchor, lambda year: day_of(anchor, year), years_back=years_back)


def moving_anchor(first: date, last: date) -> str | None:
    """The lunar event to compare a span by, or None when the same dates serve: its campaign touches the span.

    Spring Festival comes first, then the event nearest to the middle of the span.
    """
    middle = first.toordinal() + last.toordinal()
    near = []
    for year in campaign_years(first, last):
        for event in _year((), year, None):
            ends = [p.last for p in event.phases if p.last is not None]
            if event.kind == "lunar" and ends and min(p.first for p in event.phases) <= last and max(ends) >= first:
                near.append((event.code != SPRING_FESTIVAL, abs(2 * event.day.toordinal() - middle), event.code))
    return min(near)[2] if near else None
