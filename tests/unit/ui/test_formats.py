"""Exact text for money, numbers and moments in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.ui.domain import formats


@pytest.mark.parametrize(
    ("minor", "currency", "chinese", "english"),
    [
        (1999, "CNY", "¥19.99", "CN¥19.99"),
        (0, "CNY", "¥0.00", "CN¥0.00"),
        (-5, "CNY", "−¥0.05", "−CN¥0.05"),
        (128_430_012, "CNY", "¥1,284,300.12", "CN¥1,284,300.12"),
        (500_000, "JPY", "JP¥500,000", "JP¥500,000"),
        (1_234_567, "KWD", "KWD 1,234.567", "KWD 1,234.567"),
        (9_007_199_254_740_993, "USD", "US$90,071,992,547,409.93", "US$90,071,992,547,409.93"),
        (None, "CNY", "—", "—"),
    ],
)
def test_money(minor: int | None, currency: str, chinese: str, english: str) -> None:
    assert formats.money(minor, currency, "zh-hans") == chinese
    assert formats.money(minor, currency, "en") == english


@given(st.integers(-(10**18), 10**18))
def test_money_loses_no_digit(minor: int) -> None:
    digits = "".join(c for c in formats.money(minor, "CNY", "en") if c.isdigit())
    assert int(digits) == abs(minor)


@pytest.mark.parametrize("value", [19.99, True, Decimal("1.5")])
def test_money_refuses_what_is_not_a_whole_number(value: object) -> None:
    with pytest.raises(TypeError):
        formats.money(value, "CNY", "en")  # type: ignore[arg-type]


def test_compact_money_shortens_from_a_hundred_thousand() -> None:
    assert formats.money_compact(9_999_999, "CNY", "zh-hans") == "¥99,999.99"
    assert formats.money_compact(12_843_000, "CNY", "zh-hans") == "¥12.8万"
    assert formats.money_compact(-12_843_000, "CNY", "en") == "−CN¥128.4K"
    assert formats.money_compact(None, "CNY", "en") == "—"


def test_numbers() -> None:
    assert formats.number(1042, "en") == "1,042"
    assert formats.number(Decimal("3.10"), "en") == "3.10"
    assert formats.number(Decimal("2.345"), "en", 2) == "2.34"
    assert formats.number(Decimal("-0.001"), "en", 1) == "0.0"
    assert formats.number_compact(128_430, "zh-hans") == "12.8万"
    assert formats.percent(Decimal("0.0314"), "zh-hans") == "3.1%"
    assert formats.percent(None, "en") == "—"
    with pytest.raises(TypeError):
        formats.number(0.1, "en")  # type: ignore[arg-type]


def test_change_is_undefined_without_something_to_compare() -> None:
    assert formats.change(106, 100) == Decimal("0.06")
    assert formats.change(-50, -100) == Decimal("0.5")
    assert formats.change(5, 0) is None
    assert formats.change(None, 5) is None


def test_moments_are_written_in_the_zone_asked_for() -> None:
    at = datetime(2026, 11, 21, 23, 42, 5, tzinfo=UTC)
    assert formats.moment(at, "Asia/Shanghai") == "2026-11-22 07:42"
    assert formats.moment(at, "America/New_York", seconds=True) == "2026-11-21 18:42:05"
    with pytest.raises(ValueError, match="time zone"):
        formats.moment(datetime(2026, 1, 1), "UTC")


def test_days() -> None:
    assert formats.day(date(2026, 11, 22), "zh-hans", "long") == "11月22日 周日"
    assert formats.day(date(2026, 11, 22), "en", "long") == "Sun 22 Nov"
    assert formats.days(date(2025, 12, 1), date(2026, 1, 3), "zh-hans") == "2025年12月1日 – 2026年1月3日"
    assert formats.days(date(2026, 11, 22), date(2026, 11, 22), "en", date(2026, 11, 23)) == "22 Nov"
