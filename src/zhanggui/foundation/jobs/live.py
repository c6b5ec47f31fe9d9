"""What changes every second while a job runs, kept in the queue's own store (SQLite file or Redis).

Not in the ledger: on SQLite a long import holds the ledger's write lock, and a sign of life must not wait for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from zhanggui.foundation.jobs.contracts import WorkerSign

_WORKER = "worker.last"


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life of one attempt; ``at`` in seconds since 1970."""

    attempt: int
    at: float
    done: int | None = None
    total: int | None = None
    message: str = ""

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


def _store() -> Any:
    from huey.contrib.djhuey import HUEY

    return HUEY.storage


def put(job_id: int, sign: Sign) -> None:
    _store().put_data(f"job.sign.{job_id}", json.dumps(asdict(sign)).encode())


def signs(job_ids: Iterable[int]) -> dict[int, Sign]:
    """The last signs of these jobs, where there are any."""
    keys = {f"job.sign.{i}": i for i in job_ids}
    found = _store().peek_many(list(keys)) if keys else {}
    return {keys[_text(key)]: Sign(**json.loads(bytes(value))) for key, value in found.items()}


def ask_to_cancel(job_id: int) -> None:
    _store().put_data(f"job.cancel.{job_id}", b"1")


def cancel_asked(job_ids: Iterable[int]) -> frozenset[int]:
    """Those of these jobs that somebody wants stopped."""
    keys = {f"job.cancel.{i}": i for i in job_ids}
    found = _store().peek_many(list(keys)) if keys else {}
    return frozenset(keys[_text(key)] for key in found)


def forget(job_id: int) -> None:
    store = _store()
    store.delete_data(f"job.sign.{job_id}")
    store.delete_data(f"job.cancel.{job_id}")


def put_worker(sign: WorkerSign) -> None:
    _store().put_data(_WORKER, json.dumps({"at": sign.at.timestamp(), "place": sign.place}).encode())


def worker() -> WorkerSign | None:
    found = _store().peek_many([_WORKER])
    for value in found.values():
        data = json.loads(bytes(value))
        return WorkerSign(datetime.fromtimestamp(data["at"], UTC), data["place"])
    return None


def waiting() -> int:
    """Messages in the queue."""
    return int(_store().queue_size())


def _text(key: str | bytes) -> str:
    return key.decode() if isinstance(key, bytes) else key
