"""An answer as plain values, for JSON on the command line and over HTTP: one shape for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from zhanggui.insight.metrics.contracts import Answer, AnswerRow, BehindPage, Cell, Delta, Metric, Number
from zhanggui.insight.metrics.domain.arithmetic import shown

Translate = Callable[[str], str]


def definition(metric: Metric, language: str) -> dict[str, Any]:
    """One definition, names in both languages, texts in the reader's."""
    return {
        "id": metric.id,
        "name": metric.name(language),
        "name_zh": metric.name_zh,
        "name_en": metric.name_en,
        "formula": metric.formula(language),
        "unit": metric.unit,
        "kind": metric.kind,
        "grain": metric.grain,
        "additivity": metric.additivity,
        "null_rule": metric.null_rule(language),
        "refund_basis": metric.refunds(language),
        "clock": metric.clock,
        "sources": list(metric.tables),
        "source": metric.source(language),
        "up_is": metric.up_is,
        "needs": metric.needs(language),
        "seed": metric.seed,
    }


def answer(found: Answer, language: str, translate: Translate) -> dict[str, Any]:
    """The answer with its definitions, freshness and completeness. Money in minor units of ``currency``."""
    units = {m.id: m.unit for m in found.metrics}
    return {
        "metrics": [definition(m, language) for m in found.metrics],
        "by": list(found.by),
        "where": {k: list(v) for k, v in found.where.items()},
        "from": found.days.first.isoformat(),
        "to": found.days.last.isoformat(),
        "before_from": found.before_days.first.isoformat() if found.before_days else None,
        "before_to": found.before_days.last.isoformat() if found.before_days else None,
        "rows": [_row(row, found.by, units, translate) for row in found.rows],
        "total": _row(found.total, (), units, translate) if found.total else None,
        "zones": list(found.zones),
        "as_of": _moment(found.as_of),
        "known_shops": found.known_shops,
        "shops": found.shops,
        "completeness": [
            {
                "shop_id": str(c.shop_id),
                "shop": c.name,
                "channel": c.channel,
                "table": c.table,
                "state": c.state,
                "first": c.first.isoformat() if c.first else None,
                "until": _moment(c.until),
                "missing": [d.isoformat() for d in c.missing],
                "partial": [d.isoformat() for d in c.partial],
            }
            for c in found.completeness
        ],
        "rates": [{"currency": r.currency, "value": _exact(r.value), "from": r.day.isoformat()} for r in found.rates],
        "engine": found.engine,
    }


def _row(row: AnswerRow, by: tuple[str, ...], units: Mapping[str, str], translate: Translate) -> dict[str, Any]:
    return {
        "keys": dict(zip(by, row.keys, strict=True)),
        "currency": row.currency or None,
        "values": {i: _cell(cell, translate) for i, cell in row.cells.items()},
        "before": {i: _cell(cell, translate) for i, cell in row.before.items()},
        "changes": {i: _delta(d, units[i]) for i, d in row.deltas.items()},
    }


def _cell(cell: Cell, translate: Translate) -> dict[str, Any]:
    return {
        "value": number(cell.value),
        "numerator": _exact(cell.numerator),
        "denominator": _exact(cell.denominator),
        "unknown": cell.unknown,
        "missing_shops": [str(i) for i in cell.missing],
        "partial_shops": [str(i) for i in cell.partial],
        "assumed_shops": [str(i) for i in cell.assumed],
        "why": translate(cell.why) if cell.why else "",
    }


def _delta(delta: Delta, unit: str) -> dict[str, Any]:
    return {
        "absolute": number(shown(delta.absolute, unit)),
        "relative": number(shown(delta.relative, "percent")),
        "comparable": delta.comparable,
    }


def behind(page: BehindPage) -> dict[str, Any]:
    """A page of rows behind a number."""
    return {
        "metric": page.metric,
        "part": page.part,
        "table": page.table,
        "columns": list(page.columns),
        "rows": [[_plain(v) for v in row] for row in page.rows],
        "amount": page.amount,
        "count": page.count,
        "next_offset": page.next_offset,
    }


def number(value: Number | None) -> int | str | None:
    """Whole numbers as they are, fractions as exact decimal text; never a binary float.

    >>> from decimal import Decimal
    >>> number(5), number(Decimal("0.0350")), number(Decimal("1E+3"))
    (5, '0.0350', 1000)
    """
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else f"{value:f}"


def _exact(value: Fraction | None) -> int | str | None:
    if value is None:
        return None
    return int(value) if value.denominator == 1 else number(shown(value, "percent"))


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, int | str | bool) else str(value)
