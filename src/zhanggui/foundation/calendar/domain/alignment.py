"""Comparison with another year by distance to a moving event instead of by date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from zhanggui.foundation.calendar.domain.lunar import OutOfRange


@dataclass(frozen=True, slots=True)
class Alignment:
    """Days ``first`` to ``last`` and the days ``other_first`` to ``other_last`` at the same distance from ``anchor``.

    ``this_day`` and ``other_day`` are the days of the event in the two years. Both spans have the same length;
    weekdays need not agree.
    """

    anchor: str
    first: date
    last: date
    other_first: date
    other_last: date
    this_day: date
    other_day: date

    def distance(self, day: date) -> int:
        """Days from the event to a day of this year's span, negative before it."""
        return (day - self.this_day).days

    def other(self, day: date) -> date:
        """The day of the other year at the same distance from the event."""
        return day - (self.this_day - self.other_day)


def align(first: date, last: date, anchor: str, day_of: Callable[[int], date], *, years_back: int = 1) -> Alignment:
    """Align a span with the one ``years_back`` years earlier (later when negative) by the event nearest to its middle.

    ``day_of`` gives the event's day in a year. Raises ``ValueError`` for a span that ends before it starts and
    ``OutOfRange`` when a year is not covered.
    """
    if last < first:
        raise ValueError(f"{last} is before {first}")
    twice_middle = first.toordinal() + last.toordinal()
    near = []
    for year in range(first.year - 1, last.year + 2):
        try:
            near.append((abs(2 * day_of(year).toordinal() - twice_middle), year))
        except OutOfRange:
            continue
    if not near:
        raise OutOfRange(f"{anchor} is not known near {first}")
    year = min(near)[1]
    this_day, other_day = day_of(year), day_of(year - years_back)
    shift = timedelta(days=(this_day - other_day).days)
    return Alignment(anchor, first, last, first - shift, last - shift, this_day, other_day)
