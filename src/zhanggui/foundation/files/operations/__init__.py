"""Writes of the file store, and backup and restore of the whole home."""

from zhanggui.foundation.files.operations.backup import BackupFailed, backup, prune
from zhanggui.foundation.files.operations.restore import RestoreFailed, restore
from zhanggui.foundation.files.operations.storing import clean_name, forget, keep, keep_result, sweep

__all__ = [
    "BackupFailed",
    "RestoreFailed",
    "backup",
    "clean_name",
    "forget",
    "keep",
    "keep_result",
    "prune",
    "restore",
    "sweep",
]
