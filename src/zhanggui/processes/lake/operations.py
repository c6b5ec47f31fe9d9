"""Ask for a refresh of the lake, or do it where nobody else will."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from zhanggui.foundation.jobs import operations as jobs
from zhanggui.foundation.jobs import queries as jobs_queries
from zhanggui.foundation.lake import operations as lake
from zhanggui.foundation.lake import queries as lake_queries
from zhanggui.foundation.lake.operations.refreshing import Progress
from zhanggui.insight.metrics import operations as metrics
from zhanggui.processes.lake.tasks import refresh_lake

log = logging.getLogger(__name__)

KIND: Final = "lake"
#: A worker that gave a sign of life within this time will take the job.
_ALIVE: Final = timedelta(seconds=30)


def request_refresh() -> int:
    """A background job that writes the months that wait; returns its id. One that has not begun yet is enough."""
    for waiting in jobs_queries.jobs(active=True, kind=KIND):
        if waiting.status == "queued":
            return waiting.id
    with override(settings.LANGUAGE_CODE):  # nobody asked for it: the installation's own language
        title = _("Bring the numbers up to date")
    return jobs.enqueue(kind=KIND, title=title, task=refresh_lake)


def refresh_if_stale() -> int | None:
    """Ask for a refresh when anything waits; returns the job's id."""
    return request_refresh() if lake_queries.snapshot().stale else None


def after_import_by_command(*, progress: Progress | None = None) -> str | None:
    """After imports on the command line: the worker's work when there is one, else done here and now.

    The imports stand whatever happens: a failure comes back as one sentence.
    """
    sign = jobs_queries.last_worker_sign()
    if sign is not None and timezone.now() - sign.at < _ALIVE:
        request_refresh()
        return None
    try:
        lake.refresh(progress=progress)
        metrics.refresh_rollups()
    except Exception as error:
        log.exception("the lake could not be refreshed")
        return _("The files are in the books, but the numbers could not be brought up to date: %(reason)s") % {
            "reason": error
        }
    return None
