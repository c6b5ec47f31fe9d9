"""Put files into the store, make results, forget, sweep."""

from __future__ import annotations

import os
import re
import time
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction
from django.utils import timezone

from zhanggui.foundation.files import contracts, store
from zhanggui.foundation.files.models import Result, StoredFile
from zhanggui.foundation.vault import operations as vault

RESULT_DAYS = 30
#: Drafts, working copies and bytes without a row are left alone this long: somebody may be at work.
_GRACE_SECONDS = 24 * 3600


def keep(*, path: Path, name: str) -> contracts.StoredFile:
    """Store the content of ``path`` for good; the same content is stored once, whatever its name.

    Reads the file once, in constant memory. Two callers with the same content at once get one stored file. When the
    surrounding transaction rolls back, the bytes are removed by the next sweep.
    """
    return _store(path, name, is_kept=True)


def keep_result(*, path: Path, name: str, days: int = RESULT_DAYS, actor_id: int | None = None) -> contracts.ResultFile:
    """Store a file for somebody to fetch within ``days``. ``path`` may be removed afterwards."""
    _sweep_once_a_day()
    file = _store(path, name, is_kept=False)
    now = timezone.now()
    row = Result.objects.create(
        file=StoredFile.objects.get(sha256=file.sha256),
        name=clean_name(name),
        actor_id=actor_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return contracts.ResultFile(row.pk, file.sha256, file.size, row.name, actor_id, row.created_at, row.expires_at)


def forget(*, sha256: str) -> bool:
    """Remove a stored file and its results, e.g. on a request to erase; True when it was there."""
    with transaction.atomic():
        gone, _by_model = StoredFile.objects.filter(sha256=sha256).delete()
        if gone:
            transaction.on_commit(lambda: store.place_of(sha256).unlink(missing_ok=True))
    return bool(gone)


def sweep(*, now: datetime | None = None) -> contracts.Sweep:
    """Remove expired results, files nobody needs any more, bytes without a row and forgotten working copies."""
    moment = now or timezone.now()
    with transaction.atomic():
        results, _by_model = Result.objects.filter(expires_at__lte=moment).delete()
        unneeded = list(
            StoredFile.objects.select_for_update(of=("self",))
            .filter(is_kept=False, results__isnull=True, created_at__lt=moment - timedelta(seconds=_GRACE_SECONDS))
            .values_list("sha256", flat=True)
        )
        StoredFile.objects.filter(sha256__in=unneeded).delete()
        transaction.on_commit(lambda: _unlink(unneeded))
    limit = time.time() - _GRACE_SECONDS
    known = set(StoredFile.objects.values_list("sha256", flat=True))
    orphans = [p for p in store.folder().rglob("*.zgf") if p.stem not in known and _older(p, limit)]
    leftovers = [p for p in store.folder().glob(".draft-*") if _older(p, limit)]
    leftovers += [p for p in store.scratch().iterdir() if p.is_file() and _older(p, limit)]
    for path in (*orphans, *leftovers):
        path.unlink(missing_ok=True)
    return contracts.Sweep(results, len(unneeded), len(orphans), len(leftovers))


def clean_name(name: str) -> str:
    """The last part of a path in any system's spelling, without control characters, at most 255 characters."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if c.isprintable())[-255:] or "file"


def _store(path: Path, name: str, *, is_kept: bool) -> contracts.StoredFile:
    key = AESGCM.generate_key(bit_length=256)
    draft, sha256, size = store.write_draft(path, key)
    try:
        with transaction.atomic():
            row = StoredFile.objects.select_for_update().filter(sha256=sha256).first()
            if row is not None and store.place_of(sha256).is_file():
                if is_kept and not row.is_kept:
                    StoredFile.objects.filter(pk=row.pk).update(is_kept=True)
            elif row is not None:  # its bytes were lost: this copy heals it
                row.key, row.is_kept = vault.seal(key), row.is_kept or is_kept
                row.save(update_fields=["key", "is_kept"])
                store.settle(draft, sha256)
            else:
                row = _insert(sha256, size, clean_name(name), key, is_kept, draft)
    finally:
        draft.unlink(missing_ok=True)
    return contracts.StoredFile(sha256, size, row.name)


def _insert(sha256: str, size: int, name: str, key: bytes, is_kept: bool, draft: Path) -> StoredFile:
    try:
        with transaction.atomic():
            row = StoredFile.objects.create(sha256=sha256, size=size, name=name, key=vault.seal(key), is_kept=is_kept)
            store.settle(draft, sha256)
            return row
    except IntegrityError:  # another process stored the same content a moment earlier; its key and bytes stand
        row = StoredFile.objects.get(sha256=sha256)
        if is_kept and not row.is_kept:
            StoredFile.objects.filter(pk=row.pk).update(is_kept=True)
        return row


def _unlink(hashes: list[str]) -> None:
    for sha256 in hashes:
        store.place_of(sha256).unlink(missing_ok=True)


def _older(path: Path, limit: float) -> bool:
    try:
        return path.stat().st_mtime < limit
    except OSError:
        return False


def _sweep_once_a_day() -> None:
    marker = store.folder() / ".swept"
    try:
        if time.time() - marker.stat().st_mtime < 24 * 3600:
            return
    except OSError:
        pass
    marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker.touch()
    os.utime(marker)
    sweep()
