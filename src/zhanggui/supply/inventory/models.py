"""Tables of stock. Quantities are whole base units, costs whole minor units of the item's currency.

``Movement`` and ``ReservationEntry`` are the ledgers: the database itself refuses to change or delete their rows.
``Balance``, ``CostLayer``, ``Pool`` and ``OpenHold`` are caches written in the same transaction; ``queries.verify``
rebuilds them from the ledgers.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhanggui.supply.inventory.domain import costing, places


class Item(models.Model):
    """What is kept: one row per merchant code. Identity belongs to the catalogue; here is what stock needs of it."""

    code = models.TextField(unique=True)
    name = models.TextField(default="")
    base_unit = models.TextField(default="件")
    barcode = models.TextField(null=True, db_index=True)
    currency = models.CharField(max_length=3, default="CNY")
    costing = models.CharField(max_length=8, default=costing.AVERAGE)
    shelf_life_days = models.IntegerField(null=True)
    abc_class = models.CharField(max_length=1, default="C")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(costing__in=costing.METHODS), name="inventory_item_costing")]


class ItemUnit(models.Model):
    """A pack of an item: ``factor`` base units, perhaps with a barcode of its own."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="units")
    unit = models.TextField()
    factor = models.BigIntegerField()
    barcode = models.TextField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "unit"], name="inventory_unit_key"),
            models.CheckConstraint(condition=Q(factor__gte=1), name="inventory_unit_factor"),
        ]


class Component(models.Model):
    """What is in a bundle."""

    bundle = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="components")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    qty = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "item"], name="inventory_component_key"),
            models.CheckConstraint(condition=Q(qty__gte=1) & ~Q(bundle=F("item")), name="inventory_component_qty"),
        ]


class Alias(models.Model):
    """A code a channel uses for an item of ours, per shop; found by hand for articles without a merchant code."""

    shop = models.ForeignKey("accounts.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.TextField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "code"], name="inventory_alias_key")]


class Place(models.Model):
    """A warehouse, a bin in one, or one of the places goods come from and go to."""

    code = models.TextField(unique=True)
    name = models.TextField(default="")
    kind = models.CharField(max_length=10)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="bins")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=places.KINDS), name="inventory_place_kind")]


class Lot(models.Model):
    """Goods of one item that came together. The empty code stands for goods nobody tells apart."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lots", db_index=False)
    code = models.TextField(default="")
    expires_on = models.DateField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="inventory_lot_key")]


class Movement(models.Model):
    """One line of the ledger, never changed: ``qty`` of a lot from one place to another."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+", db_index=False)
    place_from = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    place_to = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    qty = models.BigIntegerField()
    #: Minor units for the whole quantity; null: unknown, or goods that only moved inside the house.
    cost_minor = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=16)
    source = models.TextField()
    note = models.TextField(default="")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    key = models.TextField(unique=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gte=1) & ~Q(place_from=F("place_to")), name="inventory_movement_moves"
            )
        ]
        indexes = [
            models.Index(fields=["item", "id"], name="inventory_movement_item"),
            models.Index(fields=["source"], name="inventory_movement_source"),
            models.Index(fields=["occurred_at"], name="inventory_movement_when"),
        ]


class Balance(models.Model):
    """Cache: what stands where. ``internal`` places never go below zero."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    qty = models.BigIntegerField()
    internal = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "lot", "place"], name="inventory_balance_key"),
            models.CheckConstraint(condition=Q(qty__gte=0) | Q(internal=False), name="inventory_balance_not_below_0"),
        ]


class CostLayer(models.Model):
    """Cache: goods in the house by what they cost, in the order in which they go out."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.IntegerField()
    qty = models.BigIntegerField()
    value_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="inventory_layer_key")]


class Pool(models.Model):
    """Cache and lock: what may be promised of an item, over all places. ``version`` counts every change."""

    item = models.OneToOneField(Item, on_delete=models.PROTECT, primary_key=True, related_name="pool")
    on_hand = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(on_hand__gte=0) & Q(reserved__gte=0), name="inventory_pool_not_below_0")
        ]


class ReservationEntry(models.Model):
    """One line of the ledger of promises, never changed: a reserve, or its commit, release or expiry."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    qty = models.BigIntegerField()
    #: The reserve this row closes, wholly or in part; null on a reserve.
    hold_id = models.BigIntegerField(null=True, db_index=True)
    order_ref = models.TextField()
    shop_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    key = models.TextField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gte=1)
                & (
                    Q(kind="reserve", hold_id__isnull=True)
                    | Q(kind__in=("commit", "release", "expire"), hold_id__isnull=False)
                ),
                name="inventory_entry_shape",
            )
        ]
        indexes = [models.Index(fields=["order_ref"], name="inventory_entry_order")]


class OpenHold(models.Model):
    """Cache: what is still open of a reserve."""

    entry = models.OneToOneField(
        ReservationEntry, on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    order_ref = models.TextField(db_index=True)
    shop_id = models.BigIntegerField(null=True)
    qty = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(qty__gte=1), name="inventory_open_qty")]


class Closing(models.Model):
    """A period of which nothing can be booked any more: everything that happened before ``until``."""

    until = models.DateTimeField(unique=True)
    closed_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)


class Count(models.Model):
    """A stocktake of one place. Blind: who counts does not see the book."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    blind = models.BooleanField(default=True)
    state = models.CharField(max_length=8, default="open")
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.BigIntegerField(null=True)
    note = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=("open", "posted", "dropped")), name="inventory_count_state")
        ]


class CountLine(models.Model):
    """What was found of a lot, and what the book said at that very moment."""

    count = models.ForeignKey(Count, on_delete=models.CASCADE, related_name="lines", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    counted = models.BigIntegerField(null=True)
    book = models.BigIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
    counted_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "lot"], name="inventory_countline_key"),
            models.CheckConstraint(condition=Q(counted__isnull=True) | Q(counted__gte=0), name="inventory_counted"),
        ]


class ChannelRule(models.Model):
    """How much of the stock a shop is offered; ``item`` null: its rule for everything."""

    shop = models.ForeignKey("accounts.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="+")
    #: Strict never offers the same piece twice; shared may, and the page says how many.
    mode = models.CharField(max_length=6, default="strict")
    #: Weight among the shops; 0 takes the shop out.
    weight = models.IntegerField(default=1)
    exclusive_qty = models.BigIntegerField(null=True)
    buffer_qty = models.BigIntegerField(default=0)
    silent_after_minutes = models.IntegerField(default=60)
    gone_after_minutes = models.IntegerField(default=1440)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "item"], condition=Q(item__isnull=False), name="inventory_rule_item"
            ),
            models.UniqueConstraint(fields=["shop"], condition=Q(item__isnull=True), name="inventory_rule_shop"),
            models.CheckConstraint(
                condition=Q(mode__in=("strict", "shared")) & Q(weight__gte=0) & Q(buffer_qty__gte=0),
                name="inventory_rule_values",
            ),
        ]


class Hearing(models.Model):
    """How far a shop's orders are known: every order placed before ``heard_through`` has been taken in."""

    shop = models.OneToOneField("accounts.Shop", on_delete=models.CASCADE, primary_key=True, related_name="+")
    heard_through = models.DateTimeField()


class Offer(models.Model):
    """A quantity shown on a channel: one we wrote (``push``), one we read there (``read``)."""

    shop = models.ForeignKey("accounts.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    qty = models.BigIntegerField()
    #: The pool's change counter when the quantity was worked out.
    pool_version = models.BigIntegerField()
    sent_at = models.DateTimeField()
    #: When the channel was known to show it; null: in flight or unknown.
    acked_at = models.DateTimeField(null=True)
    refused = models.BooleanField(default=False)
    #: Nothing can be sold under it unheard any more, and no order can be mistaken for one of it.
    closed = models.BooleanField(default=False)
    key = models.TextField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(qty__gte=0), name="inventory_offer_qty")]
        indexes = [
            models.Index(fields=["shop", "item", "id"], name="inventory_offer_of"),
            models.Index(fields=["item", "id"], condition=Q(closed=False), name="inventory_offer_live"),
        ]


class HeardOrder(models.Model):
    """Cache of one order's claim on an item of a channel, by when it was placed there: what the exposure counts off."""

    shop = models.ForeignKey("accounts.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    order_ref = models.TextField()
    qty = models.BigIntegerField()
    placed_at = models.DateTimeField()
    #: Both ledgers together hold all of it: promised or gone. Until then its pieces are held back for it.
    booked = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "item", "order_ref"], name="inventory_heard_key")]
        indexes = [
            models.Index(fields=["item", "placed_at"], name="inventory_heard_when"),
            models.Index(fields=["item"], condition=Q(booked=False), name="inventory_heard_unbooked"),
        ]


class Trouble(models.Model):
    """Something that could not be booked and waits for a person: listed, never skipped."""

    kind = models.CharField(max_length=16)
    shop_id = models.BigIntegerField(null=True)
    source = models.TextField()
    code = models.TextField(default="")
    qty = models.BigIntegerField(null=True)
    detail = models.TextField(default="")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "source", "code"], name="inventory_trouble_key")]


class Followed(models.Model):
    """How an order last stood when stock followed it: unchanged orders are not looked at again."""

    order_ref = models.TextField(unique=True)
    digest = models.CharField(max_length=32)
