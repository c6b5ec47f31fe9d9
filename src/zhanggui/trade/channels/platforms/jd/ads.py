"""京准通: 京东快车, 海投, 全站营销. The same spend comes by what was advertised (触发/推广SKU) and again by what was
ordered after it (跟单SKU); 日期 may be a range, which stays a period."""

from __future__ import annotations

from zhanggui.trade.channels.domain.profiles import AVERAGE, COUNT, ID, MONEY, RATE, Profile, column, columns
from zhanggui.trade.channels.domain.reports import AdRule

REPORT = Profile(
    channel="jd",
    kind="ads",
    name="jd-jingzhuntong",
    columns=(
        column("when", "日期", "点击时间", "时间"),
        column("account", "账户昵称", "账户"),
        column("tool_raw", "营销场景", "产品线", "业务线"),
        column("campaign_no", "计划ID", "推广计划ID", kind=ID),
        column("campaign", "推广计划", "计划名称", "推广计划名称"),
        column("unit_no", "单元ID", "推广单元ID", kind=ID),
        column("unit", "推广单元", "单元名称"),
        column("creative_no", "创意ID", kind=ID),
        column("creative", "推广创意", "创意名称"),
        column("sku_no", "触发SKU ID", "推广SKU ID", "智能投放推广SKU ID", "SKU ID", kind=ID),
        column("ordered_sku", "跟单SKU ID", kind=ID),
        column("title", "跟单SKU名称", "触发SKU名称", "推广SKU名称"),
        column("item_no", "SPU ID", kind=ID),
        column("keyword", "关键词"),
        column("search_term", "搜索词"),
        column("audience", "人群名称"),
        column("window", "转化周期", "归因天数", "订单归因周期"),
        *columns(
            COUNT,
            impressions="展现数|展现量|曝光数",
            clicks="点击数|点击量",
            direct_orders="直接订单行",
            indirect_orders="间接订单行",
            orders="总订单行",
            carts="总加购数",
            new_customers="下单新客数",
        ),
        *columns(
            MONEY,
            spend="花费|总花费",
            spend_credit="虚拟金花费|返货金花费|红包花费",
            direct_amount="直接订单金额",
            indirect_amount="间接订单金额",
            attributed_amount="总订单金额",
        ),
        *columns(RATE, stated_ctr="点击率(%)|点击率"),
        *columns(
            AVERAGE,
            stated_cpc="平均点击成本",
            stated_cpm="千次展现成本",
            stated_roas="投产比|ROI",
        ),
    ),
    required=("impressions", "clicks", "spend", "orders", "attributed_amount"),
    build=AdRule(ordered="ordered_sku", view="click", default_tool="jd_kuaiche").build,
    grain="none",
    totals=("spend",),
)
WHOLE_SITE = Profile(
    channel="jd",
    kind="ads",
    name="jd-quanzhan",
    columns=(
        column("when", "日期", "时间"),
        column("tool_raw", "计划类型"),
        column("campaign", "商品计划名称", "计划名称"),
        column("campaign_no", "ID", kind=ID),
        *columns(MONEY, spend="花费", attributed_amount="全站交易额"),
        *columns(COUNT, orders="全站订单行"),
        *columns(AVERAGE, stated_roas="全站投产比"),
    ),
    required=("campaign", "spend", "attributed_amount", "orders"),
    build=AdRule(tool="jd_quanzhan", view="mixed").build,
    grain="none",
    totals=("spend",),
)
