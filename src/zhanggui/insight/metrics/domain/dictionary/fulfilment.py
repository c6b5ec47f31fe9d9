# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Fulfilment (M150–M156)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import NO_PARTS, m

_O = ("orders",)
_DUE = ("文件不给发货时限的平台为空", "empty for channels whose files give no ship deadline")
_LEFT_OUT = ("发货前已取消或退款的订单不计", "orders cancelled or refunded before shipment are left out")

METRICS: Final = (
    m("M150", "按时发货率", "On-time shipment rate", add="R", unit="percent", grain="shop × day", clock="due", tables=_O, refunds=_LEFT_OUT, null=_DUE, seed="S002",
      formula=("应在当期发货的订单中，承诺时间前发出的 ÷ 应发订单数", "of the orders due for shipment in the period: shipped in time ÷ due")),
    m("M151", "迟发率", "Late shipment rate", add="R", unit="percent", grain="shop × day", clock="due", tables=_O, refunds=_LEFT_OUT, null=_DUE, up="bad",
      formula=("应在当期发货的订单中，晚于承诺时间发出或至今未发的 ÷ 应发订单数", "of the orders due for shipment in the period: shipped late or still not shipped ÷ due")),
    m("M152", "有效物流率", "Valid-tracking rate", add="R", unit="percent", grain="shop × 30 d", null=NO_PARTS, needs=("快递轨迹", "tracking events of the carriers"),
      formula=("有有效扫描的包裹 ÷ 包裹", "parcels with a valid scan ÷ parcels")),
    m("M153", "付款到发货时长", "Payment to shipment, median", add="Q", unit="hours", grain="shop", clock="shipped", tables=_O, up="bad", seed="S002",
      null=("不知付款时间的不计入，并注明", "orders without a payment moment are left out and counted"),
      formula=("当期发出的订单：从付款到发货的小时数，中位数", "orders shipped in the period: hours from payment to shipment, median")),
    m("M153-p90", "付款到发货时长（P90）", "Payment to shipment, P90", add="Q", unit="hours", grain="shop", clock="shipped", tables=_O, up="bad", seed="S002",
      formula=("当期发出的订单：从付款到发货的小时数，P90（最近秩）", "orders shipped in the period: hours from payment to shipment, P90 (nearest rank)")),
    m("M153-sign", "发货到签收时长", "Shipment to delivery, median", add="Q", unit="hours", grain="shop", clock="delivered", tables=_O, up="bad", seed="S002",
      formula=("当期签收的订单：从发货到签收的小时数，中位数", "orders delivered in the period: hours from shipment to delivery, median")),
    m("M153-sign-p90", "发货到签收时长（P90）", "Shipment to delivery, P90", add="Q", unit="hours", grain="shop", clock="delivered", tables=_O, up="bad", seed="S002",
      formula=("当期签收的订单：从发货到签收的小时数，P90（最近秩）", "orders delivered in the period: hours from shipment to delivery, P90 (nearest rank)")),
    m("M154", "拣货准确率", "Pick accuracy", add="R", unit="percent", grain="warehouse × day", null=NO_PARTS, seed="S000", needs=("仓库的拣货复核记录", "pick checks of the warehouse"),
      formula=("拣对的行 ÷ 行", "lines picked right ÷ lines")),
    m("M155", "单均履约成本", "Fulfilment cost per order", add="R", unit="money", grain="warehouse × month", null=NO_PARTS, up="bad", seed="S001", needs=("仓储与包装费用", "warehouse and packaging costs"),
      formula=("（仓储 + 包装 + 运费）÷ 发货订单数", "(warehouse + packaging + freight) ÷ shipped orders")),
    m("M156", "破损率", "Damage rate", add="R", unit="percent", grain="carrier × month", null=NO_PARTS, up="bad", seed="S002", needs=("破损记录", "records of damage"),
      formula=("破损包裹 ÷ 发出包裹", "damaged parcels ÷ shipped")),
)  # fmt: skip
