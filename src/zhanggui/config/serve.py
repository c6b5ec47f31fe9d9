"""Web server and background worker as child processes under one supervisor.

Each child reads its standard input, which the supervisor holds open: when it closes, on purpose or because the
supervisor died, the child stops cleanly. That works alike on every system and leaves no orphan behind.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from zhanggui.config.language import gettext as _
from zhanggui.config.output import CommandFailed, hint

POSIX = os.name == "posix"
#: Requests one web process works on or keeps waiting; more are refused at once instead of piling up.
BACKPRESSURE = 64
#: Threads of one web process: the number of requests that run at the same time.
WEB_THREADS = min(12, 2 * (os.cpu_count() or 1) + 1)
#: How long children may take to stop before they are killed.
STOP_SECONDS = 25.0
#: Pause before a crashed child is started again: doubles with every crash in a row up to the longest one.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: A child that ran this long is healthy: the next crash starts again from the first pause.
HEALTHY_SECONDS = 60.0
#: Crashes in a row before the first healthy run that end the attempt to start.
GIVE_UP_AFTER = 4


def check_port(host: str, port: int) -> None:
    """Refuse with a sentence when nobody could listen at this address.

    Needed because the web server shares its port between processes: a second one would start without complaint.
    """
    try:
        family, _kind, _proto, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CommandFailed(_("{host} is not an address of this machine.").format(host=host)) from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if POSIX:  # a port just left by a stopped server is free; on Windows the option would steal a used one
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except PermissionError as error:
            text = _("Port {port} needs administrator rights; choose one above 1023.")
            raise CommandFailed(text.format(port=port)) from error
        except OSError as error:
            text = _("Port {port} on {host} is in use. Stop what runs there or choose another one: --port {other}")
            raise CommandFailed(text.format(port=port, host=host, other=port + 1)) from error


def address(host: str, port: int) -> str:
    """What to type into the browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


def answers(url: str) -> bool:
    """Whether the web server answers its health check."""
    try:
        with urllib.request.urlopen(url + "healthz", timeout=2) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (OSError, urllib.error.URLError):
        return False


@dataclass
class Child:
    """One supervised process: started, watched, started again with growing pauses, stopped."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    crashes: int = 0
    was_healthy: bool = False
    next_start_at: float = field(default=0.0)

    def start(self) -> None:
        flags: dict[str, object] = {"start_new_session": True} if POSIX else {}
        if not POSIX:  # Ctrl-C reaches the supervisor alone, which then stops its children in order
            flags["creationflags"] = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        command = [sys.executable, "-m", "zhanggui.config.serve", *self.arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, **flags)  # type: ignore[call-overload]
        self.started_at = time.monotonic()

    def watch(self) -> None:
        """Start the child again when it ended and its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            if now - self.started_at > HEALTHY_SECONDS:
                self.was_healthy, self.crashes = True, 0
            return
        self.kill()  # what the child itself started and left behind
        self.process = None
        self.crashes += 1
        if self.crashes > GIVE_UP_AFTER and not self.was_healthy:
            raise CommandFailed(_("The {name} process does not start; see the lines above.").format(name=self.name))
        pause = min(FIRST_PAUSE * 2 ** (self.crashes - 1), LONGEST_PAUSE)
        self.next_start_at = now + pause
        hint(
            _("The {name} process ended (code {code}); starting it again in {pause:.0f} s.").format(
                name=self.name, code=code, pause=pause
            )
        )

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            try:
                self.process.stdin.close()
            except OSError:  # it is gone already
                return

    def kill(self) -> None:
        """End the child and, where the system has process groups, everything it started."""
        if self.process is None:
            return
        if POSIX:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        elif self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Supervisor:
    """Runs children until it is told to stop, then stops them all."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.stopping = threading.Event()

    def run(self, *, on_tick: Callable[[], None] = lambda: None) -> None:
        """Watch the children until :meth:`stop`, Ctrl-C or SIGTERM; they are stopped in any case."""
        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: self.stop())
        try:
            while not self.stopping.is_set():
                for child in self.children:
                    child.watch()
                on_tick()
                self.stopping.wait(0.2)
        finally:
            self.stop_children()

    def stop(self) -> None:
        self.stopping.set()

    def stop_children(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is not None:
                try:
                    child.process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    hint(_("The {name} process did not stop in time and was ended.").format(name=child.name))
            child.kill()


def serve(*, host: str, port: int, workers: int, with_worker: bool, ready: Callable[[str], None]) -> None:
    """Start web and worker and stay until told to stop; ``ready`` is called once with the address.

    Raises :class:`CommandFailed` when the port is taken or a process does not come up.
    """
    check_port(host, port)
    children = [Child("web", ["web", host, str(port), str(workers)])]
    if with_worker:
        children.append(Child("worker", ["worker"]))
    supervisor = Supervisor(children)
    url = address(host, port)
    told = False

    def tell_when_ready() -> None:
        nonlocal told
        if not told and answers(url):
            told = True
            ready(url)

    supervisor.run(on_tick=tell_when_ready)


def stop_when_abandoned(stop: Callable[[], None]) -> None:
    """Call ``stop`` when standard input closes: the supervisor asks for it, or died."""

    def wait() -> None:
        while os.read(0, 4096):  # not through sys.stdin, whose lock a process started meanwhile would inherit
            pass
        stop()

    threading.Thread(target=wait, name="supervisor-watch", daemon=True).start()


def run_web(host: str, port: int, workers: int, *, supervised: bool) -> None:
    """The web server in this process, until it is stopped."""
    import multiprocessing

    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    multiprocessing.set_start_method("spawn", force=True)  # one way on every system, and no fork beside threads
    server = Server(
        "zhanggui.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=WEB_THREADS,
        backpressure=BACKPRESSURE,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    if supervised:
        stop_when_abandoned(server.signal_handler_interrupt)
    server.serve()


def run_worker(*, threads: int | None = None, supervised: bool) -> None:
    """A background worker in this process, until it is stopped."""
    from zhanggui.config import prepare

    prepare.set_up_django()
    from zhanggui.foundation.jobs import worker

    if supervised:
        stop_when_abandoned(worker.ask_to_stop)
    worker.run(threads=threads)


def main(arguments: Sequence[str]) -> None:
    """Entry of a child process: ``web HOST PORT WORKERS`` or ``worker``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
    if arguments[0] == "web":
        run_web(arguments[1], int(arguments[2]), int(arguments[3]), supervised=True)
    else:
        run_worker(supervised=True)


if __name__ == "__main__":
    main(sys.argv[1:])
