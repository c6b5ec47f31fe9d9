"""What other rooms pass in and get back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result", bound="Mapping[str, Any] | None")

#: A function a worker can run: takes the job id, then keywords; returns JSON or nothing.
Task = Callable[..., "Mapping[str, Any] | None"]

_RESTARTABLE = "zhanggui_restartable"


def job(
    *, restartable: bool
) -> Callable[[Callable[Concatenate[int, P], Result]], Callable[Concatenate[int, P], Result]]:
    """Mark a module-level function ``(job_id, *, …) -> JSON or None`` as work for a worker.

    ``restartable``: running it again from the start, after it was cut off anywhere, does no harm.
    """

    def mark(function: Callable[Concatenate[int, P], Result]) -> Callable[Concatenate[int, P], Result]:
        setattr(function, _RESTARTABLE, restartable)
        return function

    return mark


def is_restartable(task: Task) -> bool:
    """What :func:`job` said about ``task``; raises :class:`NotAJob` for a function without the mark."""
    found = getattr(task, _RESTARTABLE, None)
    if found is None:
        raise NotAJob(f"{task.__module__}.{task.__qualname__} is not marked with @job(restartable=…)")
    return bool(found)


class NotAJob(TypeError):
    """A function that does not say whether it may be run again cannot become a job."""


class JobCancelled(Exception):
    """Somebody asked to stop this job, or another worker took it over; let it pass to roll back."""


class JobNotFound(LookupError):
    """There is no such job (among those this person may see)."""


class JobNotRunning(RuntimeError):
    """Progress was reported for a job that this process does not run."""


@dataclass(frozen=True, slots=True)
class JobInfo:
    """One job as pages and the API show it. ``done``/``total`` count whatever the job counts; None: not said."""

    id: int
    kind: str
    title: str
    status: str
    restartable: bool
    attempt: int
    done: int | None
    total: int | None
    percent: int | None
    message: str
    result: Mapping[str, Any] | None
    actor_id: int | None
    actor: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    stopping: bool

    @property
    def active(self) -> bool:
        return self.status in ("queued", "running")

    @property
    def seconds(self) -> int | None:
        """How long it ran or has been running; None before it started."""
        if self.started_at is None:
            return None
        end = self.finished_at or self.heartbeat_at or self.started_at
        return max(0, int((end - self.started_at).total_seconds()))


@dataclass(frozen=True, slots=True)
class WorkerSign:
    """The last sign of life of any worker."""

    at: datetime
    place: str
