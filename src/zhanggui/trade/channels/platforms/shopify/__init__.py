"""Shopify."""

from zhanggui.trade.channels.platforms.shopify.orders import ORDERS
from zhanggui.trade.channels.platforms.shopify.payouts import PAYOUTS

PROFILES = (ORDERS, PAYOUTS)
