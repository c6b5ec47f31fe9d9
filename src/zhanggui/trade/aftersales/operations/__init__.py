"""Writes of the refund book."""

from zhanggui.trade.aftersales.operations.record import UnknownShop, record_refunds

__all__ = ["UnknownShop", "record_refunds"]
