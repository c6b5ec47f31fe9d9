"""Reads of the order book. Every function takes the shops the caller may see."""

from zhanggui.trade.orders.queries.detail import order_detail, order_id_of
from zhanggui.trade.orders.queries.listing import (
    LARGEST_PAGE,
    SOON,
    SORT_KEYS,
    BadCursor,
    count_orders,
    list_orders,
    neighbours,
)
from zhanggui.trade.orders.queries.totals import (
    day_totals,
    distinct_buyers,
    late_days,
    period_buyers,
    shipping_duties,
    shop_freshness,
)

__all__ = [
    "LARGEST_PAGE",
    "SOON",
    "SORT_KEYS",
    "BadCursor",
    "count_orders",
    "day_totals",
    "distinct_buyers",
    "late_days",
    "list_orders",
    "neighbours",
    "order_detail",
    "order_id_of",
    "period_buyers",
    "shipping_duties",
    "shop_freshness",
]
