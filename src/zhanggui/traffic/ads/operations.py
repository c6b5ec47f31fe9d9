"""Take one advert report into the book, and say anew which rows count."""

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
from zhanggui.traffic.ads.contracts import AdOutcome
from zhanggui.traffic.ads.domain.counting import count_once
from zhanggui.traffic.ads.models import Ad
from zhanggui.traffic.ads.queries import TOLD, told

_ALWAYS: Final = ("first_day", "last_day", "tool", "grain", "basis", "window_days", "view", "currency")
_NEVER: Final = ("day",)
_SUMS: Final = tuple(
    f.name for f in records.AD if f.kind in (records.INT, records.MINOR) and f.name not in ("window_days",)
)


class UnknownShop(ValueError):
    """Adverts were handed in for a shop that does not exist."""


def record_ads(
    *,
    shop_id: int,
    file_id: int,
    observed_at: datetime,
    ads: pl.DataFrame,
    provided: frozenset[str] | None = None,
) -> AdOutcome:
    """Join a report (columns of ``kernel.records.AD``, plus ``row``), newest word per column; give it a whole file.

    Must run inside the caller's transaction; takes the lock of the shop. Harmless to repeat. Rows of one file that name
    the same thing are split by something the book does not know: their figures are added, exact repeats are not.
    Raises :class:`UnknownShop`.
    """
    book.require_transaction()
    shop = accounts.shop(shop_id)
    if shop is None:
        raise UnknownShop(f"there is no shop {shop_id}")
    frame = ads.with_columns(
        currency=pl.col("currency").fill_null(shop.currency),
        tool=pl.col("tool").fill_null("other"),
        basis=pl.col("basis").fill_null("advertised"),
        grain=pl.col("grain").fill_null("account"),
        level=pl.col("level").fill_null("account"),
    )
    grain = [n for n in frame["grain"][0].split("+") if n in frame.columns] if len(frame) else []
    same = [*_ALWAYS, *(n for n in ("subject_type",) if n in frame.columns), *grain]
    keys = [key_of(row) for row in frame.select(same).iter_rows()]
    frame = frame.with_columns(row_key=pl.Series(keys, dtype=pl.String))
    frame, repeated, added = _folded(frame)
    identity = [*_NEVER, *same]
    columns = book.told_columns(frame, [f.name for f in records.AD if f.name not in identity], provided)
    done = book.join_report(
        Ad, frame, identity=identity, columns=columns, shop_id=shop_id, file_id=file_id, observed_at=observed_at
    )
    _recount(shop_id, done.moved)
    months = {first.replace(day=1) if first == last and first else None for first, last in done.moved}
    if months:
        lake.mark_stale(table="ads", shop_id=shop_id, months=months)
    return AdOutcome(done.new, done.updated, done.unchanged, done.stale, repeated, added)


def _folded(frame: pl.DataFrame) -> tuple[pl.DataFrame, int, int]:
    """One row per key: exact repeats count once, split figures are added, texts are those of the first row."""
    cells = [name for name in frame.columns if name != "row"]
    distinct = frame.unique(cells, keep="first", maintain_order=True)
    repeated = len(frame) - len(distinct)
    if distinct["row_key"].n_unique() == len(distinct):
        return distinct, repeated, 0
    sums = [pl.when(pl.col(n).count() > 0).then(pl.col(n).sum()).alias(n) for n in _SUMS]
    first = [pl.col(n).drop_nulls().first() for n in distinct.columns if n not in (*_SUMS, "row_key")]
    folded = distinct.group_by("row_key", maintain_order=True).agg(*first, *sums)
    return folded, repeated, len(distinct) - len(folded)


def _recount(shop_id: int, periods: Iterable[tuple[date | None, date | None]]) -> None:
    """Say of every row of these periods whether its spend counts."""
    for first, last in periods:
        rows: Any = Ad.objects.filter(shop_id=shop_id, first_day=first, last_day=last)
        places: dict[tuple[str, str], list[Any]] = {}
        counted_now: set[int] = set()
        for cells in rows.values(*TOLD, "tool", "currency", "counts"):
            places.setdefault((cells["tool"], cells["currency"]), []).append(told(cells))
            if cells["counts"]:
                counted_now.add(cells["id"])
        right = {pk for group in places.values() for pk in count_once(group).ids}
        for ids, value in ((sorted(right - counted_now), True), (sorted(counted_now - right), False)):
            for at in range(0, len(ids), 500):
                Ad.objects.filter(pk__in=ids[at : at + 500]).update(counts=value)
