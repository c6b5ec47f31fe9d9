"""Taobao and Tmall."""

from zhanggui.trade.channels.platforms.taobao import ads, traffic
from zhanggui.trade.channels.platforms.taobao.items import ITEMS, ITEMS_2018
from zhanggui.trade.channels.platforms.taobao.ledger import ALIPAY, QIANNIU
from zhanggui.trade.channels.platforms.taobao.orders import ORDERS
from zhanggui.trade.channels.platforms.taobao.refunds import REFUNDS

PROFILES = (
    *(ORDERS, ITEMS, ITEMS_2018, REFUNDS, ALIPAY, QIANNIU),
    *(traffic.SHOP, traffic.SOURCES, traffic.ITEMS),
    *(ads.WUJIE, ads.ZHITONGCHE, ads.WANXIANGTAI, ads.LIMOFANG),
)
