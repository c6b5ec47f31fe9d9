"""The refresh of the lake as background work."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zhanggui.foundation.jobs import operations as jobs
from zhanggui.foundation.jobs.contracts import job
from zhanggui.foundation.lake import operations as lake
from zhanggui.insight.metrics import operations as metrics


@job(restartable=True)
def refresh_lake(job_id: int) -> dict[str, Any]:
    """Write the months that wait, and the rollups of those that changed.

    Restartable: what is written stays, what is not still waits.
    """

    def show(done: int, total: int, table: str, month: date | None) -> None:
        text = date_format(month, "YEAR_MONTH_FORMAT") if month else _("without a date")
        jobs.progress(job_id, done=done, total=total, message=f"{table} · {text}")

    found = lake.refresh(progress=show)
    metrics.refresh_rollups()
    return {
        "partitions": found.partitions,
        "read": found.read,
        "copied": found.copied,
        "seconds": found.seconds,
        "summary": _("%(count)s months brought up to date") % {"count": found.partitions},
    }
