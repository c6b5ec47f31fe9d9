"""A file as a sequence of AES-256-GCM chunks, each bound to its place and the last one marked as last.

Layout: ``ZGF1``, then for every chunk of one MiB of plain bytes its ciphertext and tag (16 bytes). Nonce of chunk n:
11 bytes big-endian n, 1 byte 1 for the last chunk else 0 (the STREAM construction of Hoang, Reyhanitabar, Rogaway and
Vizár 2015). A key seals one file only, so counting nonces never repeat. Chunks cannot be swapped, dropped or cut off
unnoticed, and memory stays at two chunks whatever the size of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC: Final = b"ZGF1"
CHUNK: Final = 1 << 20
TAG: Final = 16


class StreamDamaged(Exception):
    """The stored bytes are not what was written, or the key is another one."""

    def __init__(self) -> None:
        super().__init__("A stored file is damaged or was changed.")


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((is_last,))


def encrypt(chunks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The stored form of ``chunks`` (each exactly ``CHUNK`` bytes, the last one up to that)."""
    aead = AESGCM(key)
    yield MAGIC
    number = 0
    held: bytes | None = None
    for chunk in chunks:
        if len(chunk) > CHUNK:
            raise ValueError(f"a chunk has {len(chunk)} bytes, at most {CHUNK} are allowed")
        if held is not None:
            yield aead.encrypt(_nonce(number, False), held, MAGIC)
            number += 1
        held = chunk
    yield aead.encrypt(_nonce(number, True), held or b"", MAGIC)


def decrypt(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The plain chunks of a stored form. Raises ``StreamDamaged``, possibly after some chunks were given."""
    aead = AESGCM(key)
    if source.read(len(MAGIC)) != MAGIC:
        raise StreamDamaged
    number, held = 0, source.read(CHUNK + TAG)
    while True:
        following = source.read(CHUNK + TAG)
        try:
            plain = aead.decrypt(_nonce(number, not following), held, MAGIC)
        except InvalidTag as error:
            raise StreamDamaged from error
        if plain or number:
            yield plain
        if not following:
            return
        number, held = number + 1, following
