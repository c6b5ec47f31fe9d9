"""One board of a role for the shops and days of an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.ui import charts
from zhanggui.foundation.ui.domain import formats
from zhanggui.foundation.ui.domain.scope import NONE, YEAR, Scope
from zhanggui.insight.dashboards.domain.boards import Board
from zhanggui.insight.dashboards.replies import words
from zhanggui.insight.dashboards.replies.words import Help
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.contracts import Answer, AnswerRow, Metric, Tiles
from zhanggui.insight.metrics.domain.errors import CannotMeasure
from zhanggui.insight.metrics.queries.state import State, now_state

#: Groups shown of a dimension; the rest is one line.
GROUPS: Final = 12
MOVERS: Final = 5
#: Steps of the funnel: metric and which of its parts the step is.
FUNNEL: Final = (("M024", "denominator"), ("M021", "numerator"), ("M023", "numerator"), ("M024", "numerator"))


@dataclass(frozen=True)
class Tile:
    key: str
    label: str
    value: str
    exact: str
    missing: str
    delta: Decimal | None
    points: bool
    up_is: str
    href: str
    fresh: str
    help: Help


@dataclass(frozen=True)
class GroupLine:
    name: str
    value: str
    share: Decimal | None
    delta: Decimal | None
    href: str


@dataclass(frozen=True)
class Group:
    """One metric by one dimension; ``total`` is recomputed, ``total_href`` its rows."""

    id: str
    title: str
    metric: Metric
    lines: list[GroupLine]
    more: int
    total: str
    total_href: str
    chart: charts.Chart | None


@dataclass(frozen=True)
class CohortLine:
    month: str
    size: int
    rates: list[tuple[Decimal | None, int]]


@dataclass(frozen=True)
class Customers:
    new: int
    returning: int
    nameless: int
    chart: charts.Chart
    repurchase: list[tuple[int, int, int | None, Decimal | None]]
    cohorts: list[CohortLine]
    months: list[int]


@dataclass(frozen=True)
class Page:
    board: Board
    currency: str
    currencies: list[str]
    versus: str
    aligned: bool
    tiles: list[Tile]
    line: charts.Chart | None
    groups: list[Group]
    funnel: charts.Chart | None
    movers: list[tuple[str, list[GroupLine]]]
    customers: Customers | None
    refusal: str
    notes: list[str]


class Reader:
    """Questions of one page: one state of the lake, one set of shops, one currency."""

    def __init__(self, scope: Scope, shops: Sequence[ShopInfo], *, currency: str, aligned: bool) -> None:
        self.scope = scope
        self.state: State = now_state(scope.shop_ids)
        chosen = [s for s in shops if s.id in scope.shop_ids]
        self.names = {str(s.id): s.name for s in chosen}
        self.currencies = sorted({s.currency for s in chosen}, key=lambda c: -sum(s.currency == c for s in chosen))
        self.currency = currency if currency in self.currencies else (self.currencies or ["CNY"])[0]
        self.shop_ids = frozenset(s.id for s in chosen if s.currency == self.currency)
        self.aligned = aligned and scope.compare == YEAR
        self.compare = None if scope.compare == NONE else "aligned" if self.aligned else scope.compare
        self.notes: list[str] = []

    def ask(self, ids: Sequence[str], *, by: Sequence[str] = (), compare: bool = True) -> Answer:
        return metrics.measure_with(
            self.state,
            metrics=ids,
            first=self.scope.first,
            last=self.scope.last,
            by=by,
            where={"shop": [str(i) for i in sorted(self.shop_ids)]},
            compare=self.compare if compare else None,
            now=timezone.now(),
        )

    def try_ask(self, ids: Sequence[str], *, by: Sequence[str] = (), compare: bool = True) -> Answer | None:
        """None where the question is refused; the page says why."""
        try:
            return self.ask(ids, by=by, compare=compare)
        except CannotMeasure as error:
            self.notes.append(error.say(_))
            return None

    def rows(self, metric: str, where: Mapping[str, str] | None = None, part: str = "") -> str:
        return words.rows_address(metric, self.scope.first, self.scope.last, self.shop_ids, where, part)


def page(board: Board, scope: Scope, shops: Sequence[ShopInfo], *, currency: str, aligned: bool) -> Page:
    """Everything a board shows. A question that is refused leaves its place empty and its sentence on the page."""
    reader = Reader(scope, shops, currency=currency, aligned=aligned)
    empty = Page(board, reader.currency, reader.currencies, "", reader.aligned, [], None, [], None, [], None, "", [])
    answers = {m: answer for m in board.tiles if (answer := reader.try_ask([m])) is not None}
    if not answers:
        return replace(empty, refusal=reader.notes[0])
    first = next(iter(answers.values()))
    versus = ""
    if first.before_days:
        days = formats.days(first.before_days.first, first.before_days.last, words.language(), scope.today)
        versus = _("vs %(days)s") % {"days": days}
    found = replace(
        empty,
        versus=versus,
        tiles=[_tile(reader, m, answer) for m, answer in answers.items()],
        line=_line(reader, board.line),
        groups=[g for d in board.split if (g := _group(reader, board.line, d)) is not None],
        funnel=_funnel(reader) if "funnel" in board.parts else None,
        movers=_movers(reader, board.line) if "movers" in board.parts else [],
        customers=_customers(reader) if "customers" in board.parts else None,
    )
    return replace(found, notes=list(dict.fromkeys(reader.notes)))


def _tile(reader: Reader, metric_id: str, answer: Answer) -> Tile:
    (metric,) = answer.metrics
    cell = answer.total.cells.get(metric.id) if answer.total else None
    value = cell.value if cell else None
    missing = "" if value is not None else (_(cell.why) if cell and cell.why else _("not known for these days"))
    whole = cell is not None and not (cell.missing or cell.partial or cell.unknown)
    return Tile(
        key=metric.id.lower(),
        label=metric.name(words.language()),
        value=words.text(metric, value, reader.currency, compact=True),
        exact=words.text(metric, value, reader.currency),
        missing=missing,
        delta=words.change(metric, answer.total.deltas.get(metric.id)) if answer.total else None,
        points=metric.unit == "percent",
        up_is=metric.up_is,
        href=reader.rows(metric.id) if value is not None else "",
        fresh="ok" if whole else "warn",
        help=words.explain("tile", metric, answer, cell),
    )


def _line(reader: Reader, metric_id: str) -> charts.Chart | None:
    answer = reader.try_ask([metric_id], by=["day"])
    if answer is None:
        return None
    (metric,) = answer.metrics
    name = metric.name(words.language())
    series = [charts.Series(name, [r.cells[metric.id].value for r in answer.rows])]
    if answer.before_days:
        before = [r.before[metric.id].value if metric.id in r.before else None for r in answer.rows]
        days = formats.days(answer.before_days.first, answer.before_days.last, words.language(), reader.scope.today)
        series.append(charts.Series(days, before, before=True))
    return charts.line(
        id=f"line-{metric.id.lower()}",
        title=_("%(name)s by day") % {"name": name},
        unit=words.unit(metric, reader.currency),
        labels=[str(r.keys[0]) for r in answer.rows],
        series=series,
        metric=metric.id,
        as_of=answer.as_of,
        axis=_("Day"),
    )


def _group(reader: Reader, metric_id: str, dimension: str) -> Group | None:
    answer = reader.try_ask([metric_id], by=[dimension])
    if answer is None:
        return None
    (metric,) = answer.metrics
    ranked = sorted(answer.rows, key=lambda r: (-(r.cells[metric.id].value or 0), str(r.keys[0])))
    total = answer.total.cells[metric.id] if answer.total and metric.id in answer.total.cells else None
    base = Decimal(total.value) if total and total.value and metric.additivity == "A" else None
    lines = [_group_line(reader, metric, dimension, row, base) for row in ranked[:GROUPS]]
    title = _("%(name)s by %(dimension)s") % {"name": metric.name(words.language()), "dimension": _(dimension)}
    shares = [n for n, line in enumerate(lines) if line.share is not None]
    chart = None
    if base and len(shares) > 1:
        chart = charts.bars(
            id=f"share-{dimension}",
            title=_("Share by %(dimension)s") % {"dimension": _(dimension)},
            unit=charts.Unit("percent", digits=1),
            labels=[lines[n].name for n in shares],
            series=[charts.Series(pgettext("numbers", "Share"), [lines[n].share for n in shares])],
            horizontal=True,
            metric=metric.id,
            as_of=answer.as_of,
            axis=_(dimension),
        )
    return Group(
        f"by-{dimension}", title, metric, lines, max(0, len(ranked) - GROUPS),
        words.text(metric, total.value if total else None, reader.currency), reader.rows(metric.id), chart,
    )  # fmt: skip


def _group_line(reader: Reader, metric: Metric, dimension: str, row: AnswerRow, base: Decimal | None) -> GroupLine:
    value, key = row.cells[metric.id].value, row.keys[0]
    return GroupLine(
        words.key_name(dimension, key, reader.names),
        words.text(metric, value, reader.currency),
        None if value is None or not base else Decimal(value) / base,
        words.change(metric, row.deltas.get(metric.id)),
        reader.rows(metric.id, {dimension: key}) if key is not None and value is not None else "",
    )


def _funnel(reader: Reader) -> charts.Chart | None:
    """Visitors → cart → order → pay, people of every shop and day added up, as platforms tell them."""
    answer = reader.try_ask(["M021", "M023", "M024"], compare=False)
    if answer is None or answer.total is None:
        return None
    names = (_("Visitors"), _("Added to cart"), pgettext("funnel", "Ordered"), pgettext("funnel", "Paid"))
    steps = []
    for metric_id, part in FUNNEL:
        cell = answer.total.cells.get(metric_id)
        value = getattr(cell, part) if cell else None
        steps.append(None if value is None else int(value))
    return charts.bars(
        id="funnel",
        title=_("From visit to payment"),
        unit=charts.Unit("number"),
        labels=list(names),
        series=[charts.Series(_("People by shop and day"), steps)],
        horizontal=True,
        metric="M021 · M023 · M024",
        as_of=answer.as_of,
        axis=_("Step"),
        note=_("Days on which a platform does not tell a step are in no bar of it."),
    )


def _movers(reader: Reader, metric_id: str) -> list[tuple[str, list[GroupLine]]]:
    """Articles that moved the amount most, up and down, against the period compared with."""
    if reader.compare is None:
        return []
    answer = reader.try_ask([metric_id], by=["sku"])
    if answer is None:
        return []
    (metric,) = answer.metrics
    moved = [(r.deltas[metric.id].absolute, r) for r in answer.rows if r.keys[0] is not None]
    known = [(d, r) for d, r in moved if d]
    up = sorted((p for p in known if p[0] > 0), key=lambda p: (-p[0], str(p[1].keys)))[:MOVERS]
    down = sorted((p for p in known if p[0] < 0), key=lambda p: (p[0], str(p[1].keys)))[:MOVERS]
    return [
        (title, [_mover(reader, metric, row, int(d)) for d, row in rows])
        for title, rows in ((_("Risers"), up), (_("Fallers"), down))
        if rows
    ]


def _mover(reader: Reader, metric: Metric, row: AnswerRow, moved: int) -> GroupLine:
    line = _group_line(reader, metric, "sku", row, None)
    sign = "+" if moved > 0 else ""
    return replace(line, name=line.name, value=f"{sign}{words.text(metric, moved, reader.currency)}")


def _customers(reader: Reader) -> Customers | None:
    try:
        told: Tiles = metrics.tiles(
            shop_ids=reader.scope.shop_ids, of_shops=reader.shop_ids, first=reader.scope.first, last=reader.scope.last,
            currency=reader.currency,
        )  # fmt: skip
    except CannotMeasure as error:
        reader.notes.append(error.say(_))
        return None
    months = max((len(c.active) for c in told.cohorts), default=0)
    chart = charts.bars(
        id="new-returning",
        title=_("New and returning buyers"),
        unit=charts.Unit("money", told.currency),
        labels=[_("Paid amount")],
        series=[
            charts.Series(_("New"), [told.new_paid]),
            charts.Series(_("Returning"), [told.returning_paid]),
            charts.Series(_("Buyer not told"), [told.paid - told.new_paid - told.returning_paid]),
        ],
        stacked=True,
        horizontal=True,
        metric="M090 · M095",
        as_of=told.as_of,
    )
    return Customers(
        told.new_buyers,
        told.returning_buyers,
        told.orders_without_buyer,
        chart,
        [(r.days, r.first_buyers, r.again, r.rate) for r in told.repurchase],
        [_cohort(c) for c in told.cohorts[-12:]],
        list(range(min(months, 12))),
    )


def _cohort(row: Any) -> CohortLine:
    rates = []
    for active in row.active[:12]:
        rate = Decimal(active) / row.size if active is not None and row.size else None
        rates.append((rate, 0 if rate is None else min(4, int(rate * 5))))
    return CohortLine(f"{row.month:%Y-%m}", row.size, rates)
