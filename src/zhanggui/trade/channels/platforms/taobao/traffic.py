"""生意参谋: the shop's day, its sources, its goods. Values are texts (``1,234``, ``3.21%``, ``-``, ``NULL``)."""

from __future__ import annotations

from zhanggui.trade.channels.domain.profiles import (
    AVERAGE,
    COUNT,
    DURATION,
    ID,
    MONEY,
    RATE,
    Profile,
    column,
    columns,
)
from zhanggui.trade.channels.domain.reports import VisitRule

_SHARED = (
    column("when", "统计日期", "日期", "统计时间"),
    column("device", "所属终端", "终端", "终端类型"),
    *columns(DURATION, dwell_average="平均停留时长|人均停留时长|平均停留时长(秒)"),
)
SHOP = Profile(
    channel="taobao",
    kind="visits",
    name="taobao-shop-day",
    columns=(
        *_SHARED,
        *columns(
            COUNT,
            visitors="访客数|店铺访客数",
            views="浏览量|店铺浏览量",
            new_visitors="新访客数",
            favourite_users="商品收藏人数|收藏人数",
            favourites="商品收藏次数|收藏次数",
            cart_users="加购人数|商品加购人数",
            cart_items="加购件数|商品加购件数",
            order_buyers="下单买家数",
            orders="下单父订单数|下单订单数",
            order_qty="下单件数",
            pay_buyers="支付买家数",
            pay_orders="支付父订单数|支付订单数",
            pay_qty="支付件数",
            new_buyers="支付新买家数|新买家数",
        ),
        *columns(MONEY, placed_amount="下单金额", paid_amount="支付金额", refund_amount="成功退款金额"),
        *columns(RATE, bounce_rate="跳失率|跳出率", stated_pay_rate="支付转化率", stated_order_rate="下单转化率"),
        *columns(AVERAGE, stated_buyer_value="客单价", stated_visitor_value="UV价值"),
    ),
    required=("when", "visitors", "views", "paid_amount", "pay_buyers"),
    forbidden=("商品ID", "流量来源"),
    build=VisitRule(level="shop").build,
    grain="none",
)
SOURCES = Profile(
    channel="taobao",
    kind="visits",
    name="taobao-sources",
    columns=(
        *_SHARED,
        column("item_no", "商品ID", "商品id", kind=ID),
        column("source_1", "流量来源", "一级来源", "流量来源一级", key=True),
        column("source_2", "来源明细", "二级来源", "流量来源二级"),
        column("source_3", "三级来源", "流量来源三级"),
        *columns(
            COUNT,
            visitors="访客数",
            views="浏览量",
            favourite_users="收藏人数|商品收藏人数",
            cart_users="加购人数",
            order_buyers="下单买家数",
            pay_buyers="支付买家数",
            pay_qty="支付件数",
        ),
        *columns(MONEY, placed_amount="下单金额", paid_amount="支付金额"),
        *columns(RATE, stated_order_rate="下单转化率", stated_pay_rate="支付转化率"),
        *columns(AVERAGE, stated_buyer_value="客单价", stated_visitor_value="UV价值"),
    ),
    required=("source_1", "visitors"),
    build=VisitRule(level="source", sources=("source_1", "source_2", "source_3")).build,
    grain="none",
)
ITEMS = Profile(
    channel="taobao",
    kind="visits",
    name="taobao-item-day",
    columns=(
        *_SHARED,
        column("item_no", "商品ID", "商品id", kind=ID, key=True),
        column("title", "商品名称", "商品标题"),
        column("outer_code", "货号"),
        *columns(
            COUNT,
            visitors="商品访客数|访客数",
            views="商品浏览量|浏览量",
            favourite_users="商品收藏人数",
            cart_items="商品加购件数",
            cart_users="商品加购人数",
            order_buyers="下单买家数",
            order_qty="下单件数",
            pay_buyers="支付买家数",
            pay_qty="支付件数",
            new_buyers="支付新买家数",
        ),
        *columns(MONEY, placed_amount="下单金额", paid_amount="支付金额", refund_amount="成功退款金额"),
        *columns(
            RATE,
            bounce_rate="商品详情页跳出率",
            stated_order_rate="下单转化率",
            stated_pay_rate="商品支付转化率|支付转化率",
        ),
        *columns(AVERAGE, stated_visitor_value="访客平均价值"),
    ),
    required=("when", "item_no", "visitors", "paid_amount"),
    forbidden=("流量来源",),
    build=VisitRule(level="item").build,
    grain="none",
)
