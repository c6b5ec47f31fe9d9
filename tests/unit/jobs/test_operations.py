"""Asking for jobs, running them, ending them; without a worker process."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.utils import timezone

from unit.jobs import work
from zhanggui.foundation.jobs import live, operations, queries
from zhanggui.foundation.jobs.contracts import JobNotFound, JobNotRunning, NotAJob
from zhanggui.foundation.jobs.models import Job
from zhanggui.kernel.statetable import IllegalTransition

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def ask(task: Any, **kwargs: Any) -> int:
    return operations.enqueue(kind="test", title="A test", task=task, kwargs=kwargs, actor_id=7)


def test_a_job_runs_reports_and_keeps_its_result() -> None:
    job_id = ask(work.count, upto=5)
    assert queries.job(job_id).status == "queued"
    assert operations.run(job_id) is True
    job = queries.job(job_id)
    assert (job.status, job.done, job.total, job.percent) == ("done", 5, 5, 100)
    assert job.message == "counted to 5"
    assert job.result == {"summary": "counted to 5", "url": "/orders/", "last": 5}
    assert job.started_at is not None
    assert job.finished_at is not None
    assert live.signs([job_id]) == {}


def test_a_job_delivered_twice_runs_once() -> None:
    job_id = ask(work.count, upto=1)
    assert operations.run(job_id) is True
    assert operations.run(job_id) is False
    assert Job.objects.get(pk=job_id).attempt == 1


def test_an_unexpected_error_is_shown_by_kind_only() -> None:
    job_id = ask(work.fail_unexpectedly)
    operations.run(job_id)
    job = queries.job(job_id)
    assert job.status == "failed"
    assert "KeyError" in job.message
    assert "secret" not in job.message


def test_a_named_error_of_the_product_speaks_for_itself() -> None:
    job_id = ask(work.fail_by_name)
    operations.run(job_id)
    assert queries.job(job_id).message == "Tray 2 is empty."


def test_a_running_job_stops_at_its_next_step_when_asked() -> None:
    job_id = ask(work.cancelled_meanwhile)
    operations.run(job_id)
    job = queries.job(job_id)
    assert job.status == "cancelled"
    assert job.result is None


def test_a_waiting_job_is_cancelled_at_once_and_never_runs() -> None:
    job_id = ask(work.count, upto=1)
    operations.request_cancel(job_id=job_id, actor_id=7)
    assert queries.job(job_id).status == "cancelled"
    assert operations.run(job_id) is False


def test_a_worker_that_lost_its_job_cannot_end_it() -> None:
    job_id = ask(work.taken_over)
    operations.run(job_id)
    job = queries.job(job_id)
    assert job.status == "running"
    assert job.result is None


def test_work_must_say_whether_it_may_run_again() -> None:
    with pytest.raises(NotAJob):
        ask(work.unmarked)


def test_work_must_be_found_by_its_path() -> None:
    nested = ModuleType("nowhere")

    def inner(job_id: int) -> None:
        pass

    inner.zhanggui_restartable = True  # type: ignore[attr-defined]
    assert nested is not None
    with pytest.raises((TypeError, ImportError)):
        ask(inner)


def test_arguments_that_are_not_json_are_refused() -> None:
    with pytest.raises(TypeError):
        ask(work.count, upto=object())


def test_progress_of_a_job_run_elsewhere_is_refused() -> None:
    with pytest.raises(JobNotRunning):
        operations.progress(10**9, done=1)


class TestLost:
    def running(self, *, restartable: bool, attempt: int = 1, silent: float = 120.0) -> Job:
        then = timezone.now() - timedelta(seconds=silent)
        return Job.objects.create(
            kind="test",
            title="t",
            task="unit.jobs.work.count",
            kwargs={"upto": 1},
            restartable=restartable,
            status="running",
            attempt=attempt,
            started_at=then,
            heartbeat_at=then,
        )

    def test_a_silent_restartable_job_goes_back_to_the_queue(self) -> None:
        row = self.running(restartable=True)
        assert operations.find_lost() == [row.pk]
        row.refresh_from_db()
        assert row.status == "queued"
        assert operations.run(row.pk) is True
        assert queries.job(row.pk).attempt == 2

    def test_a_silent_job_that_must_not_run_twice_is_shown_as_lost(self) -> None:
        row = self.running(restartable=False)
        assert operations.find_lost() == [row.pk]
        assert queries.job(row.pk).status == "lost"

    def test_the_third_silence_ends_it(self) -> None:
        row = self.running(restartable=True, attempt=3)
        operations.find_lost()
        assert queries.job(row.pk).status == "lost"

    def test_a_sign_of_life_in_the_store_of_the_queue_counts(self) -> None:
        row = self.running(restartable=True)
        live.put(row.pk, live.Sign(attempt=1, at=timezone.now().timestamp()))
        assert operations.find_lost() == []
        live.forget(row.pk)

    def test_a_sign_of_an_earlier_attempt_does_not_count(self) -> None:
        row = self.running(restartable=False, attempt=2)
        live.put(row.pk, live.Sign(attempt=1, at=timezone.now().timestamp()))
        assert operations.find_lost() == [row.pk]
        live.forget(row.pk)

    def test_a_job_that_just_began_is_left_alone(self) -> None:
        self.running(restartable=True, silent=1.0)
        assert operations.find_lost() == []

    def test_a_lost_job_can_be_run_again_by_hand_a_finished_one_cannot(self) -> None:
        row = self.running(restartable=False)
        operations.find_lost()
        operations.restart(job_id=row.pk)
        assert operations.run(row.pk) is True
        with pytest.raises(IllegalTransition):
            operations.restart(job_id=row.pk)


def test_jobs_of_others_are_not_found() -> None:
    job_id = ask(work.count, upto=1)
    with pytest.raises(JobNotFound):
        queries.job(job_id, actor_id=8)
    with pytest.raises(JobNotFound):
        operations.request_cancel(job_id=job_id, actor_id=8)
    with pytest.raises(JobNotFound):
        operations.restart(job_id=job_id, actor_id=8)
    assert [j.id for j in queries.jobs(actor_id=7)] == [job_id]
    assert queries.jobs(actor_id=8) == []
    assert queries.count(actor_id=7, active=True) == 1


def test_old_jobs_are_forgotten_and_waiting_ones_kept() -> None:
    old = timezone.now() - timedelta(days=400)
    done, waiting = ask(work.count, upto=1), ask(work.count, upto=1)
    operations.run(done)
    Job.objects.update(created_at=old)
    assert operations.remove_old() == 1
    assert list(Job.objects.values_list("pk", flat=True)) == [waiting]
