"""How a date is derived from a year, and how another one stands to it, each written as a short text in the data files.

    fixed 11-11              the same date every year
    lunar 08-15              lunar date of the lunar year that begins in this year
    lunar 12-08 previous     of the lunar year before, which ends in this year
    weekday 2 sun 05         second Sunday of May
    solar_term qingming      date in UTC+8 of the term
    event C32 T+1d           counted from another event

An offset is ``T``, ``T-28d`` (calendar days) or ``T-3m`` (same day number, cut to the end of the month); ``W`` in place
of ``T`` counts from the start of the warm-up.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from zhanggui.foundation.calendar.domain.lunar import SOLAR_TERMS, lunar_date, solar_term

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KINDS: Final = ("fixed", "lunar", "weekday", "solar_term", "event")
_OFFSET: Final = re.compile(r"([TW])(?:([+-]\d{1,3})([dm]))?")


class BadRule(ValueError):
    """A rule or offset in a data file that cannot be read."""


def add_months(day: date, months: int) -> date:
    """The same day number ``months`` later (earlier when negative), cut to the end of that month.

    >>> add_months(date(2026, 5, 31), -3), add_months(date(2028, 5, 31), -3)
    (datetime.date(2026, 2, 28), datetime.date(2028, 2, 29))
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    """The ``n``-th such weekday (Monday 0) of a month: the first one plus 7(n − 1) days.

    >>> nth_weekday(2026, 11, 3, 4)
    datetime.date(2026, 11, 26)
    """
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


@dataclass(frozen=True, slots=True)
class Offset:
    """Days or months before (negative) or after an anchor: ``T`` the event, ``W`` the start of its warm-up."""

    anchor: str
    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Offset:
        """Read ``T``, ``T-28d``, ``T-3m``, ``W`` … Raises ``BadRule``."""
        match = _OFFSET.fullmatch(text)
        if match is None:
            raise BadRule(f"{text!r} is no offset like T, T-28d or T-3m")
        return cls(match[1], int(match[2] or 0), match[3] or "d")

    def of(self, anchor_day: date) -> date:
        """The date at this offset.

        >>> Offset.parse("T-1m").of(date(2027, 3, 31))
        datetime.date(2027, 2, 28)
        """
        if self.unit == "m":
            return add_months(anchor_day, self.amount)
        return anchor_day + timedelta(days=self.amount)


@dataclass(frozen=True, slots=True)
class Rule:
    """A date rule. ``kind`` is one of ``KINDS``; ``parts`` are the words behind it, already checked."""

    kind: str
    parts: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Rule:
        """Read a rule as described at the top of this module. Raises ``BadRule``."""
        kind, *parts = text.split()
        try:
            _check(kind, parts)
        except (ValueError, IndexError) as error:
            raise BadRule(f"{text!r} is no date rule: {error}") from error
        return cls(kind, tuple(parts))

    def day(self, year: int, other: Callable[[str, int], date]) -> date:
        """The date in ``year``; ``other(code, year)`` answers for events this rule counts from."""
        if self.kind == "fixed":
            month, day = map(int, self.parts[0].split("-"))
            return date(year, month, day)
        if self.kind == "lunar":
            month, day = map(int, self.parts[0].split("-"))
            return lunar_date(year - len(self.parts[1:]), month, day)
        if self.kind == "weekday":
            return nth_weekday(year, int(self.parts[2]), WEEKDAYS.index(self.parts[1]), int(self.parts[0]))
        if self.kind == "solar_term":
            return solar_term(year, self.parts[0])
        return Offset.parse(self.parts[1]).of(other(self.parts[0], year))


def _check(kind: str, parts: list[str]) -> None:
    if kind == "fixed" and len(parts) == 1:
        date.fromisoformat(f"2001-{parts[0]}")  # no leap year: 02-29 does not exist every year
    elif kind == "lunar" and parts[1:] in ([], ["previous"]):
        month, day = map(int, parts[0].split("-"))
        if not (1 <= month <= 12 and 1 <= day <= 29):
            raise ValueError("a lunar day that exists every year is needed")
    elif kind == "weekday" and len(parts) == 3:
        if not (1 <= int(parts[0]) <= 4 and parts[1] in WEEKDAYS and 1 <= int(parts[2]) <= 12):
            raise ValueError("needed: 1 to 4, mon … sun, month")
    elif kind == "solar_term" and len(parts) == 1:
        if parts[0] not in SOLAR_TERMS:
            raise ValueError(f"known terms: {', '.join(SOLAR_TERMS)}")
    elif kind == "event" and len(parts) == 2:
        if Offset.parse(parts[1]).anchor != "T":
            raise ValueError("an event counts from the day of another one")
    else:
        raise ValueError(f"unknown form; kinds: {', '.join(KINDS)}")
