"""Where this installation keeps its state: one folder, named by ``ZHANGGUI_HOME``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The folder of all state; ``ZHANGGUI_HOME`` or ``.zhanggui`` in the user's home folder."""
    return Path(os.environ.get("ZHANGGUI_HOME") or Path.home() / ".zhanggui").expanduser().resolve()


def key_file(name: str) -> Path:
    return home() / "keys" / name


def read_key(name: str, environment: str) -> str:
    """A secret from the environment or its key file, made on first use and readable by the owner only.

    The file is created exclusively, so two processes starting at once agree on one key.
    """
    given = os.environ.get(environment)
    if given:
        return given
    path = key_file(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            if not path.exists():
                draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()
