"""Pinduoduo (拼多多)."""

from zhanggui.trade.channels.platforms.pinduoduo import ads, traffic
from zhanggui.trade.channels.platforms.pinduoduo.ledger import LEDGER
from zhanggui.trade.channels.platforms.pinduoduo.orders import ORDERS

PROFILES = (ORDERS, LEDGER, traffic.SHOP, traffic.ITEMS, ads.ACCOUNT, ads.PRODUCTS)
