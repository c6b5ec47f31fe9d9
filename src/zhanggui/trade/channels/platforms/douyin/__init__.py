"""Douyin shop (抖店)."""

from zhanggui.trade.channels.platforms.douyin import ads, traffic
from zhanggui.trade.channels.platforms.douyin.aftersale import AFTERSALE
from zhanggui.trade.channels.platforms.douyin.money import BILL, WALLET
from zhanggui.trade.channels.platforms.douyin.orders import ORDERS

PROFILES = (
    *(ORDERS, AFTERSALE, BILL, WALLET),
    *(traffic.SHOP, traffic.ITEMS, traffic.SOURCES, ads.WHOLE, ads.STANDARD),
)
