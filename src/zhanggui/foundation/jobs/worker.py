"""The process that runs jobs: huey's consumer with threads, and a watch over jobs whose worker died."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from zhanggui.foundation.jobs import live, operations
from zhanggui.foundation.jobs.contracts import WorkerSign

log = logging.getLogger(__name__)

_stop = threading.Event()


def ask_to_stop() -> None:
    """Let the worker finish what it is doing, within limits, and end. Callable from any thread."""
    _stop.set()


def run(*, threads: int | None = None) -> None:
    """Work until asked to stop, by :func:`ask_to_stop`, Ctrl-C or SIGTERM. Call it in the main thread."""
    from huey.contrib.djhuey import HUEY

    autodiscover_modules("tasks")
    consumer = HUEY.create_consumer(
        workers=threads or settings.JOBS_THREADS,
        worker_type="thread",
        max_delay=1.0,
        check_worker_health=True,
        shutdown_timeout=settings.JOBS_STOP_SECONDS,
    )
    consumer.start()
    # After start(), which sets handlers of its own: there one of the two signals would cut jobs off.
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: ask_to_stop())
    watch = threading.Thread(target=_watch, name="jobs-watch", daemon=True)
    watch.start()
    checked_at = time.monotonic()
    while not _stop.wait(0.2):
        if time.monotonic() - checked_at > 10:
            checked_at = time.monotonic()
            consumer.check_worker_health()
    consumer.stop(graceful=True)
    released = operations.release_running()
    if released:
        log.warning("stopped while jobs were running: %s", released)


def _watch() -> None:
    """Say that a worker is there, and look for lost jobs and lost messages, until the end."""
    place = f"{socket.gethostname()}:{os.getpid()}"
    cleaned_at = 0.0
    while not _stop.is_set():
        try:
            live.put_worker(WorkerSign(timezone.now(), place))
            operations.find_lost()
            operations.send_again()
            if time.monotonic() - cleaned_at > 3600:
                cleaned_at = time.monotonic()
                operations.remove_old()
        except Exception:
            log.exception("the watch over jobs stumbled; it goes on")
        finally:
            close_old_connections()
        _stop.wait(settings.JOBS_BEAT_SECONDS)
