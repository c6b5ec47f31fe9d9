"""The one question about numbers: which metrics, by what, of which shops and days, compared with what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from zhanggui.foundation.calendar import queries as calendar
from zhanggui.insight.metrics.contracts import Answer, AnswerRow, Days, Delta, Metric, Rate
from zhanggui.insight.metrics.domain import dimensions
from zhanggui.insight.metrics.domain.arithmetic import Rates, delta
from zhanggui.insight.metrics.domain.coverage import Shop
from zhanggui.insight.metrics.domain.dimensions import Buckets
from zhanggui.insight.metrics.domain.errors import (
    BadFilter,
    BeforeFirstData,
    DimensionLacking,
    DimensionTwice,
    EmptyPeriod,
    MixedCurrencies,
    NeedsFacts,
    NoData,
    NoMetric,
    NoShop,
    NotAdditive,
    RateMissing,
    ShopNotVisible,
    UnknownComparison,
    UnknownDimension,
)
from zhanggui.insight.metrics.domain.measures import FORMULAS
from zhanggui.insight.metrics.queries.definitions import definition
from zhanggui.insight.metrics.queries.state import State, now_state
from zhanggui.insight.metrics.reading import measuring
from zhanggui.insight.metrics.reading.scene import Scene
from zhanggui.kernel import records

COMPARISONS: Final = ("previous", "year", "aligned")


def measure(
    *,
    metrics: Sequence[str],
    shop_ids: frozenset[int],
    first: date,
    last: date,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
    compare: str | None = None,
    rates: Sequence[Rate] = (),
    currency: str = "",
    engine: str = "",
    now: datetime | None = None,
) -> Answer:
    """The metrics (ids) over the business days ``first`` to ``last``, both included, each shop in its own zone.

    ``shop_ids``: the shops the caller may see. ``by``: dimensions (``domain.dimensions.ALL``), at most one of time.
    ``where``: dimension → accepted values; ``shop`` takes ids or names. ``compare``: ``previous`` (as many days just
    before), ``year`` (the same dates a year earlier) or ``aligned`` (the same distance from the lunar event near the
    period, else the same dates). ``rates`` turn money into ``currency`` (the one without a rate when left out).

    Raises a :class:`~zhanggui.insight.metrics.domain.errors.CannotMeasure`, one sentence each.
    """
    return measure_with(
        now_state(shop_ids, engine=engine),
        metrics=metrics,
        first=first,
        last=last,
        by=by,
        where=where,
        compare=compare,
        rates=rates,
        currency=currency,
        now=now or timezone.now(),
    )


def measure_with(
    state: State,
    *,
    metrics: Sequence[str],
    first: date,
    last: date,
    now: datetime,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
    compare: str | None = None,
    rates: Sequence[Rate] = (),
    currency: str = "",
) -> Answer:
    """:func:`measure` over a given state: several answers of one moment."""
    asked = chosen(metrics)
    scene = scene_of(state, asked, first=first, last=last, by=by, where=where, rates=rates, currency=currency, now=now)
    before = None if compare is None else other_days(scene.days, compare)
    rows = _rows(scene, asked)
    if before is not None:
        rows = _compared(scene, asked, rows, _at(scene, state, asked, before))
    tables = list(dict.fromkeys(t for m in asked for t in measuring.tables_of(m)))
    return Answer(
        metrics=asked,
        by=scene.by,
        where={k: tuple(v) for k, v in (where or {}).items()},
        days=scene.days,
        before_days=before,
        rows=tuple(rows),
        total=_total(scene, state, asked, before),
        zones=tuple(sorted({s.zone for s in scene.shops})),
        as_of=state.as_of,
        completeness=tuple(line for t in tables for line in scene.coverage.told(t, scene.days)),
        rates=tuple(rates),
        engine=state.engine.name,
    )


def chosen(metrics: Sequence[str]) -> tuple[Metric, ...]:
    """The definitions by id, each once. Raises ``NoMetric``, ``UnknownMetric``, ``NeedsFacts``."""
    found = {m.id: m for m in (definition(i) for i in metrics)}
    if not found:
        raise NoMetric()
    for m in found.values():
        if m.id not in FORMULAS:
            needs = (m.needs_en or "its own question (rfm)", m.needs_zh or "单独提问（rfm）")
            raise NeedsFacts(metric=m.id, name=m.name_en, needs=needs[0], needs_zh=needs[1], name_zh=m.name_zh)
    return tuple(found.values())


def scene_of(
    state: State,
    metrics: Sequence[Metric],
    *,
    first: date,
    last: date,
    now: datetime,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
    rates: Sequence[Rate] = (),
    currency: str = "",
) -> Scene:
    """The question checked: dimensions, filters, shops, period. Raises the refusals."""
    if last < first:
        raise EmptyPeriod(first=first, last=last)
    by = tuple(by)
    _check_dimensions(by, where or {})
    shops = _shops(state, (where or {}).get("shop", ()), (where or {}).get("channel", ()))
    filters = {d: _values(d, texts) for d, texts in (where or {}).items() if d != "shop"}
    days = Days(first, last)
    tables = list(dict.fromkeys(t for m in metrics for t in measuring.tables_of(m)))
    _check_data(state, shops, tables, days)
    return Scene(
        engine=state.engine,
        shops=shops,
        coverage=state.coverage(shops, tables, days),
        by=by,
        where=filters,
        days=days,
        now=now,
        rates=_rates(shops, rates, currency),
    )


def _check_dimensions(by: Sequence[str], where: Mapping[str, Sequence[str]]) -> None:
    known = ", ".join(dimensions.ALL)
    for dimension in (*by, *where):
        if dimension not in dimensions.ALL:
            raise UnknownDimension(dimension=dimension, known=known)
    times = [d for d in by if d in dimensions.TIME]
    twice = next((d for n, d in enumerate(by) if d in by[:n]), times[1] if len(times) > 1 else None)
    if twice is not None:
        raise DimensionTwice(dimension=twice)
    for dimension in where:
        if dimension in dimensions.TIME:
            raise DimensionLacking(metric="where", dimension=dimension, known=", ".join(dimensions.COLUMNS))


def _shops(state: State, wanted: Sequence[str], channels: Sequence[str]) -> tuple[Shop, ...]:
    if not state.shops:
        raise NoShop()
    by_name = {s.name: s for s in state.shops.values()} | {str(s.id): s for s in state.shops.values()}
    for text in wanted:
        if text not in by_name:
            raise ShopNotVisible(shop=text)
    found = {by_name[t].id: by_name[t] for t in wanted} if wanted else dict(state.shops)
    for channel in channels:
        if channel not in records.CHANNELS:
            raise BadFilter(dimension="channel", value=channel, known=", ".join(records.CHANNELS))
    if channels:
        found = {i: s for i, s in found.items() if s.channel in channels}
    if not found:
        raise NoShop()
    return tuple(found[i] for i in sorted(found))


def _values(dimension: str, texts: Sequence[str]) -> tuple[str | int, ...]:
    try:
        return dimensions.values_of(dimension, texts)  # type: ignore[return-value]
    except ValueError:
        raise BadFilter(dimension=dimension, value=", ".join(texts), known="1, 2, 3 …") from None


def _check_data(state: State, shops: Iterable[Shop], tables: Sequence[str], days: Days) -> None:
    ids = {s.id for s in shops}
    for table in tables:
        firsts = [d for i, d in state.first_days(table).items() if i in ids]
        if not firsts:
            if table == tables[0]:
                raise NoData(table=table)
            continue
        if days.last < min(firsts) and table == tables[0]:
            raise BeforeFirstData(last=days.last, begins=min(firsts))


def _rates(shops: Iterable[Shop], rates: Sequence[Rate], currency: str) -> Rates | None:
    if not rates:
        return None
    told = {r.currency for r in rates}
    base = currency
    if not base:
        others = sorted({s.currency for s in shops} - told)
        base = others[0] if len(others) == 1 else "CNY"
    if base in told:
        raise RateMissing(currency=base, day="—", begins="—")
    return Rates(base, tuple(rates))


def other_days(days: Days, compare: str) -> Days:
    """The days to compare with. Raises ``UnknownComparison``.

    >>> other_days(Days(date(2026, 11, 8), date(2026, 11, 14)), "previous")
    Days(first=datetime.date(2026, 11, 1), last=datetime.date(2026, 11, 7))
    """
    if compare == "previous":
        return Days(days.first - timedelta(days=days.count), days.first - timedelta(days=1))
    if compare == "year":
        return Days(_year_before(days.first), _year_before(days.last))
    if compare == "aligned":
        anchor = calendar.moving_anchor(days.first, days.last)
        if anchor is None:
            return other_days(days, "year")
        found = calendar.align(days.first, days.last, anchor=anchor)
        return Days(found.other_first, found.other_last)
    raise UnknownComparison(compare=compare)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _rows(scene: Scene, metrics: Sequence[Metric]) -> list[AnswerRow]:
    return measuring.rows(scene, metrics, measuring.ask(scene, metrics))


def _at(scene: Scene, state: State, metrics: Sequence[Metric], days: Days) -> Scene:
    tables = list(dict.fromkeys(t for m in metrics for t in measuring.tables_of(m)))
    return replace(scene, days=days, coverage=state.coverage(scene.shops, tables, days))


def _compared(scene: Scene, metrics: Sequence[Metric], rows: Sequence[AnswerRow], other: Scene) -> list[AnswerRow]:
    """Rows with those of the other days beside them: days are matched by their place in the period."""
    time = next((i for i, d in enumerate(scene.by) if d in dimensions.TIME), None)
    place = _places(scene.buckets, other.buckets)
    before = {r.keys: r for r in _rows(other, metrics)}
    found = []
    for row in rows:
        keys = row.keys
        if time is not None:
            keys = (*keys[:time], place.get(keys[time] or ""), *keys[time + 1 :])
        found.append(_with(metrics, row, before.get(keys)))
    return found


def _places(now: Buckets, before: Buckets) -> dict[str, str | None]:
    if now.dimension in ("weekday", "hour"):
        return {bucket: bucket for bucket in now.order}
    return {bucket: before.order[n] if n < len(before.order) else None for n, bucket in enumerate(now.order)}


def _with(metrics: Sequence[Metric], row: AnswerRow, before: AnswerRow | None) -> AnswerRow:
    if before is None:
        return replace(row, deltas={m.id: Delta(None, None, comparable=False) for m in metrics})
    deltas = {}
    for m in metrics:
        one, two = row.cells[m.id], before.cells[m.id]
        whole = not (one.missing or two.missing)
        same = m.unit != "money" or row.currency == before.currency
        deltas[m.id] = delta(one.exact, two.exact, comparable=whole and same)
    return replace(row, before=before.cells, deltas=deltas)


def _total(scene: Scene, state: State, metrics: Sequence[Metric], before: Days | None) -> AnswerRow | None:
    """The whole period without groups, asked anew. Metrics that cannot be told without a group are left out."""
    whole = scene.whole()
    try:
        return _of_total(whole, state, metrics, before)
    except (NotAdditive, DimensionLacking):
        told = [m for m in metrics if _tells(whole, m)]
        return _of_total(whole, state, told, before) if told else None


def _tells(scene: Scene, metric: Metric) -> bool:
    try:
        measuring.ask(scene, [metric])
    except (NotAdditive, DimensionLacking):
        return False
    return True


def _of_total(scene: Scene, state: State, metrics: Sequence[Metric], before: Days | None) -> AnswerRow | None:
    try:
        (row,) = _rows(scene, metrics)
        if before is not None:
            (row,) = _compared(scene, metrics, [row], _at(scene, state, metrics, before))
    except MixedCurrencies:
        return None
    return row
