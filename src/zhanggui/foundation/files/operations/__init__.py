"""Writes of the file store, and backup and restore of the whole home."""

from zhanggui.foundation.files.operations.storing import clean_name, forget, keep, keep_result, sweep

__all__ = ["clean_name", "forget", "keep", "keep_result", "sweep"]
