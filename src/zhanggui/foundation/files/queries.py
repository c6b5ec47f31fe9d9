"""Reads of the store: facts, plain bytes, working copies."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone

from zhanggui.foundation.files import contracts, store
from zhanggui.foundation.files.domain.refusal import Refusal
from zhanggui.foundation.files.domain.stream import StreamDamaged
from zhanggui.foundation.files.models import Result, StoredFile
from zhanggui.foundation.vault import operations as vault


class FileMissing(Refusal):
    """The store has no such file."""

    text = "The file store does not have %(what)s."


def stored(sha256: str) -> contracts.StoredFile | None:
    """Facts of one stored file, or None."""
    found = StoredFile.objects.filter(sha256=sha256).first()
    return contracts.StoredFile(found.sha256, found.size, found.name) if found else None


def chunks(sha256: str) -> Iterator[bytes]:
    """The plain bytes in pieces of one MiB, for a download. Raises ``FileMissing``, ``StreamDamaged``."""
    found = StoredFile.objects.filter(sha256=sha256).first()
    if found is None or found.key is None:
        raise FileMissing(what=sha256)
    place = store.place_of(sha256)
    if not place.is_file():
        raise FileMissing(what=f"{found.name} ({sha256[:12]}…)")
    return store.read_plain(place, vault.open_bytes(found.key))


@contextmanager
def materialise(sha256: str) -> Iterator[Path]:
    """A plain working copy, readable by the owner only, gone when the block ends.

    Its name ends like the original's, because readers look at the suffix. The copy is checked against its SHA-256
    before it is handed out. Raises ``FileMissing``, ``StreamDamaged``.
    """
    facts = stored(sha256)
    if facts is None:
        raise FileMissing(what=sha256)
    suffix = "".join(c for c in Path(facts.name).suffix if c.isalnum() or c == ".")[:12]
    path = store.scratch() / f"{secrets.token_hex(8)}{suffix}"
    digest = hashlib.sha256()
    try:
        with store.create_private(path) as out:
            for chunk in chunks(sha256):
                digest.update(chunk)
                out.write(chunk)
        if digest.hexdigest() != sha256:
            raise StreamDamaged
        yield path
    finally:
        path.unlink(missing_ok=True)


def result(result_id: int, *, actor_id: int | None = None) -> contracts.ResultFile | None:
    """A result that has not expired, or None; with ``actor_id`` only if it was made for that person."""
    found = Result.objects.select_related("file").filter(pk=result_id, expires_at__gt=timezone.now())
    if actor_id is not None:
        found = found.filter(actor_id=actor_id)
    row = found.first()
    if row is None:
        return None
    return contracts.ResultFile(
        row.pk, row.file.sha256, row.file.size, row.name, row.actor_id, row.created_at, row.expires_at
    )
