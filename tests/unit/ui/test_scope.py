"""The scope of a page: what an address means, and that it never reaches further than its reader may see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.ui.domain import scope as rules

TODAY = date(2026, 11, 22)
SHOPS = {1: "Asia/Shanghai", 2: "Asia/Shanghai", 3: "America/New_York"}
TODAY_IN = {"Asia/Shanghai": TODAY, "America/New_York": date(2026, 11, 21)}


def parse(query: dict[str, list[str]] | None = None, **changed: Any) -> rules.Scope:
    given: dict[str, Any] = {"visible": SHOPS, "today_in": TODAY_IN, "zone": "Asia/Shanghai"} | changed
    return rules.parse(query or {}, **given)


def test_an_empty_address_is_all_shops_yesterday_against_the_day_before() -> None:
    scope = parse()
    assert scope.shop_ids == {1, 2, 3}
    assert scope.all_shops
    assert (scope.first, scope.last, scope.preset) == (date(2026, 11, 21), date(2026, 11, 21), "yesterday")
    assert (scope.before_first, scope.before_last) == (date(2026, 11, 20), date(2026, 11, 20))
    assert not scope.is_open


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        ("today", "2026-11-22", "2026-11-22"),
        ("yesterday", "2026-11-21", "2026-11-21"),
        ("last7", "2026-11-15", "2026-11-21"),
        ("last30", "2026-10-23", "2026-11-21"),
        ("this_month", "2026-11-01", "2026-11-22"),
        ("last_month", "2026-10-01", "2026-10-31"),
    ],
)
def test_presets(preset: str, first: str, last: str) -> None:
    scope = parse({"period": [preset]})
    assert (scope.first.isoformat(), scope.last.isoformat()) == (first, last)
    assert scope.preset == preset
    assert parse({"from": [first], "to": [last]}).preset == preset


@pytest.mark.parametrize(
    ("first", "last", "compare", "expected"),
    [
        ("2026-11-11", "2026-11-11", "previous", ("2026-11-10", "2026-11-10")),
        ("2026-11-15", "2026-11-21", "previous", ("2026-11-08", "2026-11-14")),
        ("2026-11-01", "2026-11-22", "previous", ("2026-10-01", "2026-10-22")),
        ("2026-03-01", "2026-03-31", "previous", ("2026-02-01", "2026-02-28")),
        ("2026-03-01", "2026-03-30", "previous", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-01-31", "previous", ("2025-12-01", "2025-12-31")),
        ("2026-01-01", "2026-03-31", "previous", ("2025-10-01", "2025-12-31")),
        ("2026-11-01", "2026-11-01", "previous", ("2026-10-31", "2026-10-31")),
        ("2024-02-29", "2024-02-29", "year", ("2023-02-28", "2023-02-28")),
        ("2026-11-01", "2026-11-11", "year", ("2025-11-01", "2025-11-11")),
    ],
)
def test_what_is_compared(first: str, last: str, compare: str, expected: tuple[str, str]) -> None:
    scope = parse({"from": [first], "to": [last], "compare": [compare]})
    assert scope.before_first is not None
    assert scope.before_last is not None
    assert (scope.before_first.isoformat(), scope.before_last.isoformat()) == expected


def test_no_comparison() -> None:
    scope = parse({"compare": ["none"]})
    assert scope.before is None
    assert scope.before_first is None


def test_one_shop_decides_the_zone_and_the_business_day() -> None:
    scope = parse({"shop": ["3"], "period": ["today"]})
    assert scope.zone == "America/New_York"
    assert scope.first == date(2026, 11, 21)
    assert scope.period.starts_at.isoformat() == "2026-11-21T00:00:00-05:00"
    mixed = parse({"shop": ["1", "3"]})
    assert mixed.zone == "Asia/Shanghai"


def test_a_day_of_clock_change_is_25_hours_long() -> None:
    scope = parse({"shop": ["3"], "from": ["2026-11-01"], "to": ["2026-11-01"]})
    utc = [m.timestamp() for m in (scope.period.starts_at, scope.period.ends_at)]
    assert utc[1] - utc[0] == 25 * 3600


def test_shops_out_of_reach_are_left_out_and_reported() -> None:
    scope = parse({"shop": ["2", "99", "x"]})
    assert scope.shop_ids == {2}
    assert [(i.key, i.value, i.reason) for i in scope.ignored] == [
        ("shop", "99", "not_visible"),
        ("shop", "x", "unknown"),
    ]


def test_only_shops_out_of_reach_leave_nothing_rather_than_everything() -> None:
    scope = parse({"shop": ["99"]})
    assert scope.shop_ids == frozenset()
    assert not scope.all_shops


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"from": ["2026-11-10"], "to": ["2026-11-01"]}, "reversed"),
        ({"from": ["yesterday"]}, "unknown"),
        ({"from": ["1999-01-01"], "to": ["2026-01-01"]}, "unknown"),
        ({"period": ["last8"]}, "unknown"),
        ({"compare": ["always"]}, "unknown"),
        ({"from": ["2015-01-01"], "to": ["2026-01-01"]}, "too_long"),
    ],
)
def test_what_cannot_be_used_is_reported(query: dict[str, list[str]], reason: str) -> None:
    scope = parse(query)
    assert [i.reason for i in scope.ignored] == [reason]
    assert scope.first <= scope.last
    assert scope.days <= rules.MAX_DAYS


_TEXT = st.text(max_size=12) | st.dates(date(1990, 1, 1), date(2110, 1, 1)).map(date.isoformat) | st.integers().map(str)


@given(st.dictionaries(st.sampled_from([*rules.KEYS, "page"]), st.lists(_TEXT, max_size=3)))
def test_any_address_gives_a_scope_within_reach(query: dict[str, list[str]]) -> None:
    scope = parse(query)
    assert scope.shop_ids <= SHOPS.keys()
    assert scope.first <= scope.last
    assert scope.days <= rules.MAX_DAYS
    if scope.before is not None:
        assert scope.before.starts_at < scope.period.starts_at
    kept: dict[str, list[str]] = {}
    for key, value in scope.query():
        kept.setdefault(key, []).append(value)
    if scope.shop_ids or scope.all_shops:
        again = parse(kept)
        assert (again.shop_ids, again.first, again.last, again.compare) == (
            scope.shop_ids, scope.first, scope.last, scope.compare
        )  # fmt: skip
        assert again.ignored == ()
