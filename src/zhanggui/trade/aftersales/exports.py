"""Refunds in canonical columns, named as in ``kernel.records``, with shop, channel and source row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from zhanggui.kernel import records
from zhanggui.trade.aftersales.models import Refund
from zhanggui.trade.orders.queries import sql
from zhanggui.trade.orders.queries.sql import Condition
from zhanggui.trade.orders.queries.walking import FileNames, walk, with_shop, with_source

COLUMNS = ["shop", "channel", *(f.name for f in records.REFUND), "source_file", "source_row"]


@dataclass(frozen=True, slots=True)
class RefundFilter:
    """What an export is narrowed to; ``applied_to`` is not included."""

    states: frozenset[str] = frozenset()
    applied_from: datetime | None = None
    applied_to: datetime | None = None


def export_frame_batches(
    *,
    table: str = "refunds",
    shop_ids: frozenset[int],
    filters: RefundFilter | None = None,
    file_names: FileNames | None = None,
) -> Iterator[pl.DataFrame]:
    """Refunds in bites, oldest record first; at least one frame comes, empty when nothing matches."""
    if table != "refunds":
        raise ValueError(f"the refund book exports refunds, not {table!r}")
    where, conditions = filters or RefundFilter(), []
    if where.states:
        conditions.append(sql.one_of("o.state", where.states))
    if where.applied_from is not None:
        conditions.append(Condition("o.applied_at >= %s", (sql.moment(where.applied_from),)))
    if where.applied_to is not None:
        conditions.append(Condition("o.applied_at < %s", (sql.moment(where.applied_to),)))
    some = False
    for frame in walk(Refund, shop_ids, conditions) if shop_ids else ():
        some = True
        yield with_source(with_shop(frame), file_names).select(COLUMNS)
    if not some:
        yield pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
