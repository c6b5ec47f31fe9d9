"""The rules of a job's life."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.jobs.domain.lifecycle import LIFECYCLE, MAX_ATTEMPTS, STATUSES, after_silence, share
from zhanggui.kernel.statetable import IllegalTransition

ALLOWED = {
    ("queued", "start"): "running",
    ("queued", "cancel"): "cancelled",
    ("running", "finish"): "done",
    ("running", "fail"): "failed",
    ("running", "cancel"): "cancelled",
    ("running", "lose"): "lost",
    ("running", "requeue"): "queued",
    ("lost", "requeue"): "queued",
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("command", ["start", "finish", "fail", "cancel", "lose", "requeue"])
def test_every_pair_of_state_and_command_is_listed(status: str, command: str) -> None:
    if (status, command) in ALLOWED:
        assert LIFECYCLE.next(status, command) == ALLOWED[status, command]
    else:
        with pytest.raises(IllegalTransition):
            LIFECYCLE.next(status, command)


def test_all_states_are_known_and_reachable() -> None:
    assert frozenset(STATUSES) == LIFECYCLE.states == LIFECYCLE.reachable()


def test_a_job_that_kills_its_worker_is_not_run_for_ever() -> None:
    commands = [after_silence(restartable=True, attempt=n) for n in range(1, MAX_ATTEMPTS + 2)]
    assert commands == ["requeue"] * (MAX_ATTEMPTS - 1) + ["lose", "lose"]


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_share_reaches_one_hundred_only_at_the_end(done: int, total: int) -> None:
    percent = share(done, total)
    assert percent is not None
    assert 0 <= percent <= 100
    assert (percent == 100) == (done >= total)


def test_a_share_of_nothing_is_unknown() -> None:
    assert share(None, 10) is None
    assert share(3, None) is None
    assert share(0, 0) is None
