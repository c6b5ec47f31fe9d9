"""Read a span of time of one shop in bites, by an index that begins with shop and moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl
from django.db import connection, models
from django.db.models.functions import Coalesce

from zhanggui.foundation.lake.contracts import month_period
from zhanggui.kernel.period import business_day
from zhanggui.trade.orders.store import bulk

#: Rows of one bite.
BITE: Final = 20_000


def walk_span(
    model: type[models.Model],
    columns: Sequence[str],
    shop_id: int,
    moment: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    bite: int = BITE,
) -> Iterator[pl.DataFrame]:
    """Rows of the shop whose ``moment`` is in the half-open span, in its order, ``columns`` of the table.

    Each bite seeks its beginning in the index: constant memory, and no row outside the span is read.
    """
    at = f"t.{connection.ops.quote_name(moment)}"
    after, after_id = starts_at, 0
    while True:
        tests = f"{at} < %s AND {at} >= %s AND ({at} > %s OR t.id > %s)"
        params = [shop_id, _moment(ends_at), _moment(after), _moment(after), after_id]
        frame = _bite(model, columns, moment, tests, f"{at}, t.id", params, bite)
        if not frame.is_empty():
            yield frame.select(columns)
        if len(frame) < bite:
            return
        after, after_id = frame[moment][-1], int(frame["id"][-1])


def walk_dated(
    model: type[models.Model],
    columns: Sequence[str],
    shop_id: int,
    dated_by: Sequence[str],
    month: date | None,
    zone: str,
    *,
    bite: int = BITE,
) -> Iterator[pl.DataFrame]:
    """Rows of the shop in a month (None: undated ones), dated by the first of several moments that is known.

    Only the first moment has an index; rows without it are few, and read through its nulls.
    """
    first, *others = dated_by
    quoted = [f"t.{connection.ops.quote_name(name)}" for name in dated_by]
    lacking = f"{quoted[0]} IS NULL"
    dated = f"COALESCE({', '.join(quoted[1:])})" if len(others) > 1 else quoted[1]
    known: list[Any] = []
    if month is None:
        tests = f"{lacking} AND {dated} IS NULL"
    else:
        period = month_period(month, zone)
        yield from walk_span(model, columns, shop_id, first, period.starts_at, period.ends_at, bite=bite)
        tests = f"{lacking} AND {dated} >= %s AND {dated} < %s"
        known = [_moment(period.starts_at), _moment(period.ends_at)]
    after = 0
    while True:
        frame = _bite(model, columns, first, f"{tests} AND t.id > %s", "t.id", [shop_id, *known, after], bite)
        if not frame.is_empty():
            yield frame.select(columns)
        if len(frame) < bite:
            return
        after = int(frame["id"][-1])


def months(model: type[models.Model], shop_id: int, moment: str, zone: str) -> Iterator[date]:
    """The months in which the shop has rows, in order: one seek in the index per month."""
    rows = model._default_manager.filter(shop_id=shop_id, **{f"{moment}__isnull": False}).order_by(moment)
    after: datetime | None = None
    while True:
        found = rows.filter(**{f"{moment}__gte": after}) if after is not None else rows
        first = found.values_list(moment, flat=True).first()
        if first is None:
            return
        month = business_day(first, zone).replace(day=1)
        yield month
        after = month_period(month, zone).ends_at


def dated_months(model: type[models.Model], shop_id: int, dated_by: Sequence[str], zone: str) -> set[date | None]:
    """The months of ``walk_dated``."""
    first, *others = dated_by
    lacking = model._default_manager.filter(shop_id=shop_id, **{f"{first}__isnull": True})
    dated = Coalesce(*others) if len(others) > 1 else models.F(others[0])
    moments = lacking.annotate(dated=dated).values_list("dated", flat=True).distinct()
    found: set[date | None] = {None if at is None else business_day(at, zone).replace(day=1) for at in moments}
    return found | set(months(model, shop_id, first, zone))


def _bite(
    model: type[models.Model],
    columns: Sequence[str],
    moment: str,
    tests: str,
    order: str,
    params: Sequence[Any],
    bite: int,
) -> pl.DataFrame:
    schema = bulk.schema_of(model)
    wanted = list(dict.fromkeys([*columns, "id", moment]))
    quote = connection.ops.quote_name
    select = ", ".join(bulk.selected(f"t.{quote(name)}", schema[name]) for name in wanted)
    text = (
        f"SELECT {select} FROM {quote(model._meta.db_table)} t WHERE t.shop_id = %s AND {tests} "  # noqa: S608
        f"ORDER BY {order} LIMIT {bite}"
    )
    return bulk.query(text, params, {name: schema[name] for name in wanted})


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value.astimezone(UTC))


__all__ = ["BITE", "dated_months", "months", "walk_dated", "walk_span"]
