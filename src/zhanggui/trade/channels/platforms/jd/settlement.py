"""对账 / 货款明细: one row per fee item of an order; the header stands in row 1, or in row 2 below a note."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain import ledgers
from zhanggui.trade.channels.domain.entries import direction
from zhanggui.trade.channels.domain.profiles import ID, MONEY, TIME, Context, Profile, Tables, column

COLUMNS = (
    column("order_no", "订单编号", kind=ID),
    column("refund_no", "售后服务单号", kind=ID),
    column("sku_no", "商品编号", kind=ID),
    column("subject_raw", "费用名称", key=True),
    column("stated", "应结金额", kind=MONEY, key=True),
    column("currency_raw", "币种"),
    column("way", "收支方向"),
    column("occurred_at", "账单生成时间", kind=TIME, key=True),
    column("settled_at", "到账时间", kind=TIME),
    column("statement_no", "商户订单号", kind=ID),
    column("note", "资金动账备注"),
)

#: 费用名称 → subject. 货款 is decided by its direction: going out it is a refund, not negative sales.
SUBJECT: Final = {
    "代收配送费": "freight",
    "佣金": "commission",
    "运费保险服务费": "insurance",
    "商品保险服务费": "insurance",
    "售后卖家赔付费": "compensation",
    "返利框架费": "commission",
    "提现": "transfer_withdrawal",
    "保证金": "transfer_deposit",
    "充值": "transfer_topup",
}


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Entries. The file gives no row id: order, service, SKU, fee, amount and bill day make one, so that a later export
    of the same entry, by then settled, is known again. Movements without an order add the moment of arrival."""
    outgoing = (pl.col("way") == "支出") & (pl.col("stated") > 0)
    frame = frame.with_columns(amount=pl.when(outgoing).then(-pl.col("stated")).otherwise(pl.col("stated")))
    frame = ledgers.with_subject(frame, "subject_raw")
    goods = pl.col("subject_raw") == "货款"
    named = pl.col("subject_raw").replace_strict(SUBJECT, default=pl.col("subject"), return_dtype=pl.String)
    moment = pl.when(pl.col("order_no").is_null()).then(pl.col("settled_at").dt.to_string("%Y%m%dT%H%M%S"))
    parts = (
        pl.col("order_no"),
        pl.col("refund_no"),
        pl.col("sku_no"),
        pl.col("subject_raw"),
        pl.col("amount").cast(pl.String),
        pl.col("occurred_at").dt.convert_time_zone(context.zone).dt.to_string("%Y%m%d"),
        moment,
    )
    entries = frame.with_columns(
        currency=pl.lit(context.currency),
        account=pl.lit("jd_wallet"),
        direction=direction(pl.col("amount")),
        subject=pl.when(goods & (pl.col("amount") < 0))
        .then(pl.lit("goods_refund"))
        .when(goods)
        .then(pl.lit("goods_receipt"))
        .otherwise(named),
        entry_no=pl.concat_str([p.fill_null("") for p in parts], separator="|").str.strip_chars_end("|"),
        line_no=pl.col("order_no") + "-" + pl.col("sku_no"),
    )
    return Tables(settlement=entries)


SETTLEMENT = Profile(
    channel="jd",
    kind="settlement",
    name="jd-settlement",
    columns=COLUMNS,
    required=("order_no", "subject_raw", "stated", "way", "occurred_at"),
    build=build,
    grain="none",
    totals=("stated",),
)
