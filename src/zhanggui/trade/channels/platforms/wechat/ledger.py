"""WeChat shop ledger (资金流水)."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.contracts import Reject
from zhanggui.trade.channels.domain.entries import Words, direction, subject_by_words
from zhanggui.trade.channels.domain.ledgers import WORDS, without_amount
from zhanggui.trade.channels.domain.profiles import ID, MONEY, TIME, Context, Profile, Tables, column

_WORDS: Final[Words] = (
    ("goods_refund", ("订单退款", "售后退款")),
    ("goods_receipt", ("订单支付", "订单结算", "订单收款")),
    ("creator_commission", ("带货佣金", "带货费用", "带货者")),
    ("affiliate_commission", ("团长", "机构佣金", "推客")),
    *WORDS,
)


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """One entry per movement; the sign comes from 收支类型 (收入 or 支出), however the amount is written."""
    side = pl.col("side").fill_null("")
    size = pl.col("size").abs()
    frame = frame.with_columns(
        amount=pl.when(side.str.contains("收|入")).then(size).when(side.str.contains("支|出")).then(-size)
    )
    aimless = frame.filter(pl.col("amount").is_null() & pl.col("size").is_not_null())
    rejects = [
        Reject(r, context.header("side"), s or "", "unreadable") for r, s in aimless.select("row", "side").rows()
    ]
    known = frame.filter(pl.col("amount").is_not_null() | pl.col("size").is_null())
    frame, empty = without_amount(known, context.header("size"))
    entries = frame.with_columns(
        direction=direction(pl.col("amount")),
        subject=subject_by_words("subject_raw", _WORDS),
        settled_at=pl.col("occurred_at"),
        statement_no=pl.coalesce("withdrawal_no", "policy_no"),
        account=pl.lit("wechat"),
        currency=pl.lit(context.currency),
    )
    return Tables(settlement=entries, rejects=[*rejects, *empty])


LEDGER = Profile(
    channel="wechat",
    kind="ledger",
    name="wechat-ledger",
    columns=(
        column("entry_no", "流水单号", kind=ID, key=True),
        column("occurred_at", "记账时间", kind=TIME),
        column("subject_raw", "动账类型"),
        column("side", "收支类型"),
        column("size", "收支金额", "收支金额(元)", kind=MONEY),
        column("balance_after", "账户余额", "账户余额(元)", kind=MONEY),
        column("order_no", "关联订单号", kind=ID),
        column("refund_no", "关联售后单号", kind=ID),
        column("withdrawal_no", "关联提现单号", kind=ID),
        column("policy_no", "关联保单号", kind=ID),
        column("note", "详情"),
    ),
    required=("entry_no", "occurred_at", "subject_raw", "side", "size"),
    build=build,
    grain="none",
)
