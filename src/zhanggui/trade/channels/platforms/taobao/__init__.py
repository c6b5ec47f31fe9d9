"""Taobao and Tmall."""

from zhanggui.trade.channels.platforms.taobao.items import ITEMS, ITEMS_2018
from zhanggui.trade.channels.platforms.taobao.orders import ORDERS

PROFILES = (ORDERS, ITEMS, ITEMS_2018)
