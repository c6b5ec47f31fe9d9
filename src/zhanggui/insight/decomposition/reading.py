"""Factor values from a file: CSV with one row per segment and period, or JSON with the same rows.

CSV columns: ``period`` (0 or before, 1 or after); ``segment`` (optional); the factors in the order of the chain, any
names, metric ids are checked by their definitions; the total (``total`` or one of M040, M041, M042, M043, M070,
optional); ``rows`` (optional, how many rows were summed); ``currency`` (optional). JSON: ``{"currency": "CNY",
"total": "M041", "factors": ["M001", …], "rows": [{"period": 0, "segment": "…", "M001": 10000, …}]}``.

A number is ``10000``, ``3.5%`` or a quotient ``350/10000``, which lets neighbours be compared. A blank is missing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from zhanggui.insight.decomposition.contracts import Cell, Row
from zhanggui.insight.decomposition.domain.errors import CannotExplain, gettext_noop
from zhanggui.insight.decomposition.domain.identities import AMOUNTS
from zhanggui.kernel.money import exponent

_OWN: Final = ("period", "segment", "rows", "currency")
_PERIODS: Final = {"0": 0, "before": 0, "1": 1, "after": 1}
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?%?")


class BadCell(CannotExplain):
    template = gettext_noop("Row %(row)s, column %(column)s: “%(value)s” %(reason)s.")
    words = ("reason",)


class BadFile(CannotExplain):
    template = gettext_noop("%(name)s cannot be read: %(reason)s.")
    words = ("reason",)


@dataclass(frozen=True, slots=True)
class Case:
    """What a file asks: arguments of ``explain``."""

    factors: tuple[str, ...]
    total: str
    currency: str
    rows: tuple[Row, ...]


def read(path: Path, *, currency: str | None = None) -> Case:
    """Read a ``.csv`` or ``.json`` file (UTF-8, else GB18030).

    ``currency`` overrides what the file says; "CNY" when neither says one. Raises :class:`BadFile` or
    :class:`BadCell` with row (1 is the first one below the header), column, value and reason.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    if path.suffix.lower() == ".json":
        return _from_json(text, path.name, currency)
    return _from_csv(text, path.name, currency)


def _from_csv(text: str, name: str, currency: str | None) -> Case:
    lines = [line for line in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in line)]
    if not lines:
        raise BadFile(name=name, reason=gettext_noop("it is empty"))
    header = [cell.strip() for cell in lines[0]]
    if len(set(header)) < len(header):
        raise BadFile(name=name, reason=gettext_noop("a column name stands twice"))
    records = []
    for position, line in enumerate(lines[1:], 1):
        if len(line) > len(header):
            raise BadCell(row=position, column=len(header) + 1, value=line[len(header)], reason=_NO_COLUMN)
        records.append(dict(zip(header, (cell.strip() for cell in line), strict=False)))
    totals = [column for column in header if column == "total" or column in AMOUNTS]
    if len(totals) > 1:
        raise BadFile(name=name, reason=gettext_noop("more than one column is a total"))
    factors = [column for column in header if column not in _OWN and column not in totals]
    return _case(name, factors, totals[0] if totals else "total", records, currency)


_NO_COLUMN: Final = gettext_noop("stands in a column without a name")


def _from_json(text: str, name: str, currency: str | None) -> Case:
    try:
        body = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise BadFile(name=name, reason=f"{error.msg} ({error.lineno}:{error.colno})") from error
    shaped = isinstance(body, dict) and _is_list_of(body.get("factors"), str) and _is_list_of(body.get("rows"), dict)
    if not shaped:
        raise BadFile(name=name, reason=gettext_noop("it needs “factors” (names) and “rows” (objects)"))
    total = str(body.get("total", "total"))
    known = {*_OWN, "total", total, *body["factors"]}
    for position, record in enumerate(body["rows"], 1):
        for column in record:
            if column not in known:
                raise BadCell(row=position, column=column, value=record[column], reason=_NO_FACTOR)
    return _case(name, body["factors"], total, body["rows"], currency or body.get("currency"))


_NO_FACTOR: Final = gettext_noop("belongs to no factor")


def _is_list_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _case(
    name: str, factors: Sequence[str], total: str, records: Sequence[Mapping[str, Any]], currency: str | None
) -> Case:
    found = {str(record["currency"]).upper() for record in records if record.get("currency")}
    if len(found) > 1:
        raise BadFile(name=name, reason=gettext_noop("it mixes currencies, which are never added"))
    code = (currency or (found.pop() if found else "CNY")).upper()
    if code == "NONE":
        code = ""
    elif not re.fullmatch(r"[A-Z]{3}", code):
        raise BadFile(name=name, reason=gettext_noop("the currency is no ISO code (three letters), nor “none”"))
    scale = 10 ** exponent(code) if code else 1
    rows = []
    for position, record in enumerate(records, 1):
        period = _PERIODS.get(str(record.get("period", "")).strip().lower())
        if period is None:
            value = record.get("period", "")
            raise BadCell(row=position, column="period", value=value, reason=gettext_noop("is not before or after"))
        cells = tuple(_cell(record.get(factor), position, factor) for factor in factors)
        column = total if total in record else "total"
        stated = _plain(record.get(column), position, column)
        minor = None if stated is None else stated * scale
        if minor is not None and minor.denominator != 1:
            reason = gettext_noop("has more decimals than the currency")
            raise BadCell(row=position, column=column, value=record.get(column), reason=reason)
        summed = _plain(record.get("rows"), position, "rows")
        if summed is not None and (summed < 1 or summed.denominator != 1):
            reason = gettext_noop("is not a count of rows")
            raise BadCell(row=position, column="rows", value=record.get("rows"), reason=reason)
        rows.append(
            Row(
                period,
                str(record.get("segment") or "").strip(),
                cells,
                None if minor is None else int(minor),
                None if summed is None else int(summed),
            )
        )
    return Case(tuple(factors), total, code, tuple(rows))


def _cell(value: object, row: int, column: str) -> Cell:
    if isinstance(value, dict):
        if set(value) != {"numerator", "denominator"}:
            raise BadCell(row=row, column=column, value=value, reason=gettext_noop("is not a number"))
        above, below = value["numerator"], value["denominator"]
    elif isinstance(value, str) and value.count("/") == 1:
        above, below = value.split("/")
    else:
        return Cell(_plain(value, row, column))
    return Cell(_plain(above, row, column), _plain(below, row, column))


def _plain(value: object, row: int, column: str) -> Fraction | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    text = f"{value:f}" if isinstance(value, Decimal) else str(value).strip()
    if isinstance(value, bool) or not _NUMBER.fullmatch(text):
        raise BadCell(row=row, column=column, value=value, reason=gettext_noop("is not a number"))
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
