"""Sentences kept as a message of a room's catalogue with typed values: every reader gets them in their language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

#: A value of a sentence as plain JSON: text, a whole number, or ``{"t": type, …}``.
Value = str | int | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """``msgid`` (English, found in the source by its call of :func:`phrase`) and its ``%(name)s`` values.

    With ``plural``, the value ``n`` decides between the two.
    """

    msgid: str
    values: tuple[tuple[str, Value], ...] = ()
    plural: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"msgid": self.msgid, "plural": self.plural, "values": dict(self.values)}


def phrase(msgid: str, plural: str = "", /, **values: Value) -> Words:
    """``phrase("%(n)s order is late", "%(n)s orders are late", n=3)``, the texts written out as literals.

    Values: text, whole numbers, and the typed ones below. Raises ``ValueError`` when the message and its values do not
    fit each other, ``TypeError`` for a value of another type.
    """
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, (str, int, dict)):
            raise TypeError(f"{name}: {type(value).__name__} is no value of a sentence")
    if plural and not isinstance(values.get("n"), (int, dict)):
        raise ValueError(f"{msgid!r} has a plural and no n")
    try:
        for text in filter(None, (msgid, plural)):
            text % dict.fromkeys(values, "")
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{msgid!r} does not fit its values {sorted(values)}: {error}") from error
    return Words(msgid, tuple(values.items()), plural)


def money(minor: int, currency: str) -> Value:
    return {"t": "money", "minor": int(minor), "currency": currency}


def moment(at: datetime, zone: str = "") -> Value:
    """A moment, written in ``zone`` (the shop's when empty)."""
    return {"t": "moment", "at": at.isoformat(), "zone": zone}


def day(value: date) -> Value:
    return {"t": "day", "day": value.isoformat()}


def age(span: timedelta) -> Value:
    """A length of time, in its two largest units."""
    return {"t": "age", "seconds": int(span.total_seconds())}


def percent(ratio: Decimal, digits: int = 1) -> Value:
    """A ratio, 0.031 for 3.1 %."""
    return {"t": "percent", "ratio": str(ratio), "digits": digits}


def count(number: int) -> Value:
    """A whole number written with its thousands."""
    return {"t": "count", "n": int(number)}


def term(msgid: str) -> Value:
    """A word of the catalogue inside a sentence."""
    return {"t": "term", "msgid": msgid}
