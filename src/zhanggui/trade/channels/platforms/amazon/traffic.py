"""Business report by date or article, and Sponsored Products. Sessions are visits, not people."""

from __future__ import annotations

from zhanggui.trade.channels.domain.profiles import AVERAGE, COUNT, ID, MONEY, RATE, Profile, column, columns
from zhanggui.trade.channels.domain.reports import AdRule, VisitRule

_FIGURES = (
    *columns(COUNT, visits="Sessions - Total|Sessions", views="Page Views - Total|Page Views",
             pay_qty="Units Ordered", pay_orders="Total Order Items"),
    *columns(MONEY, paid_amount="Ordered Product Sales"),
)  # fmt: skip
BUSINESS_DAY = Profile(
    channel="amazon",
    kind="visits",
    name="amazon-business-day",
    columns=(column("when", "Date"), *_FIGURES),
    required=("when", "visits", "views", "pay_qty", "paid_amount"),
    build=VisitRule(level="shop", bounce_unit="visit").build,
    grain="none",
)
BUSINESS_ITEM = Profile(
    channel="amazon",
    kind="visits",
    name="amazon-business-item",
    columns=(
        column("when", "Date"),
        column("item_no", "(Child) ASIN", "(Parent) ASIN", kind=ID, key=True),
        column("title", "Title"),
        column("outer_code", "SKU"),
        *_FIGURES,
    ),
    required=("item_no", "visits", "views", "pay_qty"),
    build=VisitRule(level="item", bounce_unit="visit").build,
    grain="none",
)
SPONSORED = Profile(
    channel="amazon",
    kind="ads",
    name="amazon-sponsored-products",
    columns=(
        column("when", "Date"),
        column("account", "Portfolio name"),
        column("currency", "Currency"),
        column("campaign", "Campaign Name", key=True),
        column("unit", "Ad Group Name"),
        column("sku_no", "Advertised SKU", kind=ID),
        column("item_no", "Advertised ASIN", kind=ID),
        column("keyword", "Targeting", "Keyword"),
        *columns(COUNT, impressions="Impressions", clicks="Clicks", orders="7 Day Total Orders (#)"),
        *columns(MONEY, spend="Spend", attributed_amount="7 Day Total Sales"),
        *columns(RATE, stated_ctr="Click-Thru Rate (CTR)"),
        *columns(
            AVERAGE, stated_cpc="Cost Per Click (CPC)", stated_roas="ROAS|Total Return on Advertising Spend (ROAS)"
        ),
    ),
    required=("campaign", "impressions", "clicks", "spend", "attributed_amount"),
    build=AdRule(tool="amazon_ads", window_days=7, view="click").build,
    grain="none",
    currency_column="currency",
    totals=("spend",),
)
