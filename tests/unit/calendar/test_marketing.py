"""Events over a century, phases, tasks, and what an announcement changes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.calendar.domain.announcements import BadDocument, parse_days_off, parse_windows
from zhanggui.foundation.calendar.domain.lunar import OutOfRange
from zhanggui.foundation.calendar.domain.marketing import (
    Event,
    Phase,
    RuleBook,
    UnknownEvent,
    all_phases,
    announced_window,
    beyond_focus,
    campaign_years,
    event_day,
    live_lead,
    phases,
    year_events,
)
from zhanggui.foundation.calendar.domain.rules import BadRule, Offset, Rule, add_months
from zhanggui.foundation.calendar.reading import shipped_book

BOOK = shipped_book()


def event(code: str, year: int, channel: str | None = None, book: RuleBook = BOOK) -> Event:
    return next(e for e in year_events(book, year, channel) if e.code == code)


def spans(found: tuple[Phase, ...]) -> dict[str, tuple[date, date | None]]:
    return {p.code: (p.first, p.last) for p in found}


def campaign(code: str, year: int, channel: str | None = None, book: RuleBook = BOOK) -> tuple[Phase, ...]:
    return phases(book, next(c for c in book.campaigns if c.code == code), year, channel)


# Events


def test_no_event_is_missing_or_doubled_in_a_hundred_years() -> None:
    codes = {f"C{n:02}" for n in range(1, 38)}
    for year in range(2000, 2101):
        found = year_events(BOOK, year)
        assert Counter(e.code for e in found) == Counter(codes)
        assert list(found) == sorted(found, key=lambda e: (e.starts, e.code))
        assert all(e.starts <= e.ends for e in found)
        assert {e.code for e in found if e.day.year != year} <= {"C02"}


def test_laba_before_an_early_spring_festival_falls_into_the_old_year() -> None:
    assert event("C07", 2023).day == date(2023, 1, 22)
    assert event("C02", 2023).day == date(2022, 12, 30)


def test_new_year_goods_of_2028_open_in_2027() -> None:
    found = year_events(BOOK, 2028)[0]
    assert (found.code, found.year, found.starts, found.day) == ("C05", 2028, date(2027, 12, 29), date(2028, 1, 26))


def test_coincidences_people_stumble_over() -> None:
    assert event("C19", 2028).day == event("C18", 2028).day == date(2028, 6, 18)
    assert event("C16", 2026).day == event("C18", 2026).day + timedelta(days=1)
    assert event("C07", 2026).day - event("C09", 2026).day == timedelta(days=3)
    assert event("C33", 2024).day == date(2024, 11, 29)  # a month that begins on a Friday


def test_black_friday_is_the_day_after_thanksgiving_not_the_fourth_friday() -> None:
    days = [event_day(BOOK, "C33", y) for y in range(2000, 2101)]
    assert any(d.day == 29 for d in days)  # the fourth Friday is never the 29th
    assert all(d.weekday() == 4 and 23 <= d.day <= 29 for d in days)


def test_a_ghost_festival_has_no_promotion_and_no_tasks() -> None:
    found = event("C24", 2026)
    assert not found.promotes
    assert found.tasks == found.phases == ()


def test_years_outside_and_unknown_events_are_refused() -> None:
    with pytest.raises(OutOfRange):
        event_day(BOOK, "C01", 1999)
    with pytest.raises(OutOfRange):
        campaign_years(date(2100, 12, 1), date(2101, 1, 1))
    with pytest.raises(ValueError, match="before"):
        campaign_years(date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(UnknownEvent, match="C99"):
        event_day(BOOK, "C99", 2026)


# Phases


def test_default_phases_of_618_and_double_11() -> None:
    found = spans(campaign("618", 2026))
    assert found["presale"] == (date(2026, 5, 13), date(2026, 5, 15))
    assert found["warm_up"][0] == date(2026, 5, 18)
    assert found["second_sale"] == (date(2026, 5, 31), date(2026, 6, 18))
    found = spans(campaign("double_11", 2026))
    assert found["registration"][0] == date(2026, 9, 14)
    assert found["presale"] == (date(2026, 10, 15), date(2026, 10, 19))
    assert found["return_sale"] == (date(2026, 11, 12), date(2026, 11, 15))
    assert {p.status for p in campaign("double_11", 2026)} == {"assumed"}


def test_phases_that_cross_new_year_and_seasons_of_their_own() -> None:
    assert spans(campaign("double_holiday", 2026))["sale"] == (date(2026, 12, 20), date(2027, 1, 3))
    assert spans(campaign("school_start", 2027))["sale"] == (date(2027, 8, 15), date(2027, 9, 10))
    assert spans(campaign("black_friday", 2026))["sale"][1] == event_day(BOOK, "C34", 2026)


def test_consecutive_phases_of_the_big_sales_leave_no_day_open() -> None:
    chains = {
        "double_11": ("presale", "opening_sale", "category_days", "final", "return_sale"),
        "618": ("presale", "first_sale"),
        "new_year_goods": ("warm_up", "sale"),
    }
    for code, chain in chains.items():
        found = spans(campaign(code, 2027))
        for earlier, later in pairwise(chain):
            assert found[earlier][1] == found[later][0] - timedelta(days=1), (code, later)


def test_same_number_days_belong_to_south_east_asia_only() -> None:
    assert spans(campaign("same_day_03", 2026, "shopee")) == {"sale": (date(2026, 2, 28), date(2026, 3, 3))}
    assert campaign("same_day_03", 2026, "jd") == ()


def test_an_announcement_replaces_every_assumed_phase_of_its_channel_only() -> None:
    kuaishou = campaign("double_11", 2026, "kuaishou")
    assert spans(kuaishou)["presale"] == (date(2026, 10, 7), date(2026, 10, 13))
    assert {(p.status, p.channel) for p in kuaishou} == {("announced", "kuaishou")}
    assert "registration" not in spans(kuaishou)
    assert campaign("double_11", 2026, "jd") == campaign("double_11", 2026)


def test_without_a_channel_assumed_and_announced_stand_side_by_side_with_their_names() -> None:
    found = [p for p in all_phases(BOOK, 2026, None) if p.campaign == "double_11"]
    assert {(p.channel, p.status) for p in found} == {
        (None, "assumed"),
        ("kuaishou", "announced"),
        ("douyin", "announced"),
    }


def test_a_published_hour_is_a_moment_in_utc() -> None:
    presale = next(p for p in campaign("618", 2025, "jd") if p.code == "presale")
    assert presale.opens == time(20)
    assert presale.starts_at == datetime(2025, 5, 13, 12, tzinfo=UTC)
    assert presale.ends_at is None
    final = next(p for p in campaign("double_11", 2026) if p.code == "final")
    assert final.starts_at == datetime(2026, 11, 7, 16, tzinfo=UTC)  # midnight is the day before
    assert final.ends_at == datetime(2026, 11, 11, 16, tzinfo=UTC)


# Announcements taken in


def window(**changes: object) -> dict[str, object]:
    phase = {"code": "warm_up", "zh": "预热", "en": "Warm-up", "first": date(2027, 5, 3), "last": date(2027, 5, 9)}
    row = {
        "campaign": "618",
        "year": 2027,
        "channel": "jd",
        "status": "announced",
        "source": "notice",
        "known_on": date(2027, 4, 20),
        "phases": [phase],
    }
    return {"window": [{**row, **changes}]}


def test_an_announced_window_moves_the_tasks_that_hang_on_it() -> None:
    book = BOOK.with_windows(parse_windows(window(), BOOK))
    before = {t.code: t.starts for t in event("C18", 2027, "jd").tasks}
    after = {t.code: t.starts for t in event("C18", 2027, "jd", book).tasks}
    assert (before["theme_on"], after["theme_on"]) == (date(2027, 5, 18), date(2027, 5, 3))
    assert before.keys() == after.keys()
    assert {c for c in after if before[c] != after[c]} == {"theme_on"}
    assert event("C18", 2027, "taobao", book) == event("C18", 2027, "taobao")


def test_without_a_warm_up_the_theme_starts_with_the_first_phase_that_sells() -> None:
    tasks = {t.code: t for t in event("C31", 2026).tasks}
    assert tasks["theme_on"].starts == date(2026, 10, 15)
    assert tasks["theme_off"].starts == date(2026, 11, 12)
    assert (tasks["double_11_stock"].starts, tasks["double_11_stock"].ends) == (date(2026, 8, 11), date(2026, 9, 11))
    assert (tasks["thanks"].starts, tasks["thanks"].ends) == (date(2026, 11, 12), date(2026, 11, 14))
    assert tasks["review"].starts == date(2026, 11, 18)
    assert tasks["lessons"].starts == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("changes", "winner"),
    [
        ([{"source": "old"}, {"source": "new", "known_on": date(2027, 5, 1)}], "new"),
        ([{"source": "new", "known_on": date(2027, 5, 1)}, {"source": "old"}], "new"),
        ([{"source": "sure", "status": "confirmed"}, {"source": "later", "known_on": date(2027, 6, 1)}], "sure"),
        ([{"source": "first"}, {"source": "second"}], "second"),
    ],
)
def test_of_two_announcements_the_better_known_one_counts(changes: list[dict[str, object]], winner: str) -> None:
    book = BOOK
    for change in changes:
        book = book.with_windows(parse_windows(window(**change), BOOK))
    found = announced_window(book, "618", 2027, "jd")
    assert found is not None
    assert {p.source for p in found.phases} == {winner}


PHASE = {"code": "sale", "zh": "售卖", "en": "Sale", "first": date(2027, 5, 3)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"campaign": "619"}, "window 1: there is no campaign '619'"),
        ({"channel": "tmall"}, "'tmall' is no channel"),
        ({"status": "assumed"}, "status 'assumed'"),
        ({"year": "2027"}, "year = '2027' is no int"),
        ({"year": True}, "year = True is no int"),
        ({"known_on": datetime(2027, 1, 1)}, "known_on = .* is no date"),
        ({"phases": []}, "at least one phase"),
        ({"colour": "red"}, "colour is not known"),
        ({"phases": [{**PHASE, "last": date(2027, 5, 2)}]}, "phases 1: last = 2027-05-02 is before"),
        ({"phases": [{**PHASE, "first": date(2025, 12, 31)}]}, "not of campaign year 2027"),
        ({"phases": [{**PHASE, "hour": 20}]}, "hour is not known"),
        ({"phases": [5]}, "phases 1: a table is needed"),
    ],
)
def test_an_announcement_that_does_not_fit_is_refused_with_place_value_and_reason(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(BadDocument, match=message):
        parse_windows(window(**changes), BOOK)


def test_a_missing_key_is_named() -> None:
    document = window()
    del document["window"][0]["source"]  # type: ignore[index]
    with pytest.raises(BadDocument, match="window 1: source is missing"):
        parse_windows(document, BOOK)


def notice(**changes: object) -> dict[str, object]:
    row = {
        "year": 2027,
        "off": [[date(2027, 1, 1), date(2027, 1, 3)]],
        "make_up": [date(2027, 1, 9)],
        "source": "notice",
        "known_on": date(2026, 11, 20),
    }
    return {"days_off": [{**row, **changes}]}


def test_a_notice_of_days_off_is_read() -> None:
    (found,) = parse_days_off(notice())
    assert found.days_off == {date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)}
    assert found.make_up == {date(2027, 1, 9)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"off": [date(2027, 1, 1)]}, "is no \\[first day, last day\\]"),
        ({"off": [[date(2027, 1, 3), date(2027, 1, 1)]]}, "no span of up to 31 days"),
        ({"make_up": ["2027-01-09"]}, "no list of dates"),
    ],
)
def test_a_wrong_notice_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadDocument, match=message):
        parse_days_off(notice(**changes))


# Small rules


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 5, 31), -3, date(2026, 2, 28)),
        (date(2028, 5, 31), -3, date(2028, 2, 29)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2026, 1, 31), -1, date(2025, 12, 31)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_keep_the_day_number_or_end_the_month(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(-240, 240))
def test_adding_months_lands_in_the_right_month_and_never_later_in_it(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    "text",
    [
        "fixed 02-29",
        "fixed 2-30",
        "lunar 12-30",
        "lunar 13-01",
        "lunar 01-01 next",
        "weekday 5 sun 05",
        "weekday 2 son 05",
        "solar_term rain",
        "event C07",
        "event C07 W-1d",
        "easter",
        "fixed",
    ],
)
def test_a_rule_that_is_not_true_every_year_or_not_readable_is_refused(text: str) -> None:
    with pytest.raises(BadRule, match=text.split()[0]):
        Rule.parse(text)


@pytest.mark.parametrize("text", ["", "T-", "T-3", "T-3w", "X-3d", "T--3d", "-3d"])
def test_an_offset_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        Offset.parse(text)


def test_the_fourth_key_festival_deserves_a_warning() -> None:
    assert beyond_focus(["C07", "C18", "C31"]) == ()
    assert beyond_focus(["C07", "C18", "C18", "C31", "C27", "C21"]) == ("C27", "C21")


def test_a_live_show_is_prepared_seven_days_and_fifteen_minutes_before() -> None:
    start = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert live_lead(start) == (datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 11, 1, 11, 45, tzinfo=UTC))
    with pytest.raises(ValueError, match="time zone"):
        live_lead(datetime(2026, 11, 1, 12))
