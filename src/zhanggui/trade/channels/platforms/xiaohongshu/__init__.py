"""Xiaohongshu (小红书 千帆)."""

from zhanggui.trade.channels.platforms.xiaohongshu.aftersale import AFTERSALE
from zhanggui.trade.channels.platforms.xiaohongshu.money import SERVICES, SETTLEMENT, WALLET
from zhanggui.trade.channels.platforms.xiaohongshu.orders import ORDERS

PROFILES = (ORDERS, AFTERSALE, SETTLEMENT, SERVICES, WALLET)
