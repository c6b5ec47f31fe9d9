"""Articles waiting to be matched, and what was confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Count

from zhanggui.goods.catalog.contracts import DraftInfo, MappingInfo, SkuRow, SuggestionInfo
from zhanggui.goods.catalog.models import ArticleSku, Draft
from zhanggui.goods.catalog.queries.listing import sku_rows


def drafts(
    *, shop_ids: frozenset[int], state: str = Draft.OPEN, least_score: int = 0, offset: int = 0, limit: int = 50
) -> list[DraftInfo]:
    """Drafts of these shops, surest suggestion first."""
    rows = list(
        Draft.objects.filter(shop_id__in=shop_ids, state=state, score__gte=least_score).order_by(
            "-score", "-lines", "pk"
        )[offset : offset + limit]
    )
    skus = {r.sku_id: r for r in sku_rows(sorted({s["sku_id"] for d in rows for s in d.suggestions}))}
    return [_draft(d, skus) for d in rows]


def draft(draft_id: int, *, shop_ids: frozenset[int]) -> DraftInfo | None:
    row = Draft.objects.filter(pk=draft_id, shop_id__in=shop_ids).first()
    if row is None:
        return None
    return _draft(row, {r.sku_id: r for r in sku_rows([s["sku_id"] for s in row.suggestions])})


def _draft(d: Draft, skus: Mapping[int, SkuRow]) -> DraftInfo:
    found = []
    for s in d.suggestions:
        sku = skus.get(s["sku_id"])
        if sku is not None:
            found.append(
                SuggestionInfo(
                    s["sku_id"], sku.code, sku.title, sku.variant, s["score"], s["reason"],
                    tuple(s["shared"]), tuple(s["clash"]),
                )
            )  # fmt: skip
    return DraftInfo(
        d.pk, d.shop_id, d.product_no, d.sku_no, d.outer_product_code, d.outer_sku_code, d.title, d.sku_text, d.lines,
        d.pieces, d.price, d.currency, d.last_sold_at, d.state, tuple(found),
    )  # fmt: skip


def count_drafts(*, shop_ids: frozenset[int]) -> dict[str, int]:
    """How many drafts stand in each state."""
    rows = Draft.objects.filter(shop_id__in=shop_ids).values_list("state").annotate(n=Count("pk"))
    return {"open": 0, "matched": 0, "dismissed": 0, **dict(rows)}


def mappings(*, shop_ids: Iterable[int] | None = None, sku_ids: Iterable[int] | None = None) -> list[MappingInfo]:
    """Everything confirmed, past and present, oldest first. The lake and the stock pool read this."""
    rows = ArticleSku.objects.order_by("starts_at", "pk")
    if shop_ids is not None:
        rows = rows.filter(shop_id__in=list(shop_ids))
    if sku_ids is not None:
        rows = rows.filter(sku_id__in=list(sku_ids))
    return [
        MappingInfo(
            m.shop_id, m.product_no, m.sku_no, m.outer_product_code, m.outer_sku_code, m.words, m.sku_id, m.pieces,
            m.starts_at, m.ends_at,
        )
        for m in rows
    ]  # fmt: skip


def mapping_at(found: Iterable[MappingInfo], at: datetime) -> MappingInfo | None:
    """The one of an article's mappings that holds at a moment."""
    return next((m for m in found if m.starts_at <= at and (m.ends_at is None or at < m.ends_at)), None)
