"""Run a command with a private PostgreSQL server: ``with_postgres.py COMMAND…``.

The server lives in a temporary folder on a free port of the loopback address, listens to nobody else, and is gone
afterwards. PostgreSQL refuses to run as root: then it runs as ``postgres`` or ``nobody``. The command finds the
address in ZHANGGUI_DATABASE_URL. Exit code 77 when PostgreSQL is not installed here.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NOT_INSTALLED = 77


def binaries() -> Path | None:
    """The folder of initdb and postgres: on the path, or where Debian puts the newest version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    return versions[-1].parent if versions else None


def server_user() -> str | None:
    """Whose name the server runs under; None: our own."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: list[str]) -> int:
    programs = binaries()
    if programs is None:
        print("PostgreSQL is not installed here.", file=sys.stderr)
        return NOT_INSTALLED
    user, port = server_user(), free_port()
    with tempfile.TemporaryDirectory(prefix="zhanggui-postgres-") as folder:
        place = Path(folder)
        if user is not None:
            shutil.chown(place, user)
        as_user = {"user": user, "cwd": folder, "env": {**os.environ, "HOME": folder, "LC_ALL": "C.UTF-8"}}
        data = place / "data"
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "zhanggui", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"],
            check=True,
            stdout=subprocess.DEVNULL,
            **as_user,
        )
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "fsync": "off",  # a server that is thrown away
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "128MB",
            "max_connections": 100,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (place / "log").open("wb") as log:
            server = subprocess.Popen([programs / "postgres", "-D", data, *settings], stdout=log, stderr=log, **as_user)
        try:
            wait_until_ready(programs, port, server, place / "log")
            url = f"postgresql://zhanggui@127.0.0.1:{port}/postgres"
            return subprocess.run(command, env={**os.environ, "ZHANGGUI_DATABASE_URL": url}, check=False).returncode
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_until_ready(programs: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        ready = subprocess.run(
            [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "zhanggui"], check=False
        )
        if ready.returncode == 0:
            return
        if server.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("PostgreSQL did not start:\n" + log.read_text(errors="replace"))
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
