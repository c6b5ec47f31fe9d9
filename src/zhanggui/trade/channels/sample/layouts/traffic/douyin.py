"""电商罗盘 and 巨量千川."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhanggui.trade.channels.sample.attention import Day
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

DOUYIN_SHOP: Final = names(
    """
    日期, 成交金额, 成交订单数, 成交件数, 成交人数, 客单价, 商品曝光人数, 商品曝光次数, 商品点击人数,
    商品点击次数, 店铺访客数, 店铺浏览量
    """
)
DOUYIN_ITEM: Final = names(
    """
    日期, 商品ID, 商品名称, 成交金额, 成交订单数, 成交件数, 成交人数, 商品曝光次数, 商品点击次数, 商品访客数
    """
)
QIANCHUAN: Final = names(
    """
    素材ID, 素材名称, 日期, 整体消耗, 基础消耗, 追投调控消耗, 整体展现次数, 整体点击次数, 整体点击率,
    整体成交订单数, 整体成交金额, 整体支付ROI, 千次展现费用
    """
)


def douyin(plan: Plan, days: Sequence[Day], number: int) -> Reports:
    """罗盘 and 千川 全域推广; headers carry tabs, large figures are shortened (1.2万)."""
    shop: list[Row] = []
    goods: list[Row] = []
    materials: list[Row] = []
    for day in days:
        when, p = day.day.isoformat(), day.shop
        shop.append(
            {
                "日期": when,
                "成交金额": yuan(p.amount),
                "成交订单数": str(p.orders),
                "成交件数": str(p.qty),
                "成交人数": str(p.buyers),
                "客单价": average(p.amount, p.buyers).replace(",", ""),
                "商品曝光人数": str(p.visitors * 3),
                "商品曝光次数": folded(p.impressions),
                "商品点击人数": str(p.visitors),
                "商品点击次数": str(p.clicks),
                "店铺访客数": str(p.visitors),
                "店铺浏览量": str(p.views),
            }
        )
        for listing, p in day.goods:
            goods.append(
                {
                    "日期": when,
                    "商品ID": listing.product_no,
                    "商品名称": listing.sku.title,
                    "成交金额": yuan(p.amount),
                    "成交订单数": str(p.orders),
                    "成交件数": str(p.qty),
                    "成交人数": str(p.buyers),
                    "商品曝光次数": str(p.impressions),
                    "商品点击次数": str(p.clicks),
                    "商品访客数": str(p.visitors),
                }
            )
        for advert in day.adverts:
            orders, direct, indirect = advert.credited[15]
            extra = advert.spend * 3 // 10
            materials.append(
                {
                    "素材ID": f"73{int(advert.listing.product_no):017d}",
                    "素材名称": f"{advert.listing.sku.title}口播",
                    "日期": when,
                    "整体消耗": yuan(advert.spend),
                    "基础消耗": yuan(advert.spend - extra),
                    "追投调控消耗": yuan(extra),
                    "整体展现次数": str(advert.impressions),
                    "整体点击次数": str(advert.clicks),
                    "整体点击率": percent(advert.clicks, advert.impressions),
                    "整体成交订单数": str(orders),
                    "整体成交金额": yuan(direct + indirect),
                    "整体支付ROI": ratio(direct + indirect, advert.spend),
                    "千次展现费用": ratio(advert.spend * 10, advert.impressions),
                }
            )
    tabbed = tuple(f"{name}\t" for name in QIANCHUAN)
    return Reports(
        [
            Report(
                f"罗盘_店铺整体_{span(days)}",
                "visits",
                "douyin.traffic.shop",
                Form(DOUYIN_SHOP, "xlsx", sheet="整体"),
                shop,
                quirks=("shortened_figures",),
            ),
            Report(
                f"罗盘_商品分析_{span(days)}",
                "visits",
                "douyin.traffic.items",
                Form(DOUYIN_ITEM, "xlsx", sheet="商品"),
                goods,
            ),
            Report(
                f"千川_全域推广素材_{span(days)}",
                "ads",
                "douyin.ads.qianchuan",
                Form(QIANCHUAN, encoding="utf-8-sig", header=tabbed),
                materials,
                quirks=("header_tabs",),
                spend=all_spend(days),
            ),
        ],
        window=15,
    )


def folded(number: int) -> str:
    """Round figures are shortened to 万, others are not, so that nothing is lost."""
    return f"{number // 1000 / 10:g}万" if number >= 10_000 and number % 1000 == 0 else str(number)
