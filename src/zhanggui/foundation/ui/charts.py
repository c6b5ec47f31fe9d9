"""Charts as data: rows in, ECharts options out. Pure functions; the browser only draws.

Colours are named by token (``var(--zg-series-1)``) and read from the page by ``charts.js``, so that a chart follows
the theme. Every chart names its metric, unit, period and data time, carries its rows as a table, and uses at most
seven colours. Money stays in minor units until it is written as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from zhanggui.kernel.money import exponent

#: More series than this are refused: group the rest first.
MAX_SERIES: Final = 7
Value = int | Decimal | None


@dataclass(frozen=True, slots=True)
class Unit:
    """What a value counts: ``kind`` is ``money``, ``number`` or ``percent`` (values are ratios)."""

    kind: str
    currency: str = ""
    digits: int = 0

    @property
    def scale(self) -> int:
        """Decimal places hidden inside a whole value: 2 for ¥ in fen."""
        return exponent(self.currency) if self.kind == "money" else 0


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of values; ``before`` marks the period compared with, ``token`` fixes a colour."""

    name: str
    values: Sequence[Value]
    before: bool = False
    token: str = ""
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart panel: what is drawn, and everything a reader needs to trust it."""

    id: str
    title: str
    unit: Unit
    option: dict[str, Any]
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    units: Sequence[Unit] = ()
    period: str = ""
    as_of: datetime | None = None
    metric: str = ""
    note: str = ""
    empty: bool = False

    @property
    def payload(self) -> dict[str, Any]:
        """What the browser gets."""
        unit = {
            "kind": self.unit.kind,
            "currency": self.unit.currency,
            "scale": self.unit.scale,
            "digits": self.unit.digits,
        }
        return {"option": self.option, "unit": unit, "name": self.title}


class TooManySeries(ValueError):
    """A chart with more than seven colours; carries the count."""


def colour(index: int) -> str:
    """The token of the n-th series, counted from 0."""
    return f"var(--zg-series-{index + 1})"


def line(
    *,
    id: str,
    title: str,
    unit: Unit,
    labels: Sequence[str],
    series: Sequence[Series],
    area: bool = False,
    **about: Any,
) -> Chart:
    """Lines over a category axis (days). None is a gap, never a zero."""
    built = []
    for series_colour, item in _coloured(series):
        built.append(
            {
                "type": "line",
                "name": item.name,
                "data": [_plain(v) for v in item.values],
                "connectNulls": False,
                "showSymbol": len(labels) < 2,
                "symbolSize": 5,
                "lineStyle": {"width": 1.5 if item.before else 2, "type": "dashed" if item.before else "solid"},
                "color": series_colour,
                "z": 1 if item.before else 2,
                **({"areaStyle": {"opacity": 0.08}} if area and not item.before else {}),
            }
        )
    option = _axes(labels) | {"series": built, "legend": _legend(series)}
    return _chart(id, title, unit, option, labels, series, about)


def bars(
    *,
    id: str,
    title: str,
    unit: Unit,
    labels: Sequence[str],
    series: Sequence[Series],
    stacked: bool = False,
    horizontal: bool = False,
    **about: Any,
) -> Chart:
    """Bars over a category axis; ``horizontal`` for ranked names (the first label on top)."""
    built = [
        {
            "type": "bar",
            "name": item.name,
            "data": [_plain(v) for v in item.values],
            "color": series_colour,
            "barMaxWidth": 16 if horizontal else 22,
            "itemStyle": {"borderRadius": 0 if stacked else [0, 2, 2, 0] if horizontal else [2, 2, 0, 0]},
            **({"stack": "all"} if stacked else {}),
            **({"label": {"show": True, "position": "right"}} if horizontal and len(series) == 1 else {}),
        }
        for series_colour, item in _coloured(series)
    ]
    option = _axes(labels, horizontal=horizontal) | {"series": built, "legend": _legend(series)}
    return _chart(id, title, unit, option, labels, series, about)


def waterfall(
    *, id: str, title: str, unit: Unit, start: tuple[str, int], steps: Sequence[tuple[str, int]], end: str, **about: Any
) -> Chart:
    """From one total to another through signed steps; the end is computed, so that it always adds up."""
    names, values, spans = [start[0]], [start[1]], [(0, start[1])]
    running = start[1]
    for name, amount in steps:
        names.append(name)
        values.append(amount)
        spans.append((running, running + amount))
        running += amount
    names.append(end)
    values.append(running)
    spans.append((0, running))
    step_tokens = ["var(--zg-good)" if amount >= 0 else "var(--zg-worse)" for _, amount in steps]
    tokens = ["var(--zg-ink-3)", *step_tokens, "var(--zg-ink-2)"]
    # ``spans`` are drawn by charts.js as floating bars: a stack could not cross zero.
    data = [
        {"value": [n, low, high, values[n]], "itemStyle": {"color": tokens[n]}} for n, (low, high) in enumerate(spans)
    ]
    option = _axes(names) | {
        "legend": {"show": False},
        "series": [{"type": "custom", "render": "spans", "name": title, "data": data, "encode": {"x": 0, "y": [1, 2]}}],
    }
    return _chart(id, title, unit, option, names, [Series(title, values)], about)


def _chart(
    id: str,
    title: str,
    unit: Unit,
    option: dict[str, Any],
    labels: Sequence[str],
    series: Sequence[Series],
    about: dict[str, Any],
) -> Chart:
    rows = [[label, *(item.values[n] for item in series)] for n, label in enumerate(labels)]
    return Chart(
        id=id,
        title=title,
        unit=unit,
        option=option,
        head=[about.pop("axis", ""), *(item.name for item in series)],
        rows=rows,
        units=[item.unit or unit for item in series],
        empty=all(v is None for item in series for v in item.values),
        **about,
    )


def _coloured(series: Sequence[Series]) -> list[tuple[str, Series]]:
    own = [item for item in series if not item.before and not item.token]
    if len(own) > MAX_SERIES:
        raise TooManySeries(f"{len(own)} series: a chart shows at most {MAX_SERIES}, group the rest")
    found, index = [], 0
    for item in series:
        if item.token:
            found.append((f"var({item.token})", item))
        elif item.before:
            found.append(("var(--zg-series-before)", item))
        else:
            found.append((colour(index), item))
            index += 1
    return found


def _legend(series: Sequence[Series]) -> dict[str, Any]:
    return {"show": len(series) > 1, "data": [item.name for item in series]}


def _axes(labels: Sequence[str], *, horizontal: bool = False) -> dict[str, Any]:
    names = {"type": "category", "data": list(labels), "inverse": horizontal}
    values = {"type": "value"}
    return {"xAxis": values, "yAxis": names} if horizontal else {"xAxis": names, "yAxis": values}


def _plain(value: Value) -> int | float | None:
    """A value for drawing only: pixels need no cents, text is written from the exact value."""
    if value is None or isinstance(value, int):
        return value
    return float(value)


def spark_path(values: Sequence[Value], *, width: int, height: int) -> tuple[str, tuple[str, str] | None]:
    """The SVG path of a small line over ``values`` and the place of its last point; empty without two values.

    None breaks the line. A flat line runs through the middle.
    """
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return "", None
    low, high = min(known), max(known)
    pad = 3
    step = (width - 2 * pad) / (len(values) - 1)
    path, pen_down, last = [], False, None
    for n, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        share = 0.5 if high == low else float((value - low) / Decimal(high - low))
        x, y = f"{pad + n * step:.1f}", f"{height - pad - share * (height - 2 * pad):.1f}"
        path.append(f"{'L' if pen_down else 'M'}{x} {y}")
        pen_down, last = True, (x, y)
    return "".join(path), last
