"""Zhanggui (掌柜): the shopkeeper's operations system."""

__version__ = "0.1.0"
