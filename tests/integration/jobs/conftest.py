"""A real home, a real queue (SQLite or a private Redis) and real worker processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parents[2]
LOST_AFTER = "2"

_DRIVER = """
import json, sys
from dataclasses import asdict
from datetime import timedelta
from zhanggui.config.prepare import prepare
prepare()
from django.db.models import F
from django.utils.module_loading import import_string
from huey.contrib.djhuey import HUEY
from zhanggui.foundation.jobs import operations, queries
from zhanggui.foundation.jobs.models import Job
for line in sys.stdin:
    call, out = json.loads(line), None
    if call["do"] == "enqueue":
        task = import_string("integration.jobs.slow." + call["task"])
        out = operations.enqueue(kind="test", title="t", task=task, kwargs=call["kwargs"], actor_id=None)
    elif call["do"] == "show":
        out = asdict(queries.job(call["id"]))
    elif call["do"] == "cancel":
        operations.request_cancel(job_id=call["id"])
    elif call["do"] == "drop_messages":
        HUEY.storage.flush_queue()
        Job.objects.update(queued_at=F("queued_at") - timedelta(minutes=5))
    elif call["do"] == "leftovers":
        out = sorted(k if isinstance(k, str) else k.decode() for k in HUEY.storage.result_items())
    print(json.dumps(out, default=str), flush=True)
"""


class House:
    """One installation with as many workers as a test starts."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.diary = home / "diary.txt"
        self.environment = {
            **os.environ,
            **environment,
            "ZHANGGUI_HOME": str(home),
            "ZHANGGUI_JOBS_LOST_AFTER": LOST_AFTER,
            "JOBS_DIARY": str(self.diary),
            "PYTHONPATH": str(TESTS),
        }
        self.environment.pop("ZHANGGUI_DATABASE_URL", None)
        self.workers: list[subprocess.Popen[bytes]] = []
        self.driver: subprocess.Popen[str] | None = None

    def _call(self, **call: Any) -> Any:
        """Ask the process that stands for the web server."""
        if self.driver is None:
            self.driver = subprocess.Popen(
                [sys.executable, "-c", _DRIVER],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self.driver.stdin is not None
        assert self.driver.stdout is not None
        print(json.dumps(call), file=self.driver.stdin, flush=True)
        reply = self.driver.stdout.readline()
        assert reply, "the process that asks for jobs ended"
        return json.loads(reply)

    def enqueue(self, task: str, **kwargs: Any) -> int:
        return int(self._call(do="enqueue", task=task, kwargs=kwargs))

    def show(self, job_id: int) -> dict[str, Any]:
        found: dict[str, Any] = self._call(do="show", id=job_id)
        return found

    def cancel(self, job_id: int) -> None:
        self._call(do="cancel", id=job_id)

    def drop_messages(self) -> None:
        self._call(do="drop_messages")

    def leftovers(self) -> list[str]:
        found: list[str] = self._call(do="leftovers")
        return found

    def start_worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "zhanggui.config.serve", "worker"]
        worker = subprocess.Popen(command, env=self.environment, stdin=subprocess.PIPE)
        self.workers.append(worker)
        return worker

    def began(self, job_id: int, times: int = 1) -> None:
        """Wait until the job was begun so often."""
        wait_for(lambda: self.lines("begin", job_id) >= times, 60)

    def lines(self, word: str, job_id: int) -> int:
        if not self.diary.exists():
            return 0
        return sum(line.startswith(f"{word} {job_id} ") for line in self.diary.read_text().splitlines())

    def until(self, job_id: int, *states: str, seconds: float = 60) -> dict[str, Any]:
        """Wait for one of these states; returns the job."""
        deadline = time.monotonic() + seconds
        while True:
            job = self.show(job_id)
            if job["status"] in states:
                return job
            assert time.monotonic() < deadline, f"job is still {job['status']}: {job}"
            time.sleep(0.1)

    def stop(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait(30)
            if worker.stdin:
                worker.stdin.close()
        if self.driver is not None:
            self.driver.communicate(timeout=30)


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A private Redis server for this session."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("redis-server is not installed: jobs on Redis are not tested here")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_for(answers, 20)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with its database made once, to be copied."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    environment = {**os.environ, "ZHANGGUI_HOME": str(home), "ZHANGGUI_DATABASE_URL": ""}
    command = [sys.executable, "-c", "from zhanggui.config.prepare import prepare; prepare()"]
    subprocess.run(command, env=environment, check=True, timeout=120)
    return home


@pytest.fixture(params=["sqlite", "redis"])
def house(request: pytest.FixtureRequest, tmp_path: Path, prepared_home: Path) -> Iterator[House]:
    shutil.copytree(prepared_home, tmp_path / "home")
    environment = {"ZHANGGUI_REDIS_URL": ""}
    if request.param == "redis":
        url: str = request.getfixturevalue("redis_url")
        environment["ZHANGGUI_REDIS_URL"] = url
    made = House(tmp_path / "home", environment)
    yield made
    made.stop()
    if request.param == "redis":
        import redis

        redis.Redis.from_url(environment["ZHANGGUI_REDIS_URL"]).flushall()
