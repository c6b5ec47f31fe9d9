"""售后单导出: one row per after-sale application."""

from __future__ import annotations

import polars as pl

from zhanggui.trade.channels.domain.profiles import (
    ID,
    MONEY,
    TIME,
    Context,
    Profile,
    Tables,
    column,
    first_of,
    map_status,
    total,
)
from zhanggui.trade.channels.platforms.douyin.status import KIND, RESPONSIBLE, SERVICE, STAGE

COLUMNS = (
    column("refund_no", "售后单号", kind=ID, key=True),
    column("order_no", "订单号", kind=ID, key=True),
    column("line_no", "商品单号", kind=ID),
    column("title", "商品名称"),
    column("outer_sku_code", "商家编码"),
    column("goods_back", "退商品金额（元）", kind=MONEY),
    column("freight_back", "退运费金额（元）", kind=MONEY),
    column("payment_back", "退支付优惠（元）", kind=MONEY),
    column("tax_back", "退税费金额（元）", kind=MONEY),
    column("kind_raw", "售后类型"),
    column("state_raw", "售后状态"),
    column("shipped_raw", "商品发货状态"),
    column("reason", "售后原因"),
    column("responsible_raw", "纠纷责任方"),
    column("applied_at", "售后申请时间", kind=TIME),
    column("agreed_at", "同意售后申请时间", kind=TIME),
    column("returned_at", "退货发货时间", kind=TIME),
    column("deadline_at", "自动处理截止时间", kind=TIME),
    column("ended", "售后完结时间", kind=TIME),
    column("arrived", "用户到账时间", kind=TIME),
    column("closed", "售后关闭时间", kind=TIME),
    column("return_waybill", "退货物流单号"),
)


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Refunds. Goods, freight and tax go back to the buyer, 退支付优惠 to whoever funded the payment discount.

    The amounts are what was asked for until the application succeeds.
    """
    done = map_status("state_raw", SERVICE) == "success"
    refunds = frame.with_columns(
        currency=pl.lit(context.currency),
        state=map_status("state_raw", SERVICE),
        kind=map_status("kind_raw", KIND, default="").replace("", None),
        stage=map_status("shipped_raw", STAGE, default="").replace("", None),
        responsible=map_status("responsible_raw", RESPONSIBLE, default="").replace("", None),
        asked=total("goods_back", "freight_back", "tax_back"),
        finished_at=first_of("ended", "arrived", "closed"),
    ).with_columns(
        apply_amount=pl.col("asked"),
        refund_to_buyer=pl.when(done).then(pl.col("asked")),
        refund_to_platform=pl.when(done).then(pl.col("payment_back")),
        freight_refund=pl.when(done).then(pl.col("freight_back")),
    )
    return Tables(refunds=refunds)


AFTERSALE = Profile(
    channel="douyin",
    kind="refunds",
    name="douyin-aftersale",
    columns=COLUMNS,
    required=("refund_no", "order_no", "line_no", "goods_back", "state_raw"),
    build=build,
    grain="none",
)
