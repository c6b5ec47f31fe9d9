"""Shopee."""

from zhanggui.trade.channels.platforms.shopee.income import INCOME
from zhanggui.trade.channels.platforms.shopee.orders import ORDERS, ORDERS_ID

PROFILES = (ORDERS, ORDERS_ID, INCOME)
FLATTENERS = ()
