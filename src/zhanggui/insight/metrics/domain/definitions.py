"""The metric dictionary as data. One definition per id; where two readings exist, each has its own id."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.contracts import Metric

_ORDERS_ZH, _ORDERS_EN = "各平台订单文件", "order files of every channel"
_REFUNDS_ZH, _REFUNDS_EN = "各平台售后文件", "after-sale files of every channel"
_BOTH_ZH, _BOTH_EN = "订单文件与售后文件", "order and after-sale files"
_NO_DATA_ZH = "没有订单文件覆盖的日子为空，不当作 0"
_NO_DATA_EN = "days no order file reaches are empty, not 0"
_NO_PARTS_ZH = "分母为 0 时为空"
_NO_PARTS_EN = "empty when the denominator is 0"
_SILENT_ZH = "文件从未提过退款的店按没有退款计，并注明"
_SILENT_EN = "shops whose files never told of a refund count as without, and are named"
_GROSS_ZH, _GROSS_EN = "不扣退款", "not deducted"
_EVENT_ZH, _EVENT_EN = "按退款成功的日子扣", "deducted on the day the refund succeeded"
_COHORT_ZH = "扣当期付款订单至今的退款，会随退款陆续变化"
_COHORT_EN = "refunds to date of the orders paid in the period; changes as refunds arrive"

METRICS: Final[dict[str, Metric]] = {
    m.id: m
    for m in (
        Metric(
            id="M041", name_zh="支付金额", name_en="Paid amount", grain="order × day", additivity="A", unit="money",
            formula_zh="按付款时间计的买家实付合计，含运费；预售在付清尾款当天计入",
            formula_en="sum of what buyers paid, by payment time, freight included; a pre-sale counts when paid up",
            null_zh=_NO_DATA_ZH, null_en=_NO_DATA_EN, refunds_zh=_GROSS_ZH, refunds_en=_GROSS_EN,
            source_zh=_ORDERS_ZH, source_en=_ORDERS_EN,
        ),
        Metric(
            id="M044", name_zh="退款金额", name_en="Refunded amount", grain="refund × day", additivity="A",
            unit="money", up_is="bad",
            formula_zh="按退款成功时间计的退款合计，部分退款计退掉的部分",
            formula_en="sum of successful refunds by the time they succeeded; partial refunds count their part",
            null_zh="没有导入过售后文件的店为空", null_en="empty for shops without an after-sale file",
            refunds_zh=_EVENT_ZH, refunds_en=_EVENT_EN, source_zh=_REFUNDS_ZH, source_en=_REFUNDS_EN,
        ),
        Metric(
            id="M045", name_zh="净销售额（按退款日）", name_en="Net sales by refund day", grain="shop × day",
            additivity="A", unit="money",
            formula_zh="支付金额 − 同期退款金额；大促后的淡日可能为负",
            formula_en="paid amount − refunded amount of the same days; may be negative on a quiet day after a sale",
            null_zh="没有导入过售后文件的店为空", null_en="empty for shops without an after-sale file",
            refunds_zh=_EVENT_ZH, refunds_en=_EVENT_EN, source_zh=_BOTH_ZH, source_en=_BOTH_EN,
        ),
        Metric(
            id="M046", name_zh="净销售额", name_en="Net sales", grain="shop × day", additivity="A", unit="money",
            formula_zh="当期付款的订单：实付 − 至今已退",
            formula_en="over the orders paid in the period: paid − refunded to date",
            null_zh=_SILENT_ZH, null_en=_SILENT_EN,
            refunds_zh=_COHORT_ZH, refunds_en=_COHORT_EN, source_zh=_BOTH_ZH, source_en=_BOTH_EN,
        ),
        Metric(
            id="M047", name_zh="支付订单数", name_en="Orders", grain="shop × day", additivity="A", unit="number",
            formula_zh="当期付款的主订单数；是否付款看付款时间，不看金额",
            formula_en="orders (not sub-orders) paid in the period; paid is told by the payment time, not the amount",
            null_zh=_NO_DATA_ZH, null_en=_NO_DATA_EN, refunds_zh=_GROSS_ZH, refunds_en=_GROSS_EN,
            source_zh=_ORDERS_ZH, source_en=_ORDERS_EN,
        ),
        Metric(
            id="M048", name_zh="支付买家数", name_en="Buyers", grain="shop × period", additivity="D", unit="number",
            formula_zh="当期有付款订单的买家，整段去重；不能按天或按店相加",
            formula_en="distinct buyers with a paid order, over the whole period; not added over days or shops",
            null_zh="文件不给买家标识的订单不计入", null_en="orders whose file names no buyer are left out",
            refunds_zh=_GROSS_ZH, refunds_en=_GROSS_EN, source_zh=_ORDERS_ZH, source_en=_ORDERS_EN,
        ),
        Metric(
            id="M049", name_zh="支付件数", name_en="Units", grain="item × day", additivity="A", unit="number",
            formula_zh="当期付款订单的商品件数合计", formula_en="pieces in the orders paid in the period",
            null_zh=_NO_DATA_ZH, null_en=_NO_DATA_EN, refunds_zh=_GROSS_ZH, refunds_en=_GROSS_EN,
            source_zh=_ORDERS_ZH, source_en=_ORDERS_EN,
        ),
        Metric(
            id="M050", name_zh="客单价", name_en="Average per buyer", grain="shop × period", additivity="R",
            unit="money", formula_zh="支付金额 ÷ 支付买家数", formula_en="paid amount ÷ buyers",
            null_zh="有订单不知买家时为空", null_en="empty while some order names no buyer",
            refunds_zh=_GROSS_ZH, refunds_en=_GROSS_EN, source_zh=_ORDERS_ZH, source_en=_ORDERS_EN,
        ),
        Metric(
            id="M051", name_zh="笔单价", name_en="Average per order", grain="shop × period", additivity="R",
            unit="money", formula_zh="支付金额 ÷ 支付订单数（不知金额的订单两边都不计）",
            formula_en="paid amount ÷ orders (orders of unknown amount are in neither)",
            null_zh=_NO_PARTS_ZH, null_en=_NO_PARTS_EN, refunds_zh=_GROSS_ZH, refunds_en=_GROSS_EN,
            source_zh=_ORDERS_ZH, source_en=_ORDERS_EN,
        ),
        Metric(
            id="M110", name_zh="退款率", name_en="Refund rate", grain="shop × cohort", additivity="R", unit="percent",
            up_is="bad", formula_zh="当期付款的订单中，至今有退款成功的订单 ÷ 支付订单数",
            formula_en="of the orders paid in the period: those with a successful refund to date ÷ orders",
            null_zh="没有付款订单时为空；" + _SILENT_ZH,
            null_en="empty without paid orders; " + _SILENT_EN,
            refunds_zh=_COHORT_ZH, refunds_en=_COHORT_EN, source_zh=_BOTH_ZH, source_en=_BOTH_EN,
        ),
        Metric(
            id="M111", name_zh="退款金额率", name_en="Refund rate by amount", grain="shop × cohort", additivity="R",
            unit="percent", up_is="bad", formula_zh="当期付款订单至今已退金额 ÷ 支付金额",
            formula_en="refunded to date of the orders paid in the period ÷ paid amount",
            null_zh="没有支付金额时为空；" + _SILENT_ZH,
            null_en="empty without a paid amount; " + _SILENT_EN,
            refunds_zh=_COHORT_ZH, refunds_en=_COHORT_EN, source_zh=_BOTH_ZH, source_en=_BOTH_EN,
        ),
        Metric(
            id="M151", name_zh="迟发率", name_en="Late shipment rate", grain="shop × day", additivity="R",
            unit="percent", up_is="bad",
            formula_zh="应在当期发货的订单中，晚于承诺时间发出或至今未发的 ÷ 应发订单数",
            formula_en="of the orders due for shipment in the period: shipped late or still not shipped ÷ due",
            null_zh="文件不给发货时限的平台为空", null_en="empty for channels whose files give no ship deadline",
            refunds_zh="发货前已取消或退款的订单不计",
            refunds_en="orders cancelled or refunded before shipment are left out",
            source_zh=_ORDERS_ZH, source_en=_ORDERS_EN,
        ),
    )
}  # fmt: skip

#: Metrics that add up over days and shops of one currency.
ADDITIVE: Final = tuple(m.id for m in METRICS.values() if m.additivity == "A")
#: Metrics that may be shown over shops of several currencies.
WITHOUT_MONEY: Final = tuple(m.id for m in METRICS.values() if m.unit != "money" and m.id != "M111")
