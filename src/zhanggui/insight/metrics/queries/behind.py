"""From a number to its rows: the orders, lines, refunds, visits or adverts that add up to it exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from zhanggui.insight.metrics.contracts import BehindPage, Metric, Rate
from zhanggui.insight.metrics.domain.asking import Agg, Ask, Cond, Key, Purchases, Where
from zhanggui.insight.metrics.domain.asking import Any as AnyOf
from zhanggui.insight.metrics.domain.coverage import MISSING
from zhanggui.insight.metrics.domain.errors import NotByRows, gettext_noop
from zhanggui.insight.metrics.domain.measures import (
    FORMULAS,
    ORDERS,
    Buyers,
    Measure,
    Ratio,
    Spread,
    Sum,
    Total,
)
from zhanggui.insight.metrics.queries.measuring import chosen, scene_of
from zhanggui.insight.metrics.queries.state import State, now_state
from zhanggui.insight.metrics.reading import buyers, measuring, sums
from zhanggui.insight.metrics.reading.scene import Scene
from zhanggui.insight.metrics.store.engines import Listing

#: What a row shows, by table; the key first.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "orders": ("shop_id", "order_no", "created_at", "paid_at", "status", "currency", "buyer_paid", "refunded_to_date",
               "qty"),
    "lines": ("shop_id", "order_no", "line_no", "title", "sku", "qty", "line_paid", "currency", "paid_at",
              "shipped_at"),
    "refunds": ("shop_id", "refund_no", "order_no", "kind", "state", "currency", "refunded", "qty", "finished_at"),
    "visits": ("shop_id", "row_key", "day", "level", "device", "source", "visitors", "views", "visits"),
    "ads": ("shop_id", "row_key", "day", "tool", "level", "campaign", "item_no", "spend", "clicks", "orders",
            "attributed_amount"),
    "settlement": ("shop_id", "entry_key", "order_no", "book", "subject", "currency", "amount", "dated_at"),
}  # fmt: skip
_ORDER: Final = {
    "orders": ("shop_id", "order_no"), "lines": ("shop_id", "order_no", "line_no"),
    "refunds": ("shop_id", "refund_no"), "visits": ("shop_id", "row_key"), "ads": ("shop_id", "row_key"),
    "settlement": ("shop_id", "entry_key"),
}  # fmt: skip
#: Why a number has no rows that add up to it.
_OF_PARTS: Final = gettext_noop("it is computed from other metrics; ask those")


def rows_behind(
    *,
    metric: str,
    shop_ids: frozenset[int],
    first: date,
    last: date,
    where: Mapping[str, Sequence[str]] | None = None,
    part: str = "",
    table: str = "",
    limit: int = 100,
    offset: int = 0,
    now: datetime | None = None,
) -> BehindPage:
    """The rows behind one number of :func:`measure`: give the filters and the days of its group.

    ``part``: ``numerator`` (default) or ``denominator`` of a ratio. ``table``: where a sum is of two tables (M045),
    which; the first when left out. Distinct buyers have one row each, amount 1. Raises what ``measure`` raises, and
    ``NotByRows``.
    """
    return rows_behind_with(
        now_state(shop_ids), metric=metric, first=first, last=last, where=where, part=part, table=table, limit=limit,
        offset=offset, now=now or timezone.now(),
    )  # fmt: skip


def rows_behind_with(
    state: State,
    *,
    metric: str,
    first: date,
    last: date,
    now: datetime,
    where: Mapping[str, Sequence[str]] | None = None,
    part: str = "",
    table: str = "",
    limit: int = 100,
    offset: int = 0,
    rates: Sequence[Rate] = (),
) -> BehindPage:
    """:func:`rows_behind` over a given state."""
    (asked,) = chosen([metric])
    scene = scene_of(state, [asked], first=first, last=last, where=where, rates=rates, now=now)
    formula = FORMULAS[asked.id]
    if isinstance(formula, Buyers):
        return _of_buyers(scene, asked, formula, part, limit, offset)
    if isinstance(formula, Spread):
        timed = Agg("events", "count", formula.seconds, (*formula.where, Cond(formula.seconds, "ge", (0,))))
        base = scene.conditions(formula.table, formula.day)
        return _page(scene, asked, "", formula.table, base, ((1, timed),), limit, offset, (formula.seconds,))
    if not isinstance(formula, Total | Ratio):
        raise NotByRows(metric=asked.id, reason=_OF_PARTS)
    chosen_part, of = _part(formula, part)
    if measuring.NEW in of.plus:
        return _of_buyers(scene, asked, Buyers("new"), "", limit, offset)
    return _of_sum(scene, asked, chosen_part, of, table, limit, offset)


def _part(formula: Total | Ratio, part: str) -> tuple[str, Sum]:
    if isinstance(formula, Total):
        return "", formula.of
    if part != "denominator" and formula.one_minus:
        over, under = formula.over, formula.under
        return "numerator", Sum((*under.plus, *over.minus), (*over.plus, *under.minus))
    return ("denominator", formula.under) if part == "denominator" else ("numerator", formula.over)


def _of_sum(scene: Scene, metric: Metric, part: str, of: Sum, table: str, limit: int, offset: int) -> BehindPage:
    signed = [(1, sums.of_scene(n, scene, metric.id)) for n in of.plus]
    signed += [(-1, sums.of_scene(n, scene, metric.id)) for n in of.minus]
    place = next(((m.table, m.day) for _sign, m in signed if table in ("", m.table)), None)
    if place is None:
        raise NotByRows(metric=metric.id, reason=_OF_PARTS)
    own = [(sign, m) for sign, m in signed if (m.table, m.day) == place]
    base = (*scene.conditions(*place), *_known_days(scene, metric, place[1]))
    if any(m.distinct for _sign, m in own):
        return _of_distinct(scene, metric, part, own[0][1], base, limit, offset)
    amounts = tuple((sign, _agg(m, scene)) for sign, m in own)
    return _page(scene, metric, part, place[0], base, amounts, limit, offset)


def _agg(measure: Measure, scene: Scene) -> Agg:
    where = sums.with_now(measure.agg.where, scene.now)
    if measure.channels:
        where = (*where, Cond("channel", "in", measure.channels))
    return Agg(measure.name, measure.agg.op, measure.agg.column, where)


def _known_days(scene: Scene, metric: Metric, day: str) -> Where:
    """For a number over several tables: the shop-days that all of them know, as spans."""
    tables = measuring.tables_of(metric)
    if len(tables) < 2:
        return ()
    spans: list[tuple[Cond, ...]] = []
    for shop in scene.shops:
        known = [d for d in scene.days.all() if all(scene.coverage.state(shop.id, t, d) != MISSING for t in tables)]
        for begins, ends in _spans(known):
            spans.append((Cond("shop_id", "eq", (shop.id,)), Cond(day, "ge", (begins,)), Cond(day, "le", (ends,))))
    return (AnyOf(tuple(spans)),) if spans else (Cond("shop_id", "in", (-1,)),)


def _spans(days: Sequence[date]) -> list[tuple[date, date]]:
    found: list[tuple[date, date]] = []
    for day in days:
        if found and (day - found[-1][1]).days == 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _page(
    scene: Scene, metric: Metric, part: str, table: str, base: Where, amounts: tuple[tuple[int, Agg], ...],
    limit: int, offset: int, more: tuple[str, ...] = (),
) -> BehindPage:  # fmt: skip
    columns = (*COLUMNS[table], *(c for c in more if c not in COLUMNS[table]))
    listing = Listing(table, columns, base, _ORDER[table], amounts, limit, offset)
    count, amount = scene.engine.total(listing)
    rows = tuple(scene.engine.rows(listing))
    following = offset + len(rows)
    return BehindPage(
        metric.id, part, table, (*columns, "amount"), rows, "amount", amount, count,
        following if following < count else None,
    )  # fmt: skip


def _of_distinct(
    scene: Scene, metric: Metric, part: str, measure: Measure, base: Where, limit: int, offset: int
) -> BehindPage:
    """One row per distinct id, with how many rows it has and when the first of them was."""
    column = measure.agg.column
    where = (*base, *measure.agg.where, Cond(column, "not_null"))
    aggs = (Agg("rows", "count"), Agg("first", "min", measure.day))
    found = sorted(scene.engine.ask(Ask(measure.table, (Key(column),), aggs, where)))
    rows = tuple((*row, 1) for row in found[offset : offset + limit])
    following = offset + len(rows)
    return BehindPage(
        metric.id, part, measure.table, (column, "rows", "first_day", "amount"), rows, "amount", len(found), len(found),
        following if following < len(found) else None,
    )  # fmt: skip


def _of_buyers(scene: Scene, metric: Metric, formula: Buyers, part: str, limit: int, offset: int) -> BehindPage:
    """One row per buyer (or purchase day that counts) of a metric of histories."""
    table = scene.engine.lay_down(Purchases((), scene.conditions(ORDERS, None)))
    aggs = buyers.aggregates(formula, scene.days.first, scene.days.last)
    if not aggs:
        raise NotByRows(metric=metric.id, reason=_OF_PARTS)
    order = list(reversed(aggs)) if formula.what != "returning_paid" else [aggs[1], aggs[0]]
    agg = order[-1] if part == "denominator" else order[0]
    values = (Agg("days", "count"), Agg("last", "max", "paid_day"), Agg("paid", "sum", "paid"))
    found = sorted(scene.engine.ask(Ask(table, (Key("buyer_key"),), values, agg.where)))
    of_money = agg.op == "sum"
    rows = tuple((*row, int(row[3] or 0) if of_money else 1) for row in found[offset : offset + limit])
    amount = sum(int(row[3] or 0) if of_money else 1 for row in found)
    following = offset + len(rows)
    named = "denominator" if part == "denominator" else ("numerator" if len(aggs) > 1 else "")
    return BehindPage(
        metric.id, named, "orders", ("buyer_key", "purchase_days", "last_day", "paid", "amount"), rows, "amount",
        amount, len(found), following if following < len(found) else None,
    )  # fmt: skip
