"""The lunar table: computed again from the sky, and the dates people get wrong."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import pytest

from unit.calendar import astronomy
from zhanggui.foundation.calendar.domain import lunar_table
from zhanggui.foundation.calendar.domain.lunar import (
    NoSuchLunarDay,
    OutOfRange,
    lunar_date,
    lunar_year,
    solar_term,
)

YEARS = range(lunar_table.FIRST_YEAR, lunar_table.LAST_YEAR + 1)
MONTHS = [(year, *month) for year in YEARS for month in lunar_year(year).months]
#: New moons within seconds of midnight, where almanacs differ: 2057 is 28 September 23:59:50 by the best ephemerides.
DOUBTFUL = {date(2057, 9, 29)}


@cache
def new_moons() -> dict[date, datetime]:
    found = (astronomy.new_moon(k) for k in range(-12, 1264))
    return {moment.date(): moment for moment in found}


def test_every_month_starts_on_the_day_of_a_new_moon() -> None:
    wrong = [m for m in MONTHS if m[3] not in new_moons() and m[3] not in DOUBTFUL]
    assert wrong == []
    assert len(MONTHS) == 103 * 12 + sum(len(lunar_year(y).months) == 13 for y in YEARS)


def test_the_doubtful_new_moon_is_within_a_minute_of_midnight() -> None:
    moment = new_moons()[date(2057, 9, 28)]
    assert abs(datetime(2057, 9, 29) - moment) < timedelta(minutes=1)


def test_months_follow_one_another_without_a_gap() -> None:
    for this, following in pairwise(MONTHS):
        assert this[4] in (29, 30)
        assert this[3] + timedelta(days=this[4]) == following[3]


def test_month_numbers_come_from_the_sun_and_leap_months_are_the_first_without_a_major_term() -> None:
    """GB/T 33661-2017: the solstice is in month 11; of 13 months between two, the first without a term is leap."""
    starts = [m[3] for m in MONTHS]
    elevens = [
        max(n for n, first in enumerate(starts) if first <= solar_term(year, "winter_solstice"))
        for year in range(2000, 2101)
    ]
    checked = 0
    for begin, end in pairwise(elevens):
        expected, number, has_leap = [], 11, False
        for n in range(begin, end):
            terms = [astronomy.major_term(datetime.combine(starts[k], time())) for k in (n, n + 1)]
            is_leap = end - begin == 13 and not has_leap and terms[0] == terms[1]
            has_leap = has_leap or is_leap
            if n > begin and not is_leap:
                number = number % 12 + 1
            expected.append((number, is_leap))
        assert has_leap == (end - begin == 13)
        assert [(m[1], m[2]) for m in MONTHS[begin:end]] == expected
        checked += end - begin
    assert checked == 1237


@pytest.mark.parametrize(("name", "longitude", "guess"), [("qingming", 15, (4, 4)), ("winter_solstice", 270, (12, 21))])
def test_solar_terms_are_where_the_sun_is(name: str, longitude: int, guess: tuple[int, int]) -> None:
    close = 0
    for year in range(2000, 2102):
        moment = astronomy.sun_at(longitude, datetime(year, *guess, 12))
        day = datetime.combine(solar_term(year, name), time())
        inside = day - timedelta(minutes=15) <= moment < day + timedelta(days=1, minutes=15)
        assert inside, (year, moment)
        close += not day <= moment < day + timedelta(days=1)
    assert close <= 2  # the simple formula may miss by its own error, not more often


def test_new_year_lies_between_21_january_and_21_february() -> None:
    days = [lunar_date(year, 1, 1) for year in range(2000, 2102)]
    assert min((d.month, d.day) for d in days) == (1, 21)
    assert max((d.month, d.day) for d in days) <= (2, 21)


@pytest.mark.parametrize(
    ("lunar", "day"),
    [
        ((2025, 7, 7), date(2025, 8, 29)),  # after leap month 6
        ((2028, 5, 5), date(2028, 5, 28)),  # before leap month 5
        ((2033, 8, 15), date(2033, 9, 8)),  # not a month late: the leap month of 2033 is the 11th
        ((2033, 12, 8), date(2034, 1, 27)),
        ((2034, 1, 1), date(2034, 2, 19)),
        ((2031, 1, 1), date(2031, 1, 23)),
        ((2020, 5, 5), date(2020, 6, 25)),
        ((2000, 1, 1), date(2000, 2, 5)),
    ],
)
def test_known_dates(lunar: tuple[int, int, int], day: date) -> None:
    assert lunar_date(*lunar) == day


def test_2033_has_its_leap_month_after_the_eleventh() -> None:
    assert [n for n, is_leap, _first, _days in lunar_year(2033).months if is_leap] == [11]


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_there_is_no_12_30_in_the_years_at_hand(year: int) -> None:
    with pytest.raises(NoSuchLunarDay, match="12-30"):
        lunar_date(year - 1, 12, 30)


@pytest.mark.parametrize("year", [1998, 2102])
def test_years_outside_are_refused(year: int) -> None:
    with pytest.raises(OutOfRange, match=str(year)):
        lunar_date(year, 1, 1)
    with pytest.raises(OutOfRange, match=str(year)):
        solar_term(year, "qingming")
