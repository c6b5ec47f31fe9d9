"""售后服务单: two header rows (titles of groups, then names); one row per service application."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.profiles import ID, INT, MONEY, TIME, Context, Profile, Tables, column, map_status
from zhanggui.trade.channels.platforms.jd.status import EXPECTED, SERVICE

COLUMNS = (
    column("refund_no", "服务单号", kind=ID, key=True),
    column("order_no", "订单号", kind=ID, key=True),
    column("sku_no", "商品编号", kind=ID),
    column("title", "商品名称"),
    column("outer_sku_code", "货号"),
    column("qty", "申请数量", kind=INT),
    column("asked", "退款金额", kind=MONEY),
    column("state_raw", "服务单状态"),
    column("expected", "客户期望"),
    column("reason", "一级申请原因"),
    column("applied_at", "申请时间", kind=TIME),
    column("agreed_at", "审核时间", kind=TIME),
    column("finished_at", "处理完成时间", "退款时间", kind=TIME),
    column("return_waybill", "退货运单号"),
)


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Refunds. A file without 服务单状态 does not say how an application ended: nothing then counts as paid back."""
    state = map_status("state_raw", SERVICE)
    refunds = frame.with_columns(
        currency=pl.lit(context.currency),
        line_no=pl.col("order_no") + "-" + pl.col("sku_no"),
        state=state if context.has("state_raw") else pl.lit(None, dtype=pl.String),
        kind=map_status("expected", EXPECTED, default="").replace("", None),
        stage=pl.when(pl.col("expected").is_in(["售前退款", "发货前退款", "1"]))
        .then(pl.lit("unshipped"))
        .when(pl.col("expected").is_in(["退货", "10", "换货", "20", "维修", "30"]))
        .then(pl.lit("received")),
        apply_amount=pl.col("asked"),
        refund_to_buyer=pl.when(state == "success").then(pl.col("asked")),
        agreed_at=pl.when(~state.is_in(["refused", "closed", "withdrawn"])).then(pl.col("agreed_at")),
    )
    return Tables(refunds=refunds)


AFTERSALE = Profile(
    channel="jd",
    kind="refunds",
    name="jd-aftersale",
    columns=COLUMNS,
    required=("refund_no", "order_no", "sku_no", "expected", "asked"),
    build=build,
    grain="none",
)
