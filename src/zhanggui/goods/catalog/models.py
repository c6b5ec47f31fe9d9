"""Tables of the product library. Columns, keys and indexes; no rules.

Days are business days, moments aware UTC, money in minor units beside its currency, null is *unknown*.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

USER = settings.AUTH_USER_MODEL


class Brand(models.Model):
    name = models.CharField(max_length=120, unique=True)


class Category(models.Model):
    """A node of the own tree. ``path`` is the ids from the root, ``/1/4/``: a subtree is a prefix."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=400, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="catalog_category_name"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent__isnull=True), name="catalog_category_root_name"
            ),
        ]


class CategoryMapping(models.Model):
    """What a node is called on a channel. ``required`` attributes are what the channel asks for there."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="mappings")
    channel = models.CharField(max_length=20)
    platform_id = models.TextField()
    platform_path = models.TextField(default="")
    required = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "channel"], name="catalog_categorymapping_key")]


class Product(models.Model):
    """What is sold, whatever its variant (SPU)."""

    code = models.CharField(max_length=64)
    code_key = models.CharField(max_length=128, unique=True)
    title = models.TextField()
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    description = models.TextField(default="")
    #: {name: value}
    attributes = models.JSONField(default=dict)
    #: {channel: points of a hundred}; ``score`` is the lowest, ``missing`` is {channel: [parts]}.
    scores = models.JSONField(default=dict)
    missing = models.JSONField(default=dict)
    score = models.SmallIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["score"], name="catalog_product_score")]


class ChannelText(models.Model):
    """What a product is called on one channel where that differs from the library."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="channel_texts")
    channel = models.CharField(max_length=20)
    title = models.TextField(default="")
    description = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "channel"], name="catalog_channeltext_key")]


class Sku(models.Model):
    """One variant: what is stocked and ordered, under one code."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="skus")
    code = models.CharField(max_length=64)
    code_key = models.CharField(max_length=128, unique=True)
    #: Axis values as people read them, e.g. ``红色 / XL``; ``axes`` is {axis: value}.
    variant = models.TextField(default="")
    axes = models.JSONField(default=dict)
    barcode = models.CharField(max_length=14, null=True)
    barcode_key = models.CharField(max_length=14, null=True)
    unit = models.CharField(max_length=20, default="")
    weight_grams = models.BigIntegerField(null=True)
    is_active = models.BooleanField(default=True)
    is_bundle = models.BooleanField(default=False)
    #: Whether the price centre holds a standard price of it; written by that room.
    has_price = models.BooleanField(default=False)
    stage = models.CharField(max_length=12, null=True)
    stage_numbers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["barcode_key"], condition=Q(barcode_key__isnull=False), name="catalog_sku_barcode"
            )
        ]
        indexes = [models.Index(fields=["stage"], name="catalog_sku_stage", condition=Q(stage__isnull=False))]


class SearchText(models.Model):
    """What a search looks through: codes, names, variant, in small letters.

    A narrow table of its own: a fragment of two Chinese characters is found by scanning it, on either database.
    """

    sku = models.OneToOneField(Sku, on_delete=models.CASCADE, primary_key=True, related_name="text")
    text = models.TextField()


class Component(models.Model):
    """``qty`` pieces of ``part`` in one ``bundle``."""

    bundle = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="components")
    part = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="used_in")
    qty = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "part"], name="catalog_component_key"),
            models.CheckConstraint(condition=Q(qty__gt=0), name="catalog_component_qty"),
            models.CheckConstraint(condition=~Q(bundle=F("part")), name="catalog_component_self"),
        ]


class Media(models.Model):
    """An image or video with the right to use it. A new version replaces the old one, which stays."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="media")
    kind = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=40)
    size = models.BigIntegerField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    position = models.IntegerField(default=0)
    version = models.IntegerField(default=1)
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    is_current = models.BooleanField(default=True)
    #: ``own``, ``licensed``, ``supplier`` or ``unknown``.
    rights = models.CharField(max_length=10, default="unknown")
    rights_holder = models.TextField(default="")
    licence_no = models.TextField(default="")
    #: The last day the licence covers; null: no end, or not known (``rights`` tells).
    expires_date = models.DateField(null=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")


class Document(models.Model):
    """A paper of a product: test report, licence, certificate."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=40)
    number = models.TextField(default="")
    issuer = models.TextField(default="")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    sha256 = models.CharField(max_length=64, default="")
    name = models.CharField(max_length=255, default="")


class RoleSpan(models.Model):
    """The role of a SKU from ``starts_date`` until before ``ends_date``; spans of one SKU never overlap."""

    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=10)
    main_push = models.BooleanField(default=False)
    starts_date = models.DateField()
    ends_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "starts_date"], name="catalog_rolespan_start"),
            models.UniqueConstraint(
                fields=["sku"], condition=Q(ends_date__isnull=True), name="catalog_rolespan_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ends_date__isnull=True) | Q(ends_date__gt=F("starts_date")), name="catalog_rolespan_order"
            ),
        ]


class Cost(models.Model):
    """What one piece costs from ``starts_date`` on; append-only, the row recorded last for a day holds."""

    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="costs")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    starts_date = models.DateField()
    source = models.TextField(default="")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["sku", "starts_date"], name="catalog_cost_start")]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="catalog_cost_amount")]


class Draft(models.Model):
    """An article seen in orders that is not (or not yet) known to be one of our SKUs."""

    OPEN, MATCHED, DISMISSED = "open", "matched", "dismissed"

    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=32)
    product_no = models.TextField(default="")
    sku_no = models.TextField(default="")
    outer_product_code = models.TextField(default="")
    outer_sku_code = models.TextField(default="")
    title = models.TextField(default="")
    sku_text = models.TextField(default="")
    lines = models.BigIntegerField(default=0)
    pieces = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    #: The price most seen, and when the article was last sold.
    price = models.BigIntegerField(null=True)
    last_sold_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default=OPEN)
    #: [{sku_id, score, reason, shared, clash}], best first; ``score`` repeats the best for sorting.
    suggestions = models.JSONField(default=list)
    score = models.SmallIntegerField(default=0)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "digest"], name="catalog_draft_key")]
        indexes = [models.Index(fields=["state", "score"], name="catalog_draft_state")]


class ArticleSku(models.Model):
    """What somebody confirmed: an article of a shop is (pieces of) a SKU, from then until replaced."""

    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=32)
    product_no = models.TextField(default="")
    sku_no = models.TextField(default="")
    outer_product_code = models.TextField(default="")
    outer_sku_code = models.TextField(default="")
    words = models.TextField(default="")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="articles")
    #: Pieces of the SKU in one of the article, e.g. 3 for a pack of three.
    pieces = models.BigIntegerField(default=1)
    score = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=20, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "digest"], condition=Q(ends_at__isnull=True), name="catalog_articlesku_one_open"
            ),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="catalog_articlesku_pieces"),
        ]
        indexes = [models.Index(fields=["shop", "digest", "starts_at"], name="catalog_articlesku_time")]


class Upload(models.Model):
    """A goods file somebody brought back, judged but not applied before somebody says so."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    #: What the preview found: counts, the first differences and rejects.
    summary = models.JSONField()
    #: The differences the preview was made of; applying anything else is refused.
    plan_digest = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)


class Change(models.Model):
    """Who changed what of a product; append-only."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="changes")
    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, null=True, related_name="+")
    #: {column: [before, after]}
    columns = models.JSONField()
    source = models.CharField(max_length=20, default="page")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["product", "at"], name="catalog_change_time")]
