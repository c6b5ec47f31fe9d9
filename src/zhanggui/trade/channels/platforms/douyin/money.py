"""Money files: 结算账单, what each sub-order was settled for, and 资金 / 动账, every movement of the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from zhanggui.trade.channels.contracts import Reject, Residual
from zhanggui.trade.channels.domain import ledgers
from zhanggui.trade.channels.domain.entries import component_entries, direction
from zhanggui.trade.channels.domain.profiles import ID, MONEY, TIME, Context, Profile, Tables, column
from zhanggui.trade.channels.platforms.douyin.status import SCENE

Parts = Mapping[str, tuple[str, str]]

#: typed column → (words of the file, subject): what comes in, what was given back, what is kept
_BILL_IN: Final[Parts] = {
    "buyer": ("用户实付", "goods_receipt"),
    "subsidy": ("平台补贴、抖音支付补贴、抖音月付营销补贴", "platform_subsidy"),
    "creator_subsidy": ("达人补贴", "creator_subsidy"),
}
_BILL_BACK: Final[Parts] = {"early_refund": ("结算前退款金额", "goods_refund")}
_WALLET_IN: Final[Parts] = {
    "buyer": ("订单实付应结", "goods_receipt"),
    "freight": ("运费实付", "freight"),
    "freight_subsidy": ("实际平台补贴_运费", "platform_subsidy"),
    "platform_subsidy": ("实际平台补贴", "platform_subsidy"),
    "other_subsidy": ("其他平台补贴", "platform_subsidy"),
    "trade_in": ("以旧换新抵扣", "platform_subsidy"),
    "state_subsidy": ("政府补贴平台垫资", "platform_subsidy"),
    "creator_subsidy": ("实际达人补贴", "creator_subsidy"),
    "payment_subsidy": ("实际抖音支付补贴", "platform_subsidy"),
    "later_subsidy": ("实际抖音月付营销补贴", "platform_subsidy"),
    "bank_subsidy": ("银行补贴", "platform_subsidy"),
}
_WALLET_BACK: Final[Parts] = {"refund": ("订单退款", "goods_refund")}
_COSTS: Final[Parts] = {
    "platform_fee": ("平台服务费", "tech_fee"),
    "creator_fee": ("佣金", "creator_commission"),
    "agent_fee": ("服务商佣金", "affiliate_commission"),
    "channel_fee": ("渠道分成", "commission"),
    "recruiting_fee": ("招商服务费", "affiliate_commission"),
    "promotion_fee": ("站外推广费", "ads"),
    "other_fee": ("其他分成", "other"),
}
#: Signs with which (income, refund, costs) may be written; the first that adds up to the row's own total holds.
_SIGNS: Final = ((1, 1, 1), (1, -1, 1), (1, 1, -1), (1, -1, -1), (-1, -1, -1), (1, 0, 1), (1, 0, -1))


def _sum(parts: Parts) -> pl.Expr:
    return pl.sum_horizontal([pl.col(name).fill_null(0) for name in parts])


def _entries(
    frame: pl.DataFrame, income: Parts, back: Parts, costs: Parts, identity: str
) -> tuple[pl.DataFrame, list[Residual]]:
    """One entry per part of each row where the parts add up to its ``net`` exactly, else one entry of the whole.

    A row that states no parts is a whole of its own; one whose parts add up to something else is reported too.
    """
    frame = frame.with_columns(_in=_sum(income), _back=_sum(back), _costs=_sum(costs))
    sign = pl.lit(None, dtype=pl.Int64)
    for number, (i, b, c) in reversed(list(enumerate(_SIGNS))):
        fits = i * pl.col("_in") + b * pl.col("_back") + c * pl.col("_costs") == pl.col("net")
        sign = pl.when(fits).then(number).otherwise(sign)
    stated = pl.any_horizontal([pl.col(name).fill_null(0) != 0 for name in (*income, *back, *costs)])
    frame = frame.with_columns(_stated=stated).with_columns(_sign=pl.when(pl.col("_stated")).then(sign))
    odd = frame.filter(pl.col("_stated") & pl.col("_sign").is_null())
    residuals = [
        Residual(identity, given, net, order or "", row)
        for given, net, order, row in odd.select(
            pl.col("_in") - pl.col("_back").abs() - pl.col("_costs").abs(), "net", "order_no", "row"
        ).iter_rows()
    ]
    whole = frame.filter(pl.col("_sign").is_null()).with_columns(
        amount=pl.col("net"), subject=pl.col("whole_subject"), subject_raw=pl.col("whole_raw"), _of=pl.lit("")
    )
    split = frame.filter(pl.col("_sign").is_not_null())
    signs = {place: dict(enumerate(s[place] for s in _SIGNS)) for place in range(3)}
    split = split.with_columns(
        [
            pl.col(name).fill_null(0) * pl.col("_sign").replace_strict(signs[place], return_dtype=pl.Int64)
            for place, parts in enumerate((income, back, costs))
            for name in parts
        ]
    )
    parts = {**income, **back, **costs}
    made = component_entries(split.drop("subject", "subject_raw", strict=False), parts)
    made = made.with_columns(_of="/" + pl.col("subject_raw"))
    both = pl.concat([whole.drop(list(parts)), made.select(pl.exclude("direction"))], how="diagonal_relaxed")
    return both.with_columns(direction=direction(pl.col("amount"))).sort("row", maintain_order=True), residuals


_BILL = (
    column("settled_at", "结算时间", kind=TIME, key=True),
    column("order_no", "订单号", kind=ID, key=True),
    column("line_no", "子订单号", kind=ID),
    column("net", "结算金额", kind=MONEY, key=True),
    column("account", "结算账户"),
    column("whole_raw", "结算单类型"),
    column("buyer", "用户实付", kind=MONEY),
    column("platform_subsidy", "平台补贴", kind=MONEY),
    column("payment_subsidy", "抖音支付补贴", kind=MONEY),
    column("later_subsidy", "抖音月付营销补贴", kind=MONEY),
    column("creator_subsidy", "达人补贴", kind=MONEY),
    column("early_refund", "结算前退款金额", kind=MONEY),
    column("income", "收入合计", kind=MONEY),
    column("outgo", "支出合计", kind=MONEY),
    *(column(name, words, kind=MONEY) for name, (words, _) in _COSTS.items() if name != "agent_fee"),
    column("note", "备注"),
)


def build_bill(frame: pl.DataFrame, context: Context) -> Tables:
    """What each sub-order was settled for, by subject. The movement file holds the same money once more."""
    frame = frame.with_columns(
        currency=pl.lit(context.currency),
        occurred_at=pl.col("settled_at"),
        subsidy=pl.sum_horizontal(
            [pl.col(n).fill_null(0) for n in ("platform_subsidy", "payment_subsidy", "later_subsidy")]
        ),
        whole_subject=pl.lit("goods_receipt"),
        whole_raw=pl.coalesce("whole_raw", pl.lit("结算金额")),
    )
    costs = {name: of for name, of in _COSTS.items() if name != "agent_fee"}
    entries, residuals = _entries(frame, _BILL_IN, _BILL_BACK, costs, "结算金额 = 收入各项 − 结算前退款 − 支出各项")
    return Tables(settlement=entries, residuals=residuals)


BILL = Profile(
    channel="douyin",
    kind="settlement",
    name="douyin-bill",
    columns=_BILL,
    required=("settled_at", "order_no", "line_no", "net", "buyer", "income", "outgo"),
    build=build_bill,
    grain="none",
    skip_after_header=1,
    totals=("net",),
)

_WALLET = (
    column("occurred_at", "动账时间", kind=TIME, key=True),
    column("number", "动账流水号", kind=ID, key=True),
    column("way", "动账方向", key=True),
    column("moved", "动账金额", kind=MONEY, key=True),
    column("account", "动账账户"),
    column("whole_raw", "动账场景"),
    column("order_no", "订单号", kind=ID),
    column("line_no", "子订单号", kind=ID),
    column("refund_no", "售后编号", kind=ID),
    *(column(n, words, kind=MONEY) for part in (_WALLET_IN, _WALLET_BACK, _COSTS) for n, (words, _) in part.items()),
    column("note", "备注"),
)


def build_wallet(frame: pl.DataFrame, context: Context) -> Tables:
    """Every movement, keyed by 动账流水号; its amount is always positive, 动账方向 gives the sign.

    A movement that states what it is made of becomes one entry per part (``<number>/<part>``), so that commissions and
    subsidies keep their subjects; any other is one entry whose subject is told by 动账场景.
    """
    out = pl.col("way").str.contains("出")
    odd = frame.filter(~pl.col("way").str.contains("[出入]"))
    rejects = [Reject(row, "动账方向", way, "unreadable") for row, way in odd.select("row", "way").iter_rows()]
    frame = frame.filter(pl.col("way").str.contains("[出入]"))
    frame = ledgers.with_subject(frame, "whole_raw", "note").with_columns(
        currency=pl.lit(context.currency),
        net=pl.when(out).then(-pl.col("moved").abs()).otherwise(pl.col("moved").abs()),
    )
    scene = pl.col("whole_raw")
    frame = frame.with_columns(
        whole_subject=pl.when(scene.is_in(list(SCENE)))
        .then(scene.replace(SCENE))
        .when(scene.str.contains("补贴"))
        .then(pl.lit("platform_subsidy"))
        .when(scene.str.contains("分账"))
        .then(pl.lit("commission"))
        .otherwise(pl.col("subject"))
    ).drop("subject")
    entries, residuals = _entries(frame, _WALLET_IN, _WALLET_BACK, _COSTS, "动账金额 = 收入各项 − 订单退款 − 支出各项")
    entries = entries.with_columns(entry_no=pl.col("number") + pl.col("_of"))
    return Tables(settlement=entries, rejects=rejects, residuals=residuals)


WALLET = Profile(
    channel="douyin",
    kind="ledger",
    name="douyin-wallet",
    columns=_WALLET,
    required=("occurred_at", "number", "way", "moved", "whole_raw"),
    build=build_wallet,
    grain="none",
)
