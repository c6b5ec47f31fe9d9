"""A backup file: a zip whose members are hashed while they are written and checked before they are used."""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from zhanggui.foundation.files.contracts import Manifest
from zhanggui.foundation.files.domain import manifest as rules

_PIECE = 1 << 20


class Writer:
    """Writes members into a draft; ``finish`` puts the manifest in and moves the draft to its name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.members: dict[str, tuple[int, str]] = {}
        self._draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
        descriptor = os.open(self._draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        self._file = os.fdopen(descriptor, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", allowZip64=True)

    def add(self, name: str, pieces: Iterable[bytes], *, compress: bool = True) -> None:
        """One member from its bytes in pieces."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        info._compresslevel = 1 if compress else None  # type: ignore[attr-defined]
        info.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as out:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        self.members[name] = (size, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        self._zip.writestr(rules.NAME, rules.dumps(manifest))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._draft, self.path)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._file.closed:  # something failed: no half backup stays behind
            self._zip.fp = None  # or its finaliser would write into the closed file
            self._file.close()
            self._draft.unlink(missing_ok=True)


class Reader:
    """An opened backup. ``verify`` reads everything once; only then are members handed out."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = archive
        self.manifest = manifest

    def verify(self) -> None:
        """Check every member against its size and SHA-256. Raises ``BackupDamaged``."""
        rules.check_names(self.manifest, self._zip.namelist())
        for name in self.manifest.members:
            for _piece in self.pieces(name):
                pass

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of one member, checked at its end (again: the file may change between two readings)."""
        size, wanted = self.manifest.members[name]
        digest, seen = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as source:
                while piece := source.read(_PIECE):
                    digest.update(piece)
                    seen += len(piece)
                    if seen > size:
                        raise rules.BackupDamaged(member=name)
                    yield piece
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, zlib.error) as error:
            raise rules.BackupDamaged(member=name) from error
        if seen != size or digest.hexdigest() != wanted:
            raise rules.BackupDamaged(member=name)

    def extract(self, name: str, target: Path) -> None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as out:
            for piece in self.pieces(name):
                out.write(piece)

    @property
    def size(self) -> int:
        """Plain bytes of all members."""
        return sum(size for size, _hash in self.manifest.members.values())


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Open a backup and read its manifest. Raises ``NotABackup``, ``BackupTooNew``."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise rules.NotABackup(name=path.name) from error
    except (zipfile.BadZipFile, OSError) as error:
        raise rules.NotABackup(name=path.name) from error
    with archive:
        try:
            data = archive.read(rules.NAME)
        except (KeyError, zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
            raise rules.NotABackup(name=path.name) from error
        yield Reader(archive, rules.loads(data))
