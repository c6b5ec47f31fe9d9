"""A report as plain JSON values and back, without loss."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from zhanggui.insight.reports import contracts
from zhanggui.insight.reports.contracts import Number, Report, Word


def to_plain(value: object) -> Any:
    """Decimals become ``{"decimal": text}``, days ISO text, tuples lists, words carry their kind."""
    if is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Decimal):
        return {"decimal": f"{value:f}"}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): to_plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    return value


def from_plain(plain: Mapping[str, Any]) -> Report:
    """The report that :func:`to_plain` made plain."""
    return typing.cast(Report, _read(Report, plain))


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind, vars(contracts))


def _read(kind: Any, plain: Any) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if plain is None:
        return None
    if isinstance(plain, dict) and set(plain) == {"decimal"}:
        return Decimal(plain["decimal"])
    if origin in (types.UnionType, typing.Union):
        if set(inner) == {Number, Word}:
            return _read(Word if "kind" in plain else Number, plain)
        return _read(next((k for k in inner if k is not type(None)), str), plain)
    if origin is tuple:
        return tuple(_read(inner[0], v) for v in plain)
    if origin is not None and issubclass(origin if isinstance(origin, type) else object, Mapping):
        return {k: _read(inner[1], v) for k, v in plain.items()}
    if kind is datetime:
        return datetime.fromisoformat(plain)
    if kind is date:
        return date.fromisoformat(plain)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], v) for name, v in plain.items()})
    return plain
