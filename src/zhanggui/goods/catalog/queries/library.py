"""The library in whole columns, for files, matching and scores."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Max

from zhanggui.goods.catalog.domain.goodsfile import Known
from zhanggui.goods.catalog.models import Category, Component, Cost, Product, Sku


def category_names() -> dict[int, str]:
    """Category id → names from the root, joined by `` > ``."""
    rows = {pk: (parent, name) for pk, parent, name in Category.objects.values_list("pk", "parent_id", "name")}
    names: dict[int, str] = {}

    def full(pk: int) -> str:
        if pk not in names:
            parent, name = rows[pk]
            names[pk] = f"{full(parent)} > {name}" if parent else name
        return names[pk]

    for pk in rows:
        full(pk)
    return names


def costs_now(sku_ids: Iterable[int] | None = None, *, day: date | None = None) -> dict[int, tuple[int, str]]:
    """SKU → (minor units, currency) that hold on ``day`` (today's newest start when None, future ones included)."""
    rows = Cost.objects.order_by("sku_id", "starts_date", "pk")
    if sku_ids is not None:
        rows = rows.filter(sku_id__in=list(sku_ids))
    if day is not None:
        rows = rows.filter(starts_date__lte=day)
    return {sku: (amount, currency) for sku, amount, currency in rows.values_list("sku_id", "amount", "currency")}


def product_columns() -> dict[str, dict[str, Any]]:
    """Product key → what a goods file can say of it."""
    names = category_names()
    rows = Product.objects.values_list("code_key", "code", "title", "brand__name", "category_id", "attributes")
    return {
        key: {
            "product_code": code,
            "title": title,
            "brand": brand or "",
            "category": names.get(category, "") if category else "",
            "attributes": attributes,
        }
        for key, code, title, brand, category, attributes in rows
    }


def known_skus() -> tuple[dict[str, Known], dict[str, str]]:
    """Code key → SKU with every column of a goods file, and barcode key → code key."""
    products = product_columns()
    costs = costs_now()
    known: dict[str, Known] = {}
    barcodes: dict[str, str] = {}
    rows = Sku.objects.values_list(
        "pk", "code_key", "code", "product_id", "product__code_key", "variant", "barcode", "barcode_key", "unit",
        "weight_grams", "is_active",
    ).order_by("pk")  # fmt: skip
    for pk, key, code, product_id, product, variant, barcode, bar_key, unit, weight, active in rows.iterator():
        cost, currency = costs.get(pk, (None, None))
        values = {
            **products[product],
            "code": code,
            "variant": variant,
            "barcode": barcode,
            "unit": unit,
            "weight_grams": weight,
            "is_active": active,
            "cost": cost,
            "cost_currency": currency,
        }
        known[key] = Known(pk, product_id, values, bar_key)
        if bar_key:
            barcodes[bar_key] = key
    return known, barcodes


def bundle_parts() -> dict[int, dict[int, int]]:
    """Bundle → {component: pieces}, for ``domain.bundles``."""
    parts: dict[int, dict[int, int]] = {}
    for bundle, part, qty in Component.objects.values_list("bundle_id", "part_id", "qty"):
        parts.setdefault(bundle, {})[part] = qty
    return parts


def library_stamp() -> tuple[int, int, Any]:
    """Changes whenever a SKU is added or saved."""
    newest = Sku.objects.aggregate(at=Max("updated_at"), last=Max("pk"))
    return Sku.objects.count(), newest["last"] or 0, newest["at"]
