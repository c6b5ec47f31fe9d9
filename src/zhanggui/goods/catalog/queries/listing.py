"""The list of SKUs: filters, search by any fragment, pages by key."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.utils import timezone

from zhanggui.goods.catalog.contracts import Count, GoodsFilter, GoodsPage, SkuRow
from zhanggui.goods.catalog.domain.matching import fold
from zhanggui.goods.catalog.models import Category, RoleSpan, SearchText, Sku
from zhanggui.goods.catalog.queries.library import category_names, costs_now

LARGEST_PAGE: Final = 500
COUNT_CAP: Final = 10_000
SORTS: Final = ("-id", "code", "score")
_KEYS: Final = {"-id": "pk", "code": "code_key", "score": "product__score"}


class BadCursor(ValueError):
    """A cursor this list did not hand out."""


def list_goods(
    *,
    where: GoodsFilter = GoodsFilter(),  # noqa: B008
    sort: str = "-id",
    cursor: str = "",
    limit: int = 50,
    today: date | None = None,
) -> GoodsPage:
    """One page of SKUs. ``sort``: newest first, by code, or least complete first. Raises :class:`BadCursor`."""
    if sort not in SORTS:
        raise ValueError(f"sort is one of {', '.join(SORTS)}")
    day = today or timezone.localdate()
    limit = max(1, min(limit, LARGEST_PAGE))
    rows = _narrowed(where, day)
    backward, key = _read(cursor, sort)
    ascending = (sort != "-id") != backward
    if key is not None:
        rows = rows.filter(_after(sort, key, ascending))
    column = _KEYS[sort]
    sign = "" if ascending else "-"
    order = [f"{sign}{column}"] if column == "pk" else [f"{sign}{column}", f"{sign}pk"]
    picked = list(rows.order_by(*order).values_list("pk", column)[: limit + 1])
    more = len(picked) > limit
    picked = picked[:limit]
    if backward:
        picked.reverse()
    ids = [pk for pk, _ in picked]
    found = sku_rows(ids, today=day)
    next_cursor = previous_cursor = ""
    if picked:
        if more or backward:
            next_cursor = _write(False, picked[-1], sort)
        if (more and backward) or (cursor and not backward):
            previous_cursor = _write(True, picked[0], sort)
    return GoodsPage(tuple(found), next_cursor, previous_cursor)


def count_goods(*, where: GoodsFilter = GoodsFilter(), today: date | None = None) -> Count:  # noqa: B008
    """How many SKUs, counted a little past ten thousand."""
    rows = _narrowed(where, today or timezone.localdate())
    if where == GoodsFilter(active=where.active):
        return Count(rows.count())
    number = len(rows.values_list("pk", flat=True)[: COUNT_CAP + 1])
    return Count(min(number, COUNT_CAP), number > COUNT_CAP)


def _narrowed(where: GoodsFilter, day: date) -> QuerySet[Sku]:
    rows = Sku.objects.all()
    for word in fold(where.q).split():
        rows = rows.filter(pk__in=_holding(word))
    if where.active is not None:
        rows = rows.filter(is_active=where.active)
    if where.bundle is not None:
        rows = rows.filter(is_bundle=where.bundle)
    if where.stages:
        rows = rows.filter(stage__in=where.stages)
    if where.category_id is not None:
        path = Category.objects.filter(pk=where.category_id).values_list("path", flat=True).first()
        rows = rows.filter(product__category__path__startswith=path) if path else rows.none()
    if where.score_below is not None:
        rows = rows.filter(Q(product__score__lt=where.score_below) | Q(product__score__isnull=True))
    spans = RoleSpan.objects.filter(sku=OuterRef("pk"), starts_date__lte=day).filter(
        Q(ends_date__isnull=True) | Q(ends_date__gt=day)
    )
    if where.roles or where.main_push:
        wanted = spans.filter(role__in=where.roles) if where.roles else spans
        rows = rows.filter(Exists(wanted.filter(main_push=True) if where.main_push else wanted))
    if where.without_role:
        rows = rows.exclude(Exists(spans))
    return rows


def _holding(word: str) -> QuerySet[SearchText, int]:
    found = SearchText.objects.annotate(at=StrIndex("text", Value(word))).filter(at__gt=0)
    return found.values_list("sku_id", flat=True)


def _after(sort: str, key: tuple[Any, int], ascending: bool) -> Q:
    value, pk = key
    sign = "gt" if ascending else "lt"
    if sort == "-id":
        return Q(**{f"pk__{sign}": pk})
    column = _KEYS[sort]
    return Q(**{f"{column}__{sign}": value}) | Q(**{column: value, f"pk__{sign}": pk})


def _write(backward: bool, key: tuple[int, Any], sort: str) -> str:
    text = json.dumps([backward, sort, key[1], key[0]], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, sort: str) -> tuple[bool, tuple[Any, int] | None]:
    if not cursor:
        return False, None
    try:
        backward, given, value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        kind = str if sort == "code" else int
        if given == sort and type(backward) is bool and type(pk) is int and type(value) is kind:
            return backward, (value, pk)
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError):
        pass
    raise BadCursor


def sku_rows(sku_ids: Sequence[int], *, today: date | None = None) -> list[SkuRow]:
    """These SKUs in the order given; ids that are not there are left out."""
    day = today or timezone.localdate()
    found = {s.pk: s for s in Sku.objects.filter(pk__in=sku_ids).select_related("product__brand")}
    spans = RoleSpan.objects.filter(sku_id__in=sku_ids, starts_date__lte=day).filter(
        Q(ends_date__isnull=True) | Q(ends_date__gt=day)
    )
    roles = {sku: (role, push) for sku, role, push in spans.values_list("sku_id", "role", "main_push")}
    costs = costs_now(sku_ids, day=day)
    names = category_names() if any(s.product.category_id for s in found.values()) else {}
    rows = []
    for pk in sku_ids:
        sku = found.get(pk)
        if sku is None:
            continue
        product = sku.product
        role, push = roles.get(pk, (None, False))
        cost, currency = costs.get(pk, (None, ""))
        rows.append(
            SkuRow(
                sku_id=pk,
                product_id=product.pk,
                code=sku.code,
                product_code=product.code,
                title=product.title,
                variant=sku.variant,
                barcode=sku.barcode or "",
                brand=product.brand.name if product.brand else "",
                category=names.get(product.category_id, "") if product.category_id else "",
                is_bundle=sku.is_bundle,
                is_active=sku.is_active,
                role=role,
                main_push=push,
                stage=sku.stage,
                score=product.score,
                scores=product.scores,
                cost=cost,
                cost_currency=currency,
                weight_grams=sku.weight_grams,
                updated_at=sku.updated_at,
                has_price=sku.has_price,
            )
        )
    return rows
