"""Slow work for a real worker process; what it did is written to a file that outlives a killed worker."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from zhanggui.foundation.jobs import operations
from zhanggui.foundation.jobs.contracts import job


def _diary(line: str) -> None:
    with Path(os.environ["JOBS_DIARY"]).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _work(job_id: int, steps: int) -> dict[str, Any]:
    _diary(f"begin {job_id} {os.getpid()}")
    for n in range(1, steps + 1):
        time.sleep(0.05)
        operations.progress(job_id, done=n, total=steps, message=f"step {n}")
    _diary(f"end {job_id} {os.getpid()}")
    return {"summary": "all steps", "steps": steps}


@job(restartable=True)
def repeatable(job_id: int, *, steps: int) -> dict[str, Any]:
    return _work(job_id, steps)


@job(restartable=False)
def only_once(job_id: int, *, steps: int) -> dict[str, Any]:
    return _work(job_id, steps)


@job(restartable=True)
def deaf(job_id: int, *, seconds: float) -> dict[str, Any]:
    """Reports nothing for a while, as a long database statement does."""
    _diary(f"begin {job_id} {os.getpid()}")
    time.sleep(seconds)
    _diary(f"end {job_id} {os.getpid()}")
    return {"summary": "silent but alive"}
