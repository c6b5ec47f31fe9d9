# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Funnel and conversion (M020–M030)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import NO_PARTS, m

_V = ("visits",)
_EVENTS = ("按用户的行为流水（浏览、加购、下单）", "events of each user (view, cart, order)")

METRICS: Final = (
    m("M020", "点击率", "Click-through rate", add="R", unit="percent", grain="ad/item × day", clock="ad", tables=("ads",), null=NO_PARTS, seed="S000 S001 S002",
      formula=("点击 ÷ 曝光", "clicks ÷ impressions")),
    m("M021", "加购率", "Add-to-cart rate", add="R", unit="percent", grain="item × day", clock="visit", tables=_V, null=NO_PARTS, seed="S000 S002",
      formula=("加购人数 ÷ 访客数（均按日合计）", "add-to-cart users ÷ visitors, both summed by day")),
    m("M022", "加购下单转化率", "Cart-to-order rate", add="R", unit="percent", grain="item × window", clock="visit", tables=_V, null=NO_PARTS, seed="S000",
      formula=("下单买家数 ÷ 加购人数（同日窗口）", "ordering buyers ÷ add-to-cart users of the same day")),
    m("M023", "下单转化率", "Order conversion", add="R", unit="percent", grain="shop/item × day", clock="visit", tables=_V, null=NO_PARTS, seed="S002",
      formula=("下单买家数 ÷ 访客数，含未付款", "ordering buyers ÷ visitors, unpaid orders included")),
    m("M024", "支付转化率", "Pay conversion", add="R", unit="percent", grain="shop/item × day", clock="visit", tables=_V, null=NO_PARTS, seed="S000 S002",
      formula=("支付买家数 ÷ 访客数（均按日合计）", "paying buyers ÷ visitors, both summed by day")),
    m("M025", "成交转化率（京东）", "Deal conversion (JD)", add="R", unit="percent", grain="shop × day", clock="visit", tables=_V, null=("只有京东的店有值；分母为 0 时为空", "JD shops only; empty when the denominator is 0"),
      formula=("京东成交客户数 ÷ 访客数，货到付款按下单计", "deal customers of JD ÷ visitors; cash on delivery counts at ordering")),
    m("M026", "下单支付转化率", "Order-to-pay rate", add="R", unit="percent", grain="shop × day", clock="created", tables=("orders",), null=NO_PARTS,
      formula=("当期下单且已付款的买家 ÷ 当期下单买家，按买家去重", "distinct buyers who ordered in the period and paid ÷ distinct buyers who ordered")),
    m("M027", "询单转化率", "Enquiry conversion", add="R", unit="percent", grain="staff × day", null=NO_PARTS, seed="S002",
      formula=("询单后 N 天内下单的买家 ÷ 询单买家", "enquiring buyers who then order within N days ÷ enquiring buyers"),
      needs=("客服会话文件", "files of service conversations")),
    m("M028", "访问转化率（跨境）", "Visit conversion (cross-border)", add="R", unit="percent", grain="store × day", clock="visit", tables=_V, null=NO_PARTS,
      formula=("订单数 ÷ 访问次数", "orders ÷ visits")),
    m("M029", "漏斗步骤转化率", "Funnel step rate", add="R", unit="percent", grain="funnel × cohort", null=NO_PARTS, seed="S000 S002", needs=_EVENTS,
      formula=("到达第 k 步的用户 ÷ 到达第 k−1 步的用户", "users reaching step k ÷ users reaching step k−1")),
    m("M030", "漏斗流失率", "Drop-off", add="R", unit="percent", grain="funnel × cohort", null=NO_PARTS, up="bad", seed="S000 S002", needs=_EVENTS,
      formula=("1 − 步骤转化率", "1 − step rate")),
)  # fmt: skip
