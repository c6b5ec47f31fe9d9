"""巨量千川: 全域推广 (2024→, material rows) and standard plans. 整体消耗 = 基础消耗 + 追投调控消耗."""

from __future__ import annotations

from zhanggui.trade.channels.domain.profiles import AVERAGE, COUNT, ID, MONEY, RATE, Profile, column, columns
from zhanggui.trade.channels.domain.reports import AdRule

_WHAT = (
    column("when", "日期", "时间", "日期/时间", "统计日期"),
    column("account", "账户名称", "账户ID"),
    column("campaign_no", "计划ID", kind=ID),
    column("campaign", "计划名称"),
    column("creative_no", "素材ID", kind=ID),
    column("creative", "素材名称"),
    column("item_no", "商品ID", kind=ID),
    column("title", "商品名称"),
)
WHOLE = Profile(
    channel="douyin",
    kind="ads",
    name="douyin-qianchuan-whole",
    columns=(
        *_WHAT,
        *columns(MONEY, spend="整体消耗", base_spend="基础消耗", extra_spend="追投调控消耗",
                 spend_credit="赠款消耗|赠款花费|红包消耗", attributed_amount="整体成交金额", net_amount="净成交金额"),
        *columns(COUNT, impressions="整体展现次数|整体展示次数", clicks="整体点击次数", orders="整体成交订单数",
                 net_orders="净成交订单数"),
        *columns(RATE, stated_ctr="整体点击率"),
        *columns(AVERAGE, stated_roas="整体支付ROI", stated_cpm="千次展现费用"),
    ),
    required=("spend", "impressions", "clicks", "attributed_amount"),
    build=AdRule(tool="qianchuan", view="mixed").build,
    grain="none",
    totals=("spend",),
)  # fmt: skip
STANDARD = Profile(
    channel="douyin",
    kind="ads",
    name="douyin-qianchuan-standard",
    columns=(
        *_WHAT,
        *columns(MONEY, spend="消耗", spend_credit="赠款消耗|赠款花费|红包消耗", attributed_amount="成交金额",
                 direct_amount="直接成交金额", indirect_amount="间接成交金额"),
        *columns(COUNT, impressions="展示次数", clicks="点击次数", orders="成交订单数"),
        *columns(RATE, stated_ctr="点击率"),
        *columns(AVERAGE, stated_roas="支付ROI"),
    ),
    required=("spend", "impressions", "clicks", "attributed_amount", "orders"),
    build=AdRule(tool="qianchuan", view="click").build,
    grain="none",
    totals=("spend",),
)  # fmt: skip
