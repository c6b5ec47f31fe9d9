"""What the paid column of Taobao's lists means."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.profiles import Context

_DEPOSIT: Final = re.compile(r"[定订]金[^0-9，,;；]{0,6}(\d+(?:\.\d{1,2})?)").pattern


def gross_paid(frame: pl.DataFrame, context: Context, *, back: str, coupon: str | None = None) -> pl.Series:
    """What the buyer paid before refunds (minor units), although ``paid`` may show it net of them.

    A refunded row tells which reading holds: net when paid = due − refund [S, the 2020 report], gross when
    paid = due; a platform ``coupon`` may have lowered the payment in both. A payment smaller than its refund can only
    be net. Rows that fit neither follow the majority of the file so far, net when there is none. Rows without refund
    read the same either way. Without pay time nothing was paid, whatever the column says.
    """
    off = pl.col(coupon).fill_null(0) if coupon else pl.lit(0)
    given = pl.col(back).fill_null(0)
    paid, due = pl.col("paid"), pl.col("due")
    looks_net = (paid + given == due) | (paid + given == due - off)
    looks_gross = (paid == due) | (paid == due - off)
    counted = (given > 0) & pl.col("paid_at").is_not_null()
    memory = context.memory
    votes = frame.select(n=(counted & looks_net & ~looks_gross).sum(), g=(counted & looks_gross & ~looks_net).sum())
    memory["net"] = memory.get("net", 0) + votes["n"][0]
    memory["gross"] = memory.get("gross", 0) + votes["g"][0]
    is_net = (
        pl.when(looks_net & ~looks_gross)
        .then(True)
        .when(looks_gross & ~looks_net)
        .then(False)
        .when(paid < given)
        .then(True)
        .otherwise(pl.lit(memory["net"] >= memory["gross"]))
    )
    amount = pl.when(is_net.fill_null(True)).then(paid + given).otherwise(paid)
    if context.has("paid_at"):
        amount = pl.when(pl.col("paid_at").is_null()).then(pl.lit(0)).otherwise(amount)
    return frame.select(amount.cast(pl.Int64).alias("gross")).to_series()


def deposit(column: str) -> pl.Expr:
    """The deposit named in a presale's stage text, in fen; null when no amount is named."""
    found = pl.col(column).str.extract(_DEPOSIT)
    whole = found.str.extract(r"^(\d+)").cast(pl.Int64)
    cents = found.str.extract(r"\.(\d+)$").str.pad_end(2, "0").cast(pl.Int64)
    return whole * 100 + cents.fill_null(0)
