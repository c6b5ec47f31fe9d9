"""Numbers, money and moments as text in the reader's language. Everything stays exact: no binary floats."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import (
    NumberPattern,
    format_compact_currency,
    format_compact_decimal,
    get_currency_symbol,
    parse_pattern,
)

from zhanggui.kernel.money import exponent

#: What stands where a value is unknown or undefined; never a zero.
MISSING: Final = "—"
MINUS: Final = "\u2212"

#: Django language code → Babel locale.
_LOCALES: Final = {"zh-hans": "zh_Hans_CN", "zh-cn": "zh_Hans_CN", "zh": "zh_Hans_CN", "en": "en_GB"}


@lru_cache(maxsize=16)
def locale(language: str) -> Locale:
    """The Babel locale of an interface language; English for one nobody translated."""
    return Locale.parse(_LOCALES.get(language.lower(), _LOCALES["en"]))


def money(minor: int | None, currency: str, language: str) -> str:
    """An amount in minor units with its currency sign, exact.

    >>> money(1999, "CNY", "zh-hans"), money(-1250000, "CNY", "en"), money(500, "JPY", "en")
    ('¥19.99', '−CN¥12,500.00', 'JP¥500')
    >>> money(None, "CNY", "en")
    '—'
    """
    if minor is None:
        return MISSING
    if isinstance(minor, bool) or not isinstance(minor, int):
        raise TypeError(f"minor units must be a whole number, not {type(minor).__name__}")
    amount = Decimal(abs(minor)).scaleb(-exponent(currency))
    text = _symbol(currency, language) + _group(amount, exponent(currency), language)
    return MINUS + text if minor < 0 else text


def money_compact(minor: int | None, currency: str, language: str) -> str:
    """An amount shortened for tiles and axes: ¥12.8万 in Chinese, CN¥128K in English. Below 100,000 it stays whole.

    The exact amount belongs beside it (a tile shows it as title).
    """
    if minor is None:
        return MISSING
    amount = Decimal(abs(minor)).scaleb(-exponent(currency))
    if amount < 100_000:
        return money(minor, currency, language)
    text = format_compact_currency(amount, currency, locale=locale(language), fraction_digits=1)
    return MINUS + text if minor < 0 else text


def number(value: int | Decimal | None, language: str, digits: int | None = None) -> str:
    """A whole or decimal number with grouping; ``digits`` after the point, as many as it has when not given.

    >>> number(1042, "en"), number(Decimal("3.14159"), "en", 2), number(-7, "en"), number(None, "en")
    ('1,042', '3.14', '−7', '—')
    """
    if value is None:
        return MISSING
    exact = _exact(value)
    if digits is None:
        digits = max(0, -int(exact.as_tuple().exponent))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    text = _group(abs(rounded), digits, language)
    return MINUS + text if rounded < 0 else text


def number_compact(value: int | Decimal | None, language: str) -> str:
    """A number shortened from 100,000 up: 12.8万, 128K."""
    if value is None:
        return MISSING
    exact = _exact(value)
    if abs(exact) < 100_000:
        return number(value, language)
    text = format_compact_decimal(abs(exact), locale=locale(language), fraction_digits=1)
    return MINUS + str(text) if exact < 0 else str(text)


def percent(ratio: int | Decimal | None, language: str, digits: int = 1) -> str:
    """A ratio as a percentage.

    >>> percent(Decimal("0.0314"), "en"), percent(Decimal("-0.5"), "en", 0), percent(None, "en")
    ('3.1%', '−50%', '—')
    """
    if ratio is None:
        return MISSING
    return number(_exact(ratio) * 100, language, digits) + "%"


def change(now: int | Decimal | None, then: int | Decimal | None) -> Decimal | None:
    """Relative change between two values; None when either is unknown or there was nothing to compare with.

    >>> change(106, 100), change(5, 0), change(None, 3)
    (Decimal('0.06'), None, None)
    """
    if now is None or then is None or then == 0:
        return None
    return (_exact(now) - _exact(then)) / abs(_exact(then))


def moment(value: datetime | None, zone: str, *, seconds: bool = False) -> str:
    """A moment in a time zone, sortable by eye: ``2026-11-22 15:42``."""
    if value is None:
        return MISSING
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def day(value: date | None, language: str, style: str = "iso") -> str:
    """A calendar day: ``iso`` 2026-11-22, ``short`` 11月22日 / 22 Nov, ``long`` 11月22日 周日 / Sun 22 Nov."""
    if value is None:
        return MISSING
    if style == "iso":
        return value.isoformat()
    if style == "short":
        return format_skeleton("MMMd", value, locale=locale(language))
    if style == "long":
        if language.startswith("zh"):
            return f"{day(value, language, 'short')} {format_skeleton('E', value, locale=locale(language))}"
        return format_skeleton("MMMEd", value, locale=locale(language))
    if style == "full":
        return format_date(value, "full", locale=locale(language))
    raise ValueError(f"unknown day style {style!r}")


def days(first: date, last: date, language: str, today: date | None = None) -> str:
    """A span of days, without repeating what both ends share; the year is left out when it is this one.

    >>> days(date(2026, 11, 15), date(2026, 11, 21), "zh-hans", date(2026, 11, 22))
    '11月15日 – 11月21日'
    """
    this_year = today is not None and first.year == last.year == today.year
    skeleton = "MMMd" if this_year else "yMMMd"
    start = format_skeleton(skeleton, first, locale=locale(language))
    if first == last:
        return start
    return f"{start} – {format_skeleton(skeleton, last, locale=locale(language))}"


def ago(value: datetime | None, now: datetime, language: str) -> str:
    """How long ago, or in how long, in words: 3 小时前, in 2 days."""
    if value is None:
        return MISSING
    delta: timedelta = value - now
    return format_timedelta(delta, add_direction=True, threshold=1.2, locale=locale(language))


@lru_cache(maxsize=64)
def _symbol(currency: str, language: str) -> str:
    symbol = get_currency_symbol(currency, locale=locale(language))
    return f"{symbol} " if symbol == currency else symbol


@lru_cache(maxsize=64)
def _pattern(language: str, digits: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * digits if digits else ""))


def _group(value: Decimal, digits: int, language: str) -> str:
    """Grouped digits of a value that is not negative."""
    return str(_pattern(language, digits).apply(value, locale(language)))


def _exact(value: int | Decimal) -> Decimal:
    if isinstance(value, float):
        raise TypeError("a binary float is not exact: pass an int, a Decimal or text")
    return Decimal(value)
