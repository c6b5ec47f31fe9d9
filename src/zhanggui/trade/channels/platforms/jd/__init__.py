"""JD (京东 POP/SOP)."""

from zhanggui.trade.channels.platforms.jd.aftersale import AFTERSALE
from zhanggui.trade.channels.platforms.jd.orders import ORDERS
from zhanggui.trade.channels.platforms.jd.settlement import SETTLEMENT

PROFILES = (ORDERS, SETTLEMENT, AFTERSALE)
