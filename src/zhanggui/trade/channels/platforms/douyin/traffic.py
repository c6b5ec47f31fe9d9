"""电商罗盘: the shop's and the goods' day. Refunds come by two clocks: by when was paid, by when was refunded."""

from __future__ import annotations

from zhanggui.trade.channels.domain.profiles import AVERAGE, COUNT, ID, MONEY, RATE, Profile, column, columns
from zhanggui.trade.channels.domain.reports import VisitRule

_FIGURES = (
    *columns(
        COUNT,
        pay_orders="成交订单数",
        pay_qty="成交件数",
        pay_buyers="成交人数|支付人数",
        new_buyers="成交新客数|首购人数",
        impression_users="商品曝光人数",
        impressions="商品曝光次数",
        clickers="商品点击人数",
        clicks="商品点击次数",
        visitors="店铺访客数|访客数|商品访客数",
        views="店铺浏览量|浏览量|商品浏览量",
        cart_users="加购人数",
    ),
    *columns(
        MONEY,
        paid_amount="成交金额|支付金额",
        refund_amount_by_pay="退款金额（支付时间）",
        refund_amount="退款金额（退款时间）",
    ),
    *columns(RATE, stated_pay_rate="访客支付转化率|支付转化率"),
    *columns(AVERAGE, stated_buyer_value="客单价"),
)
SHOP = Profile(
    channel="douyin",
    kind="visits",
    name="douyin-shop-day",
    columns=(column("when", "日期", "统计日期"), column("device", "终端"), *_FIGURES),
    required=("when", "paid_amount", "pay_orders", "pay_buyers", "impressions"),
    forbidden=("商品ID", "整体消耗", "消耗", "流量渠道"),
    build=VisitRule(level="shop").build,
    grain="none",
)
ITEMS = Profile(
    channel="douyin",
    kind="visits",
    name="douyin-item-day",
    columns=(
        column("when", "日期", "统计日期"),
        column("item_no", "商品ID", kind=ID, key=True),
        column("title", "商品名称"),
        *_FIGURES,
    ),
    required=("when", "item_no", "paid_amount", "pay_orders", "impressions"),
    build=VisitRule(level="item").build,
    grain="none",
)
SOURCES = Profile(
    channel="douyin",
    kind="visits",
    name="douyin-sources",
    columns=(
        column("when", "日期", "统计日期"),
        column("source_1", "一级流量渠道", "流量渠道", "流量来源", key=True),
        column("source_2", "二级流量渠道", "渠道明细"),
        *_FIGURES,
    ),
    required=("when", "source_1", "pay_buyers", "impressions"),
    build=VisitRule(level="source", sources=("source_1", "source_2")).build,
    grain="none",
)
