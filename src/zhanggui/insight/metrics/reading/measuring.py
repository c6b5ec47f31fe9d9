"""Every metric of a question by every group: sums, then quotients, then what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from zhanggui.insight.metrics.contracts import AnswerRow, Cell, Metric
from zhanggui.insight.metrics.domain.arithmetic import Part, quotient, shown
from zhanggui.insight.metrics.domain.coverage import FILES_OF
from zhanggui.insight.metrics.domain.errors import MixedCurrencies, NotAdditive, gettext_noop
from zhanggui.insight.metrics.domain.measures import (
    FORMULAS,
    MEASURES,
    Buyers,
    Formula,
    Profit,
    Ratio,
    Shares,
    Spread,
    Total,
)
from zhanggui.insight.metrics.reading import buyers, profit, shares, spreads, sums
from zhanggui.insight.metrics.reading.profit import Gain
from zhanggui.insight.metrics.reading.scene import Group, Scene
from zhanggui.insight.metrics.reading.sums import Sums

#: Why a cell is empty; words of the catalogue.
MISSING: Final = gettext_noop("no file reaches these days")
NOT_TOLD: Final = gettext_noop("no row tells it")
NAMELESS: Final = gettext_noop("orders do not name their buyer")
NOT_ADDED: Final = gettext_noop("people of several days, shops or devices are never added")
NO_PARTS: Final = gettext_noop("nothing to divide by")
ELSEWHERE: Final = gettext_noop("the channel has no such figure")
EXAMPLE: Final = "USD=7.1@2026-10-01"
#: Stands for the new customers of the group inside a quotient.
NEW: Final = "@new"


@dataclass
class Numbers:
    """Everything the engine told of one scene."""

    plain: Sums
    together: dict[str, Sums] = field(default_factory=dict)
    spreads: dict[str, dict[Group, tuple[Fraction | None, int, int]]] = field(default_factory=dict)
    shares: dict[str, dict[Group, shares.Share]] = field(default_factory=dict)
    buyers: dict[str, dict[Group, buyers.Found]] = field(default_factory=dict)
    profit: Sums | None = None

    def observed(self) -> set[Group]:
        found = set(self.plain.groups)
        for one in self.together.values():
            found |= one.groups
        for of_spread in self.spreads.values():
            found |= set(of_spread)
        for of_share in self.shares.values():
            found |= set(of_share)
        for of_buyer in self.buyers.values():
            found |= set(of_buyer)
        return found | (self.profit.groups if self.profit else set())


def tables_of(metric: Metric) -> tuple[str, ...]:
    """The tables whose files must reach a day for the metric to be known on it. Costs are known or named as lacking."""
    return tuple(dict.fromkeys(FILES_OF.get(t, t) for t in metric.tables if t != "costs"))


def ask(scene: Scene, metrics: Sequence[Metric]) -> Numbers:
    """Put the questions of all metrics to the engine. Raises the refusals of dimensions."""
    plain: dict[str, str] = {}
    numbers = Numbers(Sums())
    histories: dict[str, Buyers] = {}
    gains: dict[str, Profit] = {}
    for metric in metrics:
        formula = FORMULAS[metric.id]
        if isinstance(formula, Spread):
            numbers.spreads[metric.id] = spreads.collect(scene, metric.id, formula)
        elif isinstance(formula, Shares):
            numbers.shares[metric.id] = shares.collect(scene, metric.id, formula)
        elif isinstance(formula, Buyers):
            histories[metric.id] = formula
        elif isinstance(formula, Profit):
            gains[metric.id] = formula
        elif len(tables_of(metric)) > 1:
            wanted = dict.fromkeys(_names(formula), metric.id)
            if NEW in wanted:
                histories[metric.id] = Buyers("new")
                del wanted[NEW]
            numbers.together[metric.id] = sums.collect(scene, wanted, together=tables_of(metric))
        else:
            plain |= {name: plain.get(name, metric.id) for name in _names(formula)}
            _refuse_people(scene, metric, formula)
    if plain:
        numbers.plain = sums.collect(scene, plain)
    if histories:
        numbers.buyers = buyers.collect(scene, histories)
    if gains:
        numbers.profit = profit.collect(scene, gains)
    return numbers


def _names(formula: Formula) -> tuple[str, ...]:
    if not isinstance(formula, Total | Ratio):
        return ()
    return tuple(name for part in formula.parts for name in (*part.plus, *part.minus))


def _refuse_people(scene: Scene, metric: Metric, formula: Formula) -> None:
    """People that a platform counted per day and shop are no number of people over several."""
    if not (isinstance(formula, Total) and any(MEASURES[n].told for n in _names(formula))):
        return
    for name in _names(formula):
        sums.of_scene(name, scene, metric.id)
    for dimension, single in (("day", scene.days.count == 1), ("shop", len(scene.shops) == 1)):
        if dimension not in scene.by and not single:
            raise NotAdditive(metric=metric.id, dimension=dimension, reason=metric.null_en, reason_zh=metric.null_zh)


def rows(scene: Scene, metrics: Sequence[Metric], numbers: Numbers) -> list[AnswerRow]:
    """One row per group. Raises :class:`MixedCurrencies` when the money of a group is of several."""
    found = []
    for group in scene.groups(numbers.observed()):
        currency = _currency(scene, metrics, numbers, group)
        cells = {m.id: _cell(scene, m, numbers, group, currency) for m in metrics}
        has_money = any(m.unit == "money" for m in metrics)
        found.append(AnswerRow(group, currency if has_money else "", cells, {}, {}))
    return found


def has_money(formula: Formula) -> bool:
    """Whether amounts of money are in it, be it as parts of a ratio."""
    if isinstance(formula, Total | Ratio):
        return any(n != NEW and MEASURES[n].money for n in _names(formula))
    return isinstance(formula, Profit)


def _currency(scene: Scene, metrics: Sequence[Metric], numbers: Numbers, group: Group) -> str:
    if scene.rates:
        return scene.rates.base
    used: set[str] = set()
    for metric in metrics:
        formula = FORMULAS[metric.id]
        if isinstance(formula, Total | Ratio):
            of = numbers.together.get(metric.id, numbers.plain)
            used |= of.currencies((n for n in _names(formula) if n != NEW), group)
        elif isinstance(formula, Profit) and numbers.profit is not None:
            used |= numbers.profit.currencies(profit.names(formula), group)
    if len(used) > 1:
        raise MixedCurrencies(currencies=", ".join(sorted(used)), example=EXAMPLE)
    if used:
        return used.pop()
    keys = dict(zip(scene.by, group, strict=True))
    if keys.get("currency"):
        return keys["currency"] or ""
    told = {s.currency for s in scene.shops if s.id in scene.shops_of(group)}
    return told.pop() if len(told) == 1 else ""


def _cell(scene: Scene, metric: Metric, numbers: Numbers, group: Group, currency: str) -> Cell:
    formula = FORMULAS[metric.id]
    channels = _channels(formula)
    if channels and not scene.shops_of(group, channels=channels):
        return Cell(None, None, why=ELSEWHERE)
    reached = scene.reached(group, tables_of(metric), channels)
    gain = Gain(None, why=MISSING)
    if reached.known:
        gain = _gain(scene, metric, formula, numbers, group, currency)
    why = gain.why or ("" if gain.value is not None else NO_PARTS if gain.under == 0 else NOT_TOLD)
    return Cell(
        value=shown(gain.value, metric.unit),
        exact=gain.value,
        numerator=gain.over,
        denominator=gain.under,
        unknown=gain.unknown,
        missing=reached.missing,
        partial=reached.partial,
        assumed=tuple(sorted(scene.coverage.silent & set(scene.shops_of(group)))) if "back" in _names(formula) else (),
        why=why,
    )


def _channels(formula: Formula) -> tuple[str, ...]:
    return next((MEASURES[n].channels for n in _names(formula) if n != NEW and MEASURES[n].channels), ())


def _gain(scene: Scene, metric: Metric, formula: Formula, numbers: Numbers, group: Group, currency: str) -> Gain:
    if isinstance(formula, Spread):
        value, _events, lacking = numbers.spreads[metric.id].get(group, (None, 0, 0))
        return Gain(value, unknown=lacking)
    if isinstance(formula, Shares):
        share = numbers.shares[metric.id].get(group)
        return Gain(share.value, share.over, share.under, share.unknown) if share else Gain(None)
    if isinstance(formula, Buyers):
        told = numbers.buyers[metric.id].get(group, buyers.Found(None))
        return Gain(told.value, told.over, told.under, why=told.why)
    if isinstance(formula, Profit):
        return profit.value(formula, numbers.profit, group, currency)
    of = numbers.together.get(metric.id, numbers.plain)
    if isinstance(formula, Total):
        return _total(formula, of, group, currency)
    over = of.value(formula.over, group, currency)
    if formula.under.plus == (NEW,):
        new = numbers.buyers[metric.id].get(group, buyers.Found(None)).value
        under = Part(new, 0, int(new or 0))
    else:
        under = of.value(formula.under, group, currency)
    return _ratio(formula, over, under)


def _total(formula: Total, of: Sums, group: Group, currency: str) -> Gain:
    part = of.value(formula.of, group, currency)
    first = MEASURES[formula.of.plus[0]]
    if first.told and part.rows > 1:
        return Gain(None, unknown=part.unknown, why=NOT_ADDED)
    if first.told and not part.rows:
        return Gain(None, unknown=part.unknown)
    if first.distinct and not part.amount and part.unknown:
        return Gain(None, unknown=part.unknown, why=NAMELESS)
    return Gain(part.amount, unknown=part.unknown)


def _ratio(formula: Ratio, over: Part, under: Part) -> Gain:
    unknown = max(over.unknown, under.unknown)
    if formula.exact and under.unknown:
        return Gain(None, over.amount, under.amount, unknown, NAMELESS)
    value = quotient(over.amount, under.amount)
    if value is not None:
        value = 1 - value if formula.one_minus else value * formula.times
    top = over.amount
    if formula.one_minus and over.amount is not None and under.amount is not None:
        top = under.amount - over.amount
    return Gain(value, top, under.amount, unknown)
