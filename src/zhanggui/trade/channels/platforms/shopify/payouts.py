"""Shopify Payments transactions (payouts): each row an amount and the fee taken from it."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.entries import Words, component_entries, subject_by_words
from zhanggui.trade.channels.domain.profiles import (
    ID,
    MONEY,
    TIME,
    Context,
    Profile,
    Tables,
    column,
    identity_residuals,
)

#: Words of the Type column. A chargeback takes a sale back; its reversal brings it in again.
_WORDS: Final[Words] = (
    ("goods_refund", ("refund", "dispute", "chargeback")),
    ("goods_receipt", ("charge",)),
    ("transfer_deposit", ("reserve",)),
    ("transfer_withdrawal", ("payout",)),
    ("logistics", ("shipping", "label")),
    ("tax", ("tax", "vat")),
    ("ads", ("marketing", "campaign", "advert")),
    ("interest", ("capital", "loan", "financing")),
    ("tech_fee", ("fee",)),
)


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Two entries per row: Amount, by its type, and Fee, which is written positive and goes out.

    VAT on fees is a third one where Net shows that it was taken off beside the fee. Money counts as settled on Payout
    Date once the payout is paid. Rows have no id of their own.
    """
    beside = pl.col("net") == pl.col("gross") - pl.col("fee").fill_null(0) - pl.col("vat").fill_null(0)
    frame = frame.with_columns(
        fee_out=-pl.col("fee"),
        vat_out=pl.when(beside & (pl.col("vat").fill_null(0) != 0)).then(-pl.col("vat")),
    )
    residuals = identity_residuals(
        frame,
        "Net = Amount − Fee",
        pl.col("gross").fill_null(0) + pl.col("fee_out").fill_null(0) + pl.col("vat_out").fill_null(0),
        pl.col("net"),
        tolerance=0,
    )
    entries = component_entries(
        frame.select(
            "row", "order_no", "statement_no", "occurred_at", "currency", "kind", "gross", "fee_out", "vat_out",
            settled_at=pl.when(pl.col("payout_status").fill_null("").is_in(["paid", "deposited"])).then(
                pl.col("payout_at")
            ),
            account=pl.lit("shopify_payments"),
            note=pl.col("card"),
        ),
        {"gross": ("Amount", "other"), "fee_out": ("Fee", "tech_fee"), "vat_out": ("VAT", "tax")},
    )  # fmt: skip
    amount = pl.col("subject_raw") == "Amount"
    entries = entries.with_columns(
        subject=pl.when(amount).then(subject_by_words("kind", _WORDS)).otherwise(pl.col("subject")),
        subject_raw=pl.when(amount)
        .then(pl.col("kind"))
        .otherwise(pl.concat_str(["kind", "subject_raw"], separator=" / ", ignore_nulls=True)),
    )
    return Tables(settlement=entries, residuals=residuals)


PAYOUTS = Profile(
    channel="shopify",
    kind="ledger",
    name="shopify-payouts",
    columns=(
        column("occurred_at", "Transaction Date", kind=TIME, key=True),
        column("kind", "Type", key=True),
        column("order_no", "Order", kind=ID),
        column("card", "Card Brand"),
        column("payout_status", "Payout Status"),
        column("payout_at", "Payout Date", kind=TIME),
        column("statement_no", "Payout ID", kind=ID),
        column("gross", "Amount", kind=MONEY),
        column("fee", "Fee", kind=MONEY),
        column("net", "Net", kind=MONEY),
        column("vat", "VAT", kind=MONEY),
        column("currency", "Currency"),
    ),
    required=("occurred_at", "kind", "order_no", "payout_status", "gross", "fee", "net"),
    build=build,
    grain="none",
    currency_column="currency",
)
