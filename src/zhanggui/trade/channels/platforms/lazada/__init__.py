"""Lazada."""

from zhanggui.trade.channels.platforms.lazada.income import INCOME
from zhanggui.trade.channels.platforms.lazada.orders import ORDERS

PROFILES = (ORDERS, INCOME)
FLATTENERS = ()
