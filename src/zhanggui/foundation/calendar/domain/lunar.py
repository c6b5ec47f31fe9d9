"""Lunar dates and the two solar terms of trade as calendar dates in UTC+8."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from zhanggui.foundation.calendar.domain import lunar_table

#: Gregorian years in which every event can be computed.
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100

#: Names of the solar terms that are events.
SOLAR_TERMS: Final = ("qingming", "winter_solstice")


class OutOfRange(ValueError):
    """A date outside the years the calendar covers."""


class NoSuchLunarDay(ValueError):
    """A lunar date that does not exist, such as 12-30 of a year whose twelfth month has 29 days."""


@dataclass(frozen=True, slots=True)
class LunarYear:
    """``months`` in order: (number, is leap, first day, days)."""

    year: int
    months: tuple[tuple[int, bool, date, int], ...]


@lru_cache(maxsize=1)
def _years() -> dict[int, LunarYear]:
    found = {}
    for year, row in enumerate(lunar_table.ROWS.splitlines(), lunar_table.FIRST_YEAR):
        first_text, leap_text, lengths = row.split()
        first, leap = date.fromisoformat(first_text), int(leap_text)
        months = []
        for place, digit in enumerate(lengths):
            is_leap = leap > 0 and place == leap
            number = place + 1 if leap == 0 or place < leap else place
            days = 29 + int(digit)
            months.append((number, is_leap, first, days))
            first += timedelta(days=days)
        found[year] = LunarYear(year, tuple(months))
    return found


def lunar_year(year: int) -> LunarYear:
    """The months of a lunar year. Raises ``OutOfRange`` outside 1999 to 2101."""
    try:
        return _years()[year]
    except KeyError:
        raise OutOfRange(f"lunar year {year} is outside {lunar_table.FIRST_YEAR} to {lunar_table.LAST_YEAR}") from None


def lunar_date(year: int, month: int, day: int) -> date:
    """The calendar date of a lunar date in the regular month of that number: a leap month never hosts a festival.

    Raises ``OutOfRange``, and ``NoSuchLunarDay`` for a day the month has not got.

    >>> lunar_date(2025, 7, 7), lunar_date(2028, 5, 5)
    (datetime.date(2025, 8, 29), datetime.date(2028, 5, 28))
    """
    for number, is_leap, first, days in lunar_year(year).months:
        if number == month and not is_leap:
            if 1 <= day <= days:
                return first + timedelta(days=day - 1)
            break
    raise NoSuchLunarDay(f"lunar year {year} has no day {month:02}-{day:02}")


def solar_term(year: int, name: str) -> date:
    """The date in UTC+8 of the instant the sun reaches the term: ``qingming`` 15°, ``winter_solstice`` 270°.

    Raises ``OutOfRange`` outside 2000 to 2101 and ``KeyError`` for another name.

    >>> solar_term(2026, "qingming")
    datetime.date(2026, 4, 5)
    """
    place = year - FIRST_YEAR
    if not 0 <= place < len(lunar_table.QINGMING):
        raise OutOfRange(f"year {year} is outside {FIRST_YEAR} to {lunar_table.LAST_YEAR}")
    if name == "qingming":
        return date(year, 4, int(lunar_table.QINGMING[place]))
    if name == "winter_solstice":
        return date(year, 12, 20 + int(lunar_table.WINTER_SOLSTICE[place]))
    raise KeyError(name)
