"""Working days: the notices, what is not announced yet, and the laws of counting."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.calendar.domain.working_days import (
    WorkingDays,
    add_working_days,
    count_working_days,
    next_working_day,
    statutory_days,
)
from zhanggui.foundation.calendar.reading import shipped_days

CHINA = shipped_days()
#: As if nothing after 2026 were announced, whatever the package knows when this runs.
UNTIL_2026 = WorkingDays(CHINA.days_off, CHINA.make_up, frozenset(y for y in CHINA.known_years if y <= 2026))
DAYS = st.dates(date(2004, 1, 10), date(2040, 12, 1))


def days(first: str, last: str) -> list[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-01-01", "2025-01-01"),
        ("2025-01-28", "2025-02-04"),
        ("2025-04-04", "2025-04-06"),
        ("2025-05-01", "2025-05-05"),
        ("2025-05-31", "2025-06-02"),
        ("2025-10-01", "2025-10-08"),
        ("2026-01-01", "2026-01-03"),
        ("2026-02-15", "2026-02-23"),
        ("2026-04-04", "2026-04-06"),
        ("2026-05-01", "2026-05-05"),
        ("2026-06-19", "2026-06-21"),
        ("2026-09-25", "2026-09-27"),
        ("2026-10-01", "2026-10-07"),
    ],
)
def test_announced_days_off(first: str, last: str) -> None:
    kinds = [CHINA.kind(day) for day in days(first, last)]
    assert {(k.is_working, k.is_certain, k.reason) for k in kinds} == {(False, True, "holiday")}


@pytest.mark.parametrize(
    "day",
    [
        "2025-01-26",
        "2025-02-08",
        "2025-04-27",
        "2025-09-28",
        "2025-10-11",
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ],
)
def test_make_up_days_are_worked(day: str) -> None:
    kind = CHINA.kind(date.fromisoformat(day))
    assert (kind.is_working, kind.is_certain, kind.reason) == (True, True, "make_up")
    assert kind.day.weekday() >= 5


def test_every_known_day_agrees_with_the_package() -> None:
    known = days(f"{min(CHINA.known_years)}-01-01", f"{max(CHINA.known_years)}-12-31")
    assert all(CHINA.kind(day).is_working == chinese_calendar.is_workday(day) for day in known)


def test_a_year_not_announced_yet_uses_statutory_days_and_says_so() -> None:
    for day in [date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 8), date(2027, 6, 9), date(2027, 10, 1)]:
        kind = UNTIL_2026.kind(day)
        assert (kind.is_working, kind.is_certain, kind.reason) == (False, False, "statutory")
    assert UNTIL_2026.kind(date(2027, 3, 3)).reason == "weekday"
    assert UNTIL_2026.kind(date(2027, 3, 6)).reason == "weekend"
    assert not UNTIL_2026.kind(date(2027, 3, 3)).is_certain


def test_the_end_of_the_last_announced_year_is_not_certain() -> None:
    assert UNTIL_2026.kind(date(2026, 12, 24)).is_certain
    assert not UNTIL_2026.kind(date(2026, 12, 25)).is_certain
    assert UNTIL_2026.kind(date(2025, 12, 31)).is_certain


def test_there_are_thirteen_statutory_days_unless_mid_autumn_meets_national_day() -> None:
    assert [len(statutory_days(y)) for y in (2025, 2026, 2027, 2028)] == [13, 13, 13, 12]


def test_ten_working_days_of_autumn_2026_end_on_a_saturday() -> None:
    found = add_working_days(date(2026, 9, 21), 10, CHINA, inclusive=True)
    assert (found.day, found.is_certain) == (date(2026, 10, 10), True)
    assert count_working_days(date(2026, 9, 21), date(2026, 10, 10), CHINA).count == 10


def test_counting_past_the_announced_time_says_so() -> None:
    assert add_working_days(date(2026, 12, 1), 3, UNTIL_2026).is_certain
    assert not add_working_days(date(2026, 12, 24), 1, UNTIL_2026).is_certain
    assert not next_working_day(date(2027, 1, 1), UNTIL_2026).is_certain
    assert not count_working_days(date(2026, 12, 20), date(2027, 1, 5), UNTIL_2026).is_certain


def test_an_inclusive_count_starts_at_one() -> None:
    with pytest.raises(ValueError, match="starts at 1"):
        add_working_days(date(2026, 9, 21), 0, CHINA, inclusive=True)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_counting_on_is_counting_once(day: date, a: int, b: int) -> None:
    once = add_working_days(day, a + b, UNTIL_2026).day
    assert add_working_days(add_working_days(day, a, UNTIL_2026).day, b, UNTIL_2026).day == once


@given(DAYS, st.integers(1, 80))
def test_a_count_lands_on_a_working_day_and_counts_back(day: date, count: int) -> None:
    found = add_working_days(day, count, UNTIL_2026).day
    assert UNTIL_2026.kind(found).is_working
    assert count_working_days(day + timedelta(days=1), found, UNTIL_2026).count == count
    if UNTIL_2026.kind(day).is_working:
        assert add_working_days(found, -count, UNTIL_2026).day == day
        assert add_working_days(day, count + 1, UNTIL_2026, inclusive=True).day == found


@given(DAYS, st.integers(0, 120), st.integers(1, 120))
def test_counts_of_adjacent_spans_add_up(first: date, a: int, b: int) -> None:
    middle, last = first + timedelta(days=a), first + timedelta(days=a + b)
    parts = [(first, middle), (middle + timedelta(days=1), last)]
    counts = [count_working_days(x, y, UNTIL_2026).count for x, y in parts]
    assert sum(counts) == count_working_days(first, last, UNTIL_2026).count


@given(DAYS)
def test_the_next_working_day_is_the_nearest_one(day: date) -> None:
    found = next_working_day(day, UNTIL_2026).day
    assert UNTIL_2026.kind(found).is_working
    assert not any(UNTIL_2026.kind(day + timedelta(days=n)).is_working for n in range((found - day).days))


def test_a_notice_makes_its_year_certain_and_may_reach_back_into_december() -> None:
    off = frozenset([*days("2026-12-31", "2027-01-02"), date(2027, 2, 5)])
    known = UNTIL_2026.with_year(2027, off, frozenset([date(2026, 12, 27)]))
    assert known.kind(date(2026, 12, 31)).reason == "holiday"
    assert known.kind(date(2026, 12, 27)).reason == "make_up"
    assert known.kind(date(2026, 12, 30)).is_certain
    assert known.kind(date(2027, 2, 8)).reason == "weekday"  # statutory by rule, but the notice says otherwise
    assert known.kind(date(2026, 10, 10)).reason == "make_up"
    again = known.with_year(2026, frozenset([date(2026, 10, 1)]), frozenset())
    assert again.kind(date(2026, 12, 31)).reason == "holiday"
    assert again.kind(date(2026, 10, 10)).reason == "weekend"


@pytest.mark.parametrize(
    ("off", "make_up"),
    [([date(2028, 5, 1)], []), ([], [date(2025, 1, 4)]), ([date(2027, 1, 2)], [date(2027, 1, 2)])],
)
def test_a_notice_with_days_of_other_years_or_both_ways_is_refused(off: list[date], make_up: list[date]) -> None:
    with pytest.raises(ValueError, match="do not fit the notice for 2027"):
        UNTIL_2026.with_year(2027, frozenset(off), frozenset(make_up))
