"""What an image file says of itself, read from its first bytes: kind, width, height. No decoder, no bombs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LARGEST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 100_000_000
KINDS: Final = ("main", "detail", "white", "scene", "size", "video", "certificate")


class BadMedia(ValueError):
    """A file that is refused; ``reason``: ``empty``, ``too_large``, ``not_an_image``, ``too_many_pixels``."""

    def __init__(self, reason: str, **numbers: object) -> None:
        self.reason, self.numbers = reason, numbers
        super().__init__(f"{reason} {numbers}" if numbers else reason)


@dataclass(frozen=True, slots=True)
class Shape:
    mime: str
    width: int | None
    height: int | None


def inspect(head: bytes, size: int, *, largest: int = LARGEST_BYTES) -> Shape:
    """Facts of a PNG, JPEG, GIF, WebP or MP4 from its first bytes (give at least 64 kB). Raises :class:`BadMedia`."""
    if size <= 0:
        raise BadMedia("empty")
    if size > largest:
        raise BadMedia("too_large", bytes=size, largest=largest)
    shape = _png(head) or _gif(head) or _webp(head) or _jpeg(head) or _mp4(head)
    if shape is None:
        raise BadMedia("not_an_image")
    if shape.width is not None and shape.height is not None:
        if shape.width == 0 or shape.height == 0:
            raise BadMedia("not_an_image")
        if shape.width * shape.height > MOST_PIXELS:
            raise BadMedia("too_many_pixels", width=shape.width, height=shape.height)
    return shape


def _png(b: bytes) -> Shape | None:
    if b[:8] != b"\x89PNG\r\n\x1a\n" or b[12:16] != b"IHDR" or len(b) < 24:
        return None
    return Shape("image/png", int.from_bytes(b[16:20], "big"), int.from_bytes(b[20:24], "big"))


def _gif(b: bytes) -> Shape | None:
    if b[:6] not in (b"GIF87a", b"GIF89a") or len(b) < 10:
        return None
    return Shape("image/gif", int.from_bytes(b[6:8], "little"), int.from_bytes(b[8:10], "little"))


def _webp(b: bytes) -> Shape | None:
    if b[:4] != b"RIFF" or b[8:12] != b"WEBP" or len(b) < 30:
        return None
    if b[12:16] == b"VP8X":
        return Shape("image/webp", 1 + int.from_bytes(b[24:27], "little"), 1 + int.from_bytes(b[27:30], "little"))
    if b[12:16] == b"VP8L":
        bits = int.from_bytes(b[21:25], "little")
        return Shape("image/webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if b[12:16] == b"VP8 ":
        width, height = int.from_bytes(b[26:28], "little") & 0x3FFF, int.from_bytes(b[28:30], "little") & 0x3FFF
        return Shape("image/webp", width, height)
    return None


def _jpeg(b: bytes) -> Shape | None:
    if b[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 < len(b):
        if b[at] != 0xFF:
            at += 1
            continue
        marker = b[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return Shape(
                "image/jpeg", int.from_bytes(b[at + 7 : at + 9], "big"), int.from_bytes(b[at + 5 : at + 7], "big")
            )
        if marker in (0xFF, 0x01) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int.from_bytes(b[at + 2 : at + 4], "big")
    return Shape("image/jpeg", None, None)


def _mp4(b: bytes) -> Shape | None:
    return Shape("video/mp4", None, None) if b[4:8] == b"ftyp" else None
