"""Whole base units inside, packs and spoken numbers only at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

#: No shelf holds more; a larger number is a barcode typed into the wrong field.
LARGEST: Final = 10**12


class BadQuantity(ValueError):
    """A quantity that cannot be booked. ``code``: not_a_number, negative, not_whole, unknown_unit, too_large."""

    def __init__(self, code: str, value: str, unit: str = "", known: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {value} {unit}".strip())
        self.code, self.value, self.unit, self.known = code, value, unit, known


def to_base(value: str | int | Decimal, unit: str, base_unit: str, factors: Mapping[str, int]) -> int:
    """``value`` of ``unit`` in base units; an empty unit is the base unit. Zero is allowed, half a piece is not.

    Raises :class:`BadQuantity`.

    >>> to_base("2", "箱", "件", {"箱": 24}), to_base("0.5", "箱", "件", {"箱": 24})
    (48, 12)
    """
    text = str(value).strip().replace(",", "").replace("，", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadQuantity("not_a_number", str(value)) from None
    if not number.is_finite():
        raise BadQuantity("not_a_number", str(value))
    unit = unit.strip()
    if unit in ("", base_unit):
        factor = 1
    elif unit in factors:
        factor = factors[unit]
    else:
        raise BadQuantity("unknown_unit", str(value), unit, (base_unit, *sorted(factors)))
    if number < 0:
        raise BadQuantity("negative", str(value), unit)
    if number > LARGEST:
        raise BadQuantity("too_large", str(value), unit)
    whole = number * factor
    if whole != whole.to_integral_value():
        raise BadQuantity("not_whole", str(value), unit)
    if whole > LARGEST:
        raise BadQuantity("too_large", str(value), unit)
    return int(whole)
