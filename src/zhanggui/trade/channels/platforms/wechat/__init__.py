"""WeChat shop (微信小店)."""

from zhanggui.trade.channels.platforms.wechat.ledger import LEDGER
from zhanggui.trade.channels.platforms.wechat.orders import ORDERS

PROFILES = (ORDERS, LEDGER)
