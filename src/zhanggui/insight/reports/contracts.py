"""A report as plain frozen values: no language in it, every sentence with the numbers it rests on.

Money is in minor units of the ``currency`` beside it; ratios are ``Decimal``; None is unknown. Days are business days,
both ends included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from zhanggui.insight.metrics.contracts import Cell

Kind = Literal["daily", "weekly", "monthly"]
#: How the days to compare with were chosen.
Compared = Literal["week_before", "month_before", "aligned"]


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a sentence.

    ``metric``, ``first``, ``last``, ``where`` ask for it again: the same question to the metric store gives ``value``.
    ``metric`` empty: it was computed from such numbers, ``how`` names the way. ``missing``: shops that lack days of it.
    """

    value: int | Decimal | None
    unit: str
    currency: str = ""
    metric: str = ""
    first: date | None = None
    last: date | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    how: str = ""
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a sentence. ``kind``: text, channel, day, factor, or event (``value`` Chinese, ``other`` English)."""

    kind: str
    value: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """``code`` names the template; ``parts`` fill it."""

    code: str
    parts: Mapping[str, Number | Word] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tile:
    """One metric now and then. ``change``: relative, of a percentage the difference; None when not comparable."""

    metric: str
    now: Number
    before: Number
    change: Decimal | None
    points: bool
    up_is: str


@dataclass(frozen=True, slots=True)
class Finding:
    """``rule``: the code of the rule that let it in; ``tone``: good or bad; ``stake``: the money it is about."""

    rule: str
    direction: Literal["up", "down"]
    tone: Literal["good", "bad"]
    sentence: Sentence
    stake: Number


@dataclass(frozen=True, slots=True)
class Effect:
    """One exact part of a change in minor units; the parts of one list add up to it."""

    name: Word
    amount: Number


@dataclass(frozen=True, slots=True)
class Book:
    """One currency of the report: tiles, and the change of the paid amount taken apart.

    ``by_factor`` and ``by_channel`` add up to ``change``, each; empty where ``why`` says why not.
    """

    currency: str
    tiles: tuple[Tile, ...]
    change: Number | None
    by_factor: tuple[Effect, ...]
    by_channel: tuple[Effect, ...]
    why: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """``finding``: the number (from 1) of the finding it answers; 0 answers the missing files."""

    finding: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Action:
    """Who (a role) does what until when. ``finding`` as in :class:`Advice`."""

    finding: int
    role: str
    sentence: Sentence
    due: date


@dataclass(frozen=True, slots=True)
class ShopName:
    id: int
    name: str
    channel: str


@dataclass(frozen=True, slots=True)
class Report:
    """The five parts: ``books`` (overview and analysis), ``findings``, ``advice``, ``actions``.

    ``notes``: events of the days, why there is no finding. ``missing``: shops and days no file reaches.
    """

    kind: Kind
    first: date
    last: date
    before_first: date
    before_last: date
    compared: Compared
    shops: tuple[ShopName, ...]
    zones: tuple[str, ...]
    as_of: datetime | None
    books: tuple[Book, ...]
    findings: tuple[Finding, ...]
    advice: tuple[Advice, ...]
    actions: tuple[Action, ...]
    notes: tuple[Sentence, ...]
    missing: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """What the metric store told of some days: metric → cell, over all shops of the book and by channel."""

    first: date
    last: date
    total: Mapping[str, Cell]
    by_channel: Mapping[str, Mapping[str, Cell]]


@dataclass(frozen=True, slots=True)
class BookFacts:
    """``usual``: earlier periods of the same kind, newest first."""

    currency: str
    shop_ids: tuple[int, ...]
    now: PeriodFacts
    before: PeriodFacts
    usual: tuple[PeriodFacts, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days of one shop's table that no file reaches."""

    shop: str
    channel: str
    table: str
    first: date
    days: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a report is made from. ``units`` and ``up_is`` by metric; ``dues``: working days ahead → day."""

    kind: Kind
    first: date
    last: date
    before_first: date
    before_last: date
    compared: Compared
    shops: tuple[ShopName, ...]
    zones: tuple[str, ...]
    as_of: datetime | None
    books: tuple[BookFacts, ...]
    gaps: tuple[Gap, ...]
    events: tuple[Word, ...]
    events_before: tuple[Word, ...]
    units: Mapping[str, str]
    up_is: Mapping[str, str]
    dues: Mapping[int, date]


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as it lies in the table; ``version`` counts reports of the same kind, days and shops."""

    id: int
    version: int
    made_at: datetime
    report: Report
