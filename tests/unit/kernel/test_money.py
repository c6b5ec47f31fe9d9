"""Money is exact, keeps its currency, and is rounded only where somebody says so."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel.money import EXPONENTS, CurrencyMismatch, Money, exponent

MINOR = st.integers(-(10**18), 10**18)
CODES = st.sampled_from(["CNY", "USD", "JPY", "KWD", "IDR"])


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


@given(MINOR, CODES)
def test_survives_the_trip_through_major_units(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of(money.amount, currency) == money
    assert Money.of(str(money).split()[0], currency) == money


@given(MINOR, MINOR, MINOR)
def test_adds_like_whole_numbers(a: int, b: int, c: int) -> None:
    assert cny(a) + cny(b) == cny(b) + cny(a) == cny(a + b)
    assert (cny(a) + cny(b)) + cny(c) == cny(a) + (cny(b) + cny(c))
    assert cny(a) - cny(b) == cny(a) + -cny(b)


@given(MINOR, st.integers(-1000, 1000))
def test_is_multiplied_by_whole_counts(minor: int, count: int) -> None:
    assert cny(minor) * count == count * cny(minor) == cny(minor * count)


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (1999, "CNY", "19.99 CNY"),
        (-5, "CNY", "-0.05 CNY"),
        (0, "CNY", "0.00 CNY"),
        (1999, "JPY", "1999 JPY"),
        (1999, "KWD", "1.999 KWD"),
        (10**17, "USD", "1000000000000000.00 USD"),
    ],
)
def test_shows_as_many_decimals_as_its_currency_has(minor: int, currency: str, shown: str) -> None:
    assert str(Money(minor, currency)) == shown


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda: Money(1, "CNY") + Money(1, "USD"), "addition"),
        (lambda: Money(1, "CNY") - Money(1, "USD"), "subtraction"),
        (lambda: Money(1, "CNY") < Money(1, "USD"), "comparison"),
        (lambda: Money(1, "CNY") <= Money(1, "USD"), "comparison"),
    ],
)
def test_never_mixes_currencies(act: Any, what: str) -> None:
    with pytest.raises(CurrencyMismatch, match="CNY and USD"):
        act()


def test_equal_amounts_of_two_currencies_are_not_equal() -> None:
    assert Money(1, "CNY") != Money(1, "USD")


@pytest.mark.parametrize("minor", [1.0, 0.5, "1", None, True, Decimal(1)])
def test_takes_whole_minor_units_only(minor: Any) -> None:
    with pytest.raises(TypeError):
        Money(minor, "CNY")


@pytest.mark.parametrize("count", [0.5, Decimal("0.1"), True])
def test_refuses_to_be_multiplied_by_a_rate(count: Any) -> None:
    with pytest.raises(TypeError, match="named point"):
        cny(100) * count


@pytest.mark.parametrize("code", ["", "cny", "RMB1", "人民币", "CN"])
def test_takes_currency_codes_only(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, code)


@pytest.mark.parametrize(("amount", "currency"), [("0.001", "CNY"), ("1.5", "JPY"), ("0.0001", "KWD")])
def test_refuses_digits_that_the_currency_has_not(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match="more decimals"):
        Money.of(amount, currency)


@pytest.mark.parametrize(
    ("amount", "mode", "minor"),
    [
        ("0.005", None, 1),
        ("-0.005", None, -1),
        ("0.0049", None, 0),
        ("2.675", None, 268),
        ("2.665", ROUND_HALF_EVEN, 266),
        ("0.999", ROUND_DOWN, 99),
    ],
)
def test_rounds_halves_away_from_zero_unless_told_otherwise(amount: str, mode: str | None, minor: int) -> None:
    options = {"mode": mode} if mode else {}
    assert Money.rounded(Decimal(amount), "CNY", **options) == cny(minor)


def test_only_nothing_is_falsy() -> None:
    assert not cny(0)
    assert cny(1)
    assert cny(-1)


def test_orders_amounts_of_one_currency() -> None:
    assert sorted([cny(3), cny(-1), cny(2)], key=lambda m: m.minor) == [cny(-1), cny(2), cny(3)]
    assert cny(1) < cny(2)
    assert cny(2) <= cny(2)
    assert cny(2) > cny(1)


def test_unlisted_currencies_have_two_decimals() -> None:
    assert {exponent(code) for code in ("CNY", "USD", "EUR", "IDR", "PHP")} == {2}
    assert set(EXPONENTS.values()) == {0, 3}
