"""商家后台 data centre and 推广报表."""

from __future__ import annotations

from collections.abc import Sequence
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

PDD_SHOP: Final = names(
    """
    统计日期, 店铺访客数, 店铺浏览量, 商品访客数, 商品浏览量, 成交金额(元), 成交买家数, 成交订单数, 成交转化率,
    客单价(元)
    """
)
PDD_ITEM: Final = names(
    """
    统计日期, 商品ID, 商品名称, 商品访客数, 商品浏览量, 支付金额(元), 支付买家数, 支付订单数, 支付件数,
    支付转化率
    """
)
PDD_ACCOUNT: Final = names(
    """
    日期, 成交花费(元), 交易额(元), 实际投产比, 总花费(元), 成交笔数, 曝光量, 点击量
    """
)
PDD_PRODUCT: Final = names(
    """
    日期, 商品ID, 商品名称, 推广场景, 推广名称, 出价方式, 分组, 是否已删除, 成交花费(元), 交易额(元),
    实际投产比, 总花费(元), 成交笔数, 曝光量, 点击量
    """
)


def pinduoduo(plan: Plan, days: Sequence[Day], number: int) -> Reports:
    """The account's spend exceeds that of its products by what was hosted; totals and a note stand at the foot."""
    shop: list[Row] = []
    goods: list[Row] = []
    account: list[Row] = []
    products: list[Row] = []
    hosted = 0
    for day in days:
        when, p = day.day.isoformat(), day.shop
        shop.append(
            {
                "统计日期": when,
                "店铺访客数": str(p.visitors),
                "店铺浏览量": str(p.views),
                "商品访客数": str(min(p.visitors, p.clicks)),
                "商品浏览量": str(p.clicks),
                "成交金额(元)": yuan(p.amount),
                "成交买家数": str(p.buyers),
                "成交订单数": str(p.orders),
                "成交转化率": percent(p.buyers, p.visitors),
                "客单价(元)": average(p.amount, p.buyers).replace(",", ""),
            }
        )
        for listing, p in day.goods:
            goods.append(
                {
                    "统计日期": when,
                    "商品ID": listing.product_no,
                    "商品名称": listing.sku.title,
                    "商品访客数": str(p.visitors),
                    "商品浏览量": str(p.views),
                    "支付金额(元)": yuan(p.amount),
                    "支付买家数": str(p.buyers),
                    "支付订单数": str(p.orders),
                    "支付件数": str(p.qty),
                    "支付转化率": percent(p.buyers, p.visitors),
                }
            )
        for place, advert in enumerate(day.adverts):
            # the last article of a day is hosted: the report by product does not know it
            if place and place == len(day.adverts) - 1:
                hosted += advert.spend
                continue
            products.append(
                {
                    "日期": when,
                    "商品ID": advert.listing.product_no,
                    "商品名称": advert.listing.sku.title,
                    "推广场景": "稳定成本推广",
                    "推广名称": f"推广{advert.campaign + 1}",
                    "出价方式": "自动出价",
                    "分组": "-",
                    "是否已删除": "否",
                    **_pdd_figures([advert]),
                }
            )
        if day.adverts:
            account.append({"日期": when, **_pdd_figures(day.adverts)})
    total = all_spend(days)
    empty = ["-"] * (len(PDD_PRODUCT) - 1)
    foot = list(empty)
    foot[PDD_PRODUCT.index("总花费(元)") - 1] = yuan(total)
    sums = ["-"] * (len(PDD_ACCOUNT) - 1)
    sums[PDD_ACCOUNT.index("总花费(元)") - 1] = yuan(total)
    note = "说明：总计包含全店托管的花费，商品维度不作拆分"
    return Reports(
        [
            Report(
                f"店铺数据_{span(days)}", "visits", "pinduoduo.traffic.shop", Form(PDD_SHOP, "xlsx", sheet="店铺"), shop
            ),
            Report(
                f"商品数据_{span(days)}",
                "visits",
                "pinduoduo.traffic.items",
                Form(PDD_ITEM, "xlsx", sheet="商品"),
                goods,
            ),
            Report(
                f"推广账户报表_{span(days)}",
                "ads",
                "pinduoduo.ads.account",
                Form(PDD_ACCOUNT, "xlsx", sheet="账户"),
                account,
                after=[["总计", *sums]],
                quirks=("total_row",),
                spend=total,
            ),
            Report(
                f"推广商品报表_{span(days)}",
                "ads",
                "pinduoduo.ads.product",
                Form(PDD_PRODUCT, "xlsx", sheet="商品"),
                products,
                after=[["总计", *foot], note],
                quirks=("total_row", "note_row", "hosted_spend"),
                residuals=int(hosted > 0),
                spend=total - hosted,
            ),
        ],
        window=15,
    )


def _pdd_figures(adverts: Sequence[Advert]) -> Row:
    spend, amount = sum(a.spend for a in adverts), sum(sum(a.credited[15][1:]) for a in adverts)
    return {
        "成交花费(元)": yuan(spend),
        "交易额(元)": yuan(amount),
        "实际投产比": ratio(amount, spend),
        "总花费(元)": yuan(spend),
        "成交笔数": str(sum(a.credited[15][0] for a in adverts)),
        "曝光量": str(sum(a.impressions for a in adverts)),
        "点击量": str(sum(a.clicks for a in adverts)),
    }
