"""Money of Taobao shops: the Alipay ledger 支付宝账务明细 and the entries that 千牛 shows of it."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.contracts import Reject
from zhanggui.trade.channels.domain import cells, ledgers
from zhanggui.trade.channels.domain.entries import direction
from zhanggui.trade.channels.domain.profiles import ID, MONEY, TIME, Context, Profile, Tables, column, first_of

_ALIPAY = (
    column("number", "账务流水号", kind=ID, key=True),
    column("business_no", "业务流水号", kind=ID),
    column("merchant_no", "商户订单号"),
    column("goods", "商品名称"),
    column("occurred_at", "发生时间", kind=TIME, key=True),
    column("other_side", "对方账号", personal=True),
    column("income", "收入金额（+元）", kind=MONEY),
    column("outgo", "支出金额（-元）", kind=MONEY),
    column("balance_after", "账户余额（元）", kind=MONEY),
    column("deal", "业务类型"),
    column("note", "备注"),
    column("description", "业务描述"),
    column("base_order_no", "业务基础订单号"),
)

#: Where the order's number may stand, most reliable first.
_ORDER_NO = (
    ("base_order_no", r"^(\d{15,})$"),
    ("merchant_no", r"^T\d+[A-Z]*P(\d{15,})$"),
    ("note", r"(?i)tradeid[：:=]\s*(\d{15,})"),
    ("note", r"[(（](\d{15,})[)）]\s*扣款"),
    ("description", r"(?i)tradeid[：:=]\s*(\d{15,})"),
)
_BETWEEN_ACCOUNTS = "转账|余额宝|余利宝|网商银行"


def _subjects(frame: pl.DataFrame) -> pl.DataFrame:
    """Subject by the entry's description, then by its kind and note. Money moved between own accounts is a transfer."""
    frame = ledgers.with_subject(frame, "description", "deal", "note")
    told = pl.concat_str([pl.col(n).fill_null("") for n in ("description", "deal", "note")])
    moved = (pl.col("subject") == "other") & told.str.contains(_BETWEEN_ACCOUNTS)
    return frame.with_columns(
        subject=pl.when(moved & (pl.col("amount") > 0))
        .then(pl.lit("transfer_topup"))
        .when(moved)
        .then(pl.lit("transfer_withdrawal"))
        .otherwise(pl.col("subject"))
    )


def build_alipay(frame: pl.DataFrame, context: Context) -> Tables:
    """Entries keyed by 账务流水号.

    A transfer may have a debit and a credit leg of the same number: its entries are told apart by ``/in`` and ``/out``,
    judged by the row alone, so that either leg keeps its number in every export.
    """
    ledgers.count(frame, context, "income", "outgo")
    frame = frame.with_columns(amount=ledgers.signed("income", "outgo"))
    frame, rejects = ledgers.without_amount(frame, "收入金额（+元）")
    way = direction(pl.col("amount"))
    entries = _subjects(frame).with_columns(
        currency=pl.lit(context.currency),
        account=pl.lit("alipay"),
        direction=way,
        entry_no=pl.when(pl.col("subject").str.starts_with("transfer_"))
        .then(pl.col("number") + "/" + way)
        .otherwise(pl.col("number")),
        order_no=pl.coalesce([pl.col(name).str.extract(pattern) for name, pattern in _ORDER_NO]),
        subject_raw=first_of("description", "deal", "note"),
    )
    return Tables(settlement=entries, rejects=rejects)


ALIPAY = Profile(
    channel="taobao",
    kind="ledger",
    name="alipay-ledger",
    columns=_ALIPAY,
    required=("number", "occurred_at", "income", "outgo"),
    build=build_alipay,
    grain="none",
    finish=ledgers.footer_residuals,
)

_QIANNIU = (
    column("day_raw", "入账日期"),
    column("time_raw", "入账时间"),
    column("statement_no", "支付流水号", kind=ID),
    column("order_no", "主订单id", "淘宝订单编号", kind=ID),
    column("line_no", "子订单id", kind=ID),
    column("deal", "入账类型"),
    column("income", "收入金额（元）", "收入金额", kind=MONEY),
    column("outgo", "支出金额（元）", "支出金额", kind=MONEY),
    column("description", "业务描述"),
    column("note", "备注"),
    column("account", "收/付渠道"),
)


def build_qianniu(frame: pl.DataFrame, context: Context) -> Tables:
    """Entries without a number of their own: 支付流水号 names the payment, of which one entry may be one of several.

    入账时间 is a moment, or a time of the day in 入账日期.
    """
    moment = (
        pl.when(pl.col("time_raw").str.contains(r"^\d{1,2}:"))
        .then(pl.concat_str([pl.col("day_raw").str.slice(0, 10), pl.col("time_raw")], separator=" "))
        .otherwise(pl.coalesce("time_raw", "day_raw"))
    )
    texts = frame.select(moment.alias("m")).to_series()
    moments, failed = cells.to_utc(texts, context.zone)
    bad = failed | moments.is_null()
    rejects = [
        Reject(row, "入账时间", value or "", "not_a_moment")
        for row, value in zip(frame["row"].filter(bad), texts.filter(bad), strict=True)
    ]
    frame = frame.with_columns(occurred_at=moments, amount=ledgers.signed("income", "outgo")).filter(~bad)
    frame, empty = ledgers.without_amount(frame, "收入金额")
    entries = _subjects(frame).with_columns(
        currency=pl.lit(context.currency),
        direction=direction(pl.col("amount")),
        account=pl.when(pl.col("account").str.contains("微信"))
        .then(pl.lit("wechat"))
        .when(pl.col("account").str.contains("支付宝"))
        .then(pl.lit("alipay"))
        .otherwise(pl.col("account")),
        subject_raw=first_of("description", "deal", "note"),
    )
    return Tables(settlement=entries, rejects=rejects + empty)


QIANNIU = Profile(
    channel="taobao",
    kind="ledger",
    name="qianniu-entries",
    columns=_QIANNIU,
    required=("time_raw", "statement_no", "order_no", "deal", "income", "outgo"),
    build=build_qianniu,
    grain="none",
)
