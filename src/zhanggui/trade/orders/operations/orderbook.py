"""The orders of a batch joined into the order book: stated by a header, derived from lines, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from zhanggui.kernel import records
from zhanggui.trade.orders.domain import layers, states, vector
from zhanggui.trade.orders.models import Order, RefundSeen
from zhanggui.trade.orders.operations import joining
from zhanggui.trade.orders.operations.dictionaries import ARTICLE, Layers, intern_articles
from zhanggui.trade.orders.operations.incoming import PERSONAL, RENAMED, Incoming
from zhanggui.trade.orders.operations.joining import old
from zhanggui.trade.orders.operations.linebook import JoinedLines
from zhanggui.trade.orders.store import bulk

SCHEMA: Final = bulk.schema_of(Order)
#: Physical cell → canonical column whose clock decides it. ``status`` moves by the state machine.
CELLS: Final = {
    RENAMED.get(f.name, f.name): f.name
    for f in records.ORDER
    if f.name not in ("order_no", "status") and (not f.personal or f.name == "buyer_ref")
}
_NUMBERS: Final = ("qty", "goods_list_amount", "goods_amount", "merchant_discount", "platform_discount",
                   "creator_discount", "payment_discount", "freight_amount", "buyer_paid", "merchant_receivable",
                   "refunded_amount")  # fmt: skip
#: Facts an order may take from its lines when no header states them.
_MOMENTS: Final = ("ship_deadline_at", "shipped_at")
DERIVED: Final = (*_NUMBERS, *_MOMENTS)
#: Settled after the cells: what the order stands for as a whole.
_SETTLED: Final = (
    "status", "header_status", "header_reached", "lines_status", "lines_partial", "line_count", "flags", "due_at",
    "refunded_seen",
)  # fmt: skip
_BOOKS: Final = (
    "layer_id", "header_observed_at", "items_observed_at", "source_file_id", "source_row", "listed_at",
)  # fmt: skip


@dataclass
class JoinedOrders:
    """What the batch makes of the orders. ``ids`` maps every order of the batch to its id, ``contests`` tells per
    old layer which cells the batch wins, ``pair`` is the joined frame contacts are taken from."""

    new: pl.DataFrame
    changed: pl.DataFrame
    touched: pl.DataFrame
    pair: pl.DataFrame
    moves: pl.DataFrame
    contests: dict[int, layers.Contest]
    known_layers: Layers
    unchanged: int = 0
    stale: int = 0


def derive(lines: pl.DataFrame) -> pl.DataFrame:
    """Per order what its lines say together, columns prefixed ``d_``: state, sums and moments.

    A sum that needs every line (paid, receivable, goods) is unknown as soon as one line's figure is; discounts,
    freight and refunds are sums of what is told.
    """

    def every(value: pl.Expr) -> pl.Expr:
        return pl.when(value.is_null().any()).then(None).otherwise(value.sum())

    def told(value: pl.Expr) -> pl.Expr:
        return pl.when(value.is_null().all()).then(None).otherwise(value.sum())

    col = pl.col
    sums = (
        lines.lazy()
        .group_by("order_no")
        .agg(
            d_line_count=pl.len().cast(pl.Int64),
            d_qty=told(col("qty")),
            d_goods_list_amount=every(col("unit_list_price") * col("qty")),
            d_gross=every(col("line_amount")),
            d_merchant_discount=told(col("line_discount_merchant")),
            d_platform_discount=told(col("line_discount_platform")),
            d_creator_discount=told(col("line_discount_creator")),
            d_payment_discount=told(col("line_discount_payment")),
            d_freight_amount=told(col("line_freight_share")),
            d_buyer_paid=every(col("line_paid")),
            d_merchant_receivable=every(col("line_receivable")),
            d_refunded_amount=told(col("refunded_amount")),
            d_ship_deadline_at=col("ship_deadline_at").min(),
            d_shipped_at=col("shipped_at").max(),
        )
        .collect()
    )
    return sums.join(vector.derive_orders(lines, "order_no"), on="order_no").rename(
        {"lines_status": "d_lines_status", "lines_partial": "d_lines_partial"}
    )


def find_orders(batch: Incoming) -> pl.DataFrame:
    """Orders of the book that the batch speaks of, all columns."""
    frames = [f["order_no"] for f in (batch.orders, batch.lines) if f is not None]
    numbers = pl.concat(frames).unique() if frames else pl.Series("order_no", [], dtype=pl.String)
    return bulk.by_keys(Order, list(SCHEMA), "order_no", numbers, fixed={"shop_id": batch.shop_id})


def join_orders(
    batch: Incoming, held: pl.DataFrame, lines: JoinedLines | None, buyer_keys: pl.Series | None
) -> JoinedOrders:
    """Join header cells, line sums and states; ``buyer_keys`` are the keyed hashes of the frame's buyers."""
    offered_columns = set(batch.order_columns)
    if lines is not None and lines.stated and batch.grain == "items":
        offered_columns.discard("status")  # the lines say it better
    frame = _physical(batch, offered_columns, buyer_keys)
    pair = _pair(frame, held, derive(lines.known) if lines is not None else None)
    if lines is not None:
        rows = batch.lines.group_by("order_no").agg(line_row=pl.col("row").min()) if batch.lines is not None else None
        assert rows is not None
        pair = pair.join(rows, on="order_no", how="left", maintain_order="left")
        pair = pair.with_columns(row=pl.coalesce("row", "line_row"), has_lines=pl.col("line_row").is_not_null())
    else:
        pair = pair.with_columns(has_lines=pl.lit(False))
    known_layers = Layers(pair["layer_id"].unique().to_list())
    offered = layers.offer(offered_columns, batch.authority, batch.at)
    contests = known_layers.contest(offered)
    # an order that only its lines speak of keeps its layer
    kept, joined_ids = {i: i or known_layers.intern({}) for i in contests}, known_layers.joined(contests)
    header = pl.col("has_header")
    given = {name: clock for name, clock in CELLS.items() if clock in offered_columns}
    cells = joining.join_cells(given, contests, header)
    pair = pair.with_columns(
        *cells,
        **_header_state(batch, "status" in offered_columns, contests, known_layers),
        stale=joining.among({i for i, c in contests.items() if c.stale}, contests) & header & ~pl.col("has_lines"),
        status_at=pl.when(header & pl.lit("status" in offered_columns))
        .then(pl.max_horizontal(joining.clock_of("status", known_layers.known), pl.lit(batch.at)))
        .otherwise(joining.clock_of("status", known_layers.known)),
        **{f"stated_{name}": _stated(CELLS[name], contests, known_layers) for name in DERIVED},
        layer_id_new=pl.when(header).then(joining.mapped(joined_ids)).otherwise(joining.mapped(kept)),
        layer_id_old=pl.col("layer_id"),
    )
    if lines is not None:
        pair = pair.with_columns(_derived_cells(contests, known_layers))
    pair = pair.with_columns(layer_id=pl.col("layer_id_new"))
    pair = _settle(_clocks(pair, batch), batch)
    return _outcome(pair, given, contests, known_layers)


def _stated(clock: str, contests: joining.Contests, known: Layers) -> pl.Expr:
    """True on rows in which a header holds the column after the join."""

    def held(layer: layers.Layer) -> bool:
        return layer.get(clock, (layers.DERIVED_AUTHORITY, 0))[0] == layers.STATED_AUTHORITY

    before = joining.among({i for i, layer in known.known.items() if held(layer)}, contests)
    after = joining.among({i for i, contest in contests.items() if held(contest.joined)}, contests)
    return pl.when(pl.col("has_header")).then(after).otherwise(before)


def _physical(batch: Incoming, offered: set[str], buyer_keys: pl.Series | None) -> pl.DataFrame | None:
    """The header frame with physical names: titles interned, buyers hashed."""
    frame = batch.orders
    if frame is None:
        return None
    if "title" in offered:
        empty = [pl.lit(None, dtype=pl.String).alias(n) for n in ARTICLE if n not in frame.columns]
        ids = intern_articles(batch.shop_id, frame.with_columns(empty).with_columns(
            [pl.lit(None, dtype=pl.String).alias(n) for n in ARTICLE if n != "title"]))  # fmt: skip
        titled = frame["title"].is_not_null()
        frame = frame.with_columns(article_id=pl.select(pl.when(titled).then(ids)).to_series())
    if "buyer_ref" in offered and buyer_keys is not None:
        frame = frame.with_columns(buyer_key=buyer_keys)
    if "flags" in offered:
        frame = frame.rename({"flags": "channel_flags"})
    if "currency" in offered:
        frame = frame.with_columns(pl.col("currency").fill_null(batch.currency))
    return frame


def _pair(frame: pl.DataFrame | None, held: pl.DataFrame, derived: pl.DataFrame | None) -> pl.DataFrame:
    """Every order of the batch once: header cells, ``d_`` cells of its lines, known cells as ``_old``."""
    apart = ("order_no", "id", "layer_id", "source_row", "held")
    right = held.drop("shop_id").rename({name: old(name) for name in held.columns if name not in (*apart, "shop_id")})
    if frame is None:
        assert derived is not None
        pair = derived.with_columns(has_header=pl.lit(False), row=pl.lit(None, dtype=pl.Int64))
    else:
        pair = frame.with_columns(has_header=pl.lit(True))
        if derived is not None:
            pair = pair.join(derived, on="order_no", how="full", coalesce=True, maintain_order="left_right")
            pair = pair.with_columns(pl.col("has_header").fill_null(False))
    pair = pair.join(right, on="order_no", how="left", maintain_order="left")
    given = set(pair.columns)
    silent = [pl.col(old(name)).alias(name) for name in CELLS if name not in given]
    defaults = [pl.col(old(name)).fill_null(0) for name in ("header_reached", "lines_partial", "line_count")]
    return pair.with_columns(*silent, *defaults, pl.col("layer_id").fill_null(0), pl.col("held").fill_null(False))


def _header_state(batch: Incoming, stated: bool, contests: joining.Contests, known: Layers) -> dict[str, pl.Expr]:
    at_old = joining.clock_of("status", known.known)
    if not stated:
        nothing = pl.lit(None, dtype=pl.String)
        return {"header_status": pl.col("header_status_old"), "header_reached": pl.col("header_reached_old"),
                "observed": nothing, "newest": pl.lit(False)}  # fmt: skip
    header = pl.col("has_header")
    state, reached = vector.observe(
        pl.col("header_status_old"), pl.col("header_reached_old"), at_old, pl.col("status"), pl.lit(batch.at)
    )
    return {
        "header_status": pl.when(header).then(state).otherwise(pl.col("header_status_old")),
        "header_reached": pl.when(header).then(reached).otherwise(pl.col("header_reached_old")),
        "observed": pl.when(header).then(pl.col("status")),
        "newest": header & (at_old.is_null() | (pl.lit(batch.at) > at_old)),
    }


def _derived_cells(contests: joining.Contests, known: Layers) -> list[pl.Expr]:
    """Cells taken from the lines, unless a header states them: a function of the lines alone, so that an order may
    come in pieces, in any order.

    Sums give way to what the file says only while the lines do not tell; moments of a file outrank those of its
    lines. Where a channel states goods after price cuts and no discount (``nets``), goods are summed that way.
    """
    nets = _held("goods_amount", contests, known) & ~_held("merchant_discount", contests, known)
    values = {name: pl.col(f"d_{name}") for name in DERIVED}
    values["goods_amount"] = (
        pl.when(nets).then(pl.col("d_gross") - pl.col("d_merchant_discount").fill_null(0)).otherwise(pl.col("d_gross"))
    )
    found = []
    for name, value in values.items():
        said = _held(CELLS[name], contests, known)
        usable = pl.col("has_lines") & ~pl.col(f"stated_{name}") & (~said | value.is_not_null())
        if name in _MOMENTS:
            usable = usable & ~said
        if name == "merchant_discount":
            usable = usable & ~nets
        found.append(pl.when(usable).then(value).otherwise(pl.col(name)).alias(name))
    return found


def _held(clock: str, contests: joining.Contests, known: Layers) -> pl.Expr:
    """True on rows in which any file holds the column after the join."""
    before = joining.among({i for i, layer in known.known.items() if clock in layer}, contests)
    after = joining.among({i for i, contest in contests.items() if clock in contest.joined}, contests)
    return pl.when(pl.col("has_header")).then(after).otherwise(before)


def _clocks(pair: pl.DataFrame, batch: Incoming) -> pl.DataFrame:
    """The two clocks and the source row: a header's word outranks what is only summed from lines."""
    header, now = pl.col("has_header"), batch.moment
    states_it = header & pl.lit(batch.grain == "order")
    items = pl.col("has_lines") | (header & pl.lit(batch.grain == "items"))
    header_at, items_at = pl.col("header_observed_at_old"), pl.col("items_observed_at_old")
    clock = pl.when(states_it).then(header_at).otherwise(items_at)
    speaks = states_it | (items & header_at.is_null())
    sourced = pl.col("id").is_null() | (
        speaks & (clock.is_null() | (now > clock) | ((now == clock) & (pl.col("row") > pl.col("source_row"))))
    )
    return pair.with_columns(
        header_observed_at=pl.when(states_it).then(pl.max_horizontal(header_at, now)).otherwise(header_at),
        items_observed_at=pl.when(items).then(pl.max_horizontal(items_at, now)).otherwise(items_at),
        source_file_id=pl.when(sourced).then(pl.lit(batch.file_id)).otherwise(pl.col("source_file_id_old")),
        source_row=pl.when(sourced).then(pl.col("row")).otherwise(pl.col("source_row")),
        source_row_old=pl.col("source_row"),
    )


def _settle(pair: pl.DataFrame, batch: Incoming) -> pl.DataFrame:
    """State, flags, list moment and ship duty of the joined order."""
    if "d_lines_status" in pair.columns:
        has = pl.col("has_lines")
        pair = pair.with_columns(
            lines_status=pl.when(has).then(pl.col("d_lines_status")).otherwise(pl.col("lines_status_old")),
            lines_partial=pl.when(has).then(pl.col("d_lines_partial")).otherwise(pl.col("lines_partial_old")),
            line_count=pl.when(has).then(pl.col("d_line_count")).otherwise(pl.col("line_count_old")),
        )
    else:
        pair = pair.with_columns(lines_status=pl.col("lines_status_old"), lines_partial=pl.col("lines_partial_old"),
                                 line_count=pl.col("line_count_old"))  # fmt: skip
    both, _ = vector.observe(
        pl.col("header_status"),
        pl.col("header_reached"),
        pl.col("status_at"),
        pl.col("lines_status"),
        pl.col("items_observed_at").dt.epoch("us"),
    )
    pair = pair.with_columns(
        status=pl.when(pl.col("lines_status").is_null()).then(pl.col("header_status")).otherwise(both),
        currency=pl.col("currency").fill_null(batch.currency),
        refunded_seen=_refunds_seen(pair, batch),
    )
    return pair.with_columns(**settled_cells())


def settled_cells() -> dict[str, pl.Expr]:
    """``flags``, ``listed_at`` and ``due_at`` from the joined cells of an order."""
    return {
        "flags": flags_cell(),
        "listed_at": pl.coalesce(
            "created_at", "paid_at", "shipped_at", "completed_at", "updated_at",
            pl.max_horizontal("header_observed_at", "items_observed_at"),
        ),
        "due_at": pl.when(pl.col("status").is_in(sorted(states.OWED))).then(pl.col("ship_deadline_at")),
    }  # fmt: skip


def flags_cell() -> pl.Expr:
    """All flags that hold, sorted, blank-separated, null when none: the channel's own and what the book knows."""
    given = pl.lit(" ") + pl.col("channel_flags").fill_null("") + pl.lit(" ")
    status = pl.col("status").fill_null("")
    back = pl.max_horizontal(pl.col("refunded_amount"), pl.col("refunded_seen")).fill_null(0)
    partly_back = (back > 0) & (back < pl.col("buyer_paid")).fill_null(False) & ~status.is_in(["refunded", "closed"])
    own = {
        "hold": pl.col("held"),
        "partial_ship": (pl.col("lines_partial") // vector.PARTIAL_SHIP) % 2 == 1,
        "partial_refund": ((pl.col("lines_partial") // vector.PARTIAL_REFUND) % 2 == 1) | partly_back,
        "refund": (back > 0) | status.is_in(["refunding", "refunded"]),
    }
    parts = [
        pl.when(given.str.contains(f" {name} ", literal=True) | own.get(name, pl.lit(False))).then(pl.lit(name))
        for name in sorted({*records.FLAGS, *own})
    ]
    joined = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _refunds_seen(pair: pl.DataFrame, batch: Incoming) -> pl.Expr:
    """Refunds that refund files told before the order itself arrived."""
    fresh = pair.filter(pl.col("id").is_null())["order_no"]
    if fresh.is_empty() or not RefundSeen.objects.filter(shop_id=batch.shop_id).exists():
        return pl.col("refunded_seen_old")
    seen = bulk.by_keys(RefundSeen, ["order_no", "amount"], "order_no", fresh, fixed={"shop_id": batch.shop_id})
    known = dict(seen.iter_rows())
    return (
        pl.when(pl.col("id").is_null())
        .then(pl.col("order_no").replace_strict(known, default=None, return_dtype=pl.Int64))
        .otherwise(pl.col("refunded_seen_old"))
    )


def _outcome(
    pair: pl.DataFrame, given: dict[str, str], contests: dict[int, layers.Contest], known: Layers
) -> JoinedOrders:
    content = list(dict.fromkeys([*given, *DERIVED, "currency", *_SETTLED]))
    fresh = pl.col("id").is_null()
    pair = pair.with_columns(
        content_moved=~fresh & joining.differs(content), book_moved=~fresh & joining.differs(_BOOKS)
    )
    quiet = pair.filter(~fresh & ~pl.col("content_moved"))
    word = pl.col("observed").is_not_null() & pl.col("newest")
    raw = pl.col("status_raw").ne_missing(pl.col("status_raw_old")) if "status_raw" in given else pl.lit(True)
    moved = pl.col("status").ne_missing(pl.col("status_old"))
    refused = word & ~moved & pl.col("observed").ne_missing(pl.col("header_status")) & raw
    moves = pair.filter(~fresh & (moved | refused)).select(
        "id", "order_no", "row", "status_raw", before="status_old", after="status",
        observed=pl.coalesce("observed", "lines_status"),
    )  # fmt: skip
    return JoinedOrders(
        new=pair.filter(fresh).select("order_no", *content, *_BOOKS, "held"),
        changed=pair.filter(pl.col("content_moved")).select("id", *content, *_BOOKS),
        touched=quiet.filter(pl.col("book_moved")).select("id", *_BOOKS),
        pair=pair,
        moves=moves,
        contests=contests,
        known_layers=known,
        unchanged=quiet.filter(~pl.col("stale")).height,
        stale=quiet.filter(pl.col("stale")).height,
    )


__all__ = ["CELLS", "PERSONAL", "JoinedOrders", "derive", "find_orders", "flags_cell", "join_orders", "settled_cells"]
