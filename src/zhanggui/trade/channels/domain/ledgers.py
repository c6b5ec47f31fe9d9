"""What Chinese money files have in common: two amount columns, words for subjects, footers that state the sums."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from zhanggui.trade.channels.contracts import Reject, Residual
from zhanggui.trade.channels.domain import cells
from zhanggui.trade.channels.domain.entries import Words, subject_by_words
from zhanggui.trade.channels.domain.profiles import Context

#: Words of Chinese statements → subject, first hit wins: what a fee is for outweighs the word 服务费, and a fee that is
#: given back keeps its subject and turns its sign. What says nothing certain is left to ``other``.
WORDS: Final[Words] = (
    ("tech_fee", ("手续费",)),
    ("transfer_withdrawal", ("提现",)),
    ("transfer_deposit", ("保证金",)),
    ("transfer_topup", ("充值", "转广告账户")),
    ("insurance", ("运费险", "保险", "保价")),
    ("affiliate_commission", ("淘宝客", "淘客", "联盟", "多多进宝")),
    ("creator_commission", ("达人佣金", "主播佣金")),
    ("commission", ("佣金", "扣点")),
    ("interest", ("利息", "贴息", "免息")),
    ("ads", ("推广", "直通车", "万相台", "引力魔方", "营销费用", "千川", "京准通", "快车")),
    ("tech_fee", ("技术服务费", "软件服务费", "平台服务费", "平台使用费")),
    ("penalty", ("违约金", "罚款", "违规")),
    ("compensation", ("赔付", "赔偿", "补偿")),
    ("goods_refund", ("退款",)),
    ("platform_subsidy", ("补贴",)),
    ("freight", ("代收配送费", "运费", "邮费")),
    ("logistics", ("物流", "快递", "仓储", "质检")),
    ("tax", ("税",)),
    ("goods_receipt", ("交易收款", "交易收入", "在线支付", "交易付款", "货款", "订单收入")),
)


def with_subject(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The frame with ``subject`` from the words in some text columns; ``other`` when none is telling."""
    text = pl.concat_str([pl.col(n).fill_null("") for n in names], separator=" ").alias("_words")
    return frame.with_columns(text).with_columns(subject=subject_by_words("_words", WORDS)).drop("_words")


def signed(income: str, outgo: str) -> pl.Expr:
    """One signed amount of an income and an outgo column; outgo counts as negative however it is written.
    Null when neither cell holds anything."""
    both = pl.col(income).fill_null(0) - pl.col(outgo).abs().fill_null(0)
    return pl.when(pl.col(income).is_not_null() | pl.col(outgo).is_not_null()).then(both)


def without_amount(frame: pl.DataFrame, header: str) -> tuple[pl.DataFrame, list[Reject]]:
    """Entries that state no amount at all leave with a reason."""
    empty = frame.filter(pl.col("amount").is_null())
    return frame.filter(pl.col("amount").is_not_null()), [Reject(r, header, "", "missing") for r in empty["row"]]


def count(frame: pl.DataFrame, context: Context, income: str, outgo: str) -> None:
    """Remember what the rows add up to, for :func:`footer_residuals`."""
    memory = context.memory
    for side, name in (("收入", income), ("支出", outgo)):
        column = frame[name].drop_nulls()
        memory[side] = memory.get(side, 0) + int((column.abs() if name == outgo else column).sum())
        memory[f"{side}笔数"] = memory.get(f"{side}笔数", 0) + int((column != 0).sum())
    nothing = frame.select((pl.col(income).fill_null(0) == 0) & (pl.col(outgo).fill_null(0) == 0)).to_series()
    memory["零元"] = memory.get("零元", 0) + int(nothing.sum())


_FOOTER = re.compile(r"(收入|支出)合计[：:\s]*(?:(\d+)(?:\s*笔[，,\s共]*|\s+))?共?\s*[¥￥]?(-?[\d,]+(?:\.\d+)?)\s*元?")


def footer_residuals(context: Context) -> list[Residual]:
    """Footers such as ``#收入合计：18笔，共14989.00元`` against the rows: amounts must agree to the fen; numbers may
    count entries of zero, on either side."""
    found = []
    for row, text in context.memory.get("notes", ()):
        for side, number, amount in _FOOTER.findall(text):
            value, failed = cells.to_minor(pl.Series([amount.replace(",", "")]), context.currency)
            if failed[0]:
                continue
            stated, actual = abs(value[0]), abs(context.memory.get(side, 0))
            if stated != actual:
                found.append(Residual(f"footer:{side}合计", stated, actual, row=row))
            least = context.memory.get(f"{side}笔数", 0)
            if number and not least <= int(number) <= least + context.memory.get("零元", 0):
                found.append(Residual(f"footer:{side}笔数", int(number), least, row=row))
    return found
