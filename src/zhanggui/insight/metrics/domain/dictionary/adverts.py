# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Advertising (M070–M083)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import AS_GIVEN, COHORT, GROSS, NO_PARTS, m

_A = ("ads",)
_WINDOW = (
    "归因窗口与口径随数保存；多种窗口并存时须选一种；分母为 0 时为空",
    "the attribution window and view stay with the figure; where several exist one must be chosen; empty when the denominator is 0",
)

METRICS: Final = (
    m("M070", "推广花费", "Advert spend", add="A", unit="money", grain="ad × day", clock="ad", tables=_A, up="none", seed="S000 S002",
      formula=("各推广工具花费合计，每笔只计一次", "spend over all tools, each counted once")),
    m("M071", "平均点击花费", "Cost per click", add="R", unit="money", grain="ad × day", clock="ad", tables=_A, null=NO_PARTS, up="bad", seed="S000",
      formula=("花费 ÷ 点击", "spend ÷ clicks")),
    m("M072", "千次展现成本", "Cost per mille", add="R", unit="money", grain="ad × day", clock="ad", tables=_A, null=NO_PARTS, up="bad", seed="S000 S002",
      formula=("花费 ÷ 曝光 × 1000", "spend ÷ impressions × 1000")),
    m("M073", "单次成交成本", "Cost per conversion", add="R", unit="money", grain="ad × day", clock="ad", tables=_A, null=_WINDOW, up="bad", seed="S000",
      formula=("花费 ÷ 归因订单数", "spend ÷ attributed orders")),
    m("M074", "获客成本", "Customer acquisition cost", add="R", unit="money", grain="channel × month", clock="ad", tables=("ads", "orders"), null=NO_PARTS, up="bad", seed="S000",
      formula=("推广花费 ÷ 新客数；达人费与新客券未计入", "advert spend ÷ new customers; creator fees and new-customer coupons are not in it")),
    m("M075", "投产比 ROAS", "ROAS", add="R", unit="times", grain="ad × day", clock="ad", tables=_A, refunds=GROSS, null=_WINDOW, seed="S002",
      formula=("归因成交金额 ÷ 花费，是倍数", "attributed amount ÷ spend, a multiple")),
    m("M076", "投资回报率 ROI", "ROI", add="R", unit="percent", grain="channel × period", tables=("lines", "costs", "settlement", "ads"), refunds=COHORT, seed="S000 S002",
      null=("缺成本、账单或推广文件时为空", "empty without costs, statements or advert files"),
      formula=("（收入 − 成本）÷ 成本；成本为商品、费用、履约与推广，人员未计入", "(revenue − cost) ÷ cost; goods, fees, handling and adverts; staff is not in it")),
    m("M077", "推广 ROI", "Advert ROI", add="R", unit="percent", grain="ad × period", clock="ad", tables=("lines", "costs", "settlement", "ads"), refunds=COHORT,
      null=("缺成本、账单或推广文件时为空", "empty without costs, statements or advert files"),
      formula=("ROAS × 边际贡献 2 率 − 1", "ROAS × contribution 2 ratio − 1")),
    m("M078", "净投产比", "Net ROAS", add="R", unit="times", grain="ad × cohort", refunds=COHORT, null=NO_PARTS,
      formula=("（归因成交金额 − 其退款）÷ 花费", "(attributed amount − its refunds) ÷ spend"),
      needs=("逐单的广告归因，才知道哪些退款属于广告", "advert attribution per order, to know which refunds belong to it")),
    m("M079", "全店投产比", "Total ROAS (MER)", add="R", unit="times", grain="shop × period", tables=("orders", "ads"), refunds=COHORT, null=NO_PARTS,
      formula=("净销售额 ÷ 推广花费，与归因无关", "net sales ÷ advert spend, free of attribution")),
    m("M080", "费比", "Advert cost ratio", add="R", unit="percent", grain="shop × period", tables=("orders", "ads"), refunds=COHORT, null=NO_PARTS, up="bad",
      formula=("推广花费 ÷ 净销售额", "advert spend ÷ net sales")),
    m("M081", "预算进度", "Budget use", add="R", unit="percent", grain="plan × day", null=NO_PARTS, up="none", seed="S001 S003",
      formula=("花费 ÷ 预算", "spend ÷ budget"), needs=("推广计划的预算", "the budgets of advert plans")),
    m("M082", "头部 20% 花费占比", "Top-20 % spend share", add="R", kind="expression", unit="percent", grain="shop × week", clock="ad", tables=_A, up="none", seed="S000",
      null=("推广商品不足 5 个时为空", "empty below 5 advertised items"),
      formula=("ROAS 最高的 20%（向上取整）商品的花费 ÷ 花费", "spend on the ceil(20 %) items with the best ROAS ÷ spend")),
    m("M083", "质量分", "Quality score", add="N", kind="external", unit="score", grain="keyword × day", null=AS_GIVEN, seed="S002",
      formula=("平台给的质量分", "quality score as the platform gave it"), needs=("关键词质量分文件", "keyword files with quality scores")),
)  # fmt: skip
