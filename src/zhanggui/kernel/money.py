"""Exact money: an integer count of minor units that never travels without its currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

#: Digits after the decimal point where ISO 4217 says other than two.
EXPONENTS: dict[str, int] = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies met in one calculation."""


def exponent(currency: str) -> int:
    """Digits after the decimal point of a currency (ISO 4217); two unless listed."""
    return EXPONENTS.get(currency, 2)


@dataclass(frozen=True, order=False, slots=True)
class Money:
    """An exact amount in minor units, e.g. ``Money(1999, "CNY")`` is ¥19.99.

    >>> Money(1999, "CNY") + Money(1, "CNY")
    Money(minor=2000, currency='CNY')
    >>> str(Money(-5, "CNY"))
    '-0.05 CNY'
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError(f"minor units must be an integer, not {type(self.minor).__name__}")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 currency code: {self.currency!r}")

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be combined")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> Money:
        if not isinstance(count, int) or isinstance(count, bool):
            raise TypeError("money is multiplied by whole counts only; round a rate at a named point")
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.amount:.{exponent(self.currency)}f} {self.currency}"

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Money:
        """Exact conversion from major units.

        Raises ``ValueError`` when the amount has more digits than the currency, so that nothing
        is rounded without being asked: use :meth:`rounded` at a named rounding point.

        >>> Money.of("19.99", "CNY")
        Money(minor=1999, currency='CNY')
        """
        minor = Decimal(amount).scaleb(exponent(currency))
        if minor != minor.to_integral_value():
            raise ValueError(f"{amount} has more decimals than {currency} allows")
        return cls(int(minor), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str, mode: str = ROUND_HALF_UP) -> Money:
        """The named rounding point: major units to the nearest minor unit, halves away from zero by default."""
        return cls(int(amount.scaleb(exponent(currency)).quantize(Decimal(1), rounding=mode)), currency)
