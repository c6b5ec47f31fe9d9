"""Where stored bytes lie and how they get there: a draft beside the place, then one atomic rename."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from zhanggui.config.home import home
from zhanggui.foundation.files.domain.stream import CHUNK, decrypt, encrypt

_SHA256 = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    return home() / "files"


def scratch() -> Path:
    """The folder of drafts and plain working copies; emptied of leftovers by ``operations.sweep``."""
    place = home() / "tmp"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def place_of(sha256: str) -> Path:
    """Where the content with this SHA-256 lies, whether or not it is there."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is not a SHA-256")
    return folder() / sha256[:2] / sha256[2:4] / f"{sha256}.zgf"


def pieces(source: BinaryIO) -> Iterator[bytes]:
    """The bytes of an open file in chunks."""
    while chunk := source.read(CHUNK):
        yield chunk


def write_draft(source: Path, key: bytes) -> tuple[Path, str, int]:
    """Encrypt ``source`` into a draft in the store; returns draft, SHA-256 of the plain bytes and their number."""
    digest, size = hashlib.sha256(), 0

    def read(file: BinaryIO) -> Iterator[bytes]:
        nonlocal size
        for chunk in pieces(file):
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder() / f".draft-{secrets.token_hex(8)}"
    try:
        with source.open("rb") as file, create_private(draft) as out:
            for sealed in encrypt(read(file), key):
                out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft, digest.hexdigest(), size


def read_plain(path: Path, key: bytes) -> Iterator[bytes]:
    """The plain chunks of a stored file."""
    with path.open("rb") as source:
        yield from decrypt(source, key)


def settle(draft: Path, sha256: str) -> None:
    """Move a draft to its place; what was there before is replaced in one step."""
    place = place_of(sha256)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.replace(draft, place)


def create_private(path: Path) -> BinaryIO:
    """A new file that only its owner can read; refuses to overwrite."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    return os.fdopen(descriptor, "wb")
