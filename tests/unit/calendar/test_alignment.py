"""Comparing with another year by distance to a moving event."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.calendar.domain.alignment import Alignment, align
from zhanggui.foundation.calendar.domain.lunar import OutOfRange
from zhanggui.foundation.calendar.domain.marketing import event_day
from zhanggui.foundation.calendar.reading import shipped_book


def by(anchor: str, first: date, last: date, years_back: int = 1) -> Alignment:
    return align(first, last, anchor, lambda year: event_day(shipped_book(), anchor, year), years_back=years_back)


def test_the_weeks_before_spring_festival_meet_the_weeks_before_it() -> None:
    found = by("C07", date(2026, 1, 20), date(2026, 2, 16))
    assert (found.other_first, found.other_last) == (date(2025, 1, 1), date(2025, 1, 28))
    assert found.distance(date(2026, 2, 16)) == -1
    assert found.other(date(2026, 2, 17)) == date(2025, 1, 29)


def test_a_span_in_december_belongs_to_the_coming_spring_festival() -> None:
    found = by("C07", date(2027, 12, 29), date(2028, 1, 18))
    assert (found.this_day, found.other_day) == (date(2028, 1, 26), date(2027, 2, 6))
    assert found.other_first == date(2027, 1, 9)


def test_mid_autumn_of_two_years() -> None:
    found = by("C27", date(2026, 9, 4), date(2026, 9, 25))
    assert (found.other_first, found.other_last) == (date(2025, 9, 15), date(2025, 10, 6))


@given(st.dates(date(2003, 1, 1), date(2097, 1, 1)), st.integers(0, 120), st.sampled_from(["C07", "C16", "C27", "C14"]))
def test_length_and_distance_to_the_nearest_event_are_kept(first: date, days: int, anchor: str) -> None:
    last = first + timedelta(days=days)
    found = by(anchor, first, last)
    assert found.other_last - found.other_first == last - first
    assert first - found.this_day == found.other_first - found.other_day
    assert (found.other(first), found.other(last)) == (found.other_first, found.other_last)
    near = [event_day(shipped_book(), anchor, year) for year in range(first.year - 1, last.year + 2)]
    middle = (first.toordinal() + last.toordinal()) / 2
    assert abs(found.this_day.toordinal() - middle) == min(abs(d.toordinal() - middle) for d in near)


@given(st.integers(2003, 2097), st.integers(-90, 30), st.integers(0, 45), st.sampled_from(["C07", "C16", "C27", "C14"]))
def test_there_and_back_is_the_same_span(year: int, offset: int, days: int, anchor: str) -> None:
    first = event_day(shipped_book(), anchor, year) + timedelta(days=offset)
    last = first + timedelta(days=days)
    there = by(anchor, first, last, years_back=2)
    back = by(anchor, there.other_first, there.other_last, years_back=-2)
    assert (back.other_first, back.other_last) == (first, last)


def test_what_cannot_be_aligned_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        by("C07", date(2026, 2, 2), date(2026, 2, 1))
    with pytest.raises(OutOfRange):
        by("C07", date(2000, 2, 1), date(2000, 2, 10))
    with pytest.raises(OutOfRange):
        by("C07", date(1990, 2, 1), date(1990, 2, 10))
