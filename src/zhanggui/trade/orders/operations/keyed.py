"""Join a frame into a table whose rows have one natural key per shop and whose files all have equal authority.

The refund and settlement books use it; orders and lines have more to settle and do it themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
from django.db import models

from zhanggui.foundation.lake import operations as lake
from zhanggui.trade.orders.operations import joining
from zhanggui.trade.orders.operations.dictionaries import Layers
from zhanggui.trade.orders.operations.joining import old
from zhanggui.trade.orders.store import bulk

_BOOKS = ("layer_id", "observed_at", "source_file_id", "source_row")
MICROSECOND = 1_000_000


@dataclass(frozen=True)
class Keyed:
    """What became of the rows. ``moved`` are the new and changed ones after the join, with their ``id``."""

    new: int
    updated: int
    unchanged: int
    stale: int
    moved: pl.DataFrame


def micros(moment: datetime) -> int:
    """A moment as whole microseconds since 1970, exactly."""
    whole = moment.astimezone(UTC)
    return int(whole.replace(microsecond=0).timestamp()) * MICROSECOND + whole.microsecond


def join_keyed(
    model: type[models.Model],
    frame: pl.DataFrame,
    *,
    key: str,
    columns: Sequence[str],
    shop_id: int,
    file_id: int,
    observed_at: datetime,
    settle: Callable[[pl.DataFrame], pl.DataFrame] = lambda pair: pair,
    settled: Mapping[str, str] | None = None,
) -> Keyed:
    """Record ``frame`` (``key`` distinct, ``row``, ``columns``) newest word per column.

    ``settle`` computes what depends on the joined cells; ``settled`` names its columns: ``content`` ones count as a
    change of the row, ``book`` ones do not.
    """
    at, settled = micros(observed_at), dict(settled or {})
    now = pl.lit(at).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    schema = bulk.schema_of(model)
    held = bulk.by_keys(model, [n for n in schema if n != "shop_id"], key, frame[key], fixed={"shop_id": shop_id})
    apart = (key, "id", "layer_id", "source_row")
    right = held.rename({name: old(name) for name in held.columns if name not in apart})
    pair = frame.join(right, on=key, how="left", maintain_order="left").with_columns(pl.col("layer_id").fill_null(0))
    silent = [
        pl.col(old(name)).alias(name) for name in schema if name not in pair.columns and old(name) in pair.columns
    ]
    pair = pair.with_columns(silent)
    layers = Layers(pair["layer_id"].unique().to_list())
    contests = layers.contest(Layers.offer(columns, at))
    ids = layers.joined(contests)
    newer = pl.col("observed_at_old").is_null() | (now > pl.col("observed_at_old"))
    sourced = newer | ((now == pl.col("observed_at_old")) & (pl.col("row") > pl.col("source_row")))
    pair = pair.with_columns(
        *joining.join_cells({name: name for name in columns}, contests, pl.lit(True)),
        layer_id=joining.mapped(ids),
        layer_id_old=pl.col("layer_id"),
        observed_at=pl.when(newer).then(now).otherwise(pl.col("observed_at_old")),
        source_file_id=pl.when(sourced).then(pl.lit(file_id)).otherwise(pl.col("source_file_id_old")),
        source_row=pl.when(sourced).then(pl.col("row")).otherwise(pl.col("source_row")),
        source_row_old=pl.col("source_row"),
        stale=joining.among({i for i, c in contests.items() if c.stale}, contests),
    )
    pair = settle(pair)
    content = [*columns, *(name for name, part in settled.items() if part == "content")]
    books = [*_BOOKS, *(name for name, part in settled.items() if part == "book")]
    fresh = pl.col("id").is_null()
    pair = pair.with_columns(moved=~fresh & joining.differs(content), touched=~fresh & joining.differs(books))
    new = pair.filter(fresh)
    new = new.with_columns(bulk.allocate(model, len(new)), shop_id=pl.lit(shop_id, dtype=pl.Int64))
    names = list(dict.fromkeys([*content, *books]))
    once = [name for name in schema if name not in {*names, "id", "shop_id", key} and name in frame.columns]
    changed = pair.filter("moved")
    quiet = pair.filter(~fresh & ~pl.col("moved"))
    bulk.insert(model, new.select("id", "shop_id", key, *names, *once))
    bulk.update(model, changed.select("id", *names))
    bulk.update(model, quiet.filter("touched").select("id", *books))
    stale = quiet.filter("stale").height
    return Keyed(len(new), len(changed), quiet.height - stale, stale, pl.concat([new, changed], how="diagonal"))


def mark_dated(*, table: str, shop_id: int, moved: pl.DataFrame, dated_by: Sequence[str]) -> None:
    """Tell the lake the months of rows that are new or another, and the months they left.

    ``dated_by``: the moments that date a row, the first known one deciding. Call it in the same transaction.
    """
    if moved.is_empty():
        return
    known = moved.filter(pl.col("observed_at_old").is_not_null())
    now, before = pl.coalesce(dated_by), pl.coalesce([old(name) for name in dated_by])
    moments = (moved.select(at=now)["at"], known.select(at=before)["at"])
    lake.mark_stale_at(tables=(table,), shop_id=shop_id, moments=moments)
