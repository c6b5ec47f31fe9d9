"""The encoding of a text file, and lines that are written in another one."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

#: Stands in decoded text for what could not be read. A noncharacter: no real text holds it.
MARK: Final = "\ufdd0"
ERRORS: Final = "zhanggui-mark"
#: Lines beyond ASCII that are asked for their encoding, and how far beyond the first of them to look.
_VOTERS, _FURTHER = 400, 4 * 2**20
_CLASS = bytes(
    0x4C if 0xE4 <= b <= 0xE9 else 0x43 if 0x80 <= b <= 0xBF else 0x78 for b in range(256)
)  # lead of a CJK character in UTF-8, continuation, anything else
_CJK_TWICE = b"LCCLCC"
_CJK = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_FOUR = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")
_RUN = re.compile(rb"[\x80-\xff]+")


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return MARK, error.end
    raise error


codecs.register_error(ERRORS, _mark)


def find_encoding(path: Path) -> str:
    """BOM, else what most lines beyond ASCII are valid in: UTF-8, GB18030, Big5, else Windows-1252.

    Valid UTF-8 is hardly ever anything else, so half of the lines suffice for it; the other lines are damaged and
    refused one by one. Bytes above ASCII that stand alone between letters are Western European, not Chinese. Half of
    the characters of Big5 have a second byte in ASCII, hardly any in GB18030.
    """
    with path.open("rb") as file:
        start = file.read(4096)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        wide = wide_without_mark(start)
        if wide is not None:
            return wide
        file.seek(0)
        lines: list[bytes] = []
        left = _FURTHER
        while left > 0 and len(lines) < _VOTERS and (block := file.read(1 << 20)):
            if lines:
                left -= len(block)
            if block.isascii():
                continue
            block += file.readline(1 << 20)
            lines += [line for line in block.splitlines() if not line.isascii()]
    return _vote(lines[:_VOTERS])


def wide_without_mark(start: bytes) -> str | None:
    """UTF-16 without a byte order mark shows as ASCII with a zero byte beside each character."""
    half = len(start) // 2
    if half < 8 or start.count(0) < half * 0.3:
        return None
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _vote(lines: list[bytes]) -> str:
    if not lines:
        return "utf-8"
    valid = {e: sum(_decodes(line, e) for line in lines) for e in ("utf-8", "gb18030", "big5")}
    if valid["utf-8"] * 2 >= len(lines):
        return "utf-8"
    runs = [run for line in lines for run in _RUN.findall(_FOUR.sub(b" ", line))]
    if sum(1 for run in runs if len(run) == 1) > 0.6 * len(runs):
        return "cp1252"
    if valid["gb18030"] * 2 < len(lines) and valid["big5"] * 2 < len(lines):
        return "cp1252"
    if valid["big5"] > valid["gb18030"]:
        return "big5"
    pairs = [pair for line in lines for pair in _PAIR.findall(line)]
    low = sum(1 for pair in pairs if pair[1] < 0x7F)
    rare = sum(1 for pair in pairs if pair[0] < 0xA1)
    both = valid["big5"] == valid["gb18030"]
    return "big5" if both and low * 4 > len(pairs) and rare * 20 < len(pairs) else "gb18030"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def flag_foreign_lines(block: bytes) -> bytes:
    """A block of GB18030 in which lines that are UTF-8 carry a byte that cannot be decoded, so that they are refused.

    Chinese UTF-8 mostly decodes as GB18030 too, into nonsense. A line counts as UTF-8 when all of it is valid and it
    holds at least four Chinese characters, which no GB18030 line does by accident.
    """
    classes = block.translate(_CLASS)
    at = classes.find(_CJK_TWICE)
    if at < 0:
        return block
    parts: list[bytes] = []
    done = 0
    while at >= 0:
        start = max(block.rfind(b"\n", done, at), block.rfind(b"\r", done, at), done - 1) + 1
        ends = [e for e in (block.find(b"\n", at), block.find(b"\r", at)) if e >= 0]
        end = min(ends) if ends else len(block)
        line = block[start:end]
        if len(_CJK.findall(line)) >= 4 and _decodes(line, "utf-8"):
            parts += [block[done:end], b"\xff"]
            done = end
        at = classes.find(_CJK_TWICE, end)
    return b"".join([*parts, block[done:]])
