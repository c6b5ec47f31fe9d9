"""Kuaishou money files: order settlement (GMV, 货款结算), account ledger (动账) and freight insurance (运费险)."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.contracts import Reject
from zhanggui.trade.channels.domain.entries import component_entries, direction, signed_costs
from zhanggui.trade.channels.domain.ledgers import with_subject, without_amount
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

#: Income and cost columns of the settlement → words and subject of their entries.
INCOME: Final = {
    "goods": ("订单实付", "goods_receipt"),
    "government": ("政府补贴", "platform_subsidy"),
    "payment_subsidy": ("支付营销补贴", "platform_subsidy"),
    "platform": ("平台补贴", "platform_subsidy"),
    "creator": ("达人补贴", "creator_subsidy"),
}
COSTS: Final = {
    "refund": ("订单退款", "goods_refund"),
    "payment_return": ("支付营销回退", "platform_subsidy"),
    "tech_fee": ("技术服务费", "tech_fee"),
    "presale_fee": ("预售增收技术服务费", "tech_fee"),
    "creator_commission": ("达人佣金", "creator_commission"),
    "leader_commission": ("团长佣金", "affiliate_commission"),
    "promoter_commission": ("快赚客佣金", "affiliate_commission"),
    "provider_commission": ("服务商佣金", "affiliate_commission"),
    "other_fee": ("其他收费", "other"),
}


def _sum(names: tuple[str, ...] | dict[str, tuple[str, str]]) -> pl.Expr:
    return pl.sum_horizontal([pl.col(n).fill_null(0) for n in names])


def build_settlement(frame: pl.DataFrame, context: Context) -> Tables:
    """One entry per stated amount of an order's settlement.

    商家补贴 is the shop's own discount and no income. Whether costs are written as positive or negative numbers is
    read off the row's own 实际结算金额 (see :func:`signed_costs`). The file gives rows no id.
    """
    positive = signed_costs(frame, _sum(INCOME), _sum(COSTS), "net")
    frame = frame.with_columns(positive=positive).with_columns(
        [pl.when(pl.col("positive")).then(-pl.col(n)).otherwise(pl.col(n)).alias(n) for n in COSTS]
    )
    residuals = identity_residuals(frame, "订单实付 + 补贴 = 合计收入", _sum(INCOME), pl.col("income_total"))
    residuals += identity_residuals(
        frame, "合计收入 − 合计支出 = 实际结算金额", _sum(INCOME) + _sum(COSTS), pl.col("net")
    )
    kept = frame.select(
        "row",
        "order_no",
        "settled_at",
        "note",
        *INCOME,
        *COSTS,
        account=pl.coalesce("fund_channel", "account_name"),
        occurred_at=pl.col("settled_at"),
        currency=pl.lit(context.currency),
    )
    return Tables(settlement=component_entries(kept, {**INCOME, **COSTS}), residuals=residuals)


SETTLEMENT = Profile(
    channel="kuaishou",
    kind="settlement",
    name="kuaishou-settlement",
    columns=(
        column("order_no", "订单号", kind=ID, key=True),
        column("product_no", "商品ID", kind=ID),
        *columns(
            MONEY,
            goods="订单实付(元)|订单实付",
            government="政府补贴|政府补贴(元)",
            payment_subsidy="支付营销补贴|支付营销补贴(元)",
            platform="平台补贴|平台补贴(元)",
            own_discount="商家补贴(元)|商家补贴",
            creator="达人补贴|达人补贴(元)|主播补贴",
            income_total="合计收入(元)|合计收入",
            refund="订单退款(元)|订单退款",
            payment_return="支付营销回退(元)|支付营销回退",
            tech_fee="技术服务费(元)|技术服务费",
            presale_fee="预售增收技术服务费(元)|预售增收技术服务费",
            creator_commission="达人佣金(元)|达人佣金",
            leader_commission="团长佣金(元)|团长佣金",
            promoter_commission="快赚客佣金(元)|快赚客佣金",
            provider_commission="服务商佣金(元)|服务商佣金",
            other_fee="其他收费|其他收费(元)",
            cost_total="合计支出(元)|合计支出",
            net="实际结算金额(元)|实际结算金额",
        ),
        column("settled_at", "实际结算时间", kind=TIME),
        column("fund_channel", "资金渠道"),
        column("account_name", "账户名称"),
        column("note", "备注"),
    ),
    required=("order_no", "goods", "refund", "tech_fee", "net", "settled_at"),
    build=build_settlement,
    grain="none",
    totals=("goods", "refund", "net"),
)


def build_ledger(frame: pl.DataFrame, context: Context) -> Tables:
    """The account's own movements. 资金冻结 and 资金解冻 move nothing in or out, so they are no entries.

    The amount's sign comes from 账务方向 (收 or 支). A directionless or amountless row is refused.
    """
    frozen = pl.col("subject_raw").fill_null("").str.contains("冻结|解冻")
    frame = frame.filter(~frozen)
    side = pl.col("side").fill_null("")
    incoming = side.str.starts_with("收") | side.str.contains("入账|流入")
    outgoing = side.str.starts_with("支") | side.str.contains("出账|流出")
    frame = frame.with_columns(
        amount=pl.when(incoming).then(pl.col("size").abs()).when(outgoing).then(-pl.col("size").abs())
    )
    aimless = frame.filter(pl.col("amount").is_null() & pl.col("size").is_not_null())
    rejects = [
        Reject(r, context.header("side"), s or "", "unreadable") for r, s in aimless.select("row", "side").rows()
    ]
    frame, empty = without_amount(
        frame.filter(pl.col("amount").is_not_null() | pl.col("size").is_null()), context.header("size")
    )
    rejects += empty
    entries = with_subject(frame, "subject_raw", "text", "note").with_columns(
        direction=direction(pl.col("amount")),
        currency=pl.lit(context.currency),
        account=pl.lit("kuaishou"),
        settled_at=pl.col("occurred_at"),
        order_no=pl.when(pl.col("business_no").str.contains(r"^\d{16,19}$")).then(pl.col("business_no")),
        statement_no=pl.when(~pl.col("business_no").str.contains(r"^\d{16,19}$")).then(pl.col("business_no")),
        note=pl.coalesce("note", "text"),
    )
    transfer = pl.col("subject").str.starts_with("transfer_")
    entries = entries.with_columns(
        order_no=pl.when(~transfer).then(pl.col("order_no")),
        statement_no=pl.when(transfer).then(pl.col("business_no")).otherwise(pl.col("statement_no")),
    )
    return Tables(settlement=entries, rejects=rejects)


LEDGER = Profile(
    channel="kuaishou",
    kind="ledger",
    name="kuaishou-ledger",
    columns=(
        column("entry_no", "账务流水号", kind=ID, key=True),
        column("business_no", "关联业务单号", kind=ID),
        column("occurred_at", "入账时间", kind=TIME),
        column("side", "账务方向", "财务方式"),
        column("size", "发生额（元）", "发生额", kind=MONEY),
        column("balance_after", "期末余额（元）", "期末余额", kind=MONEY),
        column("subject_raw", "业务类型"),
        column("text", "描述"),
        column("note", "备注"),
    ),
    required=("entry_no", "occurred_at", "side", "size", "subject_raw"),
    build=build_ledger,
    grain="none",
)


def build_insurance(frame: pl.DataFrame, context: Context) -> Tables:
    """Freight insurance: the merchant bears 商家承担服务费用; the platform's part is not the shop's money."""
    residuals = identity_residuals(
        frame,
        "服务费用 = 商家承担 + 平台补贴",
        pl.col("own").fill_null(0) + pl.col("subsidy").fill_null(0),
        pl.col("fee"),
    )
    own = pl.col("own") if context.has("own") else pl.col("fee") - pl.col("subsidy").fill_null(0)
    frame = frame.with_columns(amount=-own.abs())
    frame, rejects = without_amount(frame, context.header("own"))
    entries = frame.with_columns(
        direction=pl.lit("out"),
        subject_raw=pl.lit("运费险"),
        subject=pl.lit("insurance"),
        currency=pl.lit(context.currency),
        account=pl.lit("kuaishou"),
    )
    return Tables(settlement=entries, rejects=rejects, residuals=residuals)


INSURANCE = Profile(
    channel="kuaishou",
    kind="settlement",
    name="kuaishou-insurance",
    columns=(
        column("order_no", "订单编号", "订单号", kind=ID, key=True),
        column("fee", "服务费用（元）", "服务费用", kind=MONEY),
        column("own", "商家承担服务费用（元）", "商家承担服务费用", kind=MONEY),
        column("subsidy", "平台补贴费用（元）", "平台补贴费用", kind=MONEY),
        column("occurred_at", "生效时间", kind=TIME),
        column("entry_no", "收费编号", kind=ID),
    ),
    required=("order_no", "fee", "own", "occurred_at"),
    build=build_insurance,
    grain="none",
    totals=("fee", "own", "subsidy"),
)
