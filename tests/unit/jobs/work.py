"""Work for the tests, importable by its path like the work of any room."""

from __future__ import annotations

from typing import Any

from zhanggui.foundation.jobs import live, operations
from zhanggui.foundation.jobs.contracts import job


class NotEnoughPaper(Exception):
    pass


NotEnoughPaper.__module__ = "zhanggui.tests"


@job(restartable=True)
def count(job_id: int, *, upto: int) -> dict[str, Any]:
    for n in range(1, upto + 1):
        operations.progress(job_id, done=n, total=upto, message=f"item {n}")
    return {"summary": f"counted to {upto}", "url": "/orders/", "last": upto}


@job(restartable=True)
def fail_unexpectedly(job_id: int) -> None:
    raise KeyError("password=secret")


@job(restartable=True)
def fail_by_name(job_id: int) -> None:
    raise NotEnoughPaper("Tray 2 is empty.")


@job(restartable=False)
def cancelled_meanwhile(job_id: int) -> dict[str, Any]:
    live.ask_to_cancel(job_id)
    operations.progress(job_id, done=1, total=2)
    return {"summary": "went on although it was cancelled"}


@job(restartable=False)
def taken_over(job_id: int) -> dict[str, Any]:
    from zhanggui.foundation.jobs.models import Job

    Job.objects.filter(pk=job_id).update(attempt=9)
    return {"summary": "late"}


def unmarked(job_id: int) -> None:
    pass
