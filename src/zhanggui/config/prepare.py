"""Bring a home into the state this version needs: folder, keys, migrations, static files.

Two processes that start at once do not race: the work happens under a lock that the operating system drops when
its holder dies. When nothing changed since the last time, the check costs a few milliseconds and no lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhanggui.config.home import home
from zhanggui.config.language import gettext as _
from zhanggui.config.language import preferred
from zhanggui.config.output import CommandFailed

PACKAGE = Path(__file__).resolve().parent.parent
#: What the last preparation left behind; written last, so an interrupted one is done again.
STATE = "state.json"
#: Written when ``init`` came to its end.
INITIALISED = "initialised"
LOCK_SECONDS = 300
#: Any number nobody else uses: names the lock that migrations of one PostgreSQL database take.
MIGRATION_LOCK = 7_240_917


def set_up_django() -> None:
    """Load settings and rooms, and speak the user's language. Called twice it does nothing more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
    make_folder()
    import django
    from django.apps import apps
    from django.utils import translation

    if not apps.ready:
        try:
            django.setup()
        except ValueError as error:  # an environment variable that cannot be read
            raise CommandFailed(str(error)) from error
    translation.activate(preferred())


def make_folder() -> Path:
    """The home folder, made when missing and readable by its owner only."""
    place = home()
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(place, os.W_OK):
            raise PermissionError
    except OSError as error:
        raise CommandFailed(
            _("The home folder {place} cannot be written. Name another one in ZHANGGUI_HOME.").format(place=place)
        ) from error
    return place


@contextmanager
def locked(name: str = "prepare.lock", seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the home's lock of this name; wait for another holder, give up with a sentence after ``seconds``.

    An exclusive transaction on an empty SQLite file is the one lock that works alike on every system and
    disappears with the process that held it.
    """
    connection = sqlite3.connect(make_folder() / name, timeout=seconds, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise CommandFailed(
                _(
                    "Another process has been preparing the home for {seconds:.0f} seconds; wait for it or stop it."
                ).format(seconds=seconds)
            ) from error
        yield
    finally:
        connection.close()


def fingerprint() -> str:
    """What a home must have been prepared for: every migration and static file of this version, and the database."""
    parts = [os.environ.get("ZHANGGUI_DATABASE_URL", "")]
    for kind in ("migrations", "static"):
        for folder in sorted(PACKAGE.glob(f"*/**/{kind}")):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    stat = path.stat()
                    parts.append(f"{path.relative_to(PACKAGE).as_posix()} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_prepared(wanted: str) -> bool:
    place = home()
    try:
        state = json.loads((place / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if state.get("fingerprint") != wanted or not (place / "static").is_dir():
        return False
    return bool(os.environ.get("ZHANGGUI_DATABASE_URL")) or (place / "zhanggui.db").exists()


def prepare(*, force: bool = False) -> bool:
    """Set up Django on a home that is up to date; returns whether anything had to be done."""
    set_up_django()
    wanted = fingerprint()
    if is_prepared(wanted) and not force:
        return False
    with locked():
        if is_prepared(wanted) and not force:  # the other process did it meanwhile
            return False
        migrate()
        collect_static()
        draft = home() / f".{STATE}.{os.getpid()}"
        draft.write_text(json.dumps({"fingerprint": wanted, "prepared_at": time.time()}), encoding="utf-8")
        draft.replace(home() / STATE)
    return True


def migrate() -> None:
    """Apply the migrations; on PostgreSQL one process at a time, also across machines."""
    from django.core.management import call_command
    from django.db import OperationalError, connection

    try:
        check_reachable()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            try:
                call_command("migrate", verbosity=0, interactive=False)
            finally:
                if connection.vendor == "postgresql":
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    except OperationalError as error:
        reason = " ".join(str(error).split())
        raise CommandFailed(_("The database cannot be reached or written: {reason}").format(reason=reason)) from error


def check_reachable() -> None:
    """Raise ``OperationalError`` soon when PostgreSQL does not answer; the pool alone would try for half a minute."""
    from django.db import connection

    if connection.vendor == "postgresql":
        wrapper: Any = connection
        parameters = {**wrapper.get_connection_params(), "connect_timeout": 5}
        parameters.pop("pool", None)
        with wrapper.wrap_database_errors:
            wrapper.Database.connect(**parameters).close()


def collect_static() -> None:
    """Copy the pages' scripts and styles into the home, compressed and under names that carry their content."""
    from django.conf import settings
    from django.core.management import call_command

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False)
