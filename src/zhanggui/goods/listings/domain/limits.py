"""Limits of the channels as data. An unconfirmed limit warns; only one the merchant confirmed stops a listing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

#: Everything a limit can be about.
KEYS: Final = (
    "title_min", "title_max", "title_counts", "title_emoji", "description_min", "description_max", "images_min",
    "images_max", "image_min_px", "image_max_bytes", "image_square", "price_min", "price_max", "skus_max",
)  # fmt: skip
CHARS, DISPLAY = "chars", "display"


@dataclass(frozen=True, slots=True)
class Limit:
    """``confidence``: N (several sources), 1 (one source), G (general knowledge), own (the merchant's word).
    ``confirmed`` limits stop, others warn."""

    value: int | str | bool
    confidence: str = "G"
    confirmed: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    id: int
    width: int | None
    height: int | None
    size: int


@dataclass(frozen=True, slots=True)
class Breach:
    """``verdict``: block or warn."""

    verdict: str
    key: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


def length(text: str, counts: str) -> int:
    """Characters, or display width where a Chinese character counts two (the platforms' 30 汉字 = 60).

    >>> length("防晒SPF50", "display"), length("防晒SPF50", "chars")
    (9, 7)
    """
    if counts == CHARS:
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def has_emoji(text: str) -> bool:
    return any(
        0x1F000 <= ord(c) <= 0x1FAFF or ord(c) in (0x200D, 0xFE0F) or (0x2600 <= ord(c) <= 0x27BF and c not in "☆★")
        for c in text
    )


def breaches(
    limits: Mapping[str, Limit], *, title: str, description: str, images: Sequence[Image], prices: Sequence[int]
) -> list[Breach]:
    """Where a content goes beyond the limits known of a channel; limits that are not known ask nothing."""
    found: list[Breach] = []

    def over(key: str, is_over: bool, **numbers: Any) -> None:
        if is_over:
            limit = limits[key]
            numbers |= {"limit": limit.value, "confidence": limit.confidence}
            found.append(Breach("block" if limit.confirmed else "warn", key, numbers))

    def value(key: str) -> Any:
        return limits[key].value if key in limits else None

    counts = str(value("title_counts") or DISPLAY)
    have = length(title, counts)
    if value("title_max") is not None:
        over("title_max", have > value("title_max"), length=have, counts=counts)
    if value("title_min") is not None:
        over("title_min", have < value("title_min"), length=have, counts=counts)
    if value("title_emoji") is False:
        over("title_emoji", has_emoji(title))
    if value("description_max") is not None:
        over("description_max", len(description) > value("description_max"), length=len(description))
    if value("description_min") is not None:
        over("description_min", len(description) < value("description_min"), length=len(description))
    if value("images_min") is not None:
        over("images_min", len(images) < value("images_min"), count=len(images))
    if value("images_max") is not None:
        over("images_max", len(images) > value("images_max"), count=len(images))
    if value("skus_max") is not None:
        over("skus_max", len(prices) > value("skus_max"), count=len(prices))
    for image in images:
        if value("image_max_bytes") is not None:
            over("image_max_bytes", image.size > value("image_max_bytes"), bytes=image.size, image=image.id)
        if image.width is not None and image.height is not None:
            if value("image_min_px") is not None:
                small = min(image.width, image.height)
                over("image_min_px", small < value("image_min_px"), pixels=small, image=image.id)
            if value("image_square") is True:
                over(
                    "image_square", image.width != image.height, width=image.width, height=image.height, image=image.id
                )
    for price in prices:
        if value("price_min") is not None:
            over("price_min", price < value("price_min"), price=price)
        if value("price_max") is not None:
            over("price_max", price > value("price_max"), price=price)
    return found
