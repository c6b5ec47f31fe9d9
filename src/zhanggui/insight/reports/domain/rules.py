"""What qualifies as a finding, and what follows from it: data, read by :mod:`build`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

#: A report names no more findings than a reader keeps in mind.
MOST: Final = 5
#: Fewer known earlier periods say nothing about what is usual.
LEAST_KNOWN: Final = 4
#: A deviation must be this many usual variations (1.4826 × median distance from the median) …
SPREADS: Final = Fraction(3)
#: … where the usual variation is at least this part of the usual value …
LEAST_SPREAD: Final = Fraction(2, 100)
#: … and the money it is about at least this part of the usual paid amount.
MONEY: Final = Fraction(5, 100)
#: Turns a median distance into a standard deviation of normal noise.
ROBUST: Final = Fraction(14826, 10000)

#: How a deviation becomes money: it is money; it is money per denominator; it is buyers per visitor, worth M050 each.
Worth = Literal["own", "per", "buyers"]


@dataclass(frozen=True, slots=True)
class Rule:
    """``directions``: which deviations it names; ``by_channel``: judged per channel, where there are several."""

    code: str
    metric: str
    worth: Worth
    directions: tuple[str, ...] = ("up", "down")
    by_channel: bool = False


RULES: Final = (
    Rule("sales", "M041", "own"),
    Rule("channel", "M041", "own", by_channel=True),
    Rule("conversion", "M024", "buyers"),
    Rule("order_value", "M051", "per"),
    Rule("refunds", "M044", "own", ("up",)),
    Rule("advert_return", "M075", "per", ("down",)),
    Rule("spend", "M070", "own", ("up",)),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do about a kind of finding: a role, and within how many working days."""

    role: str
    days: int


#: (rule, direction) → who answers it and how soon; the words have the same key.
ANSWERS: Final[dict[tuple[str, str], Answer]] = {
    ("sales", "down"): Answer("OPS", 1),
    ("sales", "up"): Answer("WH", 1),
    ("channel", "down"): Answer("OPS", 1),
    ("channel", "up"): Answer("WH", 1),
    ("conversion", "down"): Answer("OPS", 2),
    ("conversion", "up"): Answer("MKT", 2),
    ("order_value", "down"): Answer("OPS", 3),
    ("order_value", "up"): Answer("OPS", 5),
    ("refunds", "up"): Answer("CS", 1),
    ("advert_return", "down"): Answer("MKT", 1),
    ("spend", "up"): Answer("MKT", 1),
}
#: Who brings the files that are missing.
MISSING: Final = Answer("OPS", 1)

#: Metrics of the overview, in order.
OVERVIEW: Final = ("M041", "M047", "M048", "M051", "M024", "M044", "M070", "M075")
#: Everything asked of the metric store, the book of orders first.
ASKED: Final = ("M041", "M047", "M048", "M050", "M051", "M024", "M044", "M070", "M075")
