"""Xiaohongshu money files: settlement of goods (货款), of other services (其他服务款) and the wallet (动账)."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.entries import Words, component_entries, direction, signed_costs, subject_by_words
from zhanggui.trade.channels.domain.ledgers import WORDS, signed, without_amount
from zhanggui.trade.channels.domain.profiles import (
    ID,
    MONEY,
    TIME,
    Context,
    Profile,
    Tables,
    column,
    columns,
    identity_residuals,
)

#: Parts of a settlement row that bring money or take it back, by their sign.
INCOME: Final = {
    "goods": ("商品实付/实退", "goods"),
    "freight": ("运费实付/实退", "freight"),
    "subsidy": ("平台优惠补贴", "platform_subsidy"),
    "freight_subsidy": ("平台运费补贴", "platform_subsidy"),
    "government": ("国补订单毛保金额", "platform_subsidy"),
}
COSTS: Final = {
    "cross_border_tax": ("跨境税代缴", "tax"),
    "goods_tax": ("商品税金", "tax"),
    "freight_tax": ("运费税金", "tax"),
    "commission": ("佣金", "commission"),
    "channel_fee": ("支付渠道费", "tech_fee"),
    "promotion_commission": ("分销佣金", "creator_commission"),
    "operator_commission": ("代运营服务商佣金", "affiliate_commission"),
    "developer_commission": ("代开发服务商佣金", "affiliate_commission"),
    "instalment_fee": ("花呗分期手续费", "interest"),
    "extra_fee": ("附加费", "other"),
}

#: Words of Xiaohongshu's services and wallet, before the common ones.
_WORDS: Final[Words] = (
    ("compensation", ("小额打款", "小额收款")),
    ("ads", ("薯条", "聚光", "乘风")),
    ("goods_receipt", ("货款结算", "订单结算", "结算入账")),
    ("logistics", ("电子面单", "面单")),
    *WORDS,
)


def _sum(names: dict[str, tuple[str, str]]) -> pl.Expr:
    return pl.sum_horizontal([pl.col(n).fill_null(0) for n in names])


def build_settlement(frame: pl.DataFrame, context: Context) -> Tables:
    """One entry per stated amount; they add up to the row's 动账金额, which also tells how costs are signed.

    计佣基数 is what the commission is reckoned from and no money of its own. The file gives rows no id.
    """
    positive = signed_costs(frame, _sum(INCOME), _sum(COSTS), "net")
    frame = frame.with_columns(positive=positive).with_columns(
        [pl.when(pl.col("positive")).then(-pl.col(n)).otherwise(pl.col(n)).alias(n) for n in COSTS]
    )
    residuals = identity_residuals(frame, "动账金额 = Σ 明细", _sum(INCOME) + _sum(COSTS), pl.col("net"))
    kept = frame.select(
        "row", "order_no", "refund_no", "settled_at", "account", *INCOME, *COSTS,
        note=pl.coalesce("note", "kind"),
        occurred_at=pl.col("settled_at"),
        currency=pl.lit(context.currency),
    )  # fmt: skip
    return Tables(settlement=component_entries(kept, {**INCOME, **COSTS}), residuals=residuals)


SETTLEMENT = Profile(
    channel="xiaohongshu",
    kind="settlement",
    name="xiaohongshu-settlement",
    columns=(
        column("order_no", "订单号", kind=ID, key=True),
        column("refund_no", "售后单号", kind=ID),
        column("settled_at", "结算时间", kind=TIME),
        column("kind", "交易类型"),
        column("account", "结算账户"),
        *columns(
            MONEY,
            net="动账金额|动账金额(元)|结算金额",
            goods="商品实付/实退|商品实付/实退(元)",
            freight="运费实付/实退",
            subsidy="平台优惠补贴",
            freight_subsidy="平台运费补贴",
            government="国补订单毛保金额",
            cross_border_tax="跨境税代缴",
            goods_tax="商品税金",
            freight_tax="运费税金",
            commission="佣金|佣金总额",
            channel_fee="支付渠道费",
            promotion_commission="分销佣金",
            operator_commission="代运营服务商佣金",
            developer_commission="代开发服务商佣金",
            instalment_fee="花呗分期手续费",
            extra_fee="附加费",
        ),
        column("note", "备注"),
    ),
    required=("order_no", "settled_at", "net", "goods", "subsidy", "commission"),
    build=build_settlement,
    grain="none",
    totals=("net", "goods", "commission"),
)


def build_services(frame: pl.DataFrame, context: Context) -> Tables:
    """Other services: 动账金额 is signed; where it is not, 交易类型 (支出, 扣款 …) says that money goes out."""
    outgoing = pl.col("kind").fill_null("").str.contains("支出|扣|出账|付款")
    frame = frame.with_columns(
        amount=pl.when(outgoing).then(-pl.col("net").abs()).otherwise(pl.col("net")),
        words=pl.concat_str([pl.col("subject_raw").fill_null(""), pl.col("note").fill_null("")], separator=" "),
    )
    frame, rejects = without_amount(frame, context.header("net"))
    entries = frame.with_columns(
        direction=direction(pl.col("amount")),
        subject=subject_by_words("words", _WORDS),
        occurred_at=pl.col("settled_at"),
        currency=pl.lit(context.currency),
    )
    return Tables(settlement=entries, rejects=rejects)


SERVICES = Profile(
    channel="xiaohongshu",
    kind="settlement",
    name="xiaohongshu-services",
    columns=(
        column("subject_raw", "业务款项", key=True),
        column("order_no", "订单号", kind=ID),
        column("statement_no", "业务单据号", kind=ID),
        column("settled_at", "结算时间", kind=TIME),
        column("account", "结算账户"),
        column("kind", "交易类型"),
        column("net", "动账金额", "动账金额(元)", kind=MONEY),
        column("note", "备注"),
    ),
    required=("subject_raw", "settled_at", "net"),
    build=build_services,
    grain="none",
    totals=("net",),
)


def build_wallet(frame: pl.DataFrame, context: Context) -> Tables:
    """Wallet movements, income minus outgo. A business number that begins with P is an order."""
    frame = frame.with_columns(
        amount=signed("income", "outgo"),
        words=pl.concat_str([pl.col("subject_raw").fill_null(""), pl.col("note").fill_null("")], separator=" "),
    )
    frame, rejects = without_amount(frame, context.header("income"))
    order = pl.col("business_no").str.contains(r"^P\d{15,}$")
    entries = frame.with_columns(
        direction=direction(pl.col("amount")),
        subject=subject_by_words("words", _WORDS),
        settled_at=pl.col("occurred_at"),
        order_no=pl.when(order).then(pl.col("business_no")),
        statement_no=pl.when(~order).then(pl.col("business_no")),
        account=pl.lit("xiaohongshu"),
        currency=pl.lit(context.currency),
    )
    return Tables(settlement=entries, rejects=rejects)


WALLET = Profile(
    channel="xiaohongshu",
    kind="ledger",
    name="xiaohongshu-wallet",
    columns=(
        column("occurred_at", "创建时间", kind=TIME, key=True),
        column("subject_raw", "交易类型描述"),
        column("income", "收入（元）", "收入", kind=MONEY),
        column("outgo", "支出（元）", "支出", kind=MONEY),
        column("balance_after", "账户余额（元）", "账户余额", kind=MONEY),
        column("business_no", "业务单号", kind=ID),
        column("note", "备注"),
    ),
    required=("occurred_at", "subject_raw", "income", "outgo", "business_no"),
    build=build_wallet,
    grain="none",
    totals=("income", "outgo"),
)
