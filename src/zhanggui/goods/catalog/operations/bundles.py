"""Bundles and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from zhanggui.goods.catalog.domain.bundles import find_cycle
from zhanggui.goods.catalog.models import Change, Component, Sku
from zhanggui.goods.catalog.operations.errors import GoodsRefused, NotThere


def set_components(*, sku_id: int, components: Mapping[int, int], actor_id: int | None) -> None:
    """Make a SKU a bundle of ``{sku_id: pieces}``, or a single item again when empty.

    Locks every bundle, so that two edits cannot close a circle together. Raises ``GoodsRefused``: ``bundle_cycle``
    (with the codes of the circle), ``bundle_qty``; ``NotThere``.
    """
    if any(qty < 1 for qty in components.values()):
        raise GoodsRefused("bundle_qty")
    with transaction.atomic():
        ids = sorted({sku_id, *components, *Component.objects.values_list("bundle_id", flat=True).distinct()})
        found = {s.pk: s for s in Sku.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        lacking = sorted({sku_id, *components} - set(found))
        if lacking:
            raise NotThere("sku", id=lacking[0])
        parts: dict[int, dict[int, int]] = {}
        for bundle, part, qty in Component.objects.values_list("bundle_id", "part_id", "qty"):
            parts.setdefault(bundle, {})[part] = qty
        before = parts.get(sku_id, {})
        parts[sku_id] = dict(components)
        circle = find_cycle(parts)
        if circle is not None:
            codes = dict(Sku.objects.filter(pk__in=circle).values_list("pk", "code"))
            raise GoodsRefused("bundle_cycle", path=" → ".join(codes[i] for i in circle))
        if before == dict(components):
            return
        sku = found[sku_id]
        Component.objects.filter(bundle=sku).delete()
        Component.objects.bulk_create([Component(bundle=sku, part_id=p, qty=q) for p, q in sorted(components.items())])
        sku.is_bundle, sku.updated_at = bool(components), timezone.now()
        sku.save(update_fields=["is_bundle", "updated_at"])
        codes = dict(Sku.objects.filter(pk__in={*before, *components}).values_list("pk", "code"))
        told = [{codes[p]: q for p, q in side.items()} for side in (before, components)]
        Change.objects.create(product_id=sku.product_id, sku=sku, columns={"components": told}, actor_id=actor_id)
