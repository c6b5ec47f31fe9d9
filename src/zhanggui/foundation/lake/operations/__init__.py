"""Writes: say that a ledger moved on, bring the files up to it, compare the two, clear away."""

from zhanggui.foundation.lake.operations.marking import mark_all_stale, mark_stale, mark_stale_at
from zhanggui.foundation.lake.operations.refreshing import rebuild, refresh
from zhanggui.foundation.lake.operations.sweeping import sweep
from zhanggui.foundation.lake.operations.verifying import verify

__all__ = ["mark_all_stale", "mark_stale", "mark_stale_at", "rebuild", "refresh", "sweep", "verify"]
