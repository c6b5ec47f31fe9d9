"""What other rooms receive from the metric store: plain frozen values.

Money is in minor units of the ``currency`` beside it; ratios are ``Decimal``; None is unknown or undefined.

Two faces: the *board* (``queries.day_board``: the ledger of today's desk) and the *answer* (``queries.measure``: any
metric by any dimension over the lake).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

#: What a metric's value is: whole number, minor units, ratio.
Number = int | Decimal

#: A adds over days, channels and items; S over items, not over time; D distinct count, never added; R ratio,
#: recomputed from its parts; Q quantile or duration, recomputed from events; N nothing may be done with it but show it.
Additivity = Literal["A", "S", "D", "R", "Q", "N"]
#: How the value comes about: one sum, several sums, a quotient, distinct ids, a level at the end of the period, a
#: quantile of events, a figure as a platform gave it.
Kind = Literal["sum", "expression", "ratio", "distinct", "level", "quantile", "external"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One definition of the metric dictionary, in both languages.

    ``unit``: money, number, percent, times (a multiple such as ROAS), hours, seconds, days or score. ``up_is``: good,
    bad or none. ``clock``: the day an event counts on (created, paid, completed, refund, due, visit, ad, none).
    ``tables``: the facts it is computed from. ``needs``: what is missing to compute it, empty when it is computable.
    ``seed``: the source texts that named it.
    """

    id: str
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    grain: str
    additivity: Additivity
    unit: str
    null_zh: str
    null_en: str
    refunds_zh: str
    refunds_en: str
    source_zh: str
    source_en: str
    up_is: str = "good"
    kind: Kind = "sum"
    clock: str = "paid"
    tables: tuple[str, ...] = ("orders",)
    needs_zh: str = ""
    needs_en: str = ""
    seed: str = ""

    @property
    def computable(self) -> bool:
        """Whether the product holds the facts it needs; the tables of an installation may still be empty."""
        return not self.needs_en

    def needs(self, language: str) -> str:
        return self.needs_zh if language.startswith("zh") else self.needs_en

    def name(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") else self.name_en

    def formula(self, language: str) -> str:
        return self.formula_zh if language.startswith("zh") else self.formula_en

    def null_rule(self, language: str) -> str:
        return self.null_zh if language.startswith("zh") else self.null_en

    def refunds(self, language: str) -> str:
        return self.refunds_zh if language.startswith("zh") else self.refunds_en

    def source(self, language: str) -> str:
        return self.source_zh if language.startswith("zh") else self.source_en


@dataclass(frozen=True, slots=True)
class ShopCover:
    """One shop and how far its files reach.

    ``order_files_until``: moment up to which the newest order file speaks, None when there never was one.
    ``tells_refunds``: whether any file of the shop ever told of a refund; ``has_refund_files``: after-sale files.
    """

    shop_id: int
    channel: str
    currency: str
    zone: str
    order_files_until: datetime | None
    tells_refunds: bool = True
    has_refund_files: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """One metric over some shops and days.

    ``now`` and ``before``: whole numbers (minor units for money) or ratios. ``change``: relative change, or the
    difference of two ratios, over the ``compared_shops`` shops that have data on every day of both periods.
    ``numerator`` and ``denominator``: the parts of a ratio. ``missing``: shops left out on at least one day.
    ``partial``: shops whose files end inside the period. ``assumed``: shops whose files never told of a refund, taken
    as having none. ``unknown``: how many orders do not tell what the metric needs.
    """

    metric: str
    now: Number | None
    before: Number | None = None
    change: Decimal | None = None
    compared_shops: int = 0
    numerator: int | None = None
    denominator: int | None = None
    missing: tuple[int, ...] = ()
    partial: tuple[int, ...] = ()
    assumed: tuple[int, ...] = ()
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class BoardRow:
    """The metrics of one group of shops. ``currency`` empty: counts over several currencies, no money."""

    channel: str
    currency: str
    shop_ids: tuple[int, ...]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ShopGap:
    """Days of the period that a shop's files do not reach (``missing``) or reach only in part."""

    shop_id: int
    channel: str
    until: datetime | None
    missing: tuple[date, ...]
    partial: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The numbers of some shops over the days ``first`` to ``last``, compared with ``before_first`` … ``before_last``.

    ``rows``: by channel and currency, largest first within a currency. ``by_currency``: one row per currency,
    the one with most shops first. ``total``: counts of all shops. ``days`` and ``series``: by day, ``days`` ends at
    ``last``; ``series[metric, currency, channel]`` has one value per day, channel "" is all, currency "" for counts;
    None where no shop has data. ``gaps``: what is missing. ``as_of``: the oldest of the shops' newest order files.
    """

    first: date
    last: date
    before_first: date | None
    before_last: date | None
    rows: tuple[BoardRow, ...]
    by_currency: tuple[BoardRow, ...]
    total: BoardRow
    days: tuple[date, ...]
    series: Mapping[tuple[str, str, str], tuple[Number | None, ...]]
    gaps: tuple[ShopGap, ...]
    shops: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class FileCover:
    """The newest file of one kind of one shop: what moment it speaks of and when it was brought."""

    shop_id: int
    kind: str
    until: datetime
    brought_at: datetime
    file_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Days:
    """Business days, both included, each shop in its own time zone."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def all(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.count)]


@dataclass(frozen=True, slots=True)
class Rate:
    """From ``day`` on, one major unit of ``currency`` is ``value`` major units of the reporting currency."""

    currency: str
    value: Fraction
    day: date


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric of one group.

    ``value`` is rounded once, half up, to what is shown: whole minor units for money, a whole number for counts, a
    ``Decimal`` for the rest; ``exact`` is the value before rounding; None is unknown or undefined and ``why`` says why
    in a word of the catalogue. ``numerator`` and ``denominator``: the parts of a ratio, sums over the group.
    ``unknown``: how many rows do not tell what the metric needs. ``missing``, ``partial``: shops of the group that lack
    days, or whose files end inside one. ``assumed``: shops whose files never told of a refund, taken as having none.
    """

    value: Number | None
    exact: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    unknown: int = 0
    missing: tuple[int, ...] = ()
    partial: tuple[int, ...] = ()
    assumed: tuple[int, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Delta:
    """A change by the rules of the dictionary: ``absolute`` in the metric's unit (of ratios: the difference, that is
    percentage points ÷ 100), ``relative`` = absolute ÷ |before|, None where before is 0 or a side is unknown.

    ``comparable`` is False when a shop lacks days on either side: then both are None.
    """

    absolute: Fraction | None
    relative: Fraction | None
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One group. ``keys``: its value of every dimension of ``by``, in that order (days ISO, None is *not told*).

    ``currency``: of its money, "" when the row has none. ``before`` and ``deltas`` only when a comparison was asked.
    """

    keys: tuple[str | None, ...]
    currency: str
    cells: Mapping[str, Cell]
    before: Mapping[str, Cell]
    deltas: Mapping[str, Delta]


@dataclass(frozen=True, slots=True)
class ShopDays:
    """How far one shop's facts of one table reach into the period.

    ``state``: known (every day), partial (some days, or the last one in part), missing (no day). ``first``: the day of
    its oldest fact; ``until``: the moment up to which its files speak. ``missing``: the days nothing is known of.
    """

    shop_id: int
    name: str
    channel: str
    table: str
    state: Literal["known", "partial", "missing"]
    first: date | None
    until: datetime | None
    missing: tuple[date, ...]
    partial: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What :func:`zhanggui.insight.metrics.queries.measure` found.

    ``metrics``: the definitions asked for. ``rows``: one per group, ordered by keys (days ascending). ``total``: the
    same metrics over the whole period without ``by``, recomputed, never added up from the rows; None where the
    money is of several currencies. ``zones``: the time zones whose days were counted. ``as_of``: the oldest of the
    shops' newest files. ``completeness``: by shop and table. ``engine``: what did the counting.
    """

    metrics: tuple[Metric, ...]
    by: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    days: Days
    before_days: Days | None
    rows: tuple[AnswerRow, ...]
    total: AnswerRow | None
    zones: tuple[str, ...]
    as_of: datetime | None
    completeness: tuple[ShopDays, ...]
    rates: tuple[Rate, ...]
    engine: str

    @property
    def known_shops(self) -> int:
        """Shops every table of which is known on every day."""
        lacking = {c.shop_id for c in self.completeness if c.state != "known"}
        return len({c.shop_id for c in self.completeness} - lacking)

    @property
    def shops(self) -> int:
        return len({c.shop_id for c in self.completeness})


@dataclass(frozen=True, slots=True)
class BehindPage:
    """The rows behind one number, a page of them. ``columns`` names the values of each row; ``amount_column`` is the
    one that adds up to ``amount`` over all ``count`` rows, to the minor unit. ``table``: orders, lines, refunds, visits
    or ads. ``part``: numerator or denominator of a ratio, "" otherwise."""

    metric: str
    part: str
    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    amount_column: str
    amount: int
    count: int
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class TopItem:
    """One article by its paid amount. ``code``: the merchant's, else the channel's; ``title``: one it sold under."""

    code: str
    title: str | None
    paid: int
    units: int


@dataclass(frozen=True, slots=True)
class Repurchase:
    """Of the buyers who bought first in a span: how many came again within ``days``.

    ``again`` and ``rate`` are None until every member has ``days`` of age. ``window_again`` ÷ ``window_buyers``: buyers
    with two or more days of purchase in the last ``days`` days (M092).
    """

    days: int
    first_buyers: int
    again: int | None
    rate: Decimal | None
    window_buyers: int
    window_again: int
    window_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class CohortRow:
    """Buyers whose first purchase fell into ``month`` (its first day): ``size``, and how many of them bought again k
    months later. ``active[0]`` is ``size``; None for months that are not over."""

    month: date
    size: int
    active: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Tiles:
    """The dashboard from rollups, one currency. Amounts in minor units.

    ``by_day``: (first day of the step, channel, category) → (paid, units); ``step`` is a day, or a month where the
    period is longer than a quarter; category None is what no line tells (freight, or no category). ``paid`` …
    ``buyers``: totals of the period. ``new_buyers`` + ``returning_buyers`` = ``buyers``; ``new_paid`` +
    ``returning_paid`` + the paid amount of orders without a known buyer = ``paid``.
    ``top_recent``: the last 30 days of the period; ``top_ever``: all days.
    """

    currency: str
    step: Literal["day", "month"]
    by_day: Mapping[tuple[date, str, str | None], tuple[int, int]]
    paid: int
    amount_unknown: int
    orders: int
    units: int
    buyers: int
    orders_without_buyer: int
    new_buyers: int
    returning_buyers: int
    new_paid: int
    returning_paid: int
    repurchase: tuple[Repurchase, ...]
    top_recent: tuple[TopItem, ...]
    top_ever: tuple[TopItem, ...]
    cohorts: tuple[CohortRow, ...]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Rfm:
    """Customers by recency, frequency and net amount over the days up to ``day`` (M103).

    ``cuts``: for recency (days), frequency (orders) and amount (minor units) the four values at which a higher score
    begins, ascending; they stay with the result, and equal values share a score. ``segments``: (r, f, m) → (customers,
    net amount); 5 is best. ``nameless``: orders without a known buyer.
    """

    day: date
    days: int
    currency: str
    customers: int
    cuts: Mapping[str, tuple[int, ...]]
    segments: Mapping[tuple[int, int, int], tuple[int, int]]
    nameless: int
