"""Service time, deadlines and clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.calendar.domain.clocks import Clock, binding, upgrade
from zhanggui.foundation.calendar.domain.service import (
    NeverOpen,
    ServiceCalendar,
    Shift,
    add_service_time,
    office_hours,
    service_time_between,
)
from zhanggui.foundation.calendar.domain.working_days import WorkingDays
from zhanggui.foundation.calendar.reading import shipped_days

CHINA = shipped_days()
KNOWN = WorkingDays(CHINA.days_off, CHINA.make_up, frozenset(y for y in CHINA.known_years if y <= 2026))
OFFICE = office_hours(KNOWN)
NIGHT = ServiceCalendar("Asia/Shanghai", ((Shift(time(20), time(2)), Shift(time(1), time(4))),) * 7)
NEW_YORK = office_hours(None, zone="America/New_York", opens=time(1), closes=time(5))
ROUND_THE_CLOCK = ServiceCalendar("Asia/Shanghai", ((Shift(time(0), time(0)),),) * 7)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23T10:00", 2, "2026-11-23T12:00"),  # Monday morning
        ("2026-11-23T17:00", 1, "2026-11-23T18:00"),  # used up at closing time
        ("2026-11-23T17:00", 2, "2026-11-24T10:00"),
        ("2026-11-23T03:00", 2, "2026-11-23T11:00"),  # before opening
        ("2026-11-27T17:30", 2, "2026-11-30T10:30"),  # over the weekend
        ("2026-09-30T17:00", 2, "2026-10-08T10:00"),  # over National Day
        ("2026-10-09T17:00", 2, "2026-10-10T10:00"),  # Saturday, but a make-up day
        ("2026-10-10T17:00", 2, "2026-10-12T10:00"),
        ("2026-11-22T12:00", 0, "2026-11-22T12:00"),  # nothing to wait for
    ],
)
def test_service_time_runs_in_office_hours_only(start: str, hours: int, due: str) -> None:
    found = add_service_time(at(start), timedelta(hours=hours), OFFICE)
    assert found.at == at(due)
    assert found.at.tzinfo is UTC
    assert found.is_certain


def test_a_deadline_in_a_year_not_announced_says_so() -> None:
    assert add_service_time(at("2026-12-24T10:00"), timedelta(hours=8), OFFICE).is_certain
    assert not add_service_time(at("2026-12-24T10:00"), timedelta(hours=9), OFFICE).is_certain
    found = add_service_time(at("2027-02-04T17:00"), timedelta(hours=2), OFFICE)
    assert (found.at, found.is_certain) == (at("2027-02-09T10:00"), False)  # 5 to 8 February are statutory


def test_yesterdays_doubt_does_not_make_today_uncertain() -> None:
    days = WorkingDays(frozenset(), frozenset(), frozenset([2027, 2028]))
    assert add_service_time(at("2027-01-01T10:00"), timedelta(hours=1), office_hours(days)).is_certain


def test_without_a_calendar_it_is_wall_clock_time() -> None:
    assert add_service_time(at("2026-10-01T00:00"), timedelta(hours=24)).at == at("2026-10-02T00:00")
    assert service_time_between(at("2026-10-01T00:00"), at("2026-10-02T00:00")) == timedelta(hours=24)


def test_a_desk_open_at_weekends_is_closed_on_holidays() -> None:
    daily = ServiceCalendar("Asia/Shanghai", ((Shift(time(9), time(18)),),) * 7, KNOWN)
    assert add_service_time(at("2026-11-28T10:00"), timedelta(hours=1), daily).at == at("2026-11-28T11:00")
    assert add_service_time(at("2026-10-03T10:00"), timedelta(hours=1), daily).at == at("2026-10-08T10:00")


def test_make_up_days_may_have_hours_of_their_own() -> None:
    short = ServiceCalendar(OFFICE.zone, OFFICE.week, KNOWN, make_up=(Shift(time(9), time(12)),))
    assert add_service_time(at("2026-10-10T11:00"), timedelta(hours=2), short).at == at("2026-10-12T10:00")


def test_shifts_over_midnight_are_not_counted_twice_where_they_overlap() -> None:
    assert add_service_time(at("2026-11-24T01:30"), timedelta(hours=1), NIGHT).at == at("2026-11-24T02:30")
    assert add_service_time(at("2026-11-23T23:00"), timedelta(hours=5), NIGHT).at == at("2026-11-24T04:00")
    assert add_service_time(at("2026-11-23T23:00"), timedelta(hours=6), NIGHT).at == at("2026-11-24T21:00")


def test_an_hour_lost_to_summer_time_is_not_worked() -> None:
    new_york = ServiceCalendar("America/New_York", ((Shift(time(1), time(5)),),) * 7)
    sunday = datetime(2026, 3, 8, tzinfo=ZoneInfo("America/New_York"))
    assert service_time_between(sunday, sunday + timedelta(hours=12), new_york) == timedelta(hours=3)


STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))
DURATIONS = st.timedeltas(timedelta(), timedelta(hours=60))
CALENDARS = st.sampled_from([OFFICE, NIGHT, NEW_YORK, ROUND_THE_CLOCK, None])


@given(STARTS, DURATIONS, DURATIONS, CALENDARS)
def test_adding_twice_is_adding_the_sum(
    start: datetime, a: timedelta, b: timedelta, calendar: ServiceCalendar | None
) -> None:
    twice = add_service_time(add_service_time(start, a, calendar).at, b, calendar).at
    assert twice == add_service_time(start, a + b, calendar).at


@given(STARTS, DURATIONS, CALENDARS)
def test_what_was_added_has_passed(start: datetime, duration: timedelta, calendar: ServiceCalendar | None) -> None:
    due = add_service_time(start, duration, calendar).at
    assert service_time_between(start, due, calendar) == duration
    if duration:
        before = service_time_between(start, due - timedelta(microseconds=1), calendar)
        assert before == duration - timedelta(microseconds=1)


@given(STARTS, DURATIONS)
def test_open_round_the_clock_is_wall_clock_time(start: datetime, duration: timedelta) -> None:
    assert add_service_time(start, duration, ROUND_THE_CLOCK).at == start + duration


def test_what_cannot_be_reckoned_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        add_service_time(datetime(2026, 1, 1), timedelta(hours=1), OFFICE)
    with pytest.raises(ValueError, match="negative"):
        add_service_time(at("2026-01-01T00:00"), timedelta(hours=-1), OFFICE)
    with pytest.raises(NeverOpen):
        ServiceCalendar("Asia/Shanghai", ((),) * 7)
    with pytest.raises(ValueError, match="seven days"):
        ServiceCalendar("Asia/Shanghai", ((Shift(time(9), time(18)),),) * 5)
    always_off = WorkingDays(
        frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(365)), frozenset(), frozenset([2026, 2027])
    )
    with pytest.raises(NeverOpen, match="days after 2026-01-10"):
        add_service_time(at("2026-01-10T12:00"), timedelta(hours=1), office_hours(always_off))


# Clocks

START = datetime(2026, 11, 11, 10, tzinfo=UTC)


def clock(code: str, hours: float, started: datetime = START, stopped: datetime | None = None) -> Clock:
    return Clock(code, started, started + timedelta(hours=hours), stopped)


def test_exactly_24_hours_is_on_time_and_a_microsecond_more_is_late() -> None:
    promise = clock("first_response", 24)
    end = START + timedelta(hours=24)
    assert not promise.is_late(end)
    assert not promise.is_late(end - timedelta(microseconds=1))
    assert promise.is_late(end + timedelta(microseconds=1))


def test_a_stopped_clock_is_judged_by_when_it_stopped() -> None:
    long_after = START + timedelta(days=9)
    assert not clock("first_response", 2, stopped=START + timedelta(hours=2)).is_late(long_after)
    assert clock("first_response", 2, stopped=START + timedelta(hours=2, seconds=1)).is_late(long_after)


def test_an_upgrade_never_extends_a_deadline_already_set() -> None:
    case = (clock("acknowledge", 0.5), clock("first_response", 2))
    later = START + timedelta(hours=1)
    for hours in (12, 24):
        case = upgrade(case, [clock("first_response", hours, later)])
        assert [c.due_at for c in case] == [START + timedelta(hours=0.5), START + timedelta(hours=2)]


def test_an_upgrade_may_shorten_a_deadline() -> None:
    case = upgrade((clock("first_response", 24),), [clock("first_response", 2, START + timedelta(hours=1))])
    assert case == (Clock("first_response", START, START + timedelta(hours=3)),)


def test_a_promise_already_met_gives_way_to_the_fresh_one() -> None:
    met = clock("first_response", 2, stopped=START + timedelta(hours=1))
    fresh = clock("first_response", 24, START + timedelta(hours=5))
    assert upgrade((met,), [fresh]) == (met, fresh)
    assert binding(upgrade((met,), [fresh])) == fresh


def test_the_shortest_running_clock_is_binding() -> None:
    assert binding([]) is None
    assert binding([clock("acknowledge", 0.5, stopped=START)]) is None
    found = binding([clock("first_response", 2), clock("acknowledge", 0.5), clock("refund", 24)])
    assert found is not None
    assert found.code == "acknowledge"


def test_two_running_clocks_of_one_promise_are_refused() -> None:
    with pytest.raises(ValueError, match="two clocks"):
        upgrade((clock("a", 1), clock("a", 2)), [clock("a", 3)])
    with pytest.raises(ValueError, match="time zone"):
        Clock("a", datetime(2026, 1, 1), START)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 48)), unique_by=lambda c: c[0]),
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 48)), unique_by=lambda c: c[0]),
    st.integers(0, 48),
)
def test_no_running_promise_is_lost_or_moved_back(
    running: list[tuple[str, int]], fresh: list[tuple[str, int]], hours: int
) -> None:
    before = [clock(code, due) for code, due in running]
    after = {c.code: c for c in upgrade(before, [clock(c, d, START + timedelta(hours=hours)) for c, d in fresh])}
    assert all(after[c.code].due_at <= c.due_at and after[c.code].started_at == c.started_at for c in before)
    assert set(after) == {c for c, _ in running} | {c for c, _ in fresh}
