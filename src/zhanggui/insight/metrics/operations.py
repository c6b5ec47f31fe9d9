"""Writes: the rollups of the lake as it is now."""

from __future__ import annotations

import time

from zhanggui.foundation.lake import queries as lake
from zhanggui.insight.metrics.queries import boards
from zhanggui.insight.metrics.store import rollups

#: Seconds after which files of an earlier state are removed: answers under way still read them.
KEEP_SECONDS = 3600


def refresh_rollups() -> int:
    """Make the rollups of months that changed, remove those of states long gone; returns how many files were made.

    To be called after the lake was refreshed. Safe to run twice at once.
    """
    snap = lake.snapshot()
    if not snap.tables["orders"].files:
        return 0
    built = boards.build(lake.connect(snap), snap)
    rollups.sweep(boards.folder_of(snap), built, older_than=time.time() - KEEP_SECONDS)
    return built.made
