"""What other rooms receive from the metric store: plain frozen values.

Money is in minor units of the ``currency`` beside it; ratios are ``Decimal``; None is unknown or undefined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

#: What a metric's value is: whole number, minor units, ratio.
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Metric:
    """One definition of the metric dictionary, in both languages.

    ``additivity``: A adds over days, channels and items; S adds over items, not over time; D distinct count, never
    added; R ratio, recomputed from its parts. ``unit``: money, number or percent. ``up_is``: good, bad or none.
    """

    id: str
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    grain: str
    additivity: str
    unit: str
    null_zh: str
    null_en: str
    refunds_zh: str
    refunds_en: str
    source_zh: str
    source_en: str
    up_is: str = "good"

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
