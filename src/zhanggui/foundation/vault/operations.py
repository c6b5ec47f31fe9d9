"""Seal, open, fingerprint, and change keys."""

from __future__ import annotations

import json
import os
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, cast

from django.apps import apps
from django.db import models, transaction

from zhanggui.foundation.vault import keys
from zhanggui.foundation.vault.contracts import ColumnState, Rotation
from zhanggui.foundation.vault.domain.sealing import BYTES, JSON, NONCE_SIZE, KeyMissing, NotSealed, key_id
from zhanggui.foundation.vault.fields import SealedField

_URL_SAFE = bytes.maketrans(b"+/", b"-_")

#: Length of a fingerprint: 144 bits in the url-safe base64 alphabet.
FINGERPRINT_LENGTH = 24


class KeysInUse(Exception):
    """Old keys cannot be forgotten while something is sealed with them."""

    def __init__(self, rows: int) -> None:
        super().__init__(f"{rows} values are still sealed with an old key; rotate again before forgetting it.")


def _encode(data: bytes | Mapping[str, Any]) -> tuple[bytes, int]:
    if isinstance(data, bytes):
        return data, BYTES
    return json.dumps(dict(data), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), JSON


def seal(data: bytes | Mapping[str, Any]) -> bytes:
    """``data`` encrypted with the current key. The same data sealed twice gives two different values."""
    plain, kind = _encode(data)
    return keys.ring().seal(plain, kind, os.urandom(NONCE_SIZE))


def seal_many(items: Iterable[Mapping[str, Any] | None]) -> list[bytes | None]:
    """Like ``seal`` for many; None stays None. About 3 µs each."""
    ring = keys.ring()
    aead, header = ring.current.aead, ring.seal(b"", JSON, bytes(NONCE_SIZE))[:6]
    found: list[bytes | None] = []
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for item in items:
        if item is None:
            found.append(None)
            continue
        nonce = os.urandom(NONCE_SIZE)
        found.append(header + nonce + aead.encrypt(nonce, encode(item).encode("utf-8", "surrogatepass"), header))
    return found


def _open(blob: bytes | memoryview) -> tuple[int, bytes]:
    value = bytes(blob)
    try:
        return keys.ring().open(value)
    except KeyMissing:
        return keys.reload().open(value)  # another process may have rotated


def open_sealed(blob: bytes | memoryview) -> dict[str, Any]:
    """What was sealed as a dict. Raises ``NotSealed``, ``KeyMissing``, ``SealBroken``."""
    kind, plain = _open(blob)
    if kind != JSON:
        raise NotSealed
    return cast("dict[str, Any]", json.loads(plain.decode("utf-8", "surrogatepass")))


def open_bytes(blob: bytes | memoryview) -> bytes:
    """What was sealed as bytes. Raises like ``open_sealed``."""
    kind, plain = _open(blob)
    if kind != BYTES:
        raise NotSealed
    return plain


def fingerprint(text: str) -> str:
    """A keyed hash of ``text`` (BLAKE2b, 144 bits): equal texts match, nothing can be read or guessed without the key.

    The text is taken as it is: normalise phones and names before, and never fingerprint a masked value.
    """
    found = fingerprints([text])[0]
    assert found is not None
    return found


def fingerprints(texts: Iterable[str | None]) -> list[str | None]:
    """Like ``fingerprint`` for many, in order; None stays None."""
    key = keys.fingerprint_key()
    values = list(texts)
    digests = b"".join(
        [blake2b(t.encode("utf-8", "surrogatepass"), digest_size=18, key=key).digest() for t in values if t is not None]
    )
    letters = b2a_base64(digests, newline=False).translate(_URL_SAFE).decode("ascii")
    size = FINGERPRINT_LENGTH
    parts = iter([letters[n : n + size] for n in range(0, len(letters), size)])
    return [None if t is None else next(parts) for t in values]


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of type ``SealedField`` in the house."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field.attname


def states() -> list[ColumnState]:
    """How many values of each sealed column carry which key; reads every row."""
    found = []
    for model, name in sealed_columns():
        by_key: dict[str, int] = {}
        values = model._default_manager.exclude(**{name: None}).values_list(name, flat=True)
        for blob in values.iterator(chunk_size=5000):
            ident = key_id(bytes(blob)).hex()
            by_key[ident] = by_key.get(ident, 0) + 1
        found.append(ColumnState(model._meta.db_table, name, by_key))
    return found


def rotate(
    *,
    new_key: bool = True,
    forget: bool = False,
    bite: int = 2000,
    progress: Callable[[Rotation], None] | None = None,
) -> Rotation:
    """Add a new key (unless ``new_key`` is False) and seal everything again with the current one, in bites.

    Stopped half-way, ``rotate(new_key=False)`` goes on: values that carry the current key are passed over. Values
    written meanwhile by other processes are never lost (each is replaced only if it is still what was read). With
    ``forget`` the old keys are dropped at the end. Raises ``KeysFromEnvironment``, ``KeysInUse``.
    """
    ring = keys.add_key() if new_key else keys.reload()
    current = ring.current.id
    done = Rotation(current.hex(), 0, 0)
    for model, name in sealed_columns():
        manager = model._default_manager
        after: Any = None
        while True:
            rows = manager.exclude(**{name: None}).order_by("pk")
            if after is not None:
                rows = rows.filter(pk__gt=after)
            batch = list(rows.values_list("pk", name)[:bite])
            if not batch:
                break
            after = batch[-1][0]
            old = [(pk, bytes(blob)) for pk, blob in batch if key_id(bytes(blob)) != current]
            with transaction.atomic():
                changed = 0
                for pk, blob in old:
                    kind, plain = ring.open(blob)
                    fresh = ring.seal(plain, kind, os.urandom(NONCE_SIZE))
                    changed += manager.filter(pk=pk, **{name: blob}).update(**{name: fresh})
            done = Rotation(done.key_id, done.seen + len(batch), done.resealed + changed)
            if progress is not None:
                progress(done)
    if forget:
        left = sum(n for s in states() for ident, n in s.by_key.items() if ident != done.key_id)
        if left:
            raise KeysInUse(left)
        keys.forget_old_keys()
    return done
