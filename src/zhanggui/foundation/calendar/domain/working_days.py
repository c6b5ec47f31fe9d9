"""Working days of China: announced days off and make-up days where known, the statutory days otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from zhanggui.foundation.calendar.domain.lunar import OutOfRange, lunar_date, solar_term

#: The notice for a year can move days of the old one around New Year (2018-12-29 was a make-up day): from this day of
#: December on, a year is certain only when the next one is known too.
_DECEMBER_DOUBT: Final = 25


@dataclass(frozen=True, slots=True)
class DayKind:
    """``reason``: weekday, weekend, holiday (announced), make_up (announced), statutory (computed, not announced).

    ``is_certain`` False: the notice for that year is not known; days off may be moved and make-up days are missing.
    """

    day: date
    is_working: bool
    is_certain: bool
    reason: str


@dataclass(frozen=True, slots=True)
class DayReckoned:
    """A date found by counting; ``is_certain`` only if every day looked at was."""

    day: date
    is_certain: bool


@dataclass(frozen=True, slots=True)
class DaysCounted:
    count: int
    is_certain: bool


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are worked. ``known_years``: years whose notice is in ``days_off`` and ``make_up``.

    ``statutory``: in years not known, the statutory holidays of China are off as well as Saturday and Sunday.
    """

    days_off: frozenset[date]
    make_up: frozenset[date]
    known_years: frozenset[int]
    statutory: bool = True

    def kind(self, day: date) -> DayKind:
        certain = day.year in self.known_years and (
            (day.month, day.day) < (12, _DECEMBER_DOUBT) or day.year + 1 in self.known_years
        )
        if day in self.make_up:
            return DayKind(day, True, certain, "make_up")
        if day in self.days_off:
            return DayKind(day, False, certain, "holiday")
        if day.year not in self.known_years and self.statutory and day in _statutory(day.year):
            return DayKind(day, False, False, "statutory")
        if day.weekday() >= 5:
            return DayKind(day, False, certain, "weekend")
        return DayKind(day, True, certain, "weekday")

    def with_year(self, year: int, days_off: frozenset[date], make_up: frozenset[date]) -> WorkingDays:
        """These days with the notice for one more year (or a better one for a known year).

        The notice may reach over New Year into the neighbours. Raises ``ValueError`` for days further away or both off
        and made up.
        """
        stray = [d for d in days_off | make_up if not date(year - 1, 12, 1) <= d <= date(year + 1, 1, 31)]
        if stray or days_off & make_up:
            raise ValueError(
                f"days that do not fit the notice for {year}: {sorted(stray) or sorted(days_off & make_up)}"
            )

        def is_kept(day: date) -> bool:  # December may have been moved by the notice for the year after
            return day.year != year or (day.month == 12 and year + 1 in self.known_years)

        kept_off = frozenset(filter(is_kept, self.days_off)) - make_up
        kept_up = frozenset(filter(is_kept, self.make_up)) - days_off
        return WorkingDays(kept_off | days_off, kept_up | make_up, self.known_years | {year}, self.statutory)


@lru_cache(maxsize=256)
def _statutory(year: int) -> frozenset[date]:
    try:
        return statutory_days(year)
    except OutOfRange:
        return frozenset()


def statutory_days(year: int) -> frozenset[date]:
    """The 13 statutory holidays in force since 2025 (12 where Mid-Autumn meets National Day). Raises ``OutOfRange``.

    >>> len(statutory_days(2027))
    13
    """
    spring = lunar_date(year, 1, 1)
    return frozenset(
        [
            date(year, 1, 1),
            *(spring + timedelta(days=n) for n in range(-1, 3)),
            solar_term(year, "qingming"),
            date(year, 5, 1),
            date(year, 5, 2),
            lunar_date(year, 5, 5),
            lunar_date(year, 8, 15),
            *(date(year, 10, n) for n in range(1, 4)),
        ]
    )


def next_working_day(day: date, days: WorkingDays) -> DayReckoned:
    """``day`` itself if it is worked, else the first working day after it."""
    certain = True
    while True:
        kind = days.kind(day)
        certain = certain and kind.is_certain
        if kind.is_working:
            return DayReckoned(day, certain)
        day += timedelta(days=1)


def add_working_days(start: date, count: int, days: WorkingDays, *, inclusive: bool = False) -> DayReckoned:
    """The ``count``-th working day after ``start`` (before it when negative); 0 is ``start`` itself.

    ``inclusive``: ``start`` counts as the first day when it is worked (``count`` at least 1). Ten working days
    from Monday 2026-09-21 inclusive end on Saturday 2026-10-10, a make-up day.
    """
    if inclusive and count < 1:
        raise ValueError("an inclusive count starts at 1")
    step = timedelta(days=-1 if count < 0 else 1)
    day = start - step if inclusive else start
    left = abs(count)
    certain = True if left else days.kind(day).is_certain
    while left:
        day += step
        kind = days.kind(day)
        certain = certain and kind.is_certain
        left -= kind.is_working
    return DayReckoned(day, certain)


def count_working_days(first: date, last: date, days: WorkingDays) -> DaysCounted:
    """Working days from ``first`` to ``last``, both included; 0 when ``last`` is before ``first``."""
    kinds = [days.kind(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    return DaysCounted(sum(k.is_working for k in kinds), all(k.is_certain for k in kinds))
