"""Keys under a passphrase: scrypt (RFC 7914) and AES-256-GCM."""

from __future__ import annotations

import json
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from zhanggui.foundation.files.domain.refusal import Refusal

MAGIC: Final = b"ZGK1"
MIN_LENGTH: Final = 10
_COST: Final = 1 << 16


class PassphraseTooShort(Refusal):
    text = "The passphrase needs at least %(length)d characters."


class PassphraseWrong(Refusal):
    text = "The passphrase does not open the keys in this backup."


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode())


def lock(keys: dict[str, str], passphrase: str, salt: bytes, nonce: bytes) -> bytes:
    """``keys`` (file name → secret) encrypted; ``salt`` of 16 and ``nonce`` of 12 random bytes.

    Raises ``PassphraseTooShort``.
    """
    if len(passphrase) < MIN_LENGTH:
        raise PassphraseTooShort(length=MIN_LENGTH)
    head = MAGIC + salt + nonce
    return head + AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(keys).encode(), head)


def unlock(data: bytes, passphrase: str) -> dict[str, str]:
    """The keys again. Raises ``PassphraseWrong`` for a wrong passphrase and for damaged data alike."""
    head, salt, nonce = data[:32], data[4:20], data[20:32]
    if not data.startswith(MAGIC) or len(data) < 48:
        raise PassphraseWrong()
    try:
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, data[32:], head)
    except InvalidTag as error:
        raise PassphraseWrong() from error
    return {str(k): str(v) for k, v in json.loads(plain).items()}
