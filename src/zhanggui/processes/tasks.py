"""What the worker does by the clock."""

from __future__ import annotations

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from zhanggui.processes.lake.operations import refresh_if_stale


@db_periodic_task(crontab(minute="*/5"))
def keep_the_lake_fresh() -> None:
    """Holds, notes of refunds, upgrades and lost files: whatever waits for the lake without an import behind it."""
    refresh_if_stale()
