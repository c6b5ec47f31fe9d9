"""Reads: one job, the list of jobs, the worker's last sign of life."""

from __future__ import annotations

from collections.abc import Sequence

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.jobs import live
from zhanggui.foundation.jobs.contracts import JobInfo, JobNotFound, WorkerSign
from zhanggui.foundation.jobs.domain.lifecycle import RUNNING, share
from zhanggui.foundation.jobs.models import Job, JobQuerySet


def job(job_id: int, *, actor_id: int | None = None) -> JobInfo:
    """One job; with ``actor_id`` only when that person asked for it. Raises :class:`JobNotFound`."""
    rows = Job.objects.filter(pk=job_id)
    if actor_id is not None:
        rows = rows.filter(actor_id=actor_id)
    found = _infos(list(rows))
    if not found:
        raise JobNotFound(f"There is no job {job_id}.")
    return found[0]


def jobs(
    *, actor_id: int | None = None, active: bool = False, kind: str | None = None, offset: int = 0, limit: int = 50
) -> list[JobInfo]:
    """Newest first: of one person (all when None), only waiting and running ones when ``active``."""
    return _infos(list(_rows(actor_id, active, kind).order_by("-pk")[offset : offset + limit]))


def count(*, actor_id: int | None = None, active: bool = False, kind: str | None = None) -> int:
    """How many jobs :func:`jobs` would list without a limit."""
    return _rows(actor_id, active, kind).count()


def last_worker_sign() -> WorkerSign | None:
    """When a worker last said it is there; None when none ever did."""
    return live.worker()


def _rows(actor_id: int | None, active: bool, kind: str | None) -> JobQuerySet:
    rows = Job.objects.all()
    if actor_id is not None:
        rows = rows.filter(actor_id=actor_id)
    if active:
        rows = rows.active()
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows


def _infos(rows: Sequence[Job]) -> list[JobInfo]:
    running = [row.pk for row in rows if row.status == RUNNING]
    signs, stopping = live.signs(running), live.cancel_asked(running)
    names = accounts.names(row.actor_id for row in rows if row.actor_id is not None)
    return [_info(row, signs.get(row.pk), row.pk in stopping, names.get(row.actor_id or 0, "")) for row in rows]


def _info(row: Job, sign: live.Sign | None, stopping: bool, actor: str) -> JobInfo:
    done, total, message, heartbeat_at = row.done, row.total, row.message, row.heartbeat_at
    if sign is not None and sign.attempt == row.attempt:
        done, total, message, heartbeat_at = sign.done, sign.total, sign.message, sign.moment
    return JobInfo(
        id=row.pk,
        kind=row.kind,
        title=row.title,
        status=row.status,
        restartable=row.restartable,
        attempt=row.attempt,
        done=done,
        total=total,
        percent=share(done, total),
        message=message,
        result=row.result,
        actor_id=row.actor_id,
        actor=actor,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        heartbeat_at=heartbeat_at,
        stopping=stopping,
    )
