"""JD (京东 POP/SOP)."""

from zhanggui.trade.channels.platforms.jd import ads, traffic
from zhanggui.trade.channels.platforms.jd.aftersale import AFTERSALE
from zhanggui.trade.channels.platforms.jd.orders import ORDERS
from zhanggui.trade.channels.platforms.jd.settlement import SETTLEMENT

PROFILES = (
    *(ORDERS, SETTLEMENT, AFTERSALE),
    *(traffic.SHOP, traffic.SOURCES, traffic.SPU, traffic.SKU),
    *(ads.REPORT, ads.WHOLE_SITE),
)
