"""退款管理 (千牛): one row per refund application."""

from __future__ import annotations

from typing import Final

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
from zhanggui.trade.channels.platforms.taobao.status import REFUND_STATE

KIND: Final = {
    "仅退款": "refund_only",
    "REFUND": "refund_only",
    "退货退款": "return_refund",
    "退款退货": "return_refund",
    "REFUND_AND_RETURN": "return_refund",
    "换货": "exchange",
    "TMALL_EXCHANGE": "exchange",
    "TAOBAO_EXCHANGE": "exchange",
    "维修": "repair",
    "REPAIR": "repair",
    "补寄": "resend",
    "RESHIPPING": "resend",
    "价保": "price_protect",
    "保价退款": "price_protect",
}
STAGE: Final = {
    "卖家未发货": "unshipped",
    "未发货": "unshipped",
    "买家未收到货": "shipped",
    "未收到货": "shipped",
    "买家已收到货": "received",
    "已收到货": "received",
    "买家已退货": "received",
}
RESPONSIBLE: Final = {"买家": "buyer", "卖家": "seller", "商家": "seller", "平台": "platform"}

COLUMNS = (
    column("refund_no", "退款编号", kind=ID, key=True),
    column("order_no", "订单编号", "主订单编号", kind=ID, key=True),
    column("sub_order_no", "子订单编号", kind=ID),
    column("title", "宝贝标题", "商品标题"),
    column("outer_sku_code", "商家编码"),
    column("to_buyer", "退给买家金额", "买家退款金额", kind=MONEY),
    column("to_platform", "退给平台金额", kind=MONEY),
    column("all_money", "退款总额", kind=MONEY),
    column("kind_raw", "售后类型", "退款类型"),
    column("reason", "买家退款原因", "退款原因"),
    column("state_raw", "退款状态"),
    column("goods_raw", "货物状态", "发货状态"),
    column("phase_raw", "退款阶段"),
    column("responsible_raw", "责任方"),
    column("applied_at", "退款的申请时间", "退款申请时间", kind=TIME),
    column("agreed_at", "同意退款时间", kind=TIME),
    column("returned_at", "买家退货时间", kind=TIME),
    column("finished_at", "退款完结时间", kind=TIME),
    column("deadline_at", "超时时间", kind=TIME),
    column("return_waybill", "退货物流单号"),
)


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Refunds. What goes back counts only with a success: until then the amounts are what was asked for.

    订单编号 of this list is the number of the sub-order, which equals the order's own where it has one line; it is
    given as order and as line, so that whoever keeps the orders can tell which one it is.
    """
    done = map_status("state_raw", REFUND_STATE) == "success"
    shipped = map_status("goods_raw", STAGE, default="")
    refunds = frame.with_columns(
        currency=pl.lit(context.currency),
        line_no=first_of("sub_order_no", "order_no"),
        state=map_status("state_raw", REFUND_STATE),
        kind=map_status("kind_raw", KIND, default="").replace("", None),
        stage=pl.when(pl.col("phase_raw").str.contains("售前|未发货"))
        .then(pl.lit("unshipped"))
        .when(shipped != "")
        .then(shipped),
        responsible=map_status("responsible_raw", RESPONSIBLE, default="").replace("", None),
        apply_amount=pl.coalesce(pl.col("all_money"), total("to_buyer", "to_platform")),
        refund_to_buyer=pl.when(done).then(pl.col("to_buyer")),
        refund_to_platform=pl.when(done).then(pl.col("to_platform")),
    )
    return Tables(refunds=refunds)


REFUNDS = Profile(
    channel="taobao",
    kind="refunds",
    name="taobao-refunds",
    columns=COLUMNS,
    required=("refund_no", "order_no", "state_raw", "applied_at", "to_buyer"),
    build=build,
    grain="none",
)
