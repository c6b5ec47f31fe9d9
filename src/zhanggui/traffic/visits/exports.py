"""The book in canonical columns, named as in ``kernel.records``, with shop, channel and source row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from zhanggui.foundation.ledger.frames import FileNames, exported
from zhanggui.kernel import records
from zhanggui.traffic.visits.models import Visit


def export_frame_batches(
    *,
    table: str = "visits",
    shop_ids: frozenset[int],
    filters: Any = None,
    file_names: FileNames | None = None,
) -> Iterator[pl.DataFrame]:
    """Rows in bites, oldest record first; at least one frame comes, empty when nothing matches."""
    if table != "visits":
        raise ValueError(f"the book of visits exports visits, not {table!r}")
    columns = {**{f.name: f.kind for f in records.VISIT}, "counts": records.BOOL}
    yield from exported(Visit.objects.filter(shop_id__in=shop_ids).order_by("id"), columns, file_names)
