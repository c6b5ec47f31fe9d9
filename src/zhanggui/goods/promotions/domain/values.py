"""Typed values of a configuration: money in major units, percentages, sentences for what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from zhanggui.kernel.money import exponent

#: Rates are whole millionths: 12.5 % is 125000.
ONE = 1_000_000

#: Currencies in use (ISO 4217).
_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())


def gettext_noop(text: str) -> str:
    """Marks a text for the catalogue; rules themselves speak English."""
    return text


class ConfigurationRefused(ValueError):
    """A configuration nobody could explain. ``problems``: (JSON path, English template, values)."""

    def __init__(self, problems: list[tuple[str, str, dict[str, Any]]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{path}: {text.format(**values)}" for path, text, values in problems))


def refuse(template: str, **values: Any) -> NoReturn:
    """Refuse a value with one sentence; the template is a message of the catalogue."""
    raise PydanticCustomError("refused", template, {**values, "template": template})


def _decimal(value: Any) -> Any:
    if isinstance(value, (bool, float)):
        refuse(gettext_noop("Write amounts as text such as “19.90”, not as a binary number."))
    return value


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        refuse(gettext_noop("“{code}” is not a currency in use."), code=code)
    return code


def _four(value: Decimal) -> Decimal:
    if (value * 10_000) % 1:
        refuse(gettext_noop("A percentage has at most four decimals."))
    return value


Amount = Annotated[Decimal, BeforeValidator(_decimal), Field(max_digits=18, allow_inf_nan=False)]
Positive = Annotated[Amount, Field(gt=0)]
NotNegative = Annotated[Amount, Field(ge=0)]
Percent = Annotated[Decimal, BeforeValidator(_decimal), Field(gt=0, le=100, allow_inf_nan=False), AfterValidator(_four)]
Currency = Annotated[str, AfterValidator(_currency)]
Moment = AwareDatetime
Text = Annotated[str, Field(min_length=1, max_length=200)]
Pieces = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


def minor(amount: Decimal, currency: str) -> int:
    """Major to minor units; raises ``ValueError`` when the currency has fewer digits.

    >>> minor(Decimal("19.90"), "CNY"), minor(Decimal("300"), "JPY")
    (1990, 300)
    """
    scaled = amount.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more decimals than {currency} allows")
    return int(scaled)


def rate(percent: Decimal) -> int:
    """A percentage in millionths.

    >>> rate(Decimal("12.5"))
    125000
    """
    return int(percent * 10_000)


def half_up(numerator: int, denominator: int) -> int:
    """Nearest whole number of a fraction not below zero, halves up: the one rounding of every percentage.

    >>> half_up(5, 2), half_up(4999, 1000)
    (3, 5)
    """
    return (2 * numerator + denominator) // (2 * denominator)
