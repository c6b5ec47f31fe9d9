"""Tiles, chart and table of the first page, out of one board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from zhanggui.desk import links
from zhanggui.desk.freshness import channel_name
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.ui import charts
from zhanggui.foundation.ui.charts import Chart, Series, Unit
from zhanggui.foundation.ui.domain import formats
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.contracts import Board, BoardRow, Metric, Number, Value

#: Channels drawn apart; the others are one line, so that a chart never needs more than seven colours.
CHANNELS_APART = 6


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


@dataclass(frozen=True)
class Help:
    """What stands behind the question mark of a number."""

    id: str
    title: str
    formula: str
    null_rule: str
    basis: str
    source: str
    zone: str
    completeness: str


@dataclass(frozen=True)
class Tile:
    """One number of the first row. ``others``: the same number in further currencies."""

    key: str
    label: str
    value: str
    exact: str
    missing: str
    delta: Decimal | None
    points: bool
    up_is: str
    spark: list[Number | None] | None
    fresh: str
    fresh_text: str
    href: str
    note: str
    others: list[str]
    help: Help


@dataclass(frozen=True)
class Cell:
    """One number of the table."""

    metric: str
    text: str
    delta: Decimal | None
    points: bool
    up_is: str
    href: str
    title: str


@dataclass(frozen=True)
class Line:
    """One row of the table: a channel, or the sum of a currency."""

    name: str
    shops: str
    shops_title: str
    cells: list[Cell]
    is_sum: bool


@dataclass(frozen=True)
class Block:
    """The rows of one currency with their sum (none for a single row)."""

    currency: str
    lines: list[Line]


@dataclass(frozen=True)
class Column:
    """One metric of the table; ``off``: shown on request."""

    id: str
    label: str
    off: bool
    help: Help


#: Metrics of the table; the second are hidden until somebody asks for them.
SHOWN = ("M041", "M046", "M047", "M048", "M051", "M110", "M151")
ON_REQUEST = ("M049", "M050", "M044", "M045", "M111")


class Numbers:
    """The board in words and pictures for one reader."""

    def __init__(self, board: Board, shops: Sequence[ShopInfo], *, currency: str, may_see_orders: bool) -> None:
        self.board = board
        self.shops = {s.id: s for s in shops}
        self.currencies = [row.currency for row in board.by_currency]
        self.currency = currency if currency in self.currencies else (self.currencies or [""])[0]
        self.may_see_orders = may_see_orders
        self.language = language()

    # words

    def names(self, shop_ids: Sequence[int]) -> str:
        found = [self.shops[i].name for i in shop_ids if i in self.shops]
        head = "、".join(found[:3]) if self.language.startswith("zh") else ", ".join(found[:3])
        if len(found) <= 3:
            return head
        return _("%(names)s and %(n)s more") % {"names": head, "n": len(found) - 3}

    def completeness(self, value: Value) -> str:
        """In words: how many shops are in the number, who is missing, partial or assumed."""
        count = self.board.shops
        gap_ids = {g.shop_id for g in self.board.gaps if g.missing}
        without_days = [i for i in value.missing if i in gap_ids]
        silent = [i for i in value.missing if i not in gap_ids]
        parts = [
            _("%(have)s of %(all)s shops") % {"have": count - len(value.missing), "all": count}
            if value.missing
            else ngettext("%(n)s shop, all there", "%(n)s shops, all there", count) % {"n": count}
        ]
        if without_days:
            parts.append(_("no order file for these days: %(shops)s") % {"shops": self.names(without_days)})
        if silent:
            parts.append(_("their files do not tell: %(shops)s") % {"shops": self.names(silent)})
        if value.partial:
            parts.append(self._partial(value))
        if value.assumed:
            text = _("no refund ever told of, taken as none: %(shops)s")
            parts.append(text % {"shops": self.names(value.assumed)})
        if value.unknown:
            text = ngettext("%(n)s order does not tell it", "%(n)s orders do not tell it", value.unknown)
            parts.append(text % {"n": value.unknown})
        if value.change is not None and value.compared_shops < count:
            text = ngettext("compared over %(n)s shop", "compared over %(n)s shops", value.compared_shops)
            parts.append(text % {"n": value.compared_shops})
        return ("；" if self.language.startswith("zh") else "; ").join(parts)

    def _partial(self, value: Value) -> str:
        until = self.partial_until(value)
        if until is None:
            return _("the last day is not over in the files")
        return _("files end at %(moment)s") % {"moment": formats.moment(until, settings.TIME_ZONE)}

    def partial_until(self, value: Value) -> datetime | None:
        found = [g.until for g in self.board.gaps if g.shop_id in value.partial and g.until is not None]
        return min(found) if found else None

    def text(self, metric: Metric, number: Number | None, currency: str, *, compact: bool = False) -> str:
        if number is None:
            return formats.MISSING
        if metric.unit == "percent":
            return formats.percent(Decimal(number), self.language)
        if metric.unit == "money":
            write = formats.money_compact if compact else formats.money
            return write(int(number), currency, self.language)
        return formats.number(number, self.language)

    def help(self, place: str, metric: Metric, value: Value | None) -> Help:
        zones = {s.zone for s in self.shops.values()}
        return Help(
            id=f"{place}-{metric.id.lower()}",
            title=metric.name(self.language),
            formula=metric.formula(self.language),
            null_rule=metric.null_rule(self.language),
            basis=metric.refunds(self.language),
            source=f"{metric.id} · {metric.source(self.language)}",
            zone=zones.pop() if len(zones) == 1 else _("each shop's own time zone"),
            completeness=self.completeness(value) if value else "",
        )

    # tiles

    def tiles(self) -> list[Tile]:
        return [
            self._money("M041"),
            self._money("M046"),
            self._count("M047"),
            self._count("M048"),
            self._count("M110"),
            self._late(),
        ]

    def _row(self, currency: str) -> BoardRow:
        return next((r for r in self.board.by_currency if r.currency == currency), self.board.total)

    def _spark(self, key: tuple[str, str, str]) -> list[Number | None] | None:
        values = list(self.board.series.get(key, ()))[-metrics.SPARK_DAYS :]
        return values if sum(v is not None for v in values) > 1 else None

    def _fresh(self, value: Value) -> tuple[str, str]:
        if value.missing or value.partial or value.unknown:
            return "warn", self.completeness(value)
        return "ok", self.completeness(value)

    def _money(self, metric_id: str) -> Tile:
        metric, row = metrics.metric(metric_id), self._row(self.currency)
        value = row.values.get(metric_id) or Value(metric_id, None)
        others = [
            self.text(metric, r.values[metric_id].now, r.currency, compact=True)
            for r in self.board.by_currency
            if r.currency != self.currency and r.values[metric_id].now
        ]
        spark = self._spark((metric_id, self.currency, ""))
        return self._tile(metric, value, row.shop_ids, self.currency, spark, others=others)

    def _count(self, metric_id: str) -> Tile:
        metric, row = metrics.metric(metric_id), self.board.total
        value = row.values.get(metric_id) or Value(metric_id, None)
        note = ""
        if metric_id == "M110" and value.denominator:
            note = _("%(n)s of %(all)s") % {"n": value.numerator, "all": value.denominator}
        if metric_id == "M048" and value.unknown and value.now is not None:
            text = ngettext("%(n)s order names no buyer", "%(n)s orders name no buyer", value.unknown)
            note = text % {"n": value.unknown}
        return self._tile(metric, value, row.shop_ids, "", self._spark((metric_id, "", "")), note=note)

    def _late(self) -> Tile:
        """The count of late shipments, with the rate beside it."""
        metric, row = metrics.metric("M151"), self.board.total
        value = row.values.get("M151") or Value("M151", None)
        tile = self._tile(metric, value, row.shop_ids, "", self._spark(("late", "", "")))
        shown = "" if value.numerator is None else formats.number(value.numerator, self.language)
        note = ""
        if value.now is not None:
            values = {"rate": self.text(metric, value.now, ""), "due": value.denominator}
            note = _("%(rate)s of %(due)s due") % values
        fields: dict[str, Any] = {
            "label": _("Late shipments"),
            "value": shown,
            "exact": note,
            "href": "",
            "note": note,
            "missing": "" if value.numerator is not None else self._no_deadlines(),
        }
        return Tile(**{**tile.__dict__, **fields})

    def _no_deadlines(self) -> str:
        return _("No file for these days") if self.is_empty else _("No file gives ship deadlines")

    def _tile(
        self,
        metric: Metric,
        value: Value,
        shop_ids: Sequence[int],
        currency: str,
        spark: list[Number | None] | None,
        *,
        note: str = "",
        others: list[str] | None = None,
    ) -> Tile:
        fresh, fresh_text = self._fresh(value)
        return Tile(
            key=metric.id.lower(),
            label=metric.name(self.language),
            value=self.text(metric, value.now, currency, compact=True),
            exact=self.text(metric, value.now, currency),
            missing="" if value.now is not None else self._why(value, shop_ids),
            delta=value.change,
            points=metric.unit == "percent",
            up_is=metric.up_is,
            spark=spark,
            fresh=fresh,
            fresh_text=fresh_text,
            href=self._drill(shop_ids) if value.now is not None else "",
            note=note,
            others=others or [],
            help=self.help("tile", metric, value),
        )

    @property
    def is_empty(self) -> bool:
        """Whether no order file reaches any of these days."""
        return self.board.total.values["M047"].now is None

    def _why(self, value: Value, shop_ids: Sequence[int]) -> str:
        if self.is_empty or all(g in {x.shop_id for x in self.board.gaps if x.missing} for g in shop_ids):
            return _("No file for these days")
        if value.unknown:
            return _("The files name no buyer") if value.metric == "M048" else _("The files do not tell")
        return _("Nothing to divide by") if value.denominator == 0 else _("No data")

    def _drill(self, shop_ids: Sequence[int]) -> str:
        if not self.may_see_orders:
            return ""
        return links.paid_orders(shop_ids, self.board.first, self.board.last)

    # table

    def columns(self) -> list[Column]:
        found = []
        for metric_id in (*SHOWN, *ON_REQUEST):
            metric = metrics.metric(metric_id)
            found.append(
                Column(metric_id, metric.name(self.language), metric_id in ON_REQUEST, self.help("col", metric, None))
            )
        return found

    def blocks(self) -> list[Block]:
        found = []
        for whole in self.board.by_currency:
            rows = [r for r in self.board.rows if r.currency == whole.currency]
            lines = [self._line(r) for r in rows]
            if len(rows) > 1:
                lines.append(self._line(whole, is_sum=True))
            found.append(Block(whole.currency, lines))
        return found

    def _line(self, row: BoardRow, *, is_sum: bool = False) -> Line:
        cells = []
        for metric_id in (*SHOWN, *ON_REQUEST):
            metric, value = metrics.metric(metric_id), row.values[metric_id]
            cells.append(
                Cell(
                    metric=metric_id,
                    text=self.text(metric, value.now, row.currency),
                    delta=value.change,
                    points=metric.unit == "percent",
                    up_is=metric.up_is,
                    href=self._drill(row.shop_ids) if metric_id == "M047" and value.now else "",
                    title=self.completeness_of(row, value),
                )
            )
        name = _("Sum in %(currency)s") % {"currency": row.currency} if is_sum else channel_name(row.channel)
        count = len(row.shop_ids)
        if count == 1 and row.shop_ids[0] in self.shops:
            shops = self.shops[row.shop_ids[0]].name
        else:
            shops = ngettext("%(n)s shop", "%(n)s shops", count) % {"n": count}
        return Line(name, shops, self.names(row.shop_ids), cells, is_sum)

    def completeness_of(self, row: BoardRow, value: Value) -> str:
        """Why a cell is empty or not whole; nothing when it is whole."""
        gap_ids = {g.shop_id for g in self.board.gaps if g.missing}
        lacking = [i for i in value.missing if i in row.shop_ids and i in gap_ids]
        if lacking:
            return _("no order file for these days: %(shops)s") % {"shops": self.names(lacking)}
        if value.missing:
            return _("their files do not tell: %(shops)s") % {"shops": self.names(value.missing)}
        if value.now is None and value.unknown:
            text = ngettext("%(n)s order does not tell it", "%(n)s orders do not tell it", value.unknown)
            return text % {"n": value.unknown}
        return ""

    # chart

    def chart(self) -> Chart:
        """Paid amount by day and channel, in one currency."""
        rows = [r for r in self.board.rows if r.currency == self.currency]
        names = [r.channel for r in rows]
        apart, rest = names[:CHANNELS_APART], names[CHANNELS_APART:]
        if len(rest) == 1:
            apart, rest = names, []
        values = {c: list(self.board.series.get(("M041", self.currency, c), ())) for c in names}
        series = [Series(channel_name(c), _exact(values[c])) for c in apart]
        if rest:
            together = [_plus(day) for day in zip(*(values[c] for c in rest), strict=True)]
            series.append(Series(_("Other channels"), _exact(together)))
        metric = metrics.metric("M041")
        days = self.board.days
        drawn = charts.bars(
            id="paid-by-day",
            title=_("%(metric)s by day and channel") % {"metric": metric.name(self.language)},
            metric="M041",
            unit=Unit("money", self.currency),
            labels=[f"{d:%m-%d}" for d in days],
            series=series,
            stacked=True,
            axis=_("Day"),
            period=formats.days(days[0], days[-1], self.language, days[-1]),
            as_of=self.board.as_of,
            note=self._gaps_note(),
        )
        drawn.option["legend"]["type"] = "scroll"  # seven names need more than one line beside the list
        return drawn

    def _gaps_note(self) -> str:
        drawn = set(self._row(self.currency).shop_ids)
        missing = [g.shop_id for g in self.board.gaps if g.missing and g.shop_id in drawn]
        if not missing:
            return ""
        return _("Days without an order file are gaps, not zeros: %(shops)s.") % {"shops": self.names(missing)}


def _exact(values: Sequence[Number | None]) -> list[int | Decimal | None]:
    return list(values)


def _plus(values: Sequence[Number | None]) -> Number | None:
    known = [v for v in values if v is not None]
    return sum(known) if known else None
