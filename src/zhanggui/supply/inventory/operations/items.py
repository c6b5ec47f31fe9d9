"""What is kept and where: items, units, bundles, places."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.supply.inventory.domain import costing, places
from zhanggui.supply.inventory.models import Alias, Component, Item, ItemUnit, Lot, Place, Pool
from zhanggui.supply.inventory.operations.errors import BadRule, UnknownPlace, UnknownSku


def put_item(
    *,
    sku: str,
    name: str | None = None,
    base_unit: str | None = None,
    barcode: str | None = None,
    currency: str | None = None,
    costing_method: str | None = None,
    shelf_life_days: int | None = None,
    units: Mapping[str, int] | None = None,
) -> int:
    """Make an item or change what is named; returns its id. The merchant code is the identity.

    ``units``: pack → base units, replaced as a whole when given. The base unit and the costing method of an item that
    has moved stay as they are: past quantities and costs would change their meaning. Raises :class:`BadRule`.
    """
    sku = sku.strip()
    if not sku:
        raise BadRule(_("A SKU needs a code."))
    if costing_method is not None and costing_method not in costing.METHODS:
        raise BadRule(_("The costing method is average or fifo."))
    given = {
        "name": name, "base_unit": base_unit, "barcode": barcode, "currency": currency,
        "costing": costing_method, "shelf_life_days": shelf_life_days,
    }  # fmt: skip
    changes = {k: v for k, v in given.items() if v is not None}
    with transaction.atomic():
        item, made = Item.objects.get_or_create(code=sku, defaults={**changes, "created_at": timezone.now()})
        Pool.objects.get_or_create(item=item)
        Lot.objects.get_or_create(item=item, code="")
        if not made and changes:
            fixed = [k for k in ("base_unit", "costing", "currency") if k in changes and changes[k] != getattr(item, k)]
            if fixed and _has_moved(item.id):
                raise BadRule(_("%(sku)s has moved already: its unit, currency and costing stay.") % {"sku": sku})
            Item.objects.filter(pk=item.pk).update(**changes)
        if units is not None:
            if any(factor < 1 or not unit.strip() for unit, factor in units.items()):
                raise BadRule(_("A pack holds at least one base unit."))
            ItemUnit.objects.filter(item=item).exclude(unit__in=units).delete()
            for unit, factor in units.items():
                ItemUnit.objects.update_or_create(item=item, unit=unit, defaults={"factor": factor})
    return item.id


def _has_moved(item_id: int) -> bool:
    from zhanggui.supply.inventory.models import Movement

    return Movement.objects.filter(item_id=item_id).exists()


def put_bundle(*, sku: str, components: Mapping[str, int]) -> None:
    """Say what is in a bundle; an empty mapping makes it an ordinary item again. Bundles are one level deep and have no
    stock of their own. Raises :class:`BadRule`, :class:`UnknownSku`."""
    bundle = item_of(sku)
    parts = items_of(list(components))
    if any(qty < 1 for qty in components.values()) or bundle.code in components:
        raise BadRule(_("A bundle holds at least one of each part, and never itself."))
    if Component.objects.filter(bundle__in=parts.values()).exists() or (
        components and Component.objects.filter(item=bundle).exists()
    ):
        raise BadRule(_("A bundle cannot hold bundles."))
    if components and _has_moved(bundle.id):
        raise BadRule(_("%(sku)s has stock of its own and cannot become a bundle.") % {"sku": sku})
    with transaction.atomic():
        Component.objects.filter(bundle=bundle).delete()
        Component.objects.bulk_create(
            Component(bundle=bundle, item=parts[code], qty=qty) for code, qty in components.items()
        )


def put_place(*, code: str, kind: str = places.WAREHOUSE, name: str = "", parent: str | None = None) -> int:
    """Make a place or rename it; the kind of a place never changes. Raises :class:`BadRule`."""
    if kind not in places.KINDS or not code.strip():
        raise BadRule(_("A place needs a code and one of the known kinds."))
    above = place_of(parent) if parent else None
    place, made = Place.objects.get_or_create(code=code.strip(), defaults={"kind": kind, "name": name, "parent": above})
    if not made:
        if place.kind != kind:
            raise BadRule(_("The kind of a place cannot change."))
        Place.objects.filter(pk=place.pk).update(name=name or place.name, parent=above or place.parent)
    return place.id


def put_alias(*, shop_id: int, code: str, sku: str) -> None:
    """From now on ``code`` of this shop means ``sku``."""
    Alias.objects.update_or_create(shop_id=shop_id, code=code.strip(), defaults={"item": item_of(sku)})


def item_of(sku: str) -> Item:
    found = Item.objects.filter(code=sku.strip()).first()
    if found is None:
        raise UnknownSku(sku)
    return found


def items_of(skus: list[str]) -> dict[str, Item]:
    """Items by code. Raises :class:`UnknownSku` for the first that is missing."""
    found = {item.code: item for item in Item.objects.filter(code__in=set(skus))}
    for sku in skus:
        if sku not in found:
            raise UnknownSku(sku)
    return found


def ensure_places() -> None:
    """The places every house has."""
    have = set(Place.objects.filter(code__in=places.STANDARD).values_list("code", flat=True))
    Place.objects.bulk_create(
        (Place(code=code, kind=kind) for code, kind in places.STANDARD.items() if code not in have),
        ignore_conflicts=True,
    )


def place_of(code: str) -> Place:
    found = Place.objects.filter(code=code).first()
    if found is None and code in places.STANDARD:
        ensure_places()
        found = Place.objects.filter(code=code).first()
    if found is None:
        raise UnknownPlace(code)
    return found
