"""What the worker does for the loop every minute: look when something is due, and keep the clocks."""

from __future__ import annotations

import logging

from django.db import OperationalError
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop import worker

log = logging.getLogger(__name__)


@db_periodic_task(crontab(minute="*"), expires=50)
def tick() -> None:
    """Every minute: run detectors that are due, wake, expire, read back, measure. Each step stands alone."""
    look()
    for step in (loop.wake_due, loop.expire_due, loop.recover, loop.measure_due):
        try:
            step()
        except OperationalError:
            log.warning("%s: the books were being written to; next time", step.__name__)
        except Exception:
            log.exception("%s stumbled; the others go on", step.__name__)


def look() -> None:
    """Run the detectors that are due, in a process of their own."""
    try:
        codes = loop.due()
        if codes:
            worker.run_apart(codes)
    except OperationalError:
        log.warning("the books were being written to; the detectors look next time")
    except Exception:
        log.exception("the detectors could not be started; they are tried again")
