"""How platforms write numbers, moments and ids into cells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final


def yuan(minor: int) -> str:
    """Minor units of a two-digit currency as plain decimals.

    >>> yuan(-5), yuan(120000)
    ('-0.05', '1200.00')
    """
    sign, size = ("-", -minor) if minor < 0 else ("", minor)
    return f"{sign}{size // 100}.{size % 100:02d}"


def comma_decimal(minor: int) -> str:
    """The European form, decimal comma without thousands separators.

    >>> comma_decimal(-123450)
    '-1234,50'
    """
    return yuan(minor).replace(".", ",")


def dots(minor: int) -> str:
    """Indonesian rupiah: no decimals, dots between thousands; amounts are whole rupiah.

    >>> dots(1_000_000), dots(-125_000_000)
    ('10.000', '-1.250.000')
    """
    if minor % 100:
        raise ValueError(f"{minor} minor units are not whole rupiah")
    return f"{minor // 100:,}".replace(",", ".")


def stamp(moment: datetime | None, empty: str = "") -> str:
    return empty if moment is None else moment.isoformat(" ", "seconds")


def minute(moment: datetime | None, empty: str = "") -> str:
    return empty if moment is None else moment.isoformat(" ", "minutes")


def slashed(moment: datetime | None) -> str:
    """The form in which a spreadsheet re-saves a moment: ``2026/6/6 13:41``."""
    return "" if moment is None else f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02d}"


def day_month(moment: datetime | None) -> str:
    """``12 Jun 2026 07:47``, independent of the process's language."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return "" if moment is None else f"{moment.day:02d} {months[moment.month - 1]} {moment.year} {moment:%H:%M}"


def shifted(moment: datetime | None, hours: int) -> datetime | None:
    return None if moment is None else moment + timedelta(hours=hours)


def formula(text: str) -> str:
    """An id as the formula ``="…"``; the marks make the writer leave the cell unquoted."""
    return f"\x01{text}\x02"


def tab_first(text: str) -> str:
    return "\t" + text


def tab_last(text: str) -> str:
    return text + "\t"


#: What a spreadsheet makes of an id with more digits than it can hold.
DAMAGED: Final = "2.026E+27"

BASE36: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def letters(number: int, width: int) -> str:
    """A number in capital letters and digits, as short ids are written."""
    found = ""
    for _ in range(width):
        number, rest = divmod(number, len(BASE36))
        found = BASE36[rest] + found
    return found


def names(text: str) -> tuple[str, ...]:
    """Column names, separated by commas or line ends.

    >>> names("a, b,\\n   c d")
    ('a', 'b', 'c d')
    """
    return tuple(name.strip() for line in text.splitlines() for name in line.split(",") if name.strip())
