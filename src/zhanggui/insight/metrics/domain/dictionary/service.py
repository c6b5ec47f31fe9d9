# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Returns, refunds, service (M110–M129)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import AS_GIVEN, COHORT, GROSS, NO_PARTS, SILENT, m

_O = ("orders",)
_TALKS = ("客服会话文件", "files of service conversations")
_REVIEWS = ("评价文件", "files of reviews")
_SILENT = ("没有付款订单时为空；" + SILENT[0], "empty without paid orders; " + SILENT[1])

METRICS: Final = (
    m("M110", "退款率", "Refund rate", add="R", unit="percent", grain="shop × cohort", tables=_O, refunds=COHORT, null=_SILENT, up="bad", seed="S000",
      formula=("当期付款的订单中，至今有退款成功的订单 ÷ 支付订单数", "of the orders paid in the period: those with a successful refund to date ÷ orders")),
    m("M111", "退款金额率", "Refund rate by amount", add="R", unit="percent", grain="shop × cohort", tables=_O, refunds=COHORT, null=_SILENT, up="bad", seed="S000",
      formula=("当期付款订单至今已退金额 ÷ 支付金额", "refunded to date of the orders paid in the period ÷ paid amount")),
    m("M112", "退货率", "Return rate", add="R", unit="percent", grain="item × cohort", clock="refund", tables=("refunds", "lines"), refunds=COHORT, up="bad", seed="S000",
      null=("没有售后文件的店为空；按退回日计，可能超过 100%", "empty for shops without an after-sale file; by the day of return, may exceed 100 %"),
      formula=("当期退回的件数（退货退款成功或已收货，不含仅退款）÷ 当期发出的件数", "pieces physically returned in the period (refund-only left out) ÷ pieces shipped in the period")),
    m("M113", "发货前取消率", "Pre-ship cancel rate", add="R", unit="percent", grain="shop × day", tables=_O, refunds=GROSS, null=NO_PARTS, up="bad",
      formula=("当期付款的订单中，发货前取消或退款的 ÷ 支付订单数", "of the orders paid in the period: cancelled or refunded before shipment ÷ orders")),
    m("M114", "品质退款率", "Quality-reason share", add="R", unit="percent", grain="item × 30 d", refunds=COHORT, null=NO_PARTS, up="bad", seed="S001",
      formula=("品质原因的退款 ÷ 支付订单数", "refunds with a quality reason ÷ paid orders"),
      needs=("各平台退款原因与品质原因的对照", "a map of each channel's refund reasons to quality reasons")),
    m("M115", "退款时长", "Refund duration, median", add="Q", unit="hours", grain="shop × day", clock="refund", tables=("refunds",), up="bad", seed="S000",
      null=("不知申请或完成时间的不计入，并注明", "refunds without both moments are left out and counted"),
      formula=("当期完成的退款：从申请到成功的小时数，中位数", "refunds finished in the period: hours from application to success, median")),
    m("M115-mean", "退款时长（均值）", "Refund duration, mean", add="Q", unit="hours", grain="shop × day", clock="refund", tables=("refunds",), up="bad", seed="S000",
      formula=("当期完成的退款：从申请到成功的小时数，均值", "refunds finished in the period: hours from application to success, mean")),
    m("M115-p90", "退款时长（P90）", "Refund duration, P90", add="Q", unit="hours", grain="shop × day", clock="refund", tables=("refunds",), up="bad", seed="S000",
      formula=("当期完成的退款：从申请到成功的小时数，P90（最近秩）", "refunds finished in the period: hours from application to success, P90 (nearest rank)")),
    m("M116", "首次响应时长", "First response time", add="Q", unit="seconds", grain="staff × day", up="bad", seed="S000 S002", needs=_TALKS,
      formula=("人工首次回复 − 客户首条消息", "first human reply − the customer's first message")),
    m("M117", "首次回复（含机器人）", "First reply incl. bot", add="Q", unit="seconds", grain="channel × day", up="bad", seed="S000 S002", needs=_TALKS,
      formula=("任何首次回复 − 客户首条消息", "first reply of any kind − the customer's first message")),
    m("M118", "30 秒响应率", "30-second response rate", add="R", unit="percent", grain="staff × day", null=NO_PARTS, seed="S000", needs=_TALKS,
      formula=("30 秒内首次回复的会话 ÷ 需要回复的会话", "conversations answered within 30 s ÷ conversations needing a reply")),
    m("M119", "平均响应时长", "Average response time", add="Q", unit="seconds", grain="staff × day", up="bad", seed="S002", needs=_TALKS,
      formula=("客户到客服每一轮的平均时长", "mean over customer→staff turns")),
    m("M120", "一次解决率", "First-contact resolution", add="R", unit="percent", grain="staff × week", null=NO_PARTS, seed="S001", needs=_TALKS,
      formula=("7 天内未重开的已解决会话 ÷ 已关闭会话", "resolved without reopening in 7 days ÷ closed")),
    m("M121", "客服满意度", "CSAT", add="R", unit="percent", grain="staff × week", null=("不足 10 条评分时为空", "empty below 10 ratings"), seed="S000 S001", needs=_TALKS,
      formula=("4–5 分的评分 ÷ 收到的评分", "ratings 4–5 ÷ ratings received")),
    m("M122", "投诉率", "Complaint rate", add="R", unit="percent", grain="shop × 30 d", null=NO_PARTS, up="bad", seed="S000 S001", needs=("投诉记录", "complaints"),
      formula=("投诉数 ÷ 支付订单数（每万单）", "complaints ÷ paid orders (per 10 000)")),
    m("M123", "平台介入率", "Platform-intervention rate", add="R", unit="percent", grain="shop × 30 d", clock="refund", tables=("refunds", "orders"), null=NO_PARTS, up="bad", refunds=GROSS,
      formula=("当期申请、处于平台仲裁的退款 ÷ 当期支付订单数", "refunds applied for in the period that stand in arbitration ÷ orders paid in the period")),
    m("M124", "机器人解决率", "Bot self-service rate", add="R", unit="percent", grain="bot × day", null=NO_PARTS, seed="S000 S002", needs=_TALKS,
      formula=("24 小时内无人工且未重开的机器人会话 ÷ 机器人会话", "conversations closed by the bot with no human and no reopening in 24 h ÷ bot conversations")),
    m("M125", "转人工等待", "Transfer wait", add="Q", unit="seconds", grain="bot × day", up="bad", needs=_TALKS,
      formula=("人工接入 − 要求转人工", "human joined − transfer asked")),
    m("M126", "店铺动态评分 DSR", "DSR", add="R", unit="score", grain="shop × rolling 180 d", null=NO_PARTS, seed="S002", needs=_REVIEWS,
      formula=("180 天内描述、服务、物流 1–5 分的均值", "mean of the 1–5 scores of 180 days: description, service, logistics")),
    m("M127", "体验分", "Experience score", add="N", unit="score", grain="shop × day", null=AS_GIVEN, seed="S002", needs=("平台的体验分文件", "files with the platform's score"),
      formula=("平台给的总分与分项，各平台刻度不同", "total and parts as given; every platform has its own scale")),
    m("M128", "好评率", "Positive review rate", add="R", unit="percent", grain="item × 30 d", null=NO_PARTS, seed="S002", needs=_REVIEWS,
      formula=("4–5 星评价 ÷ 评价（不含默认好评）", "4–5-star reviews ÷ reviews (default-good left out)")),
    m("M129", "订单缺陷率 ODR（亚马逊）", "Order defect rate (Amazon)", add="R", unit="percent", grain="account", null=NO_PARTS, up="bad", needs=("亚马逊的差评、索赔与拒付记录", "negative feedback, claims and chargebacks of Amazon"),
      formula=("60 天内有差评、索赔或拒付的订单 ÷ 订单", "orders with negative feedback, claim or chargeback in 60 days ÷ orders")),
)  # fmt: skip
