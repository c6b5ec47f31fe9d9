"""Completeness, computed where it changes and kept beside the product so that lists are fast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.goods.catalog.domain.completeness import Facts, completeness
from zhanggui.goods.catalog.models import CategoryMapping, ChannelText, Cost, Document, Media, Product, Sku
from zhanggui.goods.catalog.operations.texts import bites
from zhanggui.goods.catalog.reading import weights


def channels_in_use() -> list[str]:
    """Channels of the active shops; ``other`` while there is none."""
    return sorted({s.channel for s in accounts.shops()}) or ["other"]


def refresh_scores(
    product_ids: Iterable[int] | None = None, *, channels: Sequence[str] | None = None, today: date | None = None
) -> int:
    """Compute the scores of these products (all of them when None) for ``channels``; returns how many were written.

    Safe to repeat. Rights that end turn the score on the day: run it daily for all.
    """
    wanted = list(channels) if channels is not None else channels_in_use()
    day = today or timezone.localdate()
    ids = list(Product.objects.values_list("pk", flat=True)) if product_ids is None else sorted(set(product_ids))
    for bite in bites(ids):
        _refresh(bite, wanted, day)
    return len(ids)


def _refresh(ids: Sequence[int], channels: Sequence[str], day: date) -> None:
    products = list(Product.objects.filter(pk__in=ids))
    skus = _by_product(
        Sku.objects.filter(product_id__in=ids, is_active=True)
        .values("product_id")
        .annotate(
            n=Count("pk"),
            barcode=Count("pk", filter=Q(barcode__isnull=False)),
            price=Count("pk", filter=Q(has_price=True)),
            weight=Count("pk", filter=Q(weight_grams__isnull=False)),
        )
    )
    costed = _counts(
        Cost.objects.filter(sku__product_id__in=ids, sku__is_active=True, starts_date__lte=day)
        .values("sku__product_id")
        .annotate(n=Count("sku_id", distinct=True)),
        "sku__product_id",
    )
    media: dict[tuple[int, str], int] = {}
    expired: defaultdict[int, int] = defaultdict(int)
    for product_id, kind, ends in Media.objects.filter(product_id__in=ids, is_current=True).values_list(
        "product_id", "kind", "expires_date"
    ):
        media[product_id, kind] = media.get((product_id, kind), 0) + 1
        expired[product_id] += ends is not None and ends < day
    papers: defaultdict[int, int] = defaultdict(int)
    for product_id, ends in Document.objects.filter(product_id__in=ids).values_list("product_id", "valid_to"):
        papers[product_id] += 1
        expired[product_id] += ends is not None and ends < day
    titles = set(ChannelText.objects.filter(product_id__in=ids).exclude(title="").values_list("product_id", "channel"))
    mapped = set(
        CategoryMapping.objects.filter(category_id__in={p.category_id for p in products}).values_list(
            "category_id", "channel"
        )
    )
    for product in products:
        own = skus.get(product.pk, {})
        scores, missing = {}, {}
        for channel in channels:
            facts = Facts(
                title=bool(product.title),
                description=bool(product.description),
                brand=product.brand_id is not None,
                category=product.category_id is not None,
                channel_category=(product.category_id, channel) in mapped,
                channel_title=(product.pk, channel) in titles,
                attributes=sum(bool(v) for v in product.attributes.values()),
                main_images=media.get((product.pk, "main"), 0),
                detail_images=media.get((product.pk, "detail"), 0),
                video=media.get((product.pk, "video"), 0) > 0,
                skus=own.get("n", 0),
                skus_with_barcode=own.get("barcode", 0),
                skus_with_price=own.get("price", 0),
                skus_with_weight=own.get("weight", 0),
                skus_with_cost=costed.get(product.pk, 0),
                documents=papers[product.pk],
                expired=expired[product.pk],
            )
            found = completeness(facts, weights(channel))
            scores[channel], missing[channel] = found.score, list(found.missing)
        product.scores, product.missing = scores, missing
        product.score = min(scores.values()) if scores else None
    Product.objects.bulk_update(products, ["scores", "missing", "score"], batch_size=200)


def _by_product(rows: Any) -> dict[int, dict[str, int]]:
    return {row["product_id"]: row for row in rows}


def _counts(rows: Any, key: str) -> dict[int, int]:
    return {row[key]: row["n"] for row in rows}


def mark_priced(*, sku_ids: Iterable[int], priced: bool = True) -> None:
    """The price centre tells that these SKUs have a standard price (or none any more)."""
    touched: set[int] = set()
    for ids in bites(sorted(set(sku_ids))):
        changed = Sku.objects.filter(pk__in=ids).exclude(has_price=priced)
        touched |= set(changed.values_list("product_id", flat=True))
        changed.update(has_price=priced)
    if touched:
        refresh_scores(touched)
