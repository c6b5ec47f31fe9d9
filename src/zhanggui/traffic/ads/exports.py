"""The book in canonical columns, named as in ``kernel.records``, with shop, channel and source row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from zhanggui.foundation.ledger.frames import FileNames, exported
from zhanggui.kernel import records
from zhanggui.traffic.ads.models import Ad


def export_frame_batches(
    *,
    table: str = "ads",
    shop_ids: frozenset[int],
    filters: Any = None,
    file_names: FileNames | None = None,
) -> Iterator[pl.DataFrame]:
    """Rows in bites, oldest record first; at least one frame comes, empty when nothing matches."""
    if table != "ads":
        raise ValueError(f"the book of ads exports ads, not {table!r}")
    columns = {**{f.name: f.kind for f in records.AD}, "counts": records.BOOL}
    yield from exported(Ad.objects.filter(shop_id__in=shop_ids).order_by("id"), columns, file_names)
