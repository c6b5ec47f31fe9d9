"""The form of a sealed value: ``version(1) kind(1) key id(4) nonce(12) AES-256-GCM ciphertext and tag``.

The header is authenticated. A nonce is 96 random bits; one key may seal about four thousand million values
(NIST SP 800-38D §8.3), far beyond a shop's lifetime.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION: Final = 1
BYTES: Final = 0
JSON: Final = 1
HEADER_SIZE: Final = 6
NONCE_SIZE: Final = 12
MIN_SECRET: Final = 32


class SealError(Exception):
    """Base of what can be wrong with a sealed value."""


class NotSealed(SealError):
    """The value has no seal of this product."""

    def __init__(self) -> None:
        super().__init__("The value was not sealed by the vault.")


class KeyMissing(SealError):
    """The value was sealed with a key that is not at hand."""

    def __init__(self, key_id: bytes) -> None:
        self.key_id = key_id
        super().__init__(f"The vault key {key_id.hex()} is missing; bring back its key file or ZHANGGUI_VAULT_KEYS.")


class SealBroken(SealError):
    """The value was changed after sealing."""

    def __init__(self) -> None:
        super().__init__("A sealed value was changed or damaged.")


class BadKey(SealError):
    """A vault secret is too short to protect anything."""

    def __init__(self) -> None:
        super().__init__(f"A vault key needs at least {MIN_SECRET} characters.")


@dataclass(frozen=True, slots=True)
class Key:
    """One AES-256 key with its public id of four bytes."""

    id: bytes
    aead: AESGCM

    @classmethod
    def of(cls, secret: str) -> Key:
        """The key derived from a secret text of at least 32 characters (HKDF-SHA256, RFC 5869)."""
        if len(secret) < MIN_SECRET:
            raise BadKey
        material = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"zhanggui vault 1").derive(secret.encode())
        return cls(hashlib.sha256(b"key id" + material).digest()[:4], AESGCM(material))


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys at hand, the one to seal with first."""

    keys: tuple[Key, ...]

    @classmethod
    def of(cls, secrets: str) -> KeyRing:
        """Secrets separated by commas or blanks, the current one first."""
        return cls(tuple(Key.of(s) for s in secrets.replace(",", " ").split()))

    @property
    def current(self) -> Key:
        return self.keys[0]

    def seal(self, plain: bytes, kind: int, nonce: bytes) -> bytes:
        key = self.keys[0]
        header = bytes((VERSION, kind)) + key.id
        return header + nonce + key.aead.encrypt(nonce, plain, header)

    def open(self, blob: bytes) -> tuple[int, bytes]:
        """Kind and plain bytes. Raises ``NotSealed``, ``KeyMissing``, ``SealBroken``."""
        wanted = key_id(blob)
        for key in self.keys:
            if key.id == wanted:
                header = blob[:HEADER_SIZE]
                nonce = blob[HEADER_SIZE : HEADER_SIZE + NONCE_SIZE]
                try:
                    return blob[1], key.aead.decrypt(nonce, blob[HEADER_SIZE + NONCE_SIZE :], header)
                except InvalidTag as error:
                    raise SealBroken from error
        raise KeyMissing(wanted)


def key_id(blob: bytes) -> bytes:
    """The id of the key a value was sealed with. Raises ``NotSealed``."""
    if len(blob) < HEADER_SIZE + NONCE_SIZE + 16 or blob[0] != VERSION or blob[1] not in (BYTES, JSON):
        raise NotSealed
    return blob[2:HEADER_SIZE]
