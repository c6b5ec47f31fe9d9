"""TikTok Shop (Tokopedia included)."""

from zhanggui.trade.channels.platforms.tiktok.income import INCOME
from zhanggui.trade.channels.platforms.tiktok.orders import ORDERS

PROFILES = (ORDERS, INCOME)
FLATTENERS = ()
