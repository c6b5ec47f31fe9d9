"""Wallet movements in canonical columns, named as in ``kernel.records``, with shop, channel and source row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from zhanggui.kernel import records
from zhanggui.trade.orders.queries import sql
from zhanggui.trade.orders.queries.sql import Condition
from zhanggui.trade.orders.queries.walking import FileNames, walk, with_shop, with_source
from zhanggui.trade.settlement.models import Entry

COLUMNS = ["shop", "channel", *(f.name for f in records.SETTLEMENT), "source_file", "source_row"]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What an export is narrowed to; ``occurred_to`` is not included."""

    subjects: frozenset[str] = frozenset()
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None


def export_frame_batches(
    *,
    table: str = "settlement",
    shop_ids: frozenset[int],
    filters: EntryFilter | None = None,
    file_names: FileNames | None = None,
) -> Iterator[pl.DataFrame]:
    """Entries in bites, oldest record first; at least one frame comes, empty when nothing matches."""
    if table != "settlement":
        raise ValueError(f"the settlement book exports settlement, not {table!r}")
    where, conditions = filters or EntryFilter(), []
    if where.subjects:
        conditions.append(sql.one_of("o.subject", where.subjects))
    if where.occurred_from is not None:
        conditions.append(Condition("o.occurred_at >= %s", (sql.moment(where.occurred_from),)))
    if where.occurred_to is not None:
        conditions.append(Condition("o.occurred_at < %s", (sql.moment(where.occurred_to),)))
    some = False
    for frame in walk(Entry, shop_ids, conditions) if shop_ids else ():
        some = True
        yield with_source(with_shop(frame), file_names).select(COLUMNS)
    if not some:
        yield pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
