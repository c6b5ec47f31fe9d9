"""The lines of a batch joined into the lines of the book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from zhanggui.kernel import records
from zhanggui.trade.orders.domain import layers, vector
from zhanggui.trade.orders.models import Line
from zhanggui.trade.orders.operations import joining
from zhanggui.trade.orders.operations.dictionaries import ARTICLE, Layers, article_texts, intern_articles
from zhanggui.trade.orders.operations.incoming import Incoming
from zhanggui.trade.orders.operations.joining import old
from zhanggui.trade.orders.store import bulk

SCHEMA: Final = bulk.schema_of(Line)
#: Cells that move by their own clocks; ``status`` moves by the state machine.
CELLS: Final = tuple(
    f.name for f in records.LINE if f.name not in ("order_no", "line_no", "status") and f.name not in ARTICLE
)
CANONICAL: Final = tuple(f.name for f in records.LINE)


@dataclass
class JoinedLines:
    """What the batch makes of the lines.

    ``new`` has physical columns without ids (and ``order_no``); ``changed`` and ``touched`` rows carry their id.
    ``known`` are all lines of the orders concerned, after the join: what orders are derived from.
    ``moves`` are candidates for the state log.
    """

    new: pl.DataFrame
    changed: pl.DataFrame
    touched: pl.DataFrame
    known: pl.DataFrame
    moves: pl.DataFrame
    #: Orders of which a line is new or another.
    moved_orders: pl.Series
    unchanged: int = 0
    stale: int = 0
    stated: bool = False


def join_lines(batch: Incoming, order_ids: pl.DataFrame) -> JoinedLines:
    """Join ``batch.lines``; ``order_ids`` maps ``order_no`` to ``order_id`` of the orders already in the book."""
    assert batch.lines is not None
    held = bulk.by_keys(Line, list(SCHEMA), "order_id", order_ids["order_id"])
    held = held.join(order_ids, on="order_id", how="left").join(article_texts(held["article_id"]), on="article_id",
                                                                how="left")  # fmt: skip
    pair = _pair(batch.lines, held)
    known_layers = Layers(pair["layer_id"].unique().to_list())
    offered = layers.offer(batch.line_columns, layers.DERIVED_AUTHORITY, batch.at)
    contests = known_layers.contest(offered)
    layer_ids = known_layers.joined(contests)

    given_cells = {name: name for name in (*ARTICLE, *CELLS) if name in batch.line_columns}
    cells = joining.join_cells(given_cells, contests, pl.lit(True))
    moved = "status" in batch.line_columns
    at_old = joining.clock_of("status", known_layers.known)
    observed = pl.col("status") if moved else pl.lit(None, dtype=pl.String)
    if moved:
        state, reached = vector.observe(
            pl.col("status_old"), pl.col("reached_old"), at_old, pl.col("status"), pl.lit(batch.at)
        )
    else:
        state, reached = pl.col("status_old"), pl.col("reached_old")
    newer = pl.col("observed_at_old").is_null() | (batch.moment > pl.col("observed_at_old"))
    later_row = (batch.moment == pl.col("observed_at_old")) & (pl.col("row") > pl.col("source_row"))
    sourced = newer | later_row
    stale = joining.among({i for i, c in contests.items() if c.stale}, contests)
    joined = pair.with_columns(
        *cells,
        observed=observed,
        newest=at_old.is_null() | (pl.lit(batch.at) > at_old),
        status=state,
        reached=reached,
        layer_id=joining.mapped(layer_ids),
        layer_id_old=pl.col("layer_id"),
        observed_at=pl.when(newer).then(batch.moment).otherwise(pl.col("observed_at_old")),
        source_file_id=pl.when(sourced).then(pl.lit(batch.file_id)).otherwise(pl.col("source_file_id_old")),
        source_row=pl.when(sourced).then(pl.col("row")).otherwise(pl.col("source_row")),
        source_row_old=pl.col("source_row"),
        stale=stale,
    )
    joined = joined.with_columns(article_id=intern_articles(batch.shop_id, joined))
    content = ["article_id", "status", "reached", *(n for n in given_cells if n not in ARTICLE)]
    books = ["layer_id", "observed_at", "source_file_id", "source_row"]
    fresh = pl.col("id").is_null()
    joined = joined.with_columns(
        content_moved=~fresh & joining.differs(content), book_moved=~fresh & joining.differs(books)
    )
    new = joined.filter(fresh)
    changed = joined.filter(pl.col("content_moved"))
    quiet = joined.filter(~fresh & ~pl.col("content_moved"))
    columns = ["line_no", *content, *books]
    return JoinedLines(
        new=new.select("order_no", *columns),
        changed=changed.select("id", *content, *books),
        touched=quiet.filter(pl.col("book_moved")).select("id", *books),
        known=_after(joined, held),
        moves=_moves(joined, told="status_raw" in batch.line_columns),
        moved_orders=pl.concat([new["order_no"], changed["order_no"]]).unique(),
        unchanged=quiet.filter(~pl.col("stale")).height,
        stale=quiet.filter(pl.col("stale")).height,
        stated=moved,
    )


def _pair(lines: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Incoming lines beside the known ones of the same key. Columns the batch does not speak of keep what is known."""
    apart = ("order_no", "line_no", "id", "layer_id", "source_row")
    right = held.drop("order_id").rename({name: old(name) for name in held.columns if name not in (*apart, "order_id")})
    pair = lines.join(right, on=["order_no", "line_no"], how="left", maintain_order="left")
    silent = [pl.col(old(name)).alias(name) for name in CANONICAL if name not in lines.columns]
    return pair.with_columns(*silent, pl.col("layer_id").fill_null(0), pl.col("reached_old").fill_null(0))


#: What orders are derived from.
_SUMMED: Final = (
    "qty", "unit_list_price", "line_amount", "line_discount_merchant", "line_discount_platform",
    "line_discount_creator", "line_discount_payment", "line_freight_share", "line_paid", "line_receivable",
    "refunded_amount", "ship_deadline_at", "shipped_at",
)  # fmt: skip


def _after(joined: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """All lines of the orders concerned as they stand now."""
    columns = ["order_no", "line_no", "status", *_SUMMED]
    others = held.join(joined.select("order_no", "line_no"), on=["order_no", "line_no"], how="anti")
    return pl.concat([joined.select(columns), others.select(columns)])


def _moves(joined: pl.DataFrame, told: bool) -> pl.DataFrame:
    """Known lines whose state moved, or whose newest word pointed backward.

    A backward word is reported when it is first said, not again with every export that repeats it.
    """
    word = pl.col("observed").is_not_null() & pl.col("newest")
    raw = pl.col("status_raw").ne_missing(pl.col("status_raw_old")) if told else pl.lit(True)
    moved = pl.col("status").ne_missing(pl.col("status_old"))
    refused = word & ~moved & pl.col("observed").ne_missing(pl.col("status")) & raw
    return joined.filter(pl.col("id").is_not_null() & (moved | refused)).select(
        "id", "order_no", "line_no", "row", "observed", "status_raw", before="status_old", after="status"
    )
