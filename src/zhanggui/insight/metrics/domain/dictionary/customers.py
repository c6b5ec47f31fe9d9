# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Customers (M090–M107)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import COHORT, GROSS, NO_BUYER, NO_PARTS, m

_O = ("orders",)
_MESSAGES = ("邮件与短信的发送记录", "records of e-mail and text messages")
_MEMBERS = ("会员等级", "member tiers")

METRICS: Final = (
    m("M090", "新客数", "New customers", add="A", kind="distinct", grain="shop × period", tables=_O, refunds=GROSS, null=NO_BUYER, seed="S000",
      formula=("已知历史里首笔付款订单落在当期的买家；按组内店铺的历史判断", "buyers whose first paid order of the known history of the group's shops is in the period")),
    m("M091", "复购人数", "Repeat buyers", add="D", grain="shop × window", tables=_O, refunds=GROSS, null=NO_BUYER, seed="S000",
      formula=("当期在两个及以上不同日子付款的买家；同日拆单算一次", "buyers who paid on two or more days of the period; orders split on one day count once")),
    m("M092", "近 30 天复购率", "Repurchase rate, last 30 days", add="R", unit="percent", grain="shop × day", tables=_O, refunds=GROSS, null=NO_PARTS, seed="S000",
      formula=("截至期末 30 天内在两个及以上日子付款的买家 ÷ 这 30 天的买家", "of the last 30 days of the period: buyers on two or more days ÷ buyers")),
    m("M092-90", "近 90 天复购率", "Repurchase rate, last 90 days", add="R", unit="percent", grain="shop × day", tables=_O, refunds=GROSS, null=NO_PARTS, seed="S000",
      formula=("截至期末 90 天内在两个及以上日子付款的买家 ÷ 这 90 天的买家", "of the last 90 days of the period: buyers on two or more days ÷ buyers")),
    m("M093", "首购后 30 天复购率", "Repurchase within 30 days of the first purchase", add="R", unit="percent", grain="cohort", tables=_O, refunds=GROSS, seed="S000",
      null=("期内最后一名首购客满 30 天之前为空", "empty until every member has 30 days of age"),
      formula=("当期首购的买家中，30 天内在另一日再付款的 ÷ 首购买家", "of the buyers whose first purchase is in the period: those who paid on another day within 30 days ÷ all")),
    m("M093-90", "首购后 90 天复购率", "Repurchase within 90 days of the first purchase", add="R", unit="percent", grain="cohort", tables=_O, refunds=GROSS, seed="S000",
      null=("期内最后一名首购客满 90 天之前为空", "empty until every member has 90 days of age"),
      formula=("当期首购的买家中，90 天内在另一日再付款的 ÷ 首购买家", "of the buyers whose first purchase is in the period: those who paid on another day within 90 days ÷ all")),
    m("M094", "老客占比", "Returning-customer share", add="R", unit="percent", grain="shop × period", tables=_O, refunds=GROSS, null=NO_PARTS, seed="S002",
      formula=("当期买家中，期初之前已有付款订单的 ÷ 当期买家", "buyers of the period with a paid order before it ÷ buyers of the period")),
    m("M095", "老客金额占比", "Repurchase by amount", add="R", unit="percent", grain="shop × period", tables=_O, refunds=GROSS, null=NO_PARTS,
      formula=("老客支付金额 ÷ 知道买家的支付金额", "paid by returning customers ÷ paid by known buyers")),
    m("M096", "复购周期", "Median repurchase gap", add="Q", unit="days", grain="shop", tables=_O, refunds=GROSS, up="bad", seed="S000",
      null=("超过一半还没再来时用生存中位数；达不到一半时为空", "when more than half have not come again the survival median is used; empty when it is not reached"),
      formula=("当期每次购买到下一次购买的天数的中位数", "median days from each purchase day of the period to the buyer's next one")),
    m("M097", "同期群留存", "Cohort retention", add="R", unit="percent", grain="cohort × month", tables=_O, refunds=GROSS, seed="",
      null=("没过完的月为空，不当作 0", "months that are not over are empty, not 0"),
      formula=("首购月为 c 的买家中，第 c+k 月有付款订单的 ÷ 群体人数（用 cohorts 取整个矩阵；此处给下一个月）", "buyers of the first-purchase month c who pay in month c+k ÷ its size (the matrix comes from cohorts; here k = 1)")),
    m("M098", "流失客数", "Churned customers", add="S", grain="shop × day", tables=_O, refunds=GROSS, up="bad", null=NO_BUYER, seed="S000",
      formula=("期末日，最后一次付款已超过 90 天的买家", "buyers whose last payment is more than 90 days before the last day of the period")),
    m("M099", "购买频次", "Purchase frequency", add="R", unit="times", grain="shop × period", tables=_O, refunds=GROSS, null=NO_PARTS,
      formula=("知道买家的支付订单数 ÷ 支付买家数", "orders of known buyers ÷ buyers")),
    m("M100", "历史 LTV", "Realised lifetime value", add="A", unit="money", grain="cohort × T", refunds=COHORT, seed="S002",
      formula=("每位客户从首购到 T 的边际贡献 2 合计", "sum of contribution 2 per customer from the first order to T"),
      needs=("逐单的费用分摊，才有每位客户的边际贡献", "fees per order, for the contribution of each customer")),
    m("M101", "预测 LTV", "Lifetime value, forecast", add="N", kind="expression", unit="money", grain="segment", refunds=COHORT, seed="S002",
      formula=("笔单价 × 年订单数 × 预期年数 × 边际贡献率", "value per order × orders per year × expected years × contribution ratio"),
      needs=("年流失率与边际贡献率", "annual churn and a contribution ratio")),
    m("M102", "LTV : CAC", "LTV to CAC", add="R", unit="times", grain="cohort", null=NO_PARTS, refunds=COHORT, seed="S002",
      formula=("LTV ÷ 获客成本", "lifetime value ÷ acquisition cost"), needs=("LTV（见 M100）", "lifetime value (see M100)")),
    m("M103", "RFM 得分", "RFM score", add="N", kind="expression", unit="score", grain="customer × day", tables=_O, refunds=COHORT, null=NO_BUYER, up="none", seed="S002",
      formula=("365 天内：最近一次距今天数、订单数、净额，各按五等分 1–5；并列同分（用 rfm 取，分界随结果保存）", "over 365 days: recency, orders and net amount in quintiles 1–5, ties share one (asked through rfm; cut-offs stay with the result)")),
    m("M104", "会员占比与活跃会员", "Member share", add="R", unit="percent", grain="tier × month", null=NO_PARTS, seed="S000 S001", needs=_MEMBERS,
      formula=("会员买家 ÷ 买家", "members ÷ buyers")),
    m("M105", "积分负债", "Points liability", add="S", unit="money", grain="shop × day", up="bad", seed="S000", needs=("积分流水与有效期", "points with their expiry"),
      formula=("未过期积分 × 兑换价值 × 预期兑换率", "unexpired points × redeem value × expected redemption")),
    m("M106", "退订率", "Unsubscribe rate", add="R", unit="percent", grain="campaign", null=NO_PARTS, up="bad", seed="S001", needs=_MESSAGES,
      formula=("退订 ÷ 送达", "unsubscribes ÷ delivered")),
    m("M107", "邮件短信点击率", "Message open and click rate", add="R", unit="percent", grain="campaign", null=NO_PARTS, seed="S001", needs=_MESSAGES,
      formula=("点击 ÷ 送达", "clicks ÷ delivered")),
)  # fmt: skip
