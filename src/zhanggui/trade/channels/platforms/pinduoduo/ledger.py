"""账务明细: title, blank row, period and dashed line above the header; counted sums below the rows."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain import ledgers
from zhanggui.trade.channels.domain.entries import direction
from zhanggui.trade.channels.domain.profiles import ID, MONEY, TIME, Context, Profile, Tables, column, first_of
from zhanggui.trade.channels.platforms.pinduoduo.status import BUSINESS

COLUMNS = (
    column("order_no", "商户订单号", kind=ID),
    column("occurred_at", "发生时间", kind=TIME, key=True),
    column("income", "收入金额（+元）", kind=MONEY),
    column("outgo", "支出金额（-元）", kind=MONEY),
    column("deal", "账务类型"),
    column("note", "备注"),
    column("description", "业务描述"),
)


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Entries without numbers: equal rows may all be real, so the ledger compares how often each occurs.

    业务描述 is ``code|words``; withdrawals, advert accounts and deposits are told by the words and are transfers.
    """
    ledgers.count(frame, context, "income", "outgo")
    frame = frame.with_columns(amount=ledgers.signed("income", "outgo"))
    frame, rejects = ledgers.without_amount(frame, "收入金额（+元）")
    code = pl.col("description").str.extract(r"^(\d{7})")
    entries = ledgers.with_subject(frame, "description", "deal", "note").with_columns(
        currency=pl.lit(context.currency),
        account=pl.lit("pinduoduo_wallet"),
        direction=direction(pl.col("amount")),
        subject=code.replace_strict(BUSINESS, default=pl.col("subject"), return_dtype=pl.String),
        subject_raw=first_of("description", "deal", "note"),
    )
    return Tables(settlement=entries, rejects=rejects)


LEDGER = Profile(
    channel="pinduoduo",
    kind="ledger",
    name="pinduoduo-ledger",
    columns=COLUMNS,
    required=("order_no", "occurred_at", "income", "outgo", "deal"),
    build=build,
    grain="none",
    finish=ledgers.footer_residuals,
)
