"""Kuaishou shops (快手小店)."""

from zhanggui.trade.channels.platforms.kuaishou.money import INSURANCE, LEDGER, SETTLEMENT
from zhanggui.trade.channels.platforms.kuaishou.orders import ORDERS

PROFILES = (ORDERS, SETTLEMENT, LEDGER, INSURANCE)
