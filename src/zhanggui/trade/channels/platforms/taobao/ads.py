"""阿里妈妈: 直通车 (to 2023), the older 万相台, 万相台无界版. Spend repeats on every window (转化周期) of one thing."""

from __future__ import annotations

from zhanggui.trade.channels.domain.profiles import AVERAGE, COUNT, ID, MONEY, RATE, Profile, column, columns
from zhanggui.trade.channels.domain.reports import AdRule

_WHAT = (
    column("when", "日期", "统计日期", "统计时间"),
    column("campaign_no", "计划id", kind=ID),
    column("campaign", "计划名称", "计划名字"),
    column("unit_no", "单元id", "推广单元id", kind=ID),
    column("unit", "单元名称", "单元名字", "推广单元名称"),
    column("creative_no", "创意id", kind=ID),
    column("creative", "创意名称", "创意名字", "创意标题"),
    column("keyword", "关键词", "词", "关键词名称", "词名字"),
    column("audience", "人群名称", "人群名字"),
    column("window", "转化周期"),
    column("view_raw", "效果模型"),
)
_FIGURES = (
    *columns(
        COUNT,
        impressions="展现量|曝光量|展示量",
        clicks="点击量|点击次数",
        carts="总购物车数|总加购量|总加购数",
        favourites="总收藏数|收藏量",
        direct_orders="直接成交笔数",
        indirect_orders="间接成交笔数",
        orders="总成交笔数|成交订单量|成交笔数",
        net_orders="净成交笔数",
        new_customers="成交新客数",
    ),
    *columns(
        MONEY,
        spend="花费|消耗",
        spend_credit="红包消耗|优惠券抵扣金额",
        direct_amount="直接成交金额",
        indirect_amount="间接成交金额",
        attributed_amount="总成交金额|成交订单金额|成交金额",
        net_amount="净成交金额",
    ),
    *columns(RATE, stated_ctr="点击率"),
    *columns(
        AVERAGE,
        stated_cpc="平均点击花费|点击成本",
        stated_cpm="千次展现花费|千次展现成本",
        stated_roas="投入产出比|roi|投资回报率|回报率",
    ),
)
WUJIE = Profile(
    channel="taobao",
    kind="ads",
    name="taobao-wanxiangtai",
    columns=(
        *_WHAT,
        column("scene_no", "场景ID"),
        column("tool_raw", "场景名字", "场景名称"),
        column("sub_scene", "原二级场景名字", "原二级场景名称"),
        column("subject_no", "主体ID", "宝贝ID", kind=ID),
        column("subject_type", "主体类型"),
        column("title", "主体名称", "宝贝名称"),
        *_FIGURES,
    ),
    required=("tool_raw", "spend", "clicks"),
    build=AdRule(
        tool="wanxiangtai", tools=("tool_raw", "sub_scene"), view="click", product_types=("商品", "宝贝")
    ).build,
    grain="none",
    totals=("spend",),
)
ZHITONGCHE = Profile(
    channel="taobao",
    kind="ads",
    name="taobao-zhitongche",
    columns=(
        *_WHAT,
        column("tool_raw", "推广类型"),
        column("item_no", "商品id", "宝贝id", kind=ID),
        column("title", "商品名称", "宝贝名称"),
        *_FIGURES,
        *columns(COUNT, favourites_item="宝贝收藏数", carts_direct="直接购物车数"),
    ),
    required=("campaign", "impressions", "spend", "clicks"),
    forbidden=("场景名字", "场景ID", "消耗", "日预算"),
    build=AdRule(tool="zhitongche", view="click").build,
    grain="none",
    totals=("spend",),
)
WANXIANGTAI = Profile(
    channel="taobao",
    kind="ads",
    name="taobao-wanxiangtai-before-2023",
    columns=(
        *_WHAT,
        column("account", "店铺url"),
        column("item_no", "商品id", kind=ID),
        *(c for c in _FIGURES if c.name != "spend"),
        column("spend", "消耗", kind=MONEY),
        column("model", "统计口径"),
    ),
    required=("campaign", "spend", "window", "clicks"),
    forbidden=("场景名字",),
    build=AdRule(tool="wanxiangtai", view="click").build,
    grain="none",
    totals=("spend",),
)
LIMOFANG = Profile(
    channel="taobao",
    kind="ads",
    name="taobao-yinlimofang",
    columns=(
        *_WHAT,
        column("item_no", "商品id", "宝贝id", kind=ID),
        *(c for c in _FIGURES if c.name not in ("spend", "orders", "attributed_amount")),
        column("spend", "消耗", kind=MONEY),
        column("orders", "成交订单量", kind=COUNT),
        column("attributed_amount", "成交订单金额", kind=MONEY),
    ),
    required=("campaign", "spend", "impressions", "orders", "attributed_amount"),
    build=AdRule(tool="yinlimofang", view="mixed").build,
    grain="none",
    totals=("spend",),
)
