"""A real installation in a folder of its own, worked on by real processes.

With ``ZHANGGUI_DATABASE_URL`` set, each installation gets a PostgreSQL database of its own beside the named one.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

_PRELUDE = """
import django; django.setup()
from django.core.management import call_command
"""


@dataclass(frozen=True)
class Home:
    """One installation: its folder and its database (empty: SQLite in the folder)."""

    place: Path
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHANGGUI_")}
        return {
            **kept,
            "ZHANGGUI_HOME": str(self.place),
            "ZHANGGUI_DATABASE_URL": self.url,
            "ZHANGGUI_LANG": "en",
            "DJANGO_SETTINGS_MODULE": "zhanggui.config.settings",
            "PYTHONIOENCODING": "utf-8",
        }

    def start(self, code: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a process that runs ``code`` after Django is set up."""
        return subprocess.Popen(
            [sys.executable, "-c", _PRELUDE + code, *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, code: str, *arguments: str) -> str:
        """Run ``code`` to its end and return what it printed; a failure shows its stack trace."""
        process = self.start(code, *arguments)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return out

    def migrate(self) -> Home:
        self.run("call_command('migrate', verbosity=0)")
        return self

    def cli(self, *arguments: str, fails: bool = False, **variables: str) -> Any:
        """``zhanggui … --json``; returns the document."""
        done = subprocess.run(
            [sys.executable, "-m", "zhanggui", *arguments, "--json"],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return json.loads(done.stdout)


class Homes:
    """Makes homes below a folder, empty or as copies of another one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base = os.environ.get("ZHANGGUI_DATABASE_URL", "")
        self.databases: list[str] = []

    def __call__(self, name: str, *, like: Home | None = None) -> Home:
        place = self.folder / name
        if like is not None:
            shutil.copytree(like.place, place)
        if not self.base.startswith("postgres"):
            return Home(place)
        database = f"zg_{secrets.token_hex(6)}"
        template = f" TEMPLATE {urlsplit(like.url).path.lstrip('/')}" if like is not None else ""
        _admin(self.base, f"CREATE DATABASE {database}{template}")
        self.databases.append(database)
        return Home(place, urlunsplit(urlsplit(self.base)._replace(path=f"/{database}")))

    def drop(self) -> None:
        for database in self.databases:
            _admin(self.base, f"DROP DATABASE {database} WITH (FORCE)")


@contextmanager
def homes(folder: Path) -> Iterator[Homes]:
    """A maker of homes below ``folder``; their databases are dropped at the end."""
    made = Homes(folder)
    try:
        yield made
    finally:
        made.drop()


def _admin(base: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(urlunsplit(urlsplit(base)._replace(path="/postgres", query="")), autocommit=True) as db:
        db.execute(statement)  # type: ignore[arg-type]
