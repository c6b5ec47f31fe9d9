"""Compare the lake with the ledgers, row for row in sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake.contracts import INT, MINOR, Difference, Source, Table, Verified
from zhanggui.foundation.lake.operations.refreshing import Progress, one_moment
from zhanggui.foundation.lake.operations.writing import copied, prepared
from zhanggui.foundation.lake.queries import snapshot, source, sources


def verify(
    *,
    tables: Iterable[str] | None = None,
    months: Iterable[date | None] | None = None,
    progress: Progress | None = None,
) -> Verified:
    """Read lake and ledgers and compare, per table, month and shop: rows, keys, the sum of every number, and every cell
    by a hash of its row. Months that wait to be written are named, not compared. Raises :class:`UnknownTable`."""
    offered = sources() if tables is None else {name: source(name) for name in tables}
    wanted = None if months is None else {month and month.replace(day=1) for month in months}
    found = Verified()
    with one_moment():
        snap = snapshot(offered)
        shops = accounts.shops(include_inactive=True)
        for name, given in offered.items():
            state = snap.tables[name]
            files = {file.month: file.path for file in state.files}
            there = {month for shop in shops for month in given.months(shop)} | files.keys()
            chosen = [month for month in there if wanted is None or month in wanted]
            for number, month in enumerate(sorted(chosen, key=lambda m: m or date.min)):
                if progress is not None:
                    progress(number, len(chosen), name, month)
                if month in state.stale:
                    found.waiting.append((name, month))
                    continue
                found.months += 1
                path = files.get(month)
                for shop in shops:
                    lake = tally(given.table, copied(path, given.table, [shop.id]) if path else ())
                    ledger = tally(given.table, _of_ledger(given, shop, month))
                    found.rows += ledger.rows
                    for column, mine, theirs in differences(lake, ledger):
                        found.differences.append(Difference(name, month, shop.id, column, mine, theirs))
    return found


def _of_ledger(given: Source, shop: ShopInfo, month: date | None) -> Iterator[pl.DataFrame]:
    for frame in given.read(shop, month):
        yield prepared(given.table, shop, month, frame)


@dataclass(slots=True)
class Tally:
    """What some rows come to, whatever their order."""

    rows: int = 0
    keys: int = 0
    cells: int = 0
    sums: dict[str, int] = field(default_factory=dict)


def tally(table: Table, frames: Iterable[pl.DataFrame]) -> Tally:
    """Add rows up: ``keys`` counts distinct keys, ``cells`` is the sum of the hashes of all rows."""
    found, keys = Tally(), [pl.Series([], dtype=pl.UInt64)]
    numbers = [name for name, kind in table.schema.items() if kind in (INT, MINOR)]
    for frame in frames:
        found.rows += len(frame)
        keys.append(frame.select(table.key).hash_rows())
        found.cells = (found.cells + int(frame.hash_rows().cast(pl.Int128).sum() or 0)) % 2**64
        for name, total in frame.select(pl.col(numbers).cast(pl.Int128).sum()).row(0, named=True).items():
            found.sums[name] = found.sums.get(name, 0) + int(total or 0)
    found.keys = pl.concat(keys).n_unique()
    return found


def differences(lake: Tally, ledger: Tally) -> Iterator[tuple[str, str, str]]:
    """(what, lake, ledger) where two tallies do not agree; a key that is there twice is named as ``key``."""
    if lake.rows != ledger.rows:
        yield "rows", str(lake.rows), str(ledger.rows)
    if lake.keys != lake.rows:
        yield "key", str(lake.keys), str(lake.rows)
    for name in sorted({*lake.sums, *ledger.sums} - {"shop_id"}):
        mine, theirs = lake.sums.get(name, 0), ledger.sums.get(name, 0)
        if mine != theirs:
            yield name, str(mine), str(theirs)
    if lake.rows == ledger.rows and lake.sums == ledger.sums and lake.cells != ledger.cells:
        yield "cells", f"{lake.cells:016x}", f"{ledger.cells:016x}"
