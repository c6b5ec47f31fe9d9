"""Take one batch of canonical refunds into the refund book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import polars as pl
from django.db.models import Sum

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.kernel import records
from zhanggui.trade.aftersales.contracts import RefundOutcome, RefundRefusal
from zhanggui.trade.aftersales.domain import refunds as rules
from zhanggui.trade.aftersales.facts import DATED_BY
from zhanggui.trade.aftersales.models import Refund
from zhanggui.trade.orders import operations as orders
from zhanggui.trade.orders.operations.keyed import join_keyed, mark_dated
from zhanggui.trade.orders.store import bulk

_CELLS: Final = tuple(f.name for f in records.REFUND if f.name != "refund_no")


class UnknownShop(ValueError):
    """Refunds were handed in for a shop that does not exist."""


def record_refunds(
    *,
    shop_id: int,
    file_id: int,
    observed_at: datetime,
    refunds: pl.DataFrame,
    provided: Mapping[str, frozenset[str]] | None = None,
) -> RefundOutcome:
    """Join canonical ``refunds`` (columns of ``kernel.records.REFUND``, plus ``row``), newest word per column.

    Must run inside the caller's transaction; takes the import lock of the shop. Harmless to repeat. A refund
    without a number gets one made of its order, line, article and moment of application. The orders concerned are
    told what has gone back. Raises :class:`UnknownShop`.
    """
    bulk.require_transaction()
    shop = accounts.shop(shop_id)
    if shop is None:
        raise UnknownShop(f"there is no shop {shop_id}")
    bulk.lock_shop_imports(shop_id)
    frame = refunds if "row" in refunds.columns else refunds.with_columns(row=pl.lit(0, dtype=pl.Int64))
    frame = frame.with_columns(pl.col("row").fill_null(0))
    named = [name for name in _CELLS if name in frame.columns]
    told = (provided or {}).get("refunds", frozenset())
    columns = [name for name in named if name in told or frame[name].null_count() < len(frame)]
    number = pl.col("refund_no") if "refund_no" in frame.columns else pl.lit(None, dtype=pl.String)
    frame = frame.select(number.alias("refund_no"), "row", *columns)
    frame, refused = _nameless(frame)
    frame = _numbered(frame)
    if "currency" in columns:
        frame = frame.with_columns(pl.col("currency").fill_null(shop.currency))
    folded = frame.sort("row", maintain_order=True).unique("refund_no", keep="last", maintain_order=True)

    def settle(pair: pl.DataFrame) -> pl.DataFrame:
        own = pl.lit(shop.currency)
        currency = pl.col("currency").fill_null(own) if "currency" in pair.columns else own
        return pair.with_columns(currency=currency, refunded=_refunded())

    done = join_keyed(
        Refund,
        folded,
        key="refund_no",
        columns=columns,
        shop_id=shop_id,
        file_id=file_id,
        observed_at=observed_at,
        settle=settle,
        settled={"currency": "content", "refunded": "content"},
    )
    _tell_orders(shop_id, done.moved)
    mark_dated(table="refunds", shop_id=shop_id, moved=done.moved, dated_by=DATED_BY)
    repeated = len(frame) - len(folded)
    return RefundOutcome(done.new, done.updated, done.unchanged, done.stale, repeated, tuple(refused))


def _nameless(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[RefundRefusal]]:
    """Rows that name neither themselves nor an order cannot be told apart from any other."""
    order_no = pl.col("order_no") if "order_no" in frame.columns else pl.lit(None, dtype=pl.String)
    bad = pl.col("refund_no").is_null() & order_no.is_null()
    rows = frame.filter(bad)["row"].to_list()
    return frame.filter(~bad), [RefundRefusal(row, "refund_no", "", "neither refund nor order number") for row in rows]


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(numbered_here=pl.col("refund_no").is_null())
    if not frame["numbered_here"].any():
        return frame
    names = [n for n in ("order_no", "line_no", "outer_sku_code", "applied_at") if n in frame.columns]
    nth = pl.int_range(pl.len()).over([pl.col(n) for n in names]) + 1
    own = frame.filter("numbered_here").with_columns(nth=nth)
    made = [
        rules.own_number(
            row.get("order_no"), row.get("line_no"), row.get("outer_sku_code"), row.get("applied_at"), row["nth"]
        )
        for row in own.select(*names, "nth").iter_rows(named=True)
    ]
    own = own.with_columns(refund_no=pl.Series(made, dtype=pl.String)).drop("nth")
    return pl.concat([frame.filter(~pl.col("numbered_here")), own])


def _refunded() -> pl.Expr:
    """``rules.refunded`` over the joined columns."""
    to_buyer, applied = pl.col("refund_to_buyer"), pl.col("apply_amount")
    moneyless = pl.col("kind").is_in(sorted(rules.WITHOUT_MONEY)).fill_null(False)
    amount = pl.when(to_buyer.is_not_null() | moneyless).then(to_buyer).otherwise(applied)
    return pl.when(pl.col("state") == rules.SUCCESS).then(amount)


def _tell_orders(shop_id: int, moved: pl.DataFrame) -> None:
    """Totals, not differences: telling them twice is harmless."""
    numbers = moved["order_no"].drop_nulls().unique().to_list() if "order_no" in moved.columns else []
    totals: dict[str, int | None] = {}
    for at in range(0, len(numbers), 500):
        some = numbers[at : at + 500]
        found = Refund.objects.filter(shop_id=shop_id, order_no__in=some).values_list("order_no")
        totals.update({number: total for number, total in found.annotate(Sum("refunded")) if number is not None})
    if totals:
        orders.note_refunds(shop_id=shop_id, refunds=totals)
