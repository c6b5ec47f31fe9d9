"""Where the files of the lake lie and how they get there: a draft, then one atomic rename. Only here."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from zhanggui.config.home import home

_DRAFT: Final = ".draft-"
SUFFIX: Final = ".parquet"


def root() -> Path:
    return home() / "lake"


def spill() -> Path:
    """Where the reading engine of this process puts what does not fit into memory."""
    return home() / "tmp" / "lake" / str(os.getpid())


def place_of(table: str, month: str, name: str) -> Path:
    return root() / table / f"month={month}" / name


def new_draft(table: str, month: str) -> Path:
    """A path of its own for a file that is being written, on the same file system as its place."""
    folder = place_of(table, month, "")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{_DRAFT}{os.getpid()}-{secrets.token_hex(6)}{SUFFIX}"


def publish(draft: Path, content_id: str) -> str:
    """Give a finished draft its lasting name and return it; durable before this returns.

    Every file has a name of its own, so that one that is being removed is never one that is being published.
    """
    name = f"{content_id[:16]}-{secrets.token_hex(4)}{SUFFIX}"
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(draft.with_name(name))
    if os.name == "posix":
        folder = os.open(draft.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return name


def remove(path: Path) -> None:
    with suppress(OSError):  # gone already, or held open on Windows: the next sweep takes it
        path.unlink()


def older_than(seconds: float) -> Iterator[tuple[str, str, Path]]:
    """(table, month, path) of every file, drafts included, that was written longer ago."""
    limit = time.time() - seconds
    for path in root().glob(f"*/month=*/*{SUFFIX}"):
        with suppress(OSError):
            if path.stat().st_mtime < limit:
                yield path.parent.parent.name, path.parent.name.removeprefix("month="), path


def remove_spilled(seconds: float) -> None:
    """Remove what reading engines of killed processes left longer ago."""
    limit = time.time() - seconds
    for folder in spill().parent.glob("*"):
        with suppress(OSError):
            if folder != spill() and folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)
