"""生意参谋, 万相台无界版 and the older 直通车."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from zhanggui.trade.channels.sample.attention import Advert, Day, People
from zhanggui.trade.channels.sample.forms import names, yuan
from zhanggui.trade.channels.sample.layouts.traffic.report import (
    Report,
    Reports,
    Row,
    all_spend,
    average,
    grouped,
    money,
    percent,
    ratio,
    span,
)
from zhanggui.trade.channels.sample.sheets import Form
from zhanggui.trade.channels.sample.truth import Plan

TAOBAO_SHOP: Final = names(
    """
    统计日期, 访客数, 浏览量, 新访客数, 平均停留时长, 跳失率, 商品收藏人数, 加购人数, 加购件数, 下单买家数,
    支付买家数, 支付父订单数, 支付件数, 支付金额, 支付转化率, 客单价, UV价值
    """
)
TAOBAO_SOURCE: Final = names(
    """
    统计日期, 流量来源, 来源明细, 访客数, 浏览量, 收藏人数, 加购人数, 下单买家数, 支付买家数, 支付件数,
    支付金额, 支付转化率
    """
)
TAOBAO_ITEM: Final = names(
    """
    统计日期, 商品ID, 商品名称, 货号, 商品访客数, 商品浏览量, 平均停留时长, 商品详情页跳出率, 商品收藏人数,
    商品加购件数, 商品加购人数, 下单买家数, 支付买家数, 支付件数, 支付金额, 商品支付转化率
    """
)
WUJIE: Final = names(
    """
    日期, 转化周期, 场景ID, 场景名字, 计划ID, 计划名字, 主体ID, 主体类型, 主体名称, 展现量, 点击量, 花费,
    点击率, 平均点击花费, 千次展现花费, 直接成交金额, 间接成交金额, 总成交金额, 总成交笔数, 投入产出比,
    总购物车数, 总收藏数
    """
)
WUJIE_PLAN: Final = tuple(name for name in WUJIE if not name.startswith("主体"))
ZHITONGCHE: Final = names(
    """
    日期, 计划id, 计划名称, 推广类型, 商品id, 展现量, 点击量, 花费, 点击率, 平均点击花费, 千次展现花费,
    总收藏数, 总购物车数, 总成交金额, 直接成交金额, 间接成交金额, 总成交笔数, 投入产出比
    """
)
_TAOBAO_SOURCES: Final = {
    "search": (("手淘搜索", "手淘搜索"), 1),
    "recommendation": (("手淘推荐", "猜你喜欢"), 1),
    "paid": (("付费推广", "万相台无界版"), 1),
    "direct": (("我的淘宝", "购物车"), 1),
    "social": (("内容分享", "淘口令分享"), 1),
    "live": (("淘宝直播", "店铺直播"), 1),
}


def _taobao_people(people: People) -> Row:
    return {
        "访客数": grouped(people.visitors),
        "浏览量": grouped(people.views),
        "新访客数": grouped(people.new_visitors),
        "平均停留时长": ratio(people.dwell, people.visitors),
        "跳失率": percent(people.bounces, people.visitors),
        "商品收藏人数": grouped(people.favourite_users),
        "收藏人数": grouped(people.favourite_users),
        "加购人数": grouped(people.cart_users),
        "加购件数": grouped(people.cart_items),
        "下单买家数": grouped(people.order_buyers),
        "支付买家数": str(people.buyers),
        "支付父订单数": grouped(people.orders),
        "支付件数": grouped(people.qty),
        "支付金额": money(people.amount),
        "支付转化率": percent(people.buyers, people.visitors),
        "客单价": average(people.amount, people.buyers),
        "UV价值": average(people.amount, people.visitors),
    }


def _taobao_visits(plan: Plan, days: Sequence[Day]) -> list[Report]:
    before = (f"生意参谋 店铺：{plan.shop}", f"统计周期：{days[0].day} 至 {days[-1].day}", "")
    sources: list[Row] = []
    goods: list[Row] = []
    for day in days:
        for (kind,), people in day.sources.items():
            (whole, part), _ = _TAOBAO_SOURCES[kind]
            row = {"统计日期": day.day.isoformat(), **_taobao_people(people)}
            # every source comes as a whole and again as its parts
            sources += [{**row, "流量来源": whole, "来源明细": "汇总"}, {**row, "流量来源": whole, "来源明细": part}]
        for listing, people in day.goods:
            goods.append(
                {
                    **_taobao_people(people),
                    "统计日期": day.day.isoformat(),
                    "商品ID": listing.product_no,
                    "商品名称": listing.sku.title,
                    "货号": listing.sku.product_code,
                    "商品访客数": grouped(people.visitors),
                    "商品浏览量": grouped(people.views),
                    "商品详情页跳出率": percent(people.bounces, people.visitors),
                    "商品加购件数": grouped(people.cart_items),
                    "商品加购人数": grouped(people.cart_users),
                    "商品支付转化率": percent(people.buyers, people.visitors),
                }
            )
    shop = [{"统计日期": day.day.isoformat(), **_taobao_people(day.shop)} for day in days]
    quirks = ("preamble", "grouped_text", "dash_for_zero")
    head = "【生意参谋平台】"
    return [
        Report(
            f"{head}店铺_整体_{span(days)}",
            "visits",
            "taobao.traffic.shop",
            Form(TAOBAO_SHOP, "xlsx", sheet="店铺", before=before),
            shop,
            quirks=quirks,
        ),
        Report(
            f"{head}流量_来源_{span(days)}",
            "visits",
            "taobao.traffic.sources",
            Form(TAOBAO_SOURCE, "xlsx", sheet="来源", before=before),
            sources,
            quirks=(*quirks, "wholes_and_parts"),
        ),
        Report(
            f"{head}商品_全部_{span(days)}",
            "visits",
            "taobao.traffic.items",
            Form(TAOBAO_ITEM, "xlsx", sheet="商品", before=before),
            goods,
            quirks=quirks,
        ),
    ]


_SCENES: Final = (("371", "关键词推广"), ("372", "人群推广"), ("376", "货品运营"))


def _advert(advert: Advert, window: int) -> Row:
    orders, direct, indirect = advert.credited[window]
    return {
        "展现量": grouped(advert.impressions),
        "点击量": grouped(advert.clicks),
        "花费": yuan(advert.spend),
        "点击率": percent(advert.clicks, advert.impressions),
        "平均点击花费": ratio(advert.spend, advert.clicks * 100),
        "千次展现花费": ratio(advert.spend * 10, advert.impressions),
        "直接成交金额": yuan(direct),
        "间接成交金额": yuan(indirect),
        "总成交金额": yuan(direct + indirect),
        "总成交笔数": str(orders),
        "投入产出比": ratio(direct + indirect, advert.spend),
        "总购物车数": grouped(advert.carts),
        "总收藏数": grouped(advert.favourites),
    }


def _merged(adverts: Iterable[Advert]) -> list[Advert]:
    """The adverts of a campaign as one."""
    found: dict[int, Advert] = {}
    for a in adverts:
        b = found.get(a.campaign)
        if b is None:
            found[a.campaign] = a
            continue
        found[a.campaign] = Advert(
            a.campaign,
            b.listing,
            a.impressions + b.impressions,
            a.clicks + b.clicks,
            a.spend + b.spend,
            a.carts + b.carts,
            a.favourites + b.favourites,
            {w: tuple(x + y for x, y in zip(a.credited[w], b.credited[w], strict=True)) for w in a.credited},  # type: ignore[misc]
        )
    return [found[key] for key in sorted(found)]


def _wujie(plan: Plan, days: Sequence[Day]) -> list[Report]:
    """The same spend by product and by campaign, each over two windows: four times in all."""
    products: list[Row] = []
    campaigns: list[Row] = []
    for day in days:
        for advert in day.adverts:
            subject = {
                "主体ID": advert.listing.product_no,
                "主体类型": "商品",
                "主体名称": advert.listing.sku.title,
            }
            products += [{**_wujie_row(plan, day, advert, window), **subject} for window in (1, 15)]
        for advert in _merged(day.adverts):
            campaigns += [_wujie_row(plan, day, advert, window) for window in (1, 15)]
    stamp = f"{plan.moments[-1] + timedelta(minutes=7):%Y%m%d_%H%M%S}"
    quirks = ("two_windows", "spend_repeats")
    return [
        Report(
            f"商品报表_{stamp}",
            "ads",
            "taobao.ads.wujie",
            Form(WUJIE, encoding="gb18030"),
            products,
            quirks=quirks,
            spend=all_spend(days),
        ),
        Report(
            f"计划报表_{stamp}",
            "ads",
            "taobao.ads.wujie",
            Form(WUJIE_PLAN, encoding="gb18030"),
            campaigns,
            quirks=quirks,
            spend=all_spend(days),
        ),
    ]


def _wujie_row(plan: Plan, day: Day, advert: Advert, window: int) -> Row:
    scene_no, scene = _SCENES[advert.campaign]
    return {
        "日期": day.day.isoformat(),
        "转化周期": f"{window}天转化",
        "场景ID": scene_no,
        "场景名字": scene,
        "计划ID": f"{plan.ordinal:02d}{7_100_000 + advert.campaign}",
        "计划名字": f"{scene}计划{advert.campaign + 1}",
        **_advert(advert, window),
    }


def _zhitongche(plan: Plan, days: Sequence[Day]) -> list[Report]:
    rows = [
        {
            "日期": day.day.isoformat(),
            "计划id": f"{plan.ordinal:02d}{5_200_000 + advert.campaign}",
            "计划名称": f"直通车计划{advert.campaign + 1}",
            "推广类型": "标准推广",
            "商品id": advert.listing.product_no,
            **_advert(advert, 15),
        }
        for day in days
        for advert in day.adverts
    ]
    before = ("直通车报表", "转化周期：15天", "")
    return [
        Report(
            f"直通车_推广报表_{span(days)}",
            "ads",
            "taobao.ads.zhitongche",
            Form(ZHITONGCHE, encoding="gb18030", before=before),
            rows,
            quirks=("preamble", "window_above"),
            spend=all_spend(days),
        )
    ]


def taobao(plan: Plan, days: Sequence[Day], number: int) -> Reports:
    """The first shop has 万相台, the second the older 直通车; the others their visitors only."""
    ads = _wujie(plan, days) if number == 0 else _zhitongche(plan, days) if number == 1 else []
    return Reports([*_taobao_visits(plan, days), *ads], window=15 if ads else None)
