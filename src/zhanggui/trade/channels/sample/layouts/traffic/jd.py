"""京东商智 and 京准通."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from zhanggui.trade.channels.sample.attention import Advert, Day
from zhanggui.trade.channels.sample.forms import names, yuan
from zhanggui.trade.channels.sample.layouts.traffic.report import (
    Report,
    Reports,
    Row,
    all_spend,
    average,
    percent,
    ratio,
    span,
)
from zhanggui.trade.channels.sample.sheets import Form
from zhanggui.trade.channels.sample.truth import Plan

JD_SHOP: Final = names(
    """
    时间, 成交金额, 成交商品件数, 成交客户数, 成交单量, 客单价, 店铺浏览量, 店铺访客数, 加购客户数, 退款金额
    """
)
JD_SOURCE: Final = names(
    """
    时间, 一级渠道, 二级渠道, 三级渠道, 四级渠道, 引入商详访客数, 引入成交金额, 引入成交客户数, UV价值, 客单价
    """
)
JD_SPU: Final = names(
    """
    时间, SPU, SPU名称, 一级类目, 二级类目, 三级类目, 货号, 成交金额, 成交商品件数, 成交单量, 成交客户数,
    商品访客数
    """
)
JD_ADS: Final = names(
    """
    日期, 账户昵称, 营销场景, 计划ID, 推广计划, 推广单元, 触发SKU ID, 展现数, 点击数, 点击率(%), 花费,
    千次展现成本, 平均点击成本, 直接订单行, 直接订单金额, 间接订单行, 间接订单金额, 总订单行, 总订单金额,
    总加购数, 投产比
    """
)
JD_ADS_ORDERED: Final = tuple(
    name
    for column in JD_ADS
    for name in ((column, "跟单SKU ID", "跟单SKU名称") if column == "触发SKU ID" else (column,))
)
_JD_SOURCES: Final = {
    "search": ("免费", "京东搜索", "", ""),
    "recommendation": ("免费", "推荐", "首页推荐", ""),
    "paid": ("付费", "京东快车", "", ""),
    "direct": ("免费", "购物车", "", ""),
    "social": ("站外", "微信", "微信分享", ""),
    "live": ("免费", "京东直播", "", ""),
}


def jd(plan: Plan, days: Sequence[Day], number: int) -> Reports:
    """商智 with dates as numbers; 快车 by what was advertised and again by what was ordered."""
    shop: list[Row] = []
    sources: list[Row] = []
    goods: list[Row] = []
    advertised: list[Row] = []
    ordered: list[Row] = []
    for day in days:
        when, p = day.day.isoformat(), day.shop
        shop.append(
            {
                "时间": when,
                "成交金额": yuan(p.amount),
                "成交商品件数": str(p.qty),
                "成交客户数": str(p.buyers),
                "成交单量": str(p.orders),
                "客单价": average(p.amount, p.buyers).replace(",", ""),
                "店铺浏览量": str(p.views),
                "店铺访客数": str(p.visitors),
                "加购客户数": str(p.cart_users),
                "退款金额": "-",
            }
        )
        for (kind,), p in day.sources.items():
            one, two, three, four = _JD_SOURCES[kind]
            sources.append(
                {
                    "时间": when,
                    "一级渠道": one,
                    "二级渠道": two,
                    "三级渠道": three or "-",
                    "四级渠道": four or "-",
                    "引入商详访客数": str(p.visitors),
                    "引入成交金额": yuan(p.amount),
                    "引入成交客户数": str(p.buyers),
                    "UV价值": average(p.amount, p.visitors).replace(",", ""),
                    "客单价": average(p.amount, p.buyers).replace(",", ""),
                }
            )
        for listing, p in day.goods:
            goods.append(
                {
                    "时间": when,
                    "SPU": listing.product_no,
                    "SPU名称": listing.sku.title,
                    "一级类目": "家居日用",
                    "货号": listing.sku.product_code,
                    "成交金额": yuan(p.amount),
                    "成交商品件数": str(p.qty),
                    "成交单量": str(p.orders),
                    "成交客户数": str(p.buyers),
                    "商品访客数": str(p.visitors),
                }
            )
        for advert in day.adverts:
            row = _jd_row(plan, day, advert)
            sku = f"10{int(advert.listing.sku_no) % 10**12:012d}"
            advertised.append({**row, "触发SKU ID": sku})
            ordered.append({**row, "触发SKU ID": sku, "跟单SKU ID": sku, "跟单SKU名称": advert.listing.sku.title})
    moment = f"{plan.moments[-1] + timedelta(minutes=9):%Y%m%d%H%M%S}"
    return Reports(
        [
            Report(
                f"京东商智_店铺概况_{span(days)}",
                "visits",
                "jd.traffic.shop",
                Form(JD_SHOP, "xlsx", sheet="概况"),
                shop,
            ),
            Report(
                f"京东商智_流量来源_{span(days)}",
                "visits",
                "jd.traffic.sources",
                Form(JD_SOURCE, "xlsx", sheet="来源"),
                sources,
                quirks=("paths",),
            ),
            Report(f"京东商智_商品明细_{span(days)}", "visits", "jd.traffic.spu", Form(JD_SPU, encoding="gbk"), goods),
            Report(
                f"京准通_推广数据_{moment}",
                "ads",
                "jd.ads.kuaiche",
                Form(JD_ADS, encoding="utf-8-sig"),
                advertised,
                quirks=("percent_numbers",),
                spend=all_spend(days),
            ),
            Report(
                f"京准通_跟单数据_{moment}",
                "ads",
                "jd.ads.kuaiche",
                Form(JD_ADS_ORDERED, encoding="utf-8-sig"),
                ordered,
                quirks=("ordered_view", "spend_repeats"),
                spend=all_spend(days),
            ),
        ],
        window=15,
    )


def _jd_row(plan: Plan, day: Day, advert: Advert) -> Row:
    orders, direct, indirect = advert.credited[15]
    return {
        "日期": f"{day.day:%Y%m%d}",
        "账户昵称": "qingyu_jzt",
        "营销场景": "京东快车",
        "计划ID": f"{plan.ordinal:02d}{3_300_000 + advert.campaign}",
        "推广计划": f"快车计划{advert.campaign + 1}",
        "推广单元": f"单元{advert.listing.sku.product_code}",
        "展现数": str(advert.impressions),
        "点击数": str(advert.clicks),
        "点击率(%)": percent(advert.clicks, advert.impressions).rstrip("%"),
        "花费": yuan(advert.spend),
        "千次展现成本": ratio(advert.spend * 10, advert.impressions),
        "平均点击成本": ratio(advert.spend, advert.clicks * 100),
        "直接订单行": str(orders),
        "直接订单金额": yuan(direct),
        "间接订单行": "0",
        "间接订单金额": yuan(indirect),
        "总订单行": str(orders),
        "总订单金额": yuan(direct + indirect),
        "总加购数": str(advert.carts),
        "投产比": ratio(direct + indirect, advert.spend),
    }
