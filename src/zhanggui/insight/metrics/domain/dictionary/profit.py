# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Profit (M060–M069)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import COHORT, NO_PARTS, m

_C = ("lines", "costs")
_COST = ("缺一个商品的成本，毛利即为空，不当作 100%", "one article without a cost makes it empty, never 100 %")
_FIXED = ("人员、房租、软件与税的费用表", "a table of staff, rent, software and tax")

METRICS: Final = (
    m("M060", "毛利", "Gross profit", add="A", kind="expression", unit="money", grain="item × day", tables=_C, refunds=COHORT, null=_COST, seed="S002",
      formula=("商品行实付 − 至今已退 − 未退件数 × 单位成本；成本取付款日有效的一条，两边含税口径一致", "paid for the line − refunded to date − pieces kept × unit cost valid on the payment day; price and cost on the same tax basis")),
    m("M061", "毛利率", "Gross margin", add="R", unit="percent", grain="item × period", tables=_C, refunds=COHORT, null=_COST, seed="S002",
      formula=("毛利 ÷ 商品行净销售额", "gross profit ÷ net sales of the lines")),
    m("M062", "边际贡献 1", "Contribution 1", add="A", kind="expression", unit="money", grain="item × day", tables=_C, refunds=COHORT, null=_COST,
      formula=("净销售额 − 商品成本", "net sales − goods cost")),
    m("M063", "边际贡献 2", "Contribution 2", add="A", kind="expression", unit="money", grain="order × day", tables=("lines", "costs", "settlement"), refunds=COHORT, seed="S000 S002",
      null=("缺成本、缺账单或缺每件履约费时为空，并说明缺什么", "empty without costs, statements or handling costs per piece; says which"),
      formula=("边际贡献 1 − 平台佣金与技术服务费 − 物流 − 运费险 − 每件拣包费（账单按入账日）", "contribution 1 − commission and fees − logistics − insurance − handling per piece (statements by booking day)")),
    m("M064", "边际贡献 3", "Contribution 3", add="A", kind="expression", unit="money", grain="channel × day", tables=("lines", "costs", "settlement", "ads"), refunds=COHORT, seed="S000",
      null=("缺成本、账单或推广文件时为空，并说明缺什么", "empty without costs, statements or advert files; says which"),
      formula=("边际贡献 2 − 推广花费 − 达人佣金", "contribution 2 − advert spend − creator commission")),
    m("M065", "净利润", "Net profit", add="A", kind="expression", unit="money", grain="shop × month", refunds=COHORT, seed="S002", needs=_FIXED,
      formula=("边际贡献 3 − 人员 − 房租 − 软件 − 其他固定费用 − 税", "contribution 3 − staff − rent − software − other fixed − tax")),
    m("M066", "净利率", "Net margin", add="R", unit="percent", grain="shop × month", refunds=COHORT, null=NO_PARTS, seed="S002", needs=_FIXED,
      formula=("净利润 ÷ 净销售额", "net profit ÷ net sales")),
    m("M067", "盈亏平衡投产比", "Break-even ROAS", add="R", unit="times", grain="item", tables=("lines", "costs", "settlement"), refunds=COHORT, up="bad", seed="S002",
      null=("边际贡献 2 不为正时为空", "empty when contribution 2 is not positive"),
      formula=("净销售额 ÷ 边际贡献 2", "net sales ÷ contribution 2")),
    m("M068", "含退款的盈亏平衡投产比", "Refund-adjusted break-even", add="R", unit="times", grain="item", tables=("lines", "costs", "settlement"), refunds=COHORT, up="bad",
      null=("分母不为正时为空", "empty when the denominator is not positive"),
      formula=("1 ÷ [m·(1−ρ) − k·ρ]：m 边际贡献 2 率，ρ 退款占支付的比，k 每元退货成本（逆向物流 ÷ 退款）", "1 ÷ [m·(1−ρ) − k·ρ]: m contribution 2 ratio, ρ refunds ÷ paid, k cost of a return per unit of refund (return freight ÷ refunds)")),
    m("M069", "到岸成本", "Landed cost", add="A", kind="expression", unit="money", grain="item × country", up="bad", seed="S002",
      formula=("货款 + 运费 + 关税 + 进口税 + 费用，每件", "goods + freight + duty + import tax + fee, per unit"),
      needs=("带日期的各国税率表与头程运费", "a dated tax table by country and inbound freight")),
)  # fmt: skip
