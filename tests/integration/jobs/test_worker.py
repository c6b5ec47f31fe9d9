"""Jobs with a real worker process, killed in the middle of its work, on both queues."""

from __future__ import annotations

import signal

import pytest

from integration.jobs.conftest import House

pytestmark = pytest.mark.races


def test_a_job_is_watched_live_and_ends_with_its_result(house: House) -> None:
    job_id = house.enqueue("repeatable", steps=60)
    house.start_worker()
    house.began(job_id)
    seen = house.until(job_id, "running")
    assert seen["total"] in (None, 60)
    job = house.until(job_id, "done")
    assert (job["done"], job["total"], job["attempt"]) == (60, 60, 1)
    assert job["result"] == {"summary": "all steps", "steps": 60}
    assert [k for k in house.leftovers() if k != "worker.last"] == []


def test_a_restartable_job_survives_the_death_of_its_worker(house: House) -> None:
    job_id = house.enqueue("repeatable", steps=40)
    worker = house.start_worker()
    house.began(job_id)
    worker.send_signal(signal.SIGKILL)
    worker.wait(30)
    assert house.show(job_id)["status"] == "running"
    house.start_worker()
    job = house.until(job_id, "done", "lost", "failed")
    assert (job["status"], job["attempt"]) == ("done", 2)
    assert (house.lines("begin", job_id), house.lines("end", job_id)) == (2, 1)


def test_a_job_that_must_not_run_twice_is_shown_as_lost(house: House) -> None:
    job_id = house.enqueue("only_once", steps=200)
    worker = house.start_worker()
    house.began(job_id)
    worker.send_signal(signal.SIGKILL)
    worker.wait(30)
    house.start_worker()
    job = house.until(job_id, "lost", "done", "queued")
    assert (job["status"], job["attempt"]) == ("lost", 1)
    assert house.lines("begin", job_id) == 1


def test_a_silent_job_is_not_taken_for_dead(house: House) -> None:
    job_id = house.enqueue("deaf", seconds=6.0)  # three times as long as a job may be without a sign of life
    house.start_worker()
    house.start_worker()
    job = house.until(job_id, "done", "lost", "failed")
    assert (job["status"], job["attempt"]) == ("done", 1)
    assert house.lines("begin", job_id) == 1


def test_a_running_job_is_cancelled_from_another_process(house: House) -> None:
    job_id = house.enqueue("repeatable", steps=2000)
    house.start_worker()
    house.began(job_id)
    house.cancel(job_id)
    job = house.until(job_id, "cancelled", "done")
    assert job["status"] == "cancelled"
    assert house.lines("end", job_id) == 0


def test_a_worker_asked_to_stop_lets_a_short_job_end(house: House) -> None:
    job_id = house.enqueue("repeatable", steps=40)
    worker = house.start_worker()
    house.began(job_id)
    assert worker.stdin is not None
    worker.stdin.close()  # what a stopped supervisor does
    assert worker.wait(60) == 0
    assert house.show(job_id)["status"] == "done"


def test_a_job_whose_message_was_lost_is_sent_again(house: House) -> None:
    job_id = house.enqueue("repeatable", steps=2)
    house.drop_messages()
    house.start_worker()
    assert house.until(job_id, "done")["attempt"] == 1


def test_two_workers_run_every_job_once(house: House) -> None:
    jobs = [house.enqueue("only_once", steps=3) for _ in range(6)]
    house.start_worker()
    house.start_worker()
    for job_id in jobs:
        assert house.until(job_id, "done", "lost")["status"] == "done"
        assert (house.lines("begin", job_id), house.lines("end", job_id)) == (1, 1)
