"""Income, sheet "Order details": one row per settled order or adjustment."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.entries import component_entries
from zhanggui.trade.channels.domain.profiles import ID, MONEY, TIME, Context, Profile, Tables, column

#: column name → (header, subject); only amounts that are not sums of others
PARTS: Final = {
    "goods": ("Subtotal before discounts", "goods_receipt"),
    "seller_discount": ("Seller discounts", "goods_receipt"),
    "platform_fee": ("Platform commission fee", "commission"),
    "affiliate": ("Affiliate Commission", "affiliate_commission"),
}
_TOTAL = "Total settlement amount"


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """The columns between revenue and settlement differ by market and year.

    Those known become entries of their own, what they leave of the settled amount is one entry ``other``: the entries
    of a row add up to the money settled.
    """
    known = pl.sum_horizontal([pl.col(n).fill_null(0) for n in PARTS])
    frame = frame.with_columns(
        _rest=pl.col("total") - known,
        order_no=pl.coalesce("related_no", "own_no"),
        note=pl.col("type"),
        occurred_at=pl.coalesce("settled_at", "created_at"),
    )
    parts = {**PARTS, "_rest": (f"{_TOTAL} − Σ", "other")}
    kept = ("row", "order_no", "note", "currency", "occurred_at", "settled_at")
    entries = component_entries(frame.select(*kept, *parts), parts)
    return Tables(settlement=entries.with_columns(account=pl.lit("tiktok")))


_TIMES = ("%d/%m/%Y %H:%M:%S", "%Y/%m/%d", "%d/%m/%Y")

INCOME = Profile(
    channel="tiktok",
    kind="settlement",
    name="tiktok-income",
    columns=(
        column("own_no", "Order/adjustment ID", kind=ID, key=True),
        column("type", "Type"),
        column("created_at", "Order created time", kind=TIME, formats=_TIMES),
        column("settled_at", "Order settled time", kind=TIME, formats=_TIMES),
        column("currency", "Currency"),
        column("total", _TOTAL, kind=MONEY),
        *(column(name, header, kind=MONEY) for name, (header, _) in PARTS.items()),
        column("related_no", "Related order ID", kind=ID),
    ),
    required=("own_no", "settled_at", "currency", "total", "goods"),
    build=build,
    grain="none",
    decimal_comma=None,
    currency_column="currency",
)
