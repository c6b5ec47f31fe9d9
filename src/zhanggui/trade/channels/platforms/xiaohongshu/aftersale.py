"""Xiaohongshu after-sale list (售后单)."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.profiles import (
    ID,
    INT,
    MONEY,
    TIME,
    Context,
    Profile,
    Tables,
    column,
    map_status,
)

KIND: Final = {
    "仅退款": "refund_only",
    "仅退款(未发货)": "refund_only",
    "仅退款(未收货)": "refund_only",
    "退款": "refund_only",
    "退货退款": "return_refund",
    "退货": "return_refund",
    "换货": "exchange",
    "维修": "repair",
    "补发": "resend",
    "补寄": "resend",
    "拒收": "reject",
    "价保": "price_protect",
}
STATE: Final = {
    "待审核": "seller_pending",
    "待商家审核": "seller_pending",
    "待商家处理": "seller_pending",
    "售后处理中": "seller_pending",
    "待用户寄回": "buyer_return",
    "待买家退货": "buyer_return",
    "用户已寄回": "returning",
    "待商家收货": "seller_receive",
    "待收货": "seller_receive",
    "待退款": "approved",
    "退款中": "approved",
    "售后完成": "success",
    "售后成功": "success",
    "退款完成": "success",
    "退款成功": "success",
    "已完成": "success",
    "售后拒绝": "refused",
    "已拒绝": "refused",
    "审核拒绝": "refused",
    "售后取消": "withdrawn",
    "用户取消": "withdrawn",
    "已取消": "withdrawn",
    "售后关闭": "closed",
    "已关闭": "closed",
    "平台介入": "arbitration",
    "平台介入中": "arbitration",
}


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """One record per after-sale number; the list has no merchant code, so lines are found through the order.

    Rows of one number that differ in amount are parts of it and are added, equal ones repeat it. Money has reached the
    buyer only in a successful case: the refunded amount where the list states it, else the amount applied for.
    """
    frame = frame.with_columns(
        kind=pl.when(pl.col("kind_raw").is_not_null()).then(map_status("kind_raw", KIND, default="")).replace("", None),
        state=pl.when(pl.col("state_raw").is_not_null())
        .then(map_status("state_raw", STATE))
        .otherwise(pl.lit("unknown")),
    )
    whole = [
        pl.when(pl.col(n).drop_nulls().n_unique() > 1).then(pl.col(n).sum()).otherwise(pl.col(n).drop_nulls().first())
        .alias(n)
        for n in ("applied", "refunded", "qty")
    ]  # fmt: skip
    single = ("order_no", "kind", "state", "state_raw", "reason", "applied_at", "returned_at", "received_at",
              "finished_at", "return_waybill", "responsible")  # fmt: skip
    refunds = (
        frame.group_by("refund_no", maintain_order=True)
        .agg(
            pl.col("row").first(),
            *[pl.col(n).drop_nulls().first() for n in single],
            *whole,
            title=pl.col("title").drop_nulls().unique(maintain_order=True).str.join("，"),
        )
        .with_columns(
            apply_amount=pl.col("applied"),
            refund_to_buyer=pl.when(pl.col("state") == "success").then(pl.coalesce("refunded", "applied")),
            currency=pl.lit(context.currency),
            finished_at=pl.when(pl.col("state") == "success").then(
                pl.coalesce("finished_at", "received_at") if context.has("received_at") else pl.col("finished_at")
            ),
        )
    )
    return Tables(refunds=refunds)


AFTERSALE = Profile(
    channel="xiaohongshu",
    kind="refunds",
    name="xiaohongshu-aftersale",
    columns=(
        column("refund_no", "售后单号", "售后ID", kind=ID, key=True),
        column("order_no", "订单号", kind=ID, key=True),
        column("title", "商品名称"),
        column("kind_raw", "售后类型"),
        column("state_raw", "售后状态", "状态"),
        column("reason", "原因", "售后原因", "申请原因"),
        column("applied", "申请售后金额(元)", "申请售后金额", "申请退款金额(元)", kind=MONEY),
        column("refunded", "退款金额(元)", "实际退款金额(元)", "退款总金额(元)", "退款金额", kind=MONEY),
        column("qty", "售后商品件数", "申请数量", "售后数量", "商品数量", kind=INT),
        column("applied_at", "售后申请时间", "申请时间", "退货创建时间", "售后创建时间", kind=TIME),
        column("returned_at", "用户寄回时间", "寄回时间", kind=TIME),
        column("received_at", "商家确认收货时间", "确认收货时间", kind=TIME),
        column("finished_at", "退款成功时间", "退款时间", "售后完成时间", kind=TIME),
        column("return_waybill", "退货快递单号", "退货物流单号", "寄回快递单号", kind=ID),
        column("responsible", "责任方"),
    ),
    required=("refund_no", "order_no", "kind_raw", "applied"),
    build=build,
    grain="none",
)
