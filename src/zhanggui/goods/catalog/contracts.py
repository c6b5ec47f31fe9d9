"""What other rooms receive from the product library, and pass in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class GoodsFilter:
    """What a list asks for; every part left empty asks nothing. ``q``: words that must all occur in codes, names,
    variant, brand or category. ``score_below``: lowest channel score under this. ``category_id``: with its subtree."""

    q: str = ""
    roles: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    category_id: int | None = None
    score_below: int | None = None
    active: bool | None = True
    bundle: bool | None = None
    main_push: bool = False
    without_role: bool = False


@dataclass(frozen=True, slots=True)
class SkuRow:
    """One SKU as a list shows it. ``scores``: channel → points of a hundred."""

    sku_id: int
    product_id: int
    code: str
    product_code: str
    title: str
    variant: str
    barcode: str
    brand: str
    category: str
    is_bundle: bool
    is_active: bool
    role: str | None
    main_push: bool
    stage: str | None
    score: int | None
    scores: dict[str, int]
    cost: int | None
    cost_currency: str
    weight_grams: int | None
    updated_at: datetime
    has_price: bool


@dataclass(frozen=True, slots=True)
class GoodsPage:
    rows: tuple[SkuRow, ...]
    next_cursor: str
    previous_cursor: str


@dataclass(frozen=True, slots=True)
class Count:
    """``capped``: at least so many."""

    number: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class MediaInfo:
    id: int
    kind: str
    sha256: str
    name: str
    mime: str
    size: int
    width: int | None
    height: int | None
    version: int
    rights: str
    rights_holder: str
    licence_no: str
    expires_date: date | None
    position: int = 0


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    id: int
    kind: str
    number: str
    issuer: str
    valid_from: date | None
    valid_to: date | None
    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class ComponentInfo:
    sku_id: int
    code: str
    title: str
    qty: int


@dataclass(frozen=True, slots=True)
class CostInfo:
    amount: int
    currency: str
    starts_date: date
    source: str
    recorded_at: datetime
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class RoleInfo:
    role: str
    main_push: bool
    starts_date: date
    ends_date: date | None


@dataclass(frozen=True, slots=True)
class ChangeInfo:
    at: datetime
    actor_id: int | None
    source: str
    sku_code: str
    columns: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class ChannelTextInfo:
    channel: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class ProductInfo:
    """A product with everything the library holds of it, except its history."""

    id: int
    code: str
    title: str
    brand: str
    category_id: int | None
    category: str
    description: str
    attributes: dict[str, str]
    score: int | None
    scores: dict[str, int]
    missing: dict[str, list[str]]
    skus: tuple[SkuRow, ...]
    media: tuple[MediaInfo, ...]
    documents: tuple[DocumentInfo, ...]
    channel_texts: tuple[ChannelTextInfo, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SkuInput:
    """What may be said of a SKU; None leaves a column as it is, empty text clears it."""

    code: str
    variant: str | None = None
    axes: dict[str, str] | None = None
    barcode: str | None = None
    unit: str | None = None
    weight_grams: int | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class ProductInput:
    """What may be said of a product; None leaves a column as it is, empty text clears it."""

    code: str
    title: str | None = None
    brand: str | None = None
    category: str | None = None
    description: str | None = None
    attributes: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SuggestionInfo:
    sku_id: int
    code: str
    title: str
    variant: str
    score: int
    reason: str
    shared: tuple[str, ...] = ()
    clash: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftInfo:
    id: int
    shop_id: int
    product_no: str
    sku_no: str
    outer_product_code: str
    outer_sku_code: str
    title: str
    sku_text: str
    lines: int
    pieces: int | None
    price: int | None
    currency: str
    last_sold_at: datetime | None
    state: str
    suggestions: tuple[SuggestionInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleSeen:
    """One article as orders show it, handed in by the process that walked them."""

    shop_id: int
    title: str
    sku_text: str
    product_no: str
    sku_no: str
    outer_product_code: str
    outer_sku_code: str
    lines: int
    pieces: int | None
    price: int | None
    currency: str
    last_sold_at: datetime | None


@dataclass(frozen=True, slots=True)
class Collected:
    """``new`` drafts, ``updated`` ones, ``known`` articles that are matched already."""

    new: int
    updated: int
    known: int


@dataclass(frozen=True, slots=True)
class MappingInfo:
    """An article of a shop is ``pieces`` of a SKU from ``starts_at`` until before ``ends_at``."""

    shop_id: int
    product_no: str
    sku_no: str
    outer_product_code: str
    outer_sku_code: str
    words: str
    sku_id: int
    pieces: int
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """One cell of a goods file that cannot be taken; ``row`` counts from 1 with the header."""

    row: int
    column: str
    value: str
    reason: str
    numbers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of a goods file that changes something. ``kind``: ``new`` or ``changed``; columns: [before, after]."""

    row: int
    code: str
    kind: str
    columns: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a goods file would do. It is applied whole or not at all: any reject stops it."""

    upload_id: int | None
    name: str
    rows: int
    new: int
    changed: int
    same: int
    rejected: int
    differences: tuple[Difference, ...]
    rejects: tuple[Rejected, ...]
    plan_digest: str = ""


@dataclass(frozen=True, slots=True)
class CategoryInfo:
    id: int
    parent_id: int | None
    name: str
    #: names from the root, joined by `` > ``
    full_name: str
    depth: int
    mappings: dict[str, str] = field(default_factory=dict)
