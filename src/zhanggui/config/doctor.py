"""``zhanggui doctor``: what a healthy installation has, checked one by one, each with what to do about it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from zhanggui.config.home import home, key_file
from zhanggui.config.language import gettext as _

SQLITE_LEAST = (3, 35, 0)
DISK_LEAST, DISK_COMFORT = 500_000_000, 5_000_000_000
WORKER_SILENT_SECONDS = 60
CHINESE_FONTS = ("wqy-zenhei", "notosanscjk", "sourcehansans", "msyh", "simsun", "pingfang", "wqy-microhei")


@dataclass(frozen=True)
class Check:
    """One finding: ``good``, ``note`` (works, but know this) or ``bad`` (mend this)."""

    name: str
    state: Literal["good", "note", "bad"]
    text: str


def examine() -> list[Check]:
    """Every check, also those after a failed one as far as they make sense."""
    found: list[Check] = []
    for look in (_python, _sqlite, _disk, _fonts, _clock):
        found += _safely(look)
    if not home().is_dir():
        text = _("There is no home at {place} yet; make it with: zhanggui init").format(place=home())
        return [*found, Check("home", "bad", text)]
    found += _safely(_keys)
    database = _safely(_database)
    found += database
    if all(c.state != "bad" for c in database):
        found += _safely(_worker)
    return found


def _safely(look: Callable[[], Iterator[Check]]) -> list[Check]:
    try:
        return list(look())
    except Exception as error:
        name = look.__name__.lstrip("_")
        text = _("The check “{name}” itself failed: {reason}").format(name=name, reason=" ".join(str(error).split()))
        return [Check(name, "bad", text)]


def _python() -> Iterator[Check]:
    shown = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", "good", f"Python {shown} ({sys.executable})")


def _sqlite() -> Iterator[Check]:
    if sqlite3.sqlite_version_info >= SQLITE_LEAST:
        yield Check("sqlite", "good", f"SQLite {sqlite3.sqlite_version}")
    else:
        text = _("SQLite {version} is too old; 3.35 or newer is needed.").format(version=sqlite3.sqlite_version)
        yield Check("sqlite", "bad", text)


def _disk() -> Iterator[Check]:
    free = free_bytes(home())
    text = _("{free:.1f} GB free at {place}").format(free=free / 1e9, place=home())
    if free < DISK_LEAST:
        yield Check("disk", "bad", text + _(": too little to go on; make room"))
    else:
        yield Check("disk", "good" if free >= DISK_COMFORT else "note", text)


def free_bytes(place: Path) -> int:
    """Free space on the disk of ``place`` or of its nearest folder that exists."""
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def _fonts() -> Iterator[Check]:
    names = _font_names()
    if any(font in name for name in names for font in CHINESE_FONTS):
        yield Check("fonts", "good", _("A Chinese font is installed."))
    else:
        text = _(
            "No Chinese font was found: documents made on this machine would show boxes (Debian: fonts-wqy-zenhei)."
        )
        yield Check("fonts", "note", text)


def _font_names() -> list[str]:
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list"], capture_output=True, text=True, check=False, timeout=20).stdout
        return [line.lower().replace(" ", "") for line in listed.splitlines()]
    windows = Path(os.environ.get("WINDIR", "C:\\Windows")) / "Fonts"
    folders = [windows, Path.home() / "Library/Fonts"]
    return [p.name.lower() for folder in folders if folder.is_dir() for p in folder.iterdir()]


def _clock() -> Iterator[Check]:
    now = datetime.now(UTC)
    zone = os.environ.get("ZHANGGUI_TIME_ZONE", "Asia/Shanghai")
    try:
        local = now.astimezone(ZoneInfo(zone))
    except Exception:
        yield Check("clock", "bad", _("ZHANGGUI_TIME_ZONE={zone} is not a time zone.").format(zone=zone))
        return
    text = _("It is {time} in {zone}.").format(time=local.strftime("%Y-%m-%d %H:%M"), zone=zone)
    database = home() / "zhanggui.db"
    if database.exists() and database.stat().st_mtime > now.timestamp() + 300:
        yield Check("clock", "bad", text + " " + _("The clock runs behind the last change of the database; set it."))
    else:
        yield Check("clock", "good", text)


def _keys() -> Iterator[Check]:
    wanted = {
        "session": "ZHANGGUI_SECRET_KEY",
        "vault": "ZHANGGUI_VAULT_KEYS",
        "fingerprint": "ZHANGGUI_FINGERPRINT_KEY",
    }
    for name, variable in wanted.items():
        path = key_file(name)
        if os.environ.get(variable):
            yield Check(
                f"key.{name}", "good", _("Key “{name}” comes from {variable}.").format(name=name, variable=variable)
            )
        elif not path.exists():
            text = _("Key “{name}” is not there yet; it is made on first use.").format(name=name)
            yield Check(f"key.{name}", "note", text)
        elif os.name == "posix" and path.stat().st_mode & 0o077:
            text = _("Key “{name}” can be read by others; run: chmod 600 {path}").format(name=name, path=path)
            yield Check(f"key.{name}", "bad", text)
        else:
            yield Check(f"key.{name}", "good", _("Key “{name}” is there and private.").format(name=name))


def _database() -> Iterator[Check]:
    from zhanggui.config.prepare import check_reachable, set_up_django

    set_up_django()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        check_reachable()
        connection.ensure_connection()
    except Exception as error:
        text = _("The database cannot be reached: {reason}").format(reason=" ".join(str(error).split()))
        yield Check("database", "bad", text)
        return
    yield Check("database", "good", _("The database answers ({vendor}).").format(vendor=connection.vendor))
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        text = _("{number} migrations are pending; any command that needs the home applies them, e.g. zhanggui init")
        yield Check("migrations", "bad", text.format(number=len(pending)))
    else:
        yield Check("migrations", "good", _("All migrations are applied."))


def _worker() -> Iterator[Check]:
    from zhanggui.foundation.jobs import queries

    sign = queries.last_worker_sign()
    age = None if sign is None else (datetime.now(UTC) - sign.at).total_seconds()
    if age is not None and age < WORKER_SILENT_SECONDS:
        yield Check("worker", "good", _("A worker is running."))
        return
    waiting = queries.count(active=True)
    text = _("No worker is running; zhanggui serve starts one.")
    if waiting:
        yield Check("worker", "bad", text + " " + _("{number} jobs wait for it.").format(number=waiting))
    else:
        yield Check("worker", "note", text)
