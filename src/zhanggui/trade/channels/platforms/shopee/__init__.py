"""Shopee."""

from zhanggui.trade.channels.platforms.shopee.income import INCOME
from zhanggui.trade.channels.platforms.shopee.orders import ORDERS

PROFILES = (ORDERS, INCOME)
FLATTENERS = ()
