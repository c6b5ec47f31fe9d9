"""What other rooms receive from listings, and pass in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhanggui.goods.listings.domain.content import Content, FieldChange, Piece, Seen
from zhanggui.goods.listings.domain.layouts import Layout
from zhanggui.goods.listings.domain.limits import Limit

__all__ = [
    "BulkFile",
    "CheckInfo",
    "Content",
    "EventInfo",
    "FieldChange",
    "Finding",
    "Layout",
    "Limit",
    "ListingInfo",
    "ListingRow",
    "Piece",
    "PriceWord",
    "ReadBackInfo",
    "ReviewInfo",
    "RevisionInfo",
    "Seen",
]


@dataclass(frozen=True, slots=True)
class PriceWord:
    """What the price guard said of one SKU's price in this shop; ``approved``: decided by two people already."""

    sku_id: int
    amount: int
    verdict: str
    reasons: tuple[Mapping[str, Any], ...] = ()
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """``verdict``: block or warn. ``area``: claims, limits, completeness, rights, price. ``text``: the words meant."""

    verdict: str
    area: str
    code: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class CheckInfo:
    number: int
    verdict: str
    findings: tuple[Finding, ...]
    checked_at: datetime
    checked_by: int | None


@dataclass(frozen=True, slots=True)
class ReviewInfo:
    number: int
    editor_id: int | None
    reviewer_id: int
    approved: bool
    reasons: tuple[str, ...]
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class EventInfo:
    at: datetime
    actor_id: int | None
    before: str
    command: str
    after: str
    revision: int
    note: str


@dataclass(frozen=True, slots=True)
class ReadBackInfo:
    at: datetime
    source: str
    differences: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    number: int
    content: Content
    digest: str
    removed: tuple[str, ...]
    edited_by: int | None
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class ListingRow:
    id: int
    shop_id: int
    product_id: int
    product_code: str
    title: str
    state: str
    revision: int
    published_revision: int | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ListingInfo:
    """A listing with its current revision, the published one, and everything said about them."""

    id: int
    shop_id: int
    product_id: int
    product_code: str
    product_no: str
    state: str
    revision: RevisionInfo | None
    published: RevisionInfo | None
    changes: tuple[FieldChange, ...]
    check: CheckInfo | None
    reviews: tuple[ReviewInfo, ...]
    events: tuple[EventInfo, ...]
    read_backs: tuple[ReadBackInfo, ...]
    editors: frozenset[int | None]


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A bulk file made for a channel."""

    name: str
    layout: str
    is_platform: bool
    listings: int
    rows: int
