"""What a listing says, what changed in it, and whether the channel shows it."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Content:
    """``prices``: SKU id → minor units; ``images``: ids of media in order; ``category``: the channel's own id."""

    title: str
    description: str = ""
    selling_point: str = ""
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    images: tuple[int, ...] = ()
    prices: Mapping[int, int] = field(default_factory=dict)
    currency: str = "CNY"

    def plain(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "description": self.description,
            "selling_point": self.selling_point,
            "category": self.category,
            "attributes": dict(sorted(self.attributes.items())),
            "images": list(self.images),
            "prices": {str(k): v for k, v in sorted(self.prices.items())},
            "currency": self.currency,
        }

    @property
    def digest(self) -> str:
        """Names exactly this content."""
        return hashlib.sha256(json.dumps(self.plain(), ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Content:
        return cls(
            **{k: plain[k] for k in ("title", "description", "selling_point", "category", "currency")},
            attributes=dict(plain["attributes"]),
            images=tuple(plain["images"]),
            prices={int(k): v for k, v in plain["prices"].items()},
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: ``same``, ``gone`` or ``new``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """``pieces`` for texts: reading ``same`` and ``gone`` gives the old one, ``same`` and ``new`` the new one."""

    field: str
    before: Any
    after: Any
    pieces: tuple[Piece, ...] = ()


_TEXTS: Final = ("title", "selling_point", "description")


def differences(before: Content | None, after: Content) -> tuple[FieldChange, ...]:
    """What changed between two contents; everything is new when there was none before.

    >>> [(c.field, c.before, c.after) for c in differences(Content("旧"), Content("新"))]
    [('title', '旧', '新')]
    """
    old, new = (before or Content("")).plain(), after.plain()
    found = []
    for name, value in new.items():
        if old[name] != value and not (before is None and value in ("", [], {})):
            pieces = compare(old[name], value) if name in _TEXTS else ()
            if not (before is None and name == "currency"):
                found.append(FieldChange(name, old[name], value, pieces))
    return tuple(found)


def compare(old: str, new: str) -> tuple[Piece, ...]:
    """Two texts as stretches. Long texts are compared by line, so that the work stays small."""
    long = len(old) + len(new) > 4000
    a: Sequence[str] = old.splitlines(keepends=True) if long else old
    b: Sequence[str] = new.splitlines(keepends=True) if long else new
    found: list[Piece] = []
    for kind, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(a[a0:a1])))
            continue
        if a1 > a0:
            found.append(Piece("gone", "".join(a[a0:a1])))
        if b1 > b0:
            found.append(Piece("new", "".join(b[b0:b1])))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a channel shows of a listing, as far as the source tells: None is *not told*, never *empty*."""

    title: str | None = None
    prices: Mapping[int, int] = field(default_factory=dict)
    status: str | None = None


def read_back(published: Content, seen: Seen) -> tuple[FieldChange, ...]:
    """Where the channel shows something else than what was published. Blanks and letter width are no difference;
    what the source does not tell is not compared."""
    found = []
    if seen.title is not None and _plain(seen.title) != _plain(published.title):
        found.append(FieldChange("title", published.title, seen.title, compare(published.title, seen.title)))
    for sku, price in sorted(seen.prices.items()):
        if sku in published.prices and published.prices[sku] != price:
            found.append(FieldChange(f"price:{sku}", published.prices[sku], price))
    if seen.status is not None and seen.status not in ("on_sale", "reviewing"):
        found.append(FieldChange("status", "on_sale", seen.status))
    return tuple(found)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
