"""商家后台 data centre: the shop's and the goods' day. Column names vary with the page; they are matched by name."""

from __future__ import annotations

from zhanggui.trade.channels.domain.profiles import AVERAGE, COUNT, ID, MONEY, RATE, Profile, column, columns
from zhanggui.trade.channels.domain.reports import VisitRule

_DEALS = (
    *columns(
        COUNT,
        pay_buyers="成交买家数|支付买家数",
        pay_orders="成交订单数|支付订单数",
        pay_qty="支付件数|成交件数",
        order_buyers="下单买家数",
        orders="下单订单数|下单笔数",
        favourite_users="商品收藏用户数|店铺收藏用户数|店铺关注用户数",
    ),
    *columns(MONEY, paid_amount="成交金额(元)|支付金额(元)|成交金额|支付金额", refund_amount="成功退款金额(元)"),
    *columns(RATE, stated_pay_rate="成交转化率|支付转化率"),
    *columns(AVERAGE, stated_buyer_value="客单价(元)|客单价", stated_visitor_value="成交UV价值|UV价值"),
)
SHOP = Profile(
    channel="pinduoduo",
    kind="visits",
    name="pinduoduo-shop-day",
    columns=(
        column("when", "统计日期", "统计时间", "日期"),
        *columns(COUNT, visitors="店铺访客数", views="店铺浏览量", clickers="商品访客数", clicks="商品浏览量"),
        *_DEALS,
    ),
    required=("when", "visitors", "views", "paid_amount", "pay_buyers", "pay_orders"),
    forbidden=("商品ID", "店铺名称"),
    build=VisitRule(level="shop").build,
    grain="none",
)
ITEMS = Profile(
    channel="pinduoduo",
    kind="visits",
    name="pinduoduo-item-day",
    columns=(
        column("when", "统计日期", "统计时间", "日期"),
        column("item_no", "商品ID", "商品id", kind=ID, key=True),
        column("title", "商品名称"),
        *columns(COUNT, visitors="商品访客数", views="商品浏览量", impressions="商品曝光量"),
        *_DEALS,
    ),
    required=("when", "item_no", "visitors", "views", "paid_amount", "pay_buyers", "pay_orders"),
    build=VisitRule(level="item").build,
    grain="none",
)
