"""Writes of the settlement book."""

from zhanggui.trade.settlement.operations.record import UnknownShop, record_entries

__all__ = ["UnknownShop", "record_entries"]
