"""Sums of measures by group: few questions to the engine, folded in exact Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from zhanggui.insight.metrics.domain import dimensions
from zhanggui.insight.metrics.domain.arithmetic import Part, minus, plus
from zhanggui.insight.metrics.domain.asking import Agg, Ask, Cond, Key, Where
from zhanggui.insight.metrics.domain.asking import Any as AnyOf
from zhanggui.insight.metrics.domain.coverage import MISSING
from zhanggui.insight.metrics.domain.errors import DimensionLacking
from zhanggui.insight.metrics.domain.measures import MEASURES, NOW, ORDERS, Measure, Sum
from zhanggui.insight.metrics.reading.scene import Group, Scene

#: currency ("" for counts) → part.
ByCurrency = dict[str, Part]


@dataclass
class Sums:
    """Measures by group. ``groups``: those that have facts."""

    found: dict[str, dict[Group, ByCurrency]] = field(default_factory=dict)

    @property
    def groups(self) -> set[Group]:
        return {group for by_group in self.found.values() for group in by_group}

    def get(self, measure: str, group: Group) -> ByCurrency:
        return self.found[measure].get(group, {})

    def currencies(self, names: Iterable[str], group: Group) -> set[str]:
        return {c for name in names for c, part in self.get(name, group).items() if c and _says(part)}

    def value(self, of: Sum, group: Group, currency: str) -> Part:
        """``plus`` − ``minus``; money of ``currency``, counts of all."""
        return minus(self._side(of.plus, group, currency), self._side(of.minus, group, currency))

    def _side(self, names: tuple[str, ...], group: Group, currency: str) -> Part:
        return plus(part for name in names for c, part in self.get(name, group).items() if c in ("", currency))


def _says(part: Part) -> bool:
    return bool(part.rows or part.unknown)


def of_scene(name: str, scene: Scene, metric: str) -> Measure:
    """The measure, or the one of lines that takes its place when articles are asked for. Raises
    :class:`DimensionLacking`."""
    measure = MEASURES[name]
    if measure.table == ORDERS and scene.by_item:
        if not measure.item:
            known = ", ".join(d for d in dimensions.ALL if d not in dimensions.ITEM
                              and ORDERS in dimensions.tables_of(d))  # fmt: skip
            dimension = next(d for d in scene.asked if d in dimensions.ITEM)
            raise DimensionLacking(metric=metric, dimension=dimension, known=known)
        measure = MEASURES[measure.item]
    scene.check(metric, measure.table)
    return measure


def collect(scene: Scene, wanted: Mapping[str, str], *, together: tuple[str, ...] = ()) -> Sums:
    """The sums of ``wanted`` (measure → the metric that asks for it) by the groups of the scene.

    ``together``: only shop-days that all these tables know, so that a quotient over two tables is of the same days.
    """
    sums = Sums({name: defaultdict(dict) for name in wanted})
    batches: dict[tuple[str, str, bool, bool], dict[str, Measure]] = defaultdict(dict)
    for name, metric in wanted.items():
        measure = of_scene(name, scene, metric)
        if measure.distinct and "hour" in scene.by:
            known = ", ".join(d for d in dimensions.ALL if d != "hour")
            raise DimensionLacking(metric=metric, dimension="hour", known=known)
        if "hour" in scene.by and measure.day not in dimensions.MOMENTS:
            known = ", ".join(d for d in dimensions.ALL if d != "hour")
            raise DimensionLacking(metric=metric, dimension="hour", known=known)
        batches[measure.table, measure.day, measure.money, measure.distinct][name] = measure
    for (table, day, money, distinct), measures in batches.items():
        _batch(scene, sums, table, day, measures, money=money, distinct=distinct, together=together)
    _rest(scene, sums, wanted, together)
    return sums


def _batch(
    scene: Scene, sums: Sums, table: str, day: str, measures: Mapping[str, Measure], *, money: bool, distinct: bool,
    together: tuple[str, ...],
) -> None:  # fmt: skip
    keys = [dimensions.key_of(d, table, day) for d in scene.by]
    extra: dict[str, Key] = {}
    if money:
        extra["currency"] = Key("currency")
    if not distinct:
        if together or "hour" in scene.by:
            extra["shop"] = Key("shop_id")
        if together or (money and scene.rates):
            extra["day"] = Key(day)
    names = {k.name for k in keys}
    keys += [k for k in extra.values() if k.name not in names]
    at = {k.name: i for i, k in enumerate(keys)}
    aggs = [agg for name, m in measures.items() for agg in _aggs(name, m, scene)]
    base = scene.conditions(table, day)
    places = [at[dimensions.key_of(d, table, day).name] for d in scene.by]
    for row in scene.engine.ask(Ask(table, tuple(keys), tuple(aggs), base)):
        shop_id = row[at["shop_id"]] if "shop" in extra else None
        on = _day(row[at[day]]) if "day" in extra else None
        if together and not _known(scene, shop_id, on, together):
            continue
        group = tuple(scene.text(d, row[i], shop_id) for d, i in zip(scene.by, places, strict=True))
        currency = (row[at["currency"]] or "") if money else ""
        values = iter(row[len(keys) :])
        for name, measure in measures.items():
            part = _part(measure, values)
            own = currency
            if money and scene.rates and currency and on is not None:
                part, own = _converted(part, scene, currency, on)
            place = sums.found[name][group]
            place[own] = place[own] + part if own in place else part


def _aggs(name: str, measure: Measure, scene: Scene) -> list[Agg]:
    """The value, how many rows told it, how many did not."""
    where = with_now(measure.agg.where, scene.now)
    if measure.channels:
        where = (*where, Cond("channel", "in", measure.channels))
    own = measure.agg
    found = [Agg("v" + name, own.op, own.column, where)]
    if own.op == "sum":
        found.append(Agg("n" + name, "count", own.column, where))
    if measure.unknown:
        lacking = with_now(measure.unknown, scene.now)
        if measure.channels:
            lacking = (*lacking, Cond("channel", "in", measure.channels))
        found.append(Agg("u" + name, "count", "", lacking))
    return found


def _part(measure: Measure, values: Any) -> Part:
    value = next(values)
    rows = int(next(values)) if measure.agg.op == "sum" else int(value or 0)
    unknown = int(next(values)) if measure.unknown else 0
    if rows:
        return Part(Fraction(int(value)), unknown, rows)
    silent = unknown and not measure.zero
    return Part(None if silent else Fraction(0), unknown, 0)


def _converted(part: Part, scene: Scene, currency: str, on: date) -> tuple[Part, str]:
    rates = scene.rates
    if rates is None:
        raise ValueError("no rates")
    if not _says(part):
        return part, rates.base
    amount = None if part.amount is None else part.amount * rates.of(currency, on)
    return Part(amount, part.unknown, part.rows), rates.base


def with_now(where: Where, now: datetime) -> Where:
    """The conditions with the moment of asking in place."""
    found: list[Cond | AnyOf] = []
    for one in where:
        if isinstance(one, AnyOf):
            found.append(AnyOf(tuple(tuple(with_now(part, now)) for part in one.of)))  # type: ignore[arg-type]
        elif one.values == (NOW,):
            found.append(Cond(one.column, one.op, (now,)))
        else:
            found.append(one)
    return tuple(found)


def _known(scene: Scene, shop_id: int | None, on: date | None, tables: tuple[str, ...]) -> bool:
    if shop_id is None or on is None:
        return False
    return all(scene.coverage.state(shop_id, table, on) != MISSING for table in tables)


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def _rest(scene: Scene, sums: Sums, wanted: Mapping[str, str], together: tuple[str, ...]) -> None:
    """What orders tell and their lines do not, as an article of its own (key None)."""
    if not scene.by_item or dimensions.ITEM & set(scene.where):
        return
    names = {n: metric for n, metric in wanted.items() if MEASURES[n].rest}
    if not names:
        return
    others = scene.by_only(d for d in scene.by if d not in dimensions.ITEM)
    orders = collect(others, names, together=together)
    for name in names:
        lines: dict[Group, dict[str, Part]] = defaultdict(dict)
        for group, parts in sums.found[name].items():
            key = tuple(k for d, k in zip(scene.by, group, strict=True) if d not in dimensions.ITEM)
            for currency, part in parts.items():
                lines[key][currency] = lines[key].get(currency, Part()) + Part(part.amount or Fraction(0), 0, part.rows)
        for key, parts in orders.found[name].items():
            told = iter(key)
            place = tuple(None if d in dimensions.ITEM else next(told) for d in scene.by)
            for currency, part in parts.items():
                if part.amount is None:
                    continue
                left = part.amount - (lines[key].get(currency, Part()).amount or 0)
                if left:
                    own = sums.found[name][place]
                    own[currency] = own.get(currency, Part()) + Part(left, 0, 1)
