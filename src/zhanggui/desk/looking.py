"""Without a worker the page itself looks: the desk's own, quick detectors, when something has changed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import OperationalError
from django.utils import timezone

from zhanggui.foundation.jobs import queries as jobs
from zhanggui.foundation.loop import operations as loop

log = logging.getLogger(__name__)

#: A worker that gave no sign for so long is not there.
_SILENT: Final = timedelta(seconds=60)
#: Detectors quick enough to be waited for.
_OWN: Final = "desk."


def worker_is_there() -> bool:
    sign = jobs.last_worker_sign()
    return sign is not None and timezone.now() - sign.at < _SILENT


def catch_up(now: datetime) -> None:
    """Run what is due of the desk's own detectors, unless a worker does it. A busy database is left alone."""
    if worker_is_there():
        return
    try:
        codes = [code for code in loop.due(now=now) if code.startswith(_OWN)]
        if codes:
            loop.run_all(codes=codes, now=now, full=None)
        loop.wake_due(now=now)
    except OperationalError:
        log.warning("the books are being written to: the list is shown as it was")
