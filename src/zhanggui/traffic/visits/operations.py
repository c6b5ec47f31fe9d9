"""Take one report of visitors into the book."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.lake import operations as lake
from zhanggui.foundation.ledger import book
from zhanggui.foundation.ledger.clocks import key_of
from zhanggui.kernel import records
from zhanggui.traffic.visits.contracts import VisitOutcome, VisitRefusal
from zhanggui.traffic.visits.domain import sources
from zhanggui.traffic.visits.models import Visit

_IDENTITY: Final = (
    "day", "first_day", "last_day", "level", "device", "source_raw", "page", "keyword", "item_no", "sku_no", "currency",
)  # fmt: skip
_CELLS: Final = tuple(f.name for f in records.VISIT if f.name not in _IDENTITY)


class UnknownShop(ValueError):
    """Visits were handed in for a shop that does not exist."""


def record_visits(
    *,
    shop_id: int,
    file_id: int,
    observed_at: datetime,
    visits: pl.DataFrame,
    provided: frozenset[str] | None = None,
) -> VisitOutcome:
    """Join a report (columns of ``kernel.records.VISIT``, plus ``row``), newest word per column.

    Must run inside the caller's transaction; takes the lock of the shop. Harmless to repeat. People of two rows that
    name the same day, level, device and subject cannot be added: the second one is refused unless it says the same.
    Raises :class:`UnknownShop`.
    """
    book.require_transaction()
    shop = accounts.shop(shop_id)
    if shop is None:
        raise UnknownShop(f"there is no shop {shop_id}")
    frame = visits.with_columns(currency=pl.col("currency").fill_null(shop.currency))
    keys = [key_of(row) for row in frame.select(_IDENTITY).iter_rows()]
    frame = frame.with_columns(row_key=pl.Series(keys, dtype=pl.String))
    frame, repeated, refused = _once(frame)
    columns = book.told_columns(frame, _CELLS, provided)
    done = book.join_report(
        Visit,
        frame,
        identity=_IDENTITY,
        columns=columns,
        shop_id=shop_id,
        file_id=file_id,
        observed_at=observed_at,
    )
    _recount(shop_id, done.moved)
    months = {first.replace(day=1) if first == last and first else None for first, last in done.moved}
    if months:
        lake.mark_stale(table="visits", shop_id=shop_id, months=months)
    return VisitOutcome(done.new, done.updated, done.unchanged, done.stale, repeated, tuple(refused))


def _once(frame: pl.DataFrame) -> tuple[pl.DataFrame, int, list[VisitRefusal]]:
    """One row per key."""
    first = frame.unique("row_key", keep="first", maintain_order=True)
    if len(first) == len(frame):
        return frame, 0, []
    others = frame.filter(~pl.col("row").is_in(first["row"].implode()))
    known = {row[0]: row[1:] for row in first.select("row_key", *_CELLS).iter_rows()}
    refused = []
    for key, row, subject, *cells in others.select(
        "row_key", "row", pl.coalesce("item_no", "source_raw", "keyword", "page", "level"), *_CELLS
    ).iter_rows():
        if tuple(cells) != known[key]:
            refused.append(VisitRefusal(row, "visitors", subject or "", "told_twice"))
    return first, len(others) - len(refused), refused


def _recount(shop_id: int, periods: Iterable[tuple[date | None, date | None]]) -> None:
    """Say of every source row of these periods whether it counts."""
    for first, last in periods:
        rows: Any = Visit.objects.filter(shop_id=shop_id, first_day=first, last_day=last, level="source")
        groups: dict[tuple[Any, ...], list[tuple[int, str, int | None, bool]]] = {}
        cells = ("id", "source_raw", "source_depth", "counts", "device", "item_no", "currency")
        for pk, raw, depth, counts, *place in rows.values_list(*cells):
            groups.setdefault(tuple(place), []).append((pk, raw or "", depth, counts))
        yes: list[int] = []
        no: list[int] = []
        for told in groups.values():
            again = sources.told_again(raw for _pk, raw, _depth, _counts in told)
            for pk, raw, depth, counts in told:
                right = raw not in again and not (depth == 0 and len(told) > 1)
                if right != counts:
                    (yes if right else no).append(pk)
        for ids, value in ((yes, True), (no, False)):
            for at in range(0, len(ids), 500):
                Visit.objects.filter(pk__in=ids[at : at + 500]).update(counts=value)
