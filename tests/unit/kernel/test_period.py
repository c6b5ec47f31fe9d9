"""Periods are half-open, and a business day is the shop's day, also when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel.period import Period, business_day

ZONES = ["Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo"]
DAYS = st.dates(date(1990, 1, 1), date(2037, 1, 1))


def test_holds_its_start_and_not_its_end() -> None:
    day = Period.of_days(date(2026, 11, 11), date(2026, 11, 11), "Asia/Shanghai")
    assert day.starts_at in day
    assert day.ends_at - timedelta(microseconds=1) in day
    assert day.ends_at not in day
    assert day.starts_at - timedelta(microseconds=1) not in day


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Shanghai", date(2026, 3, 29), 24),
        ("Asia/Shanghai", date(1988, 4, 17), 23),  # China kept summer time from 1986 to 1991
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ],
)
def test_a_day_lasts_as_long_as_its_zone_makes_it(zone: str, day: date, hours: float) -> None:
    period = Period.of_days(day, day, zone)
    lasted = period.ends_at.astimezone(UTC) - period.starts_at.astimezone(UTC)
    assert lasted == timedelta(hours=hours)


@given(DAYS, st.sampled_from(ZONES))
def test_neighbouring_days_touch_and_do_not_overlap(day: date, zone: str) -> None:
    this = Period.of_days(day, day, zone)
    after = Period.of_days(day + timedelta(days=1), day + timedelta(days=1), zone)
    assert this.ends_at == after.starts_at
    assert this.ends_at in after
    assert this.ends_at not in this


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_a_moment_lies_in_its_own_business_day(moment: datetime, zone: str) -> None:
    day = business_day(moment, zone)
    assert moment in Period.of_days(day, day, zone)


def test_the_same_moment_is_another_day_elsewhere() -> None:
    moment = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)
    assert business_day(moment, "Asia/Shanghai") == date(2026, 11, 11)
    assert business_day(moment - timedelta(microseconds=1), "Asia/Shanghai") == date(2026, 11, 10)
    assert business_day(moment, "America/New_York") == date(2026, 11, 10)


def test_several_days_include_the_last_one() -> None:
    month = Period.of_days(date(2026, 2, 1), date(2026, 2, 28), "Asia/Shanghai")
    assert (month.ends_at - month.starts_at).days == 28
    assert datetime(2026, 2, 28, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai")) in month


def test_refuses_moments_without_a_zone() -> None:
    naive = datetime(2026, 1, 1)
    aware = naive.replace(tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        Period(naive, aware)
    with pytest.raises(ValueError, match="time zone"):
        Period(aware, naive)
    with pytest.raises(ValueError, match="time zone"):
        business_day(naive, "UTC")


def test_refuses_to_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="end before"):
        Period.of_days(date(2026, 1, 3), date(2026, 1, 1), "UTC")
