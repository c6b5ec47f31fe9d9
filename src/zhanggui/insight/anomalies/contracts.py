"""What goes into the search for the unusual and what comes out: plain frozen values.

Values are floats: these are judgements about size, not amounts to be booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

#: Why a point is as it is: too little history, no value, above or below the band, or the value that completed a run
#: by which the level was moved.
Note = Literal["", "learning", "missing", "above", "below", "shift"]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a series ticks: which repeating lengths may be found in it, in steps, and how many steps make a month.

    Several lengths in one tuple act together (hour of the day and hour of the week).
    """

    seasons: tuple[tuple[int, ...], ...]
    steps_per_month: float


HOURLY: Final = Rhythm(((), (24,), (24, 168)), 730.5)
DAILY: Final = Rhythm(((), (7,)), 30.4375)
WEEKLY: Final = Rhythm(((), (52,)), 4.348)
MONTHLY: Final = Rhythm(((), (12,)), 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One value, judged by the values before it alone.

    ``score``: distance from ``expected`` in widths of the band on that side; above 1 is outside, and ``anomaly``.
    None while there is too little history, ``score`` also where the value is missing. ``season``: the repeating
    lengths the forecast used.
    """

    y: float | None
    expected: float | None
    low: float | None
    high: float | None
    score: float | None
    anomaly: bool
    note: Note
    season: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one value of a dimension contributes: to the number itself, or to numerator and denominator of a ratio."""

    value: str
    before: int | Decimal
    after: int | Decimal
    before_below: int | Decimal | None = None
    after_below: int | Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """How much one value explains of a deviation.

    ``power``: its part of the change, all values of a dimension adding up to 1; ``surprise``: how far its share moved
    (Jensen–Shannon, 0 to ln 2; None where a part is negative or the total is 0).
    """

    value: str
    change: Decimal
    power: Decimal
    surprise: float | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """A dimension with the few values that explain the deviation. ``explained``: their powers together."""

    dimension: str
    causes: Sequence[Cause]
    explained: Decimal
    surprise: float | None
