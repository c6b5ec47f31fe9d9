"""京东商智: the shop's day, sources, SPU and SKU days. A customer who pays on delivery counts at ordering."""

from __future__ import annotations

from zhanggui.trade.channels.domain.profiles import AVERAGE, COUNT, DURATION, ID, MONEY, RATE, Profile, column, columns
from zhanggui.trade.channels.domain.reports import VisitRule

_WHEN = column("when", "时间", "日期")
_DEVICE = column("device", "终端", "数据终端")
_DEALS = (
    *columns(
        COUNT,
        pay_qty="成交商品件数|成交件数",
        pay_buyers="成交客户数|成交人数",
        pay_orders="成交单量",
        cart_users="加购客户数|加购人数",
        cart_items="加购商品件数",
        favourite_users="店铺关注人数|商品关注人数",
        new_buyers="成交新客户数|新成交客户数",
        order_buyers="下单客户数",
        orders="下单单量",
        order_qty="下单商品件数",
    ),
    *columns(MONEY, paid_amount="成交金额", placed_amount="下单金额", refund_amount="退款金额"),
    *columns(AVERAGE, stated_buyer_value="客单价"),
    *columns(RATE, stated_pay_rate="成交转化率"),
)
SHOP = Profile(
    channel="jd",
    kind="visits",
    name="jd-shop-day",
    columns=(
        _WHEN,
        _DEVICE,
        *columns(COUNT, visitors="店铺访客数|访客数", views="店铺浏览量|浏览量", new_visitors="新访客数"),
        *columns(DURATION, dwell_average="平均停留时长|平均停留时长(秒)"),
        *columns(RATE, bounce_rate="跳失率"),
        *_DEALS,
    ),
    required=("when", "visitors", "views", "paid_amount", "pay_buyers"),
    forbidden=("一级渠道", "SPU", "SKU", "商品ID"),
    build=VisitRule(level="shop").build,
    grain="none",
)
SOURCES = Profile(
    channel="jd",
    kind="visits",
    name="jd-sources",
    columns=(
        _WHEN,
        _DEVICE,
        column("source_1", "一级渠道", key=True),
        column("source_2", "二级渠道"),
        column("source_3", "三级渠道"),
        column("source_4", "四级渠道"),
        *columns(COUNT, visitors="引入商详访客数|访客数", views="引入商详浏览量|浏览量", pay_buyers="引入成交客户数"),
        *columns(MONEY, paid_amount="引入成交金额"),
        *columns(AVERAGE, stated_visitor_value="UV价值", stated_buyer_value="客单价"),
    ),
    required=("when", "source_1", "visitors"),
    build=VisitRule(level="source", sources=("source_1", "source_2", "source_3", "source_4")).build,
    grain="none",
)
SPU = Profile(
    channel="jd",
    kind="visits",
    name="jd-spu-day",
    columns=(
        _WHEN,
        _DEVICE,
        column("item_no", "SPU", kind=ID, key=True),
        column("title", "SPU名称"),
        column("outer_code", "货号"),
        *columns(COUNT, visitors="商品访客数|访客数", views="商品浏览量|浏览量"),
        *_DEALS,
    ),
    required=("when", "item_no", "visitors", "paid_amount"),
    build=VisitRule(level="item").build,
    grain="none",
)
SKU = Profile(
    channel="jd",
    kind="visits",
    name="jd-sku-day",
    columns=(
        _WHEN,
        _DEVICE,
        column("sku_no", "SKU", kind=ID, key=True),
        column("item_no", "商品ID", kind=ID),
        column("title", "商品名称", "SKU名称"),
        *columns(COUNT, visitors="访客数|商品访客数", views="浏览量|商品浏览量"),
        *_DEALS,
    ),
    required=("sku_no", "visitors", "paid_amount"),
    build=VisitRule(level="sku").build,
    grain="none",
)
