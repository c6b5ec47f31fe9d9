"""Reads of stock."""

from zhanggui.supply.inventory.queries.verifying import verify

__all__ = ["verify"]
