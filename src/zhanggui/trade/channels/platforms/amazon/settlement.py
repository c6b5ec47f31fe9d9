"""Settlement reports: V1 (wide, one amount column per kind) and V2 (amount-type, amount-description, amount).

The first data row sums the statement up; only it carries dates, total and (V1) the currency, which are carried down.
Σ amounts = total-amount is checked over the whole file and reported where it does not hold.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from zhanggui.trade.channels.contracts import Reject, Residual
from zhanggui.trade.channels.domain.profiles import ID, INT, MONEY, TIME, Context, Profile, Tables, column
from zhanggui.trade.channels.platforms.amazon.subjects import subject

_HEAD = (
    column("statement_no", "settlement-id", kind=ID, key=True),
    column("starts_at", "settlement-start-date", kind=TIME),
    column("ends_at", "settlement-end-date", kind=TIME),
    column("settled_at", "deposit-date", kind=TIME),
    column("total_amount", "total-amount", kind=MONEY),
    column("currency", "currency"),
    column("transaction_type", "transaction-type"),
    column("order_no", "order-id", kind=ID),
    column("refund_no", "adjustment-id", kind=ID),
    column("market", "marketplace-name"),
    column("posted_at", "posted-date-time", kind=TIME),
    column("posted_on", "posted-date", kind=TIME),
    column("outer_sku_code", "sku"),
    column("qty", "quantity-purchased", kind=INT),
    column("promotion_id", "promotion-id"),
)

#: V1 amount column → (header of the amount, header of its kind)
V1_AMOUNTS = {
    "shipment_fee": ("shipment-fee-amount", "shipment-fee-type"),
    "order_fee": ("order-fee-amount", "order-fee-type"),
    "price": ("price-amount", "price-type"),
    "item_fee": ("item-related-fee-amount", "item-related-fee-type"),
    "misc_fee": ("misc-fee-amount", ""),
    "other_fee": ("other-fee-amount", "other-fee-reason-description"),
    "promotion": ("promotion-amount", "promotion-type"),
    "direct_payment": ("direct-payment-amount", "direct-payment-type"),
    "other": ("other-amount", ""),
}


def _statements(frame: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, list[Reject], int]:
    """Money rows with their statement's date, rows refused, number of summary rows; what statements promise is
    remembered for :func:`_check`."""
    seen: dict[str, dict[str, Any]] = context.memory.setdefault("statements", {})
    heading = pl.col("transaction_type").is_null() & pl.col("total_amount").is_not_null()
    for row in frame.filter(heading).select("statement_no", "total_amount", "settled_at", "currency", "row").to_dicts():
        seen.setdefault(row["statement_no"], {"sum": 0} | row)
    rows = frame.filter(~heading)
    strange = [no for no, s in seen.items() if s["currency"] != context.currency]
    rejects = [
        Reject(row, "settlement-id", no, "several_currencies_in_one_file")
        for no, row in rows.filter(pl.col("statement_no").is_in(strange)).select("statement_no", "row").iter_rows()
    ]
    rows = rows.filter(~pl.col("statement_no").is_in(strange))
    dates = {no: s["settled_at"] for no, s in seen.items()}
    settled = pl.col("statement_no").replace_strict(
        list(dates), list(dates.values()), default=None, return_dtype=pl.Datetime("us", "UTC")
    )
    rows = rows.with_columns(settled_at=pl.coalesce("settled_at", settled) if dates else pl.col("settled_at"))
    return rows, rejects, int(frame.select(heading.sum()).item())


def _entries(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Canonical entries of rows that have ``amount``, ``description`` and ``subject_raw``."""
    seen: dict[str, dict[str, Any]] = context.memory.setdefault("statements", {})
    for no, amount in rows.group_by("statement_no").agg(pl.col("amount").sum()).iter_rows():
        if no in seen:
            seen[no]["sum"] += amount
    line = pl.col("order_no") + "#" + pl.col("outer_sku_code")
    note = pl.concat_str(["market", "promotion_id"], separator=" ", ignore_nulls=True)
    return rows.with_columns(
        currency=pl.lit(context.currency),
        direction=pl.when(pl.col("amount") < 0).then(pl.lit("out")).otherwise(pl.lit("in")),
        subject=subject("description", "transaction_type"),
        line_no=line,
        account=pl.lit("amazon"),
        occurred_at=pl.coalesce("posted_at", "posted_on"),
        note=pl.when(note != "").then(note),
    )


def build_v1(frame: pl.DataFrame, context: Context) -> Tables:
    rows, rejects, headings = _statements(frame, context)
    parts = []
    for name, (amount, kind) in V1_AMOUNTS.items():
        filled = rows.filter(pl.col(name).is_not_null())
        if len(filled):
            raw = pl.coalesce(f"{name}_kind", "transaction_type") if kind else pl.col("transaction_type")
            parts.append(
                filled.with_columns(
                    amount=pl.col(name),
                    description=raw,
                    subject_raw=pl.concat_str(
                        [pl.col("transaction_type"), pl.lit(amount.removesuffix("-amount")), raw], separator="/"
                    ),
                )
            )
    if not parts:
        return Tables(rejects=rejects, headings=headings)
    return Tables(settlement=_entries(pl.concat(parts).sort("row"), context), rejects=rejects, headings=headings)


def build_v2(frame: pl.DataFrame, context: Context) -> Tables:
    rows, rejects, headings = _statements(frame, context)
    rows = rows.filter(pl.col("amount").is_not_null()).with_columns(
        subject_raw=pl.concat_str(["transaction_type", "amount_type", "description"], separator="/", ignore_nulls=True)
    )
    return Tables(settlement=_entries(rows, context) if len(rows) else None, rejects=rejects, headings=headings)


def _check(context: Context) -> list[Residual]:
    return [
        Residual("total-amount = Σ amount", s["total_amount"], s["sum"], row=s["row"])
        for s in context.memory.get("statements", {}).values()
        if s["sum"] != s["total_amount"] and s["currency"] == context.currency
    ]


V1 = Profile(
    channel="amazon",
    kind="settlement",
    name="amazon-settlement-v1",
    columns=(
        *_HEAD,
        *(column(name, amount, kind=MONEY) for name, (amount, _) in V1_AMOUNTS.items()),
        *(column(f"{name}_kind", kind) for name, (_, kind) in V1_AMOUNTS.items() if kind),
    ),
    required=("statement_no", "total_amount", "currency", "price", "item_fee", "other"),
    build=build_v1,
    grain="none",
    quoting=False,
    decimal_comma=None,
    currency_column="currency",
    finish=_check,
)

V2 = Profile(
    channel="amazon",
    kind="settlement",
    name="amazon-settlement-v2",
    columns=(
        *_HEAD,
        column("amount_type", "amount-type"),
        column("description", "amount-description"),
        column("amount", "amount", kind=MONEY),
    ),
    required=("statement_no", "total_amount", "currency", "amount_type", "description", "amount"),
    build=build_v2,
    grain="none",
    quoting=False,
    decimal_comma=None,
    currency_column="currency",
    finish=_check,
)
