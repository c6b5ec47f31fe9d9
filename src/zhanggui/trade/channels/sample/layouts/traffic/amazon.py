"""Business report and Sponsored Products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhanggui.trade.channels.sample.attention import Day
from zhanggui.trade.channels.sample.forms import names, yuan
from zhanggui.trade.channels.sample.layouts.traffic.report import (
    Report,
    Reports,
    all_spend,
    money,
    percent,
    ratio,
    span,
)
from zhanggui.trade.channels.sample.sheets import Form
from zhanggui.trade.channels.sample.truth import Plan

AMAZON_DAY: Final = names(
    """
    Date, Sessions - Total, Page Views - Total, Units Ordered, Ordered Product Sales, Total Order Items
    """
)
SPONSORED: Final = (
    "Date",
    "Portfolio name",
    "Currency",
    "Campaign Name",
    "Ad Group Name",
    "Advertised SKU",
    "Advertised ASIN",
    "Impressions",
    "Clicks",
    "Click-Thru Rate (CTR)",
    "Cost Per Click (CPC)",
    "Spend",
    "7 Day Total Sales",
    "Total ACOS",
    "ROAS",
    "7 Day Total Orders (#)",
)


def amazon(plan: Plan, days: Sequence[Day], number: int) -> Reports:
    """Sessions, not people; sales are written with the sign of the currency."""
    sign = "$" if plan.currency == "USD" else ""
    visits = [
        {
            "Date": day.day.isoformat(),
            "Sessions - Total": f"{day.shop.visitors:,}",
            "Page Views - Total": f"{day.shop.views:,}",
            "Units Ordered": str(day.shop.qty),
            "Ordered Product Sales": sign + money(day.shop.amount),
            "Total Order Items": str(day.shop.orders),
        }
        for day in days
    ]
    adverts = []
    for day in days:
        for advert in day.adverts:
            orders, direct, indirect = advert.credited[15]
            sku = advert.listing.sku
            adverts.append(
                {
                    "Date": day.day.isoformat(),
                    "Portfolio name": "Core",
                    "Currency": plan.currency,
                    "Campaign Name": f"SP {advert.campaign + 1}",
                    "Ad Group Name": sku.product_code,
                    "Advertised SKU": sku.sku_code,
                    "Advertised ASIN": f"B0{int(advert.listing.product_no) % 10**8:08d}",
                    "Impressions": str(advert.impressions),
                    "Clicks": str(advert.clicks),
                    "Click-Thru Rate (CTR)": percent(advert.clicks, advert.impressions),
                    "Cost Per Click (CPC)": ratio(advert.spend, advert.clicks * 100),
                    "Spend": yuan(advert.spend),
                    "7 Day Total Sales": yuan(direct + indirect),
                    "Total ACOS": percent(advert.spend, direct + indirect),
                    "ROAS": ratio(direct + indirect, advert.spend),
                    "7 Day Total Orders (#)": str(orders),
                }
            )
    return Reports(
        [
            Report(
                f"BusinessReport-{span(days)}", "visits", "amazon.traffic.day", Form(AMAZON_DAY, quote="needed"), visits
            ),
            Report(
                f"Sponsored Products Advertised product report {span(days)}",
                "ads",
                "amazon.ads.sponsored",
                Form(SPONSORED, quote="needed"),
                adverts,
                spend=all_spend(days),
            ),
        ],
        visits=True,
        window=15,
    )
