"""The keys of this installation, read once and again when a value names a key not yet seen."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Final

from zhanggui.config.home import key_file, read_key
from zhanggui.foundation.vault.domain.sealing import KeyRing

NAME: Final = "vault"
ENVIRONMENT: Final = "ZHANGGUI_VAULT_KEYS"


class KeysFromEnvironment(Exception):
    """Keys given by the environment cannot be changed from here."""

    def __init__(self) -> None:
        super().__init__(f"The vault keys come from {ENVIRONMENT}: put the new key first there, restart, and rotate.")


@lru_cache(maxsize=4)
def _ring(secrets_text: str) -> KeyRing:
    return KeyRing.of(secrets_text)


@lru_cache(maxsize=1)
def ring() -> KeyRing:
    """The key ring; made with one random key in HOME/keys/vault on first use."""
    return _ring(read_key(NAME, ENVIRONMENT))


def reload() -> KeyRing:
    """The key ring as it stands now: another process may have added a key."""
    ring.cache_clear()
    return ring()


@lru_cache(maxsize=1)
def fingerprint_key() -> bytes:
    """The key of fingerprints. It never rotates: a new one would make every customer a stranger."""
    return read_key("fingerprint", "ZHANGGUI_FINGERPRINT_KEY").encode()[:64]


def from_environment() -> bool:
    return bool(os.environ.get(ENVIRONMENT))


def add_key() -> KeyRing:
    """Put a new random key in front of the key file. Raises ``KeysFromEnvironment``."""
    if from_environment():
        raise KeysFromEnvironment
    old = read_key(NAME, ENVIRONMENT)
    _write(f"{secrets.token_urlsafe(48)} {old}")
    return reload()


def forget_old_keys() -> KeyRing:
    """Keep only the current key. The caller has made sure that nothing is sealed with another."""
    if from_environment():
        raise KeysFromEnvironment
    _write(read_key(NAME, ENVIRONMENT).replace(",", " ").split()[0])
    return reload()


def _write(text: str) -> None:
    path: Path = key_file(NAME)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
