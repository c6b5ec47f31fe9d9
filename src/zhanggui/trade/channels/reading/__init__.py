"""Bytes to canonical batches: container, encoding, header row, profile, typed columns, records."""

from zhanggui.trade.channels.reading.opening import open_file

__all__ = ["open_file"]
