"""Writes: ask for a job, run it, report how far it is, end it, find the ones whose worker died."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import OperationalError, connections, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django_tasks.utils import normalize_json

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.jobs import live
from zhanggui.foundation.jobs.contracts import JobCancelled, JobNotFound, JobNotRunning, Task, is_restartable
from zhanggui.foundation.jobs.domain.lifecycle import (
    ACTIVE,
    LIFECYCLE,
    LOST,
    QUEUED,
    RUNNING,
    after_silence,
)
from zhanggui.foundation.jobs.models import Job

log = logging.getLogger(__name__)

#: The one message of the queue. Named by its path: tasks is an edge that imports this module.
_RUN_JOB = "zhanggui.foundation.jobs.tasks.run_job"
#: Progress is written, and the wish to cancel read, at most this often (seconds), whatever the pace of the work.
_REPORT_EVERY = 0.4
#: A queued job that nobody began for so long, while the queue is empty, has lost its message.
_SEND_AGAIN_AFTER = timedelta(seconds=60)


@dataclass
class _Run:
    """An attempt that this process is working on."""

    job_id: int
    attempt: int
    done: int | None = None
    total: int | None = None
    message: str = ""
    reported_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sign(self) -> None:
        with self.lock:
            live.put(self.job_id, live.Sign(self.attempt, time.time(), self.done, self.total, self.message))


_runs: dict[int, _Run] = {}


def enqueue(
    *, kind: str, title: str, task: Task, kwargs: Mapping[str, Any] | None = None, actor_id: int | None = None
) -> int:
    """Ask for ``task(job_id, **kwargs)`` to be run by a worker; returns the job id.

    ``task`` is a module-level function marked with :func:`contracts.job`; ``kwargs`` is plain JSON. The message is
    sent when the surrounding transaction commits. Raises :class:`NotAJob` or ``TypeError`` (not JSON).
    """
    path = f"{task.__module__}.{task.__qualname__}"
    row = Job(
        kind=kind,
        title=title[:200],
        task=path,
        kwargs=normalize_json(dict(kwargs or {})),
        restartable=is_restartable(task),
        actor_id=actor_id,
    )
    if import_string(path) is not task:
        raise TypeError(f"{path} does not lead back to the function")
    row.save()
    _send_on_commit(row.pk)
    return row.pk


def run(job_id: int) -> bool:
    """Do the work of a job here and now; returns False when there was nothing to do.

    Harmless to call twice: only the call that moves the row from queued to running works on it. Whatever the
    task raises becomes the job's end, never an error of the caller.
    """
    place = f"{socket.gethostname()}:{os.getpid()}"
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, status=QUEUED).update(
        status=LIFECYCLE.next(QUEUED, "start"),
        attempt=F("attempt") + 1,
        worker=place,
        started_at=now,
        heartbeat_at=now,
        done=None,
        total=None,
        message="",
    )
    if not claimed:
        return False
    row = Job.objects.get(pk=job_id)
    current = _Run(job_id, row.attempt)
    _runs[job_id] = current
    current.sign()
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(current, stop), name=f"job-{job_id}-heart", daemon=True)
    heart.start()
    try:
        with translation.override(_language(row.actor_id)):
            command, message, result = _attempt(row)
        ending = {"message": message[:500], "result": result, "done": current.done, "total": current.total}
        _patiently(lambda: _end(job_id, row.attempt, command, **ending))
    finally:
        stop.set()
        heart.join()
        _runs.pop(job_id, None)
    live.forget(job_id)
    return True


def progress(job_id: int, *, done: int | None = None, total: int | None = None, message: str | None = None) -> None:
    """Say how far a running job is; what is None stays as it was.

    Cheap to call for every row: written a few times a second at most. Raises :class:`JobCancelled` when somebody
    asked to stop, and :class:`JobNotRunning` when this process does not run the job.
    """
    current = _runs.get(job_id)
    if current is None:
        raise JobNotRunning(f"Job {job_id} is not run by this process.")
    current.done = current.done if done is None else done
    current.total = current.total if total is None else total
    current.message = current.message if message is None else message[:500]
    if time.monotonic() - current.reported_at < _REPORT_EVERY:
        return
    current.reported_at = time.monotonic()
    current.sign()
    if live.cancel_asked([job_id]):
        raise JobCancelled(gettext("Cancelled before it was finished."))


def request_cancel(*, job_id: int, actor_id: int | None = None) -> None:
    """Stop a job: at once while it waits, at its next step while it runs. Harmless when it has ended.

    With ``actor_id`` only a job of that person; raises :class:`JobNotFound`.
    """
    rows = Job.objects.filter(pk=job_id)
    if actor_id is not None:
        rows = rows.filter(actor_id=actor_id)
    if not rows.exists():
        raise JobNotFound(f"There is no job {job_id}.")
    if rows.filter(status=RUNNING).exists():
        live.ask_to_cancel(job_id)
        return
    stopped = rows.filter(status=QUEUED).update(
        status=LIFECYCLE.next(QUEUED, "cancel"), finished_at=timezone.now(), message=gettext("Cancelled while waiting.")
    )
    if not stopped and rows.filter(status=RUNNING).exists():  # a worker began it in between
        live.ask_to_cancel(job_id)


def restart(*, job_id: int, actor_id: int | None = None) -> None:
    """Put a job that was cut off back into the queue. Raises :class:`JobNotFound` or ``IllegalTransition``."""
    with transaction.atomic():
        rows = Job.objects.select_for_update().filter(pk=job_id)
        if actor_id is not None:
            rows = rows.filter(actor_id=actor_id)
        row = rows.first()
        if row is None:
            raise JobNotFound(f"There is no job {job_id}.")
        row.status = LIFECYCLE.next(row.status, "requeue")
        row.queued_at, row.finished_at, row.message, row.attempt = timezone.now(), None, "", 0
        row.save()
        _send_on_commit(job_id)


def find_lost(*, now: datetime | None = None) -> list[int]:
    """End or requeue running jobs without a sign of life; returns their ids. Any number of workers may call it."""
    now = now or timezone.now()
    cutoff = now - timedelta(seconds=settings.JOBS_LOST_AFTER_SECONDS)
    rows = list(Job.objects.filter(status=RUNNING, heartbeat_at__lt=cutoff))
    signs = live.signs(row.pk for row in rows)
    found = []
    for row in rows:
        sign = signs.get(row.pk)
        if sign is not None and sign.attempt == row.attempt and sign.moment >= cutoff:
            continue
        if _give_up(row.pk, row.attempt, restartable=row.restartable):
            found.append(row.pk)
    return found


def send_again(*, now: datetime | None = None) -> list[int]:
    """Send the message of queued jobs once more when the queue lost it; returns their ids."""
    now = now or timezone.now()
    if live.waiting():
        return []
    found = list(
        Job.objects.filter(status=QUEUED, queued_at__lt=now - _SEND_AGAIN_AFTER)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for job_id in found:
        _send(job_id)
    return found


def release_running() -> list[int]:
    """A worker that must go hands back what it was doing; returns the ids."""
    return [
        run.job_id
        for run in list(_runs.values())
        if _give_up(run.job_id, run.attempt, restartable=Job.objects.get(pk=run.job_id).restartable)
    ]


def remove_old(*, now: datetime | None = None) -> int:
    """Forget jobs that ended more than ``JOBS_KEPT_DAYS`` ago; returns how many."""
    before = (now or timezone.now()) - timedelta(days=settings.JOBS_KEPT_DAYS)
    removed, _kinds = Job.objects.exclude(status__in=ACTIVE).filter(created_at__lt=before).delete()
    return removed


def _attempt(row: Job) -> tuple[str, str, Mapping[str, Any] | None]:
    """Call the task: the lifecycle command that ends the attempt, a sentence, and the result."""
    try:
        result = cast("Task", import_string(row.task))(row.pk, **row.kwargs)
        kept = cast("Mapping[str, Any] | None", normalize_json(dict(result))) if result is not None else None
    except JobCancelled as stop:
        return "cancel", str(stop), None
    except Exception as error:
        log.exception("job %s (%s) failed", row.pk, row.task)
        return "fail", _sentence(error), None
    return "finish", str((kept or {}).get("summary", "")), kept


def _sentence(error: Exception) -> str:
    """Named errors of the product speak for themselves; of others only the kind is shown, the rest is in the log."""
    if type(error).__module__.startswith("zhanggui."):
        return str(error)
    return gettext("Something unexpected happened (%(kind)s). The log of the worker says where.") % {
        "kind": type(error).__name__
    }


def _language(actor_id: int | None) -> str:
    person = accounts.person(actor_id) if actor_id is not None else None
    return (person.language if person else "") or settings.LANGUAGE_CODE


def _end(job_id: int, attempt: int, command: str, **fields: Any) -> bool:
    """Move a running attempt on; False when it is no longer this one's to move."""
    now = timezone.now()
    return bool(
        Job.objects.filter(pk=job_id, status=RUNNING, attempt=attempt).update(
            status=LIFECYCLE.next(RUNNING, command), heartbeat_at=now, finished_at=now, **fields
        )
    )


def _give_up(job_id: int, attempt: int, *, restartable: bool) -> bool:
    command = after_silence(restartable=restartable, attempt=attempt)
    status = LIFECYCLE.next(RUNNING, command)
    now = timezone.now()
    with transaction.atomic():
        mine = Job.objects.filter(pk=job_id, status=RUNNING, attempt=attempt)
        if status == LOST:
            changed = mine.update(status=status, finished_at=now)
        else:
            changed = mine.update(status=status, queued_at=now, done=None, total=None, message="")
            if changed:
                _send_on_commit(job_id)
    return bool(changed)


def _send_on_commit(job_id: int) -> None:
    transaction.on_commit(lambda: _send(job_id))


def _send(job_id: int) -> None:
    import_string(_RUN_JOB).enqueue(job_id)


def _beat(current: _Run, stop: threading.Event) -> None:
    """Give signs of life until the work is over."""
    while not stop.wait(settings.JOBS_BEAT_SECONDS):
        try:
            current.sign()
        except Exception:
            log.exception("job %s could not give a sign of life", current.job_id)


def _patiently(write: Callable[[], object], attempts: int = 5) -> None:
    """Do a write that must not be lost because an import holds SQLite's write lock for long."""
    for left in range(attempts - 1, -1, -1):
        try:
            write()
            return
        except OperationalError:
            if not left:
                raise
            with suppress(Exception):
                connections["default"].close()
            time.sleep(1)
