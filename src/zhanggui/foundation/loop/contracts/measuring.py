"""Numbers for outcomes come from above: the metric room registers one reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Series:
    """One unit (a shop, a product) by day; a value is None where the data does not tell."""

    unit: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric by day from ``first`` on: the treated units and, where there are any, comparable untreated ones.

    ``unit`` money (minor units of ``currency``), percent or number.
    """

    metric: str
    first: date
    treated: tuple[Series, ...]
    controls: tuple[Series, ...] = ()
    unit: str = "number"
    currency: str = ""
    note: str = ""


#: ``reader(metric, scope, first, last) -> Reading | None`` (None: this metric cannot be read for this scope)
Reader = Callable[[str, Mapping[str, Any], date, date], Reading | None]

_reader: list[Reader] = []


def read_with(reader: Reader) -> None:
    """Name the one function that reads metrics; the last one named counts. Call it in ``AppConfig.ready``."""
    _reader[:] = [reader]


def reader() -> Reader | None:
    return _reader[0] if _reader else None
