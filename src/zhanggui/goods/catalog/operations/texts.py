"""Keep the search texts of SKUs in step with what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from zhanggui.goods.catalog.domain.matching import fold
from zhanggui.goods.catalog.models import SearchText, Sku

T = TypeVar("T")
BITE = 500


def bites(values: Sequence[T], size: int = BITE) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def search_text(*parts: str | None) -> str:
    return "\n".join(fold(part) for part in parts if part)


def refresh_texts(sku_ids: Iterable[int]) -> None:
    """Write the search texts of these SKUs anew."""
    for ids in bites(sorted(set(sku_ids))):
        rows = Sku.objects.filter(pk__in=ids).values_list(
            "pk", "code", "product__code", "product__title", "variant", "barcode", "product__brand__name",
            "product__category__name",
        )  # fmt: skip
        SearchText.objects.bulk_create(
            [SearchText(sku_id=pk, text=search_text(*parts)) for pk, *parts in rows],
            update_conflicts=True,
            unique_fields=["sku"],
            update_fields=["text"],
        )
