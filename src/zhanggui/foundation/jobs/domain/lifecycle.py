"""What may become of a job."""

from __future__ import annotations

from typing import Final

from zhanggui.kernel.statetable import StateTable

QUEUED: Final = "queued"
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
LOST: Final = "lost"

LIFECYCLE: Final = StateTable(
    name="job",
    initial=QUEUED,
    transitions={
        (QUEUED, "start"): RUNNING,
        (QUEUED, "cancel"): CANCELLED,
        (RUNNING, "finish"): DONE,
        (RUNNING, "fail"): FAILED,
        (RUNNING, "cancel"): CANCELLED,
        (RUNNING, "lose"): LOST,
        (RUNNING, "requeue"): QUEUED,
        (LOST, "requeue"): QUEUED,
    },
    terminal=frozenset({DONE, FAILED, CANCELLED}),
)

STATUSES: Final = (QUEUED, RUNNING, DONE, FAILED, CANCELLED, LOST)
ACTIVE: Final = frozenset({QUEUED, RUNNING})

#: A job that takes its worker down with it must not do so for ever.
MAX_ATTEMPTS: Final = 3


def after_silence(*, restartable: bool, attempt: int) -> str:
    """The command for a running job whose worker died in its ``attempt``-th run (counted from 1).

    >>> after_silence(restartable=True, attempt=1), after_silence(restartable=True, attempt=3)
    ('requeue', 'lose')
    >>> after_silence(restartable=False, attempt=1)
    'lose'
    """
    return "requeue" if restartable and attempt < MAX_ATTEMPTS else "lose"


def share(done: int | None, total: int | None) -> int | None:
    """Whole percent done, never 100 before the end; None when it cannot be said.

    >>> share(1, 3), share(999, 1000), share(5, 5), share(None, 5), share(1, 0)
    (33, 99, 100, None, None)
    """
    if done is None or not total or total < 0:
        return None
    if done >= total:
        return 100
    return max(0, done * 100 // total)
