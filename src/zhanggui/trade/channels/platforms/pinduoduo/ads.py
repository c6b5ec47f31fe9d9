"""推广报表: account day, product day, product over a period. The last rows are a total and a note; the total may exceed
the sum of the rows, because hosted spend has no product: the difference is reported."""

from __future__ import annotations

from zhanggui.trade.channels.domain.profiles import AVERAGE, COUNT, ID, MONEY, Profile, column, columns
from zhanggui.trade.channels.domain.reports import AdRule

_FIGURES = (
    *columns(
        COUNT,
        impressions="曝光量",
        clicks="点击量",
        orders="成交笔数",
        direct_orders="直接成交笔数",
        indirect_orders="间接成交笔数",
        net_orders="净成交笔数",
        favourites="收藏量",
        enquiries="询单量",
    ),
    *columns(
        MONEY,
        spend="总花费(元)",
        spend_credit="红包花费(元)|优惠券抵扣(元)",
        deal_spend="成交花费(元)",
        attributed_amount="交易额(元)",
        direct_amount="直接交易额(元)",
        indirect_amount="间接交易额(元)",
        net_amount="净交易额(元)",
    ),
    *columns(AVERAGE, stated_roas="实际投产比"),
)
ACCOUNT = Profile(
    channel="pinduoduo",
    kind="ads",
    name="pinduoduo-account-day",
    columns=(column("when", "日期"), *_FIGURES),
    required=("when", "spend", "attributed_amount", "impressions", "clicks"),
    forbidden=("商品ID", "推广名称"),
    build=AdRule(tool="pdd_promotion", view="mixed").build,
    grain="none",
    totals=("spend",),
)
PRODUCTS = Profile(
    channel="pinduoduo",
    kind="ads",
    name="pinduoduo-product",
    columns=(
        column("when", "日期"),
        column("item_no", "商品ID", kind=ID, key=True),
        column("title", "商品名称"),
        column("tool_raw", "推广场景", "推广类型"),
        column("campaign", "推广名称"),
        column("bidding", "出价方式"),
        column("unit", "分组"),
        *_FIGURES,
    ),
    required=("item_no", "spend", "attributed_amount", "impressions", "clicks"),
    build=AdRule(tool="pdd_promotion", view="mixed").build,
    grain="none",
    totals=("spend",),
)
