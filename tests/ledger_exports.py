"""The ledgers asked through what everybody may use: exports. For tests that compare them with an independent truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import polars as pl
from django.db import transaction

from zhanggui.processes import exporting
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.orders import exports as orders_exports


def _names(file_ids: frozenset[int]) -> dict[int, str]:
    return channels.file_names(sorted(file_ids))


def exported(table: str, shop_id: int, *, clear: bool = True) -> pl.DataFrame:
    """A ledger table of one shop; with ``clear`` personal columns are not masked, so that buyers can be told apart."""
    shops = frozenset({shop_id})
    batches: Iterable[pl.DataFrame] = (
        orders_exports.export_frame_batches(table=table, shop_ids=shops, reveal=clear, file_names=_names)
        if table == "orders"
        else exporting.SOURCES[table](table=table, shop_ids=shops, file_names=_names)
    )
    return pl.concat(list(batches), how="vertical_relaxed")


def counted(column: pl.Series) -> dict[str, int]:
    return dict(sorted(Counter(column.drop_nulls().to_list()).items()))


def total(frame: pl.DataFrame, column: str) -> int:
    return int(frame[column].cast(pl.Int64).sum())


@contextmanager
def undone() -> Iterator[None]:
    """Everything written inside is taken back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
