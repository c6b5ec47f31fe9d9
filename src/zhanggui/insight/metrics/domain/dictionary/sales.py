# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Sales value (M040–M056)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import (
    COHORT,
    EVENT,
    GROSS,
    NO_BUYER,
    NO_DAYS,
    NO_PARTS,
    SILENT,
    m,
)

_O = ("orders",)

METRICS: Final = (
    m("M040", "下单金额", "Placed amount", add="A", unit="money", grain="order × day", clock="created", tables=_O, refunds=GROSS, seed="S002",
      formula=("按下单时间计的应付合计，含未付款和已取消；付了款的取实付，未付的按商品金额减优惠加运费税费算", "payable amount by creation time, unpaid and cancelled included; paid orders by what was paid, others by goods − discounts + freight + tax")),
    m("M041", "支付金额", "Paid amount", add="A", unit="money", grain="order × day", tables=_O, refunds=GROSS, null=NO_DAYS, seed="S000 S002",
      formula=("按付款时间计的买家实付合计，含运费；预售在付清尾款当天计入", "sum of what buyers paid, by payment time, freight included; a pre-sale counts when paid up")),
    m("M042", "成交金额（京东）", "Deal amount (JD)", add="A", unit="money", grain="order × day", tables=_O, refunds=GROSS,
      null=("只有京东的店有值", "JD shops only"),
      formula=("原价 − 商家承担的优惠 + 税费 + 运费，按付款时间；当日取消的扣掉", "list amount − merchant-funded discounts + tax + freight by payment time; orders cancelled the same day are deducted")),
    m("M043", "交易完成金额", "Completed amount", add="A", unit="money", grain="order × day", clock="completed", tables=_O, refunds=GROSS,
      formula=("按确认收货时间计的买家实付合计", "sum of what buyers paid, by the time receipt was confirmed")),
    m("M044", "退款金额", "Refunded amount", add="A", unit="money", grain="refund × day", clock="refund", tables=("refunds",), up="bad", refunds=EVENT, seed="S000",
      null=("没有导入过售后文件的店为空", "empty for shops without an after-sale file"),
      formula=("按退款成功时间计的退款合计，部分退款计退掉的部分", "sum of successful refunds by the time they succeeded; partial refunds count their part")),
    m("M045", "净销售额（按退款日）", "Net sales by refund day", add="A", kind="expression", unit="money", grain="shop × day", tables=("orders", "refunds"), refunds=EVENT,
      null=("没有导入过售后文件的店为空", "empty for shops without an after-sale file"),
      formula=("支付金额 − 同期退款金额；大促后的淡日可能为负", "paid amount − refunded amount of the same days; may be negative on a quiet day after a sale")),
    m("M046", "净销售额", "Net sales", add="A", kind="expression", unit="money", grain="shop × day", tables=_O, refunds=COHORT, null=SILENT,
      formula=("当期付款的订单：实付 − 至今已退", "over the orders paid in the period: paid − refunded to date")),
    m("M047", "支付订单数", "Orders", add="A", grain="shop × day", tables=_O, refunds=GROSS, seed="S002",
      formula=("当期付款的主订单数；是否付款看付款时间，不看金额", "orders (not sub-orders) paid in the period; paid is told by the payment time, not the amount")),
    m("M048", "支付买家数", "Buyers", add="D", grain="shop × period", tables=_O, refunds=GROSS, null=NO_BUYER, seed="S002",
      formula=("当期有付款订单的买家，整段去重；不能按天或按店相加", "distinct buyers with a paid order, over the whole period; not added over days or shops")),
    m("M049", "支付件数", "Units", add="A", grain="item × day", tables=_O, refunds=GROSS,
      formula=("当期付款订单的商品件数合计", "pieces in the orders paid in the period")),
    m("M050", "客单价", "Average per buyer", add="R", unit="money", grain="shop × period", tables=_O, refunds=GROSS, seed="S000 S002",
      null=("有订单不知买家时为空", "empty while some order names no buyer"),
      formula=("支付金额 ÷ 支付买家数", "paid amount ÷ buyers")),
    m("M051", "笔单价", "Average per order", add="R", unit="money", grain="shop × period", tables=_O, refunds=GROSS, null=NO_PARTS, seed="S002",
      formula=("支付金额 ÷ 支付订单数（不知金额的订单两边都不计）", "paid amount ÷ orders (orders of unknown amount are in neither)")),
    m("M052", "连带率", "Units per order", add="R", unit="times", grain="shop × period", tables=_O, refunds=GROSS, null=NO_PARTS, seed="S000",
      formula=("支付件数 ÷ 支付订单数（不知件数的订单两边都不计）", "units ÷ orders (orders of unknown units are in neither)")),
    m("M053", "件单价", "Average unit price", add="R", unit="money", grain="item × period", tables=_O, refunds=GROSS, null=NO_PARTS,
      formula=("支付金额 ÷ 支付件数", "paid amount ÷ units")),
    m("M054", "UV 价值", "Value per visitor", add="R", unit="money", grain="channel × day", tables=("orders", "visits"), refunds=GROSS,
      null=("有访客数据的店与日才计；分母为 0 时为空", "shops and days with visitor data; empty when the denominator is 0"),
      formula=("支付金额 ÷ 访客数（按日合计）", "paid amount ÷ visitors summed by day")),
    m("M055", "折扣深度", "Discount depth", add="R", unit="percent", grain="item × period", tables=("lines",), refunds=GROSS, null=NO_PARTS, up="none", seed="S002",
      formula=("（标价合计 − 实付合计）÷ 标价合计，两者都知道的商品行", "(list − paid) ÷ list, over the lines that tell both")),
    m("M056", "定金尾款支付率", "Presale balance rate", add="R", unit="percent", grain="campaign", null=NO_PARTS, seed="S000",
      formula=("付清尾款的订单 ÷ 付了定金的订单", "balances paid ÷ deposits paid"),
      needs=("预售活动的定金与尾款时间", "the deposit and balance moments of presale campaigns")),
)  # fmt: skip
