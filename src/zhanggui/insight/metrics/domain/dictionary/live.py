# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Live stream (M160–M176)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import NO_DAYS, NO_PARTS, m

_LIVE = ("直播数据文件", "files of live broadcasts")

METRICS: Final = (
    m("M160", "观看人数", "Viewers", add="D", unit="number", grain="broadcast", null=NO_DAYS, needs=_LIVE, seed="S000",
      formula=("进入直播间的去重人数", "distinct viewers entering")),
    m("M161", "平均在线人数", "Average concurrent viewers", add="Q", unit="number", grain="broadcast", null=NO_DAYS, needs=_LIVE, seed="S000",
      formula=("按时间加权的在线均值；峰值另看", "time-weighted mean of concurrent viewers")),
    m("M162", "人均观看时长", "Average watch time", add="R", unit="seconds", grain="broadcast", null=NO_PARTS, needs=_LIVE, seed="S000 S002",
      formula=("观看总秒数 ÷ 观看人数", "total watch seconds ÷ viewers")),
    m("M163", "互动率", "Interaction rate", add="R", unit="percent", grain="broadcast", null=NO_PARTS, needs=_LIVE, seed="S000",
      formula=("点赞、评论、分享或入会的人数 ÷ 观看人数", "distinct viewers who liked, commented, shared or joined ÷ viewers")),
    m("M164", "点赞量", "Likes", add="A", unit="number", grain="broadcast", null=NO_DAYS, needs=_LIVE, seed="S000",
      formula=("点赞次数", "count of likes")),
    m("M165", "转粉率", "Follow rate", add="R", unit="percent", grain="broadcast", null=NO_PARTS, needs=_LIVE,
      formula=("新增粉丝 ÷ 未关注的观看人数", "new followers ÷ viewers not yet following")),
    m("M166", "曝光观看率", "Exposure-to-view rate", add="R", unit="percent", grain="broadcast", null=NO_PARTS, needs=_LIVE,
      formula=("观看人数 ÷ 曝光人数", "viewers ÷ exposed people")),
    m("M167", "商品点击率", "Product click rate", add="R", unit="percent", grain="broadcast", null=NO_PARTS, needs=_LIVE, seed="S000",
      formula=("商品点击人数 ÷ 商品曝光人数", "item clickers ÷ item-exposed viewers")),
    m("M168", "点击成交率", "Click-to-deal rate", add="R", unit="percent", grain="broadcast", null=NO_PARTS, needs=_LIVE, seed="S000",
      formula=("成交人数 ÷ 商品点击人数", "buyers ÷ item clickers")),
    m("M169", "直播转化率", "Live conversion", add="R", unit="percent", grain="broadcast", null=NO_PARTS, needs=_LIVE, seed="S000",
      formula=("成交人数 ÷ 观看人数", "buyers ÷ viewers")),
    m("M170", "千次观看成交金额 GPM", "GPM", add="R", unit="money", grain="broadcast", null=NO_PARTS, needs=_LIVE,
      formula=("支付金额 ÷ 观看次数 × 1000", "paid amount ÷ views × 1000")),
    m("M171", "直播 UV 价值", "Live value per viewer", add="R", unit="money", grain="broadcast", null=NO_PARTS, needs=_LIVE,
      formula=("支付金额 ÷ 观看人数", "paid amount ÷ viewers")),
    m("M172", "直播客单价", "Live value per buyer", add="R", unit="money", grain="broadcast", null=NO_PARTS, needs=_LIVE, seed="S000",
      formula=("支付金额 ÷ 成交人数", "paid amount ÷ buyers")),
    m("M173", "直播退货率", "Live return rate", add="R", unit="percent", grain="broadcast", null=NO_PARTS, needs=_LIVE, seed="S000",
      formula=("退款金额 ÷ 支付金额（同批订单）", "refunded amount ÷ paid amount, cohort")),
    m("M174", "每小时销售额", "Sales per hour", add="R", unit="money", grain="broadcast", null=NO_PARTS, needs=_LIVE,
      formula=("净销售额 ÷ 直播小时数", "net sales ÷ live hours")),
    m("M175", "粉丝成交占比", "Fans' share of deals", add="R", unit="percent", grain="broadcast", null=NO_PARTS, needs=_LIVE,
      formula=("粉丝支付金额 ÷ 支付金额", "paid amount from followers ÷ paid amount")),
    m("M176", "分钟曲线", "Minute curve", add="N", unit="number", grain="broadcast", null=NO_DAYS, needs=_LIVE, seed="S000",
      formula=("以上各项逐分钟，连同讲解商品", "each of the above per minute with the item on screen")),
)  # fmt: skip
