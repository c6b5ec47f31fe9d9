"""The desk's own clockwork."""

from __future__ import annotations

import logging

from django.db import OperationalError
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from zhanggui.desk import digest

log = logging.getLogger(__name__)


@db_periodic_task(crontab(minute="*/10"), expires=300)
def morning_mail() -> None:
    """Every ten minutes: the digest for whoever has not got today's."""
    try:
        digest.send_due()
    except OperationalError:
        log.warning("the books were being written to; the digest is sent next time")
