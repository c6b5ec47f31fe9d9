"""The rules of :mod:`states` over whole columns. A test compares the two answer by answer."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.orders.domain import states

_OVERLAYS = 4
_RESOLVED = {reached * _OVERLAYS + overlay: state for (reached, overlay), state in states.RESOLVED.items()}
_REACHED = {state: states.reached_by(state) for state in states.MAIN}


def overlay_of(state: pl.Expr) -> pl.Expr:
    """0–3 for a column of state texts; null counts as nothing."""
    return state.replace_strict(states.OVERLAY, default=0, return_dtype=pl.Int64).fill_null(0)


def reached_of(state: pl.Expr) -> pl.Expr:
    """What each observed state proves, packed; null proves nothing."""
    return state.replace_strict(_REACHED, default=0, return_dtype=pl.Int64).fill_null(0)


def join_reached(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    unit = states.END_UNIT
    return pl.max_horizontal(one // unit, other // unit) * unit + pl.max_horizontal(one % unit, other % unit)


def resolve(reached: pl.Expr, overlay: pl.Expr) -> pl.Expr:
    return (reached * _OVERLAYS + overlay).replace_strict(_RESOLVED, return_dtype=pl.String)


def observe(
    state: pl.Expr, reached: pl.Expr, at: pl.Expr, observed: pl.Expr, observed_at: pl.Expr
) -> tuple[pl.Expr, pl.Expr]:
    """(state, reached) after one observation per row; ``at`` null where nothing was observed before.

    A null observation proves nothing but is still the newest word: it lifts an overlay.
    """
    newer = at.is_null() | (observed_at > at)
    mine, theirs = overlay_of(state), overlay_of(observed)
    overlay = pl.when(newer).then(theirs).when(observed_at == at).then(pl.max_horizontal(mine, theirs)).otherwise(mine)
    joined = join_reached(reached, reached_of(observed))
    return resolve(joined, overlay), joined


#: Bits of ``lines_partial``.
PARTIAL_SHIP, PARTIAL_REFUND = 1, 2
_OPEN = {
    "created": 1, "paid": 2, "allocated": 3, "shipped": 4, "delivered": 5, "completed": 6, "refunding": 7,
}  # fmt: skip
_OPEN_STATE = {rank: state for state, rank in _OPEN.items()}
_END_STATE = {rank: state for state, rank in states.END.items()}


def derive_orders(lines: pl.DataFrame, by: str) -> pl.DataFrame:
    """``states.derive_order`` per ``by``: columns ``by``, ``lines_status``, ``lines_partial``.

    ``lines`` has columns ``by`` and ``status``.
    """
    status = pl.col("status")
    counted = (
        lines.lazy()
        .group_by(by)
        .agg(
            kinds=status.drop_nulls().n_unique(),
            unknown=(status == "unknown").any(),
            open=status.replace_strict(_OPEN, default=None, return_dtype=pl.Int64).min(),
            end=status.replace_strict(states.END, default=None, return_dtype=pl.Int64).max(),
            waiting=status.is_in(["created", "paid", "allocated"]).any(),
            gone=status.is_in(list(states.GONE)).any(),
            refunded=(status == "refunded").any(),
            cancelled=(status == "cancelled").any(),
        )
    )
    only_ends = pl.col("open").is_null() & ~pl.col("unknown")
    found = (
        pl.when(pl.col("kinds") == 0)
        .then(pl.lit(None, dtype=pl.String))
        .when(pl.col("unknown"))
        .then(pl.lit("unknown"))
        .when(pl.col("open").is_not_null())
        .then(pl.col("open").replace_strict(_OPEN_STATE, default=None, return_dtype=pl.String))
        .otherwise(pl.col("end").replace_strict(_END_STATE, default=None, return_dtype=pl.String))
    )
    ship = pl.col("waiting") & pl.col("gone")
    refund = pl.col("refunded") & (pl.col("kinds") > 1) & ~(only_ends & pl.col("cancelled"))
    bits = ship.cast(pl.Int64) * PARTIAL_SHIP + refund.cast(pl.Int64) * PARTIAL_REFUND
    return counted.select(by, lines_status=found, lines_partial=bits).collect()
