"""Profit: what is left of the lines' net sales after goods, fees, handling and adverts.

Nothing is assumed: without a cost of every piece, statements, or advert files the metric is empty and says what lacks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from zhanggui.insight.metrics.domain.arithmetic import Part, quotient
from zhanggui.insight.metrics.domain.errors import gettext_noop
from zhanggui.insight.metrics.domain.measures import Profit, Sum
from zhanggui.insight.metrics.reading import sums
from zhanggui.insight.metrics.reading.scene import Group, Scene
from zhanggui.insight.metrics.reading.sums import Sums

NO_COSTS: Final = gettext_noop("there is no table of goods costs")
COST_LACKS: Final = gettext_noop("articles sold have no cost")
HANDLING_LACKS: Final = gettext_noop("articles sold have no handling cost")
NO_STATEMENTS: Final = gettext_noop("there is no statement of the period")
NO_ADVERTS: Final = gettext_noop("there is no advert file of the period")
NOT_POSITIVE: Final = gettext_noop("the contribution is not positive")
AMOUNT_LACKS: Final = gettext_noop("lines do not tell what was paid")

_GOODS: Final = ("line_paid", "line_back", "line_cost")
_STATEMENT: Final = tuple(
    f"{name}:{book}" for name in ("fees", "creators", "return_freight", "entries") for book in ("settlement", "ledger")
)
#: What each metric sums.
MEASURES_OF: Final[dict[str, tuple[str, ...]]] = {
    "gross": _GOODS,
    "margin": _GOODS,
    "cm1": _GOODS,
    "cm2": (*_GOODS, "line_handling", *_STATEMENT),
    "cm3": (*_GOODS, "line_handling", *_STATEMENT, "spend"),
    "break_even": (*_GOODS, "line_handling", *_STATEMENT),
    "adjusted": (*_GOODS, "line_handling", *_STATEMENT),
    "roi": (*_GOODS, "line_handling", *_STATEMENT, "spend"),
    "ad_roi": (
        *_GOODS, "line_handling", *_STATEMENT, "ad:attributed_amount/spend", "ad:attributed_amount/spend:under",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gain:
    value: Fraction | None
    over: Fraction | None = None
    under: Fraction | None = None
    unknown: int = 0
    why: str = ""


class _Lacks(Exception):
    def __init__(self, why: str, unknown: int = 0) -> None:
        super().__init__(why)
        self.why, self.unknown = why, unknown


def names(formula: Profit) -> Iterable[str]:
    return MEASURES_OF[formula.what]


def collect(scene: Scene, wanted: dict[str, Profit]) -> Sums | None:
    """The sums behind these metrics; None where nobody gave costs. Raises ``DimensionLacking``."""
    for metric, formula in wanted.items():
        for name in names(formula):
            if name not in ("line_cost", "line_handling"):
                sums.of_scene(name, scene, metric)
    if not scene.engine.has("costs"):
        return None
    asked = {name: metric for metric, formula in wanted.items() for name in names(formula)}
    return sums.collect(scene, asked)


def value(formula: Profit, found: Sums | None, group: Group, currency: str) -> Gain:
    """One metric of one group."""
    if found is None:
        return Gain(None, why=NO_COSTS)
    try:
        return _value(formula.what, _Of(found, group, currency))
    except _Lacks as lack:
        return Gain(None, unknown=lack.unknown, why=lack.why)


@dataclass
class _Of:
    sums: Sums
    group: Group
    currency: str

    def part(self, name: str) -> Part:
        return self.sums.value(Sum((name,)), self.group, self.currency)

    def told(self, name: str, why: str) -> Fraction:
        part = self.part(name)
        if part.unknown or part.amount is None:
            raise _Lacks(why, part.unknown)
        return part.amount

    @property
    def net(self) -> Fraction:
        return self.told("line_paid", AMOUNT_LACKS) - self.told("line_back", AMOUNT_LACKS)

    @property
    def gross(self) -> Fraction:
        return self.net - self.told("line_cost", COST_LACKS)

    def booked(self, name: str) -> Fraction:
        """What the statements say went out: the book of statements, else the wallet; never both."""
        book = "settlement" if self.part("entries:settlement").rows else "ledger"
        if not self.part(f"entries:{book}").rows:
            raise _Lacks(NO_STATEMENTS)
        return -(self.part(f"{name}:{book}").amount or Fraction(0))

    @property
    def second(self) -> Fraction:
        gross = self.gross
        return gross - self.booked("fees") - self.told("line_handling", HANDLING_LACKS)

    @property
    def spend(self) -> Fraction:
        part = self.part("spend")
        if not part.rows or part.amount is None:
            raise _Lacks(NO_ADVERTS)
        return part.amount

    @property
    def third(self) -> Fraction:
        return self.second - self.spend - self.booked("creators")


def _value(what: str, of: _Of) -> Gain:
    if what in ("gross", "cm1"):
        return Gain(of.gross)
    if what == "margin":
        return Gain(quotient(of.gross, of.net), of.gross, of.net)
    if what == "cm2":
        return Gain(of.second)
    if what == "cm3":
        return Gain(of.third)
    if what == "break_even":
        if of.second <= 0:
            raise _Lacks(NOT_POSITIVE)
        return Gain(quotient(of.net, of.second), of.net, of.second)
    if what == "adjusted":
        return _adjusted(of)
    if what == "roi":
        revenue = of.net
        cost = revenue - of.third
        return Gain(quotient(revenue - cost, cost), revenue - cost, cost)
    over, under = of.part("ad:attributed_amount/spend"), of.part("ad:attributed_amount/spend:under")
    if not under.rows:
        raise _Lacks(NO_ADVERTS)
    ratio, roas = quotient(of.second, of.net), quotient(over.amount, under.amount)
    return Gain(None if ratio is None or roas is None else roas * ratio - 1)


def _adjusted(of: _Of) -> Gain:
    paid, back = of.told("line_paid", AMOUNT_LACKS), of.told("line_back", AMOUNT_LACKS)
    margin, refunds = quotient(of.second, of.net), quotient(back, paid)
    per_return = quotient(of.booked("return_freight"), back) if back else Fraction(0)
    if margin is None or refunds is None or per_return is None:
        return Gain(None)
    left = margin * (1 - refunds) - per_return * refunds
    if left <= 0:
        raise _Lacks(NOT_POSITIVE)
    return Gain(1 / left, Fraction(1), left)
