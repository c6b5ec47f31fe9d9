"""``zhanggui serve``: one command, two processes, neither of which is left behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.races,
    pytest.mark.skipif(os.name != "posix", reason="looks at processes as POSIX systems show them"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.env = {**os.environ, "ZHANGGUI_HOME": str(home), "ZHANGGUI_LANG": "en", "PYTHONUNBUFFERED": "1"}
        for name in ("ZHANGGUI_DATABASE_URL", "ZHANGGUI_REDIS_URL"):
            self.env.pop(name, None)
        self.log = home.parent / "serve.log"
        command = [sys.executable, "-m", "zhanggui", "serve", "--port", str(self.port), "--login-link"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "healthz", timeout=2) as reply:
                return bool(reply.read() == b"ok")
        except OSError:
            return False

    def wait(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not self.answers():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def children(self) -> list[int]:
        """Process ids of everything the supervisor started, and what those started."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        found, todo = [], [self.process.pid]
        while todo:
            parent = todo.pop()
            here = [int(pid) for pid, ppid, _args in rows if int(ppid) == parent]
            found += here
            todo += here
        return found

    def child(self, word: str) -> int:
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        for line in listed.stdout.splitlines():
            pid, ppid, args = line.split(None, 2)
            if int(ppid) == self.process.pid and args.split()[3:4] == [word]:
                return int(pid)
        raise AssertionError(f"no {word} process: {listed.stdout}")


def alive(pids: list[int]) -> list[int]:
    found = []
    for pid in pids:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or ") Z " not in state.read_text():
            found.append(pid)
    return found


def until_gone(pids: list[int], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while alive(pids):
        assert time.monotonic() < deadline, f"left behind: {alive(pids)}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home made once, to be copied."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    env = {**os.environ, "ZHANGGUI_HOME": str(home), "ZHANGGUI_DATABASE_URL": "", "ZHANGGUI_REDIS_URL": ""}
    command = [sys.executable, "-m", "zhanggui", "init", "--empty"]
    subprocess.run(command, env=env, check=True, capture_output=True, timeout=180)
    return home


@pytest.fixture
def server(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    shutil.copytree(prepared, tmp_path / "home")
    made = Server(tmp_path / "home")
    try:
        made.wait(120)
        yield made
    finally:
        left = made.children()
        made.process.kill()
        made.process.wait(30)
        for pid in alive(left):
            os.kill(pid, signal.SIGKILL)


def wait_for_text(server: Server, pattern: str) -> re.Match[str]:
    deadline = time.monotonic() + 30
    while True:
        found = re.search(pattern, server.log.read_text())
        if found:
            return found
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.1)


def test_it_prints_the_address_and_a_link_that_signs_in(server: Server) -> None:
    wait_for_text(server, re.escape(server.url))
    link = wait_for_text(server, re.escape(server.url) + r"accounts/\S+")[0]
    with urllib.request.urlopen(link, timeout=30) as reply:
        assert reply.status == 200
        assert "<html" in reply.read().decode()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_everything_it_started(server: Server, stop: signal.Signals) -> None:
    started = server.children()
    assert len(started) >= 2
    server.process.send_signal(stop)
    assert server.process.wait(60) == 0
    until_gone(started)


def test_nothing_is_left_when_the_supervisor_is_killed(server: Server) -> None:
    started = server.children()
    server.process.kill()
    server.process.wait(30)
    until_gone(started)


@pytest.mark.parametrize("which", ["web", "worker"])
def test_a_crashed_child_is_started_again(server: Server, which: str) -> None:
    first = server.child(which)
    os.kill(first, signal.SIGKILL)
    wait_for_text(server, f"The {which} process ended")
    deadline = time.monotonic() + 60
    while True:
        try:
            if server.child(which) != first and server.answers():
                break
        except AssertionError:
            pass
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.2)


def test_a_second_start_on_the_same_port_is_one_sentence(server: Server) -> None:
    command = [sys.executable, "-m", "zhanggui", "serve", "--port", str(server.port)]
    done = subprocess.run(command, env=server.env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert f"Port {server.port} on 127.0.0.1 is in use." in done.stderr
    assert done.stderr.count("\n") == 1
    assert server.answers()


def test_the_doctor_sees_the_worker(server: Server) -> None:
    deadline = time.monotonic() + 60
    while True:
        command = [sys.executable, "-m", "zhanggui", "doctor", "--json"]
        done = subprocess.run(command, env=server.env, capture_output=True, text=True, check=False, timeout=60)
        if {"worker": "good"}.items() <= {c["name"]: c["state"] for c in json.loads(done.stdout)["checks"]}.items():
            break
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    env = {**os.environ, "ZHANGGUI_HOME": str(tmp_path / "home"), "ZHANGGUI_LANG": "en"}
    env.pop("ZHANGGUI_DATABASE_URL", None)
    command = [sys.executable, "-m", "zhanggui", "serve", "--host", "192.0.2.1", "--port", str(free_port())]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
