"""Workbooks that are small as files and endless as tables.

A reader of workbooks lays a sheet out as a full grid between its first and its last cell, so two cells far apart cost
as much memory as all between them. The sheet's XML is therefore looked through (streaming) before it is handed on.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import Final

from zhanggui.trade.channels.reading import containers

#: A grid of this many cells is harmless whatever it holds; a larger one must be filled to a sixteenth.
HARMLESS: Final = 20_800_000
SPARSE: Final = 16
MAX_CELLS: Final = 60_000_000
_CHUNK = 1 << 20
_OVERLAP = 64
#: Addresses beyond column CZ or row 199,999 (a harmless grid): most sheets have none, and searching for them is quick.
_FAR = re.compile(rb' r="(?:[D-Z][A-Z]|[A-Z]{3}|[A-Z]{1,2}(?:[2-9]\d{5}|\d{7}))')
_ADDRESS = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')


def check_workbook(path: Path, name: str) -> None:
    """Refuse an xlsx whose grid would not fit into memory, or whose parts are not of the size they claim.

    Raises :class:`Unreadable` (``too_big_unpacked``, ``truncated``).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    _check_sheet(archive, member, name)
                elif member.filename == "xl/sharedStrings.xml":
                    with archive.open(member) as source:
                        while source.read(_CHUNK):
                            pass
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise containers.damaged(name) from error


def _check_sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    cells, far, tail = 0, False, b""
    with archive.open(member) as source:
        while chunk := source.read(_CHUNK):
            cells += chunk.count(b"<c ")
            far = far or _FAR.search(tail + chunk) is not None
            tail = chunk[-_OVERLAP:]
    if cells > MAX_CELLS:
        raise containers.too_large(name)
    if not far:
        return
    if _grid(archive, member) > max(HARMLESS, SPARSE * cells):
        raise containers.too_large(name)


def _grid(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Cells between A1 and the last row and column that the sheet names."""
    rows, columns, tail = 0, 0, b""
    with archive.open(member) as source:
        while chunk := source.read(_CHUNK):
            for letters, digits in _ADDRESS.findall(tail + chunk):
                rows = max(rows, int(digits))
                column = 0
                for letter in letters:
                    column = column * 26 + letter - 64
                columns = max(columns, column)
            tail = chunk[-_OVERLAP:]
    return rows * columns
