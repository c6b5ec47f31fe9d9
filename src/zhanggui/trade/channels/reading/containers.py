"""What a file really is, judged by its bytes and never by its name."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from zhanggui.trade.channels.contracts import Unreadable
from zhanggui.trade.channels.reading.encodings import wide_without_mark

TEXT, SHEET, HTML, JSON, PARQUET = "text", "sheet", "html", "json", "parquet"

#: Unpacked size that a packed file may reach, and how often larger than its packed size.
MAX_UNPACKED = 4 * 2**30
MAX_SHEET_UNPACKED = 2 * 2**30
MAX_RATIO = 250
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")
_TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".json", ".html")


@dataclass
class Container:
    """A file ready to be read: its nature, the name shown to people and a plain path; ``close`` drops temporaries."""

    kind: str
    path: Path
    name: str
    label: str
    _temporary: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None


def password(name: str) -> Unreadable:
    return Unreadable(
        "password",
        f"「{name}」有打开密码，请在表格软件里去掉密码、另存后再导入。",
        f"“{name}” is protected by a password; remove it in your spreadsheet program, save and import again.",
    )


def damaged(name: str) -> Unreadable:
    return Unreadable(
        "truncated",
        f"「{name}」不完整或已损坏，请从平台后台重新下载后再导入。",
        f"“{name}” is incomplete or damaged; download it from the platform again and import that copy.",
    )


def too_large(name: str) -> Unreadable:
    return Unreadable(
        "too_big_unpacked",
        f"「{name}」解压后大得异常，已停止读取，没有导入任何内容。",
        f"“{name}” unpacks to an abnormal size; reading was stopped and nothing was imported.",
    )


def not_a_table(name: str) -> Unreadable:
    return Unreadable(
        "not_a_table",
        f"「{name}」不是表格文件；能导入的是平台导出的 csv、xls、xlsx、txt、json 或装有其中一个的 zip。",
        f"“{name}” is not a table; csv, xls, xlsx, txt and json exports, or a zip of one, can be imported.",
    )


def empty(name: str) -> Unreadable:
    return Unreadable(
        "empty", f"「{name}」是空文件，没有可导入的内容。", f"“{name}” is empty; there is nothing to import."
    )


def inspect(path: Path, name: str) -> Container:
    """Recognise and, where needed, unpack a file. Raises :class:`Unreadable` with one clear sentence."""
    size = path.stat().st_size
    if size == 0:
        raise empty(name)
    with path.open("rb") as file:
        head = file.read(8192)
    if head.startswith(b"PK\x03\x04"):
        return _zip(path, name)
    if head.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        raise empty(name)
    if head.startswith(b"\x1f\x8b"):
        return _gzip(path, name)
    if head.startswith(_OLE):
        if _is_encrypted(path, head):
            raise password(name)
        return Container(SHEET, path, name, "xls")
    if head.startswith(b"PAR1"):
        return Container(PARQUET, path, name, "parquet")
    if head.startswith(_PICTURES) or (head.startswith(b"MZ") and b"\x00" in head):
        raise not_a_table(name)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_without_mark(head) is not None:
        return Container(TEXT, path, name, "csv")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    lowered = start[:512].lower()
    if lowered.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")) or (
        lowered.startswith(b"<?xml") and b"<html" in head.lower()
    ):
        return Container(HTML, path, name, "html")
    if lowered.startswith(b"<"):
        raise not_a_table(name)
    if start[:1] in (b"{", b"["):
        return Container(JSON, path, name, "json")
    if not start and size == len(head):
        raise empty(name)
    # zero bytes at the end are the padding of a broken download, many before it are no text
    body = head.rstrip(b"\x00")
    if not body or body.count(0) > len(body) / 10:
        raise not_a_table(name)
    return Container(TEXT, path, name, "csv")


def _is_encrypted(path: Path, head: bytes) -> bool:
    """Whether an OLE file is an encrypted workbook: its directory, wherever it lies, names an encrypted package."""
    mark = "EncryptedPackage".encode("utf-16-le")
    size = 1 << int.from_bytes(head[30:32], "little")
    with path.open("rb") as file:
        if mark in file.read(1 << 20):
            return True
        file.seek((int.from_bytes(head[48:52], "little") + 1) * size)
        return mark in file.read(4096)


def _zip(path: Path, name: str) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if any(m.flag_bits & 1 for m in members):
                raise password(name)
            names = {m.filename for m in members}
            packed = path.stat().st_size
            unpacked = sum(m.file_size for m in members)
            if unpacked > MAX_UNPACKED or (unpacked > 64 * 2**20 and unpacked > MAX_RATIO * packed):
                raise too_large(name)
            book = next((n for n in names if n in ("xl/workbook.xml", "xl/workbook.bin", "content.xml")), None)
            if book is not None:
                if unpacked > MAX_SHEET_UNPACKED:
                    raise too_large(name)
                label = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}[book]
                return Container(SHEET, path, name, label)
            inside = [
                m
                for m in members
                if m.filename.lower().endswith(_TABLE_ENDINGS)
                and not m.filename.startswith("__MACOSX/")
                and not Path(m.filename).name.startswith(".")
            ]
            if not inside:
                raise not_a_table(name)
            if len(inside) > 1:
                raise Unreadable(
                    "many_in_zip",
                    f"「{name}」里有 {len(inside)} 个表格，请解压后把它们一起导入。",
                    f"“{name}” holds {len(inside)} tables; unpack it and import them together.",
                )
            member = inside[0]
            folder = tempfile.TemporaryDirectory(prefix="zhanggui-zip-")
            target = Path(folder.name) / "table"
            try:
                with archive.open(member) as source, target.open("wb") as sink:
                    _copy_bounded(source, sink, MAX_UNPACKED, name)
                found = inspect(target, Path(_zip_name(member)).name)
            except BaseException:
                folder.cleanup()
                raise
    except zipfile.BadZipFile as error:
        raise damaged(name) from error
    except (EOFError, OSError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "password" in str(error).lower():
            raise password(name) from error
        raise damaged(name) from error
    if found._temporary is not None:
        found.close()
        folder.cleanup()
        raise not_a_table(name)
    found._temporary = folder
    found.label = f"zip/{found.label}"
    return found


def _zip_name(member: zipfile.ZipInfo) -> str:
    """Names written by Chinese Windows are GBK although the archive does not say so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _gzip(path: Path, name: str) -> Container:
    folder = tempfile.TemporaryDirectory(prefix="zhanggui-gz-")
    target = Path(folder.name) / "table"
    try:
        with gzip.open(path) as source, target.open("wb") as sink:
            _copy_bounded(source, sink, min(MAX_UNPACKED, max(64 * 2**20, MAX_RATIO * path.stat().st_size)), name)
        found = inspect(target, name.removesuffix(".gz"))
    except (EOFError, OSError) as error:
        folder.cleanup()
        raise damaged(name) from error
    except BaseException:
        folder.cleanup()
        raise
    if found._temporary is not None:
        found.close()
        folder.cleanup()
        raise not_a_table(name)
    found._temporary = folder
    found.label = f"gz/{found.label}"
    return found


def _copy_bounded(source: object, sink: object, limit: int, name: str) -> None:
    written = 0
    while block := source.read(1 << 20):  # type: ignore[attr-defined]
        written += len(block)
        if written > limit:
            raise too_large(name)
        sink.write(block)  # type: ignore[attr-defined]
