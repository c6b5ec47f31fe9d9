"""Tables of the order book. Columns, keys and indexes; no rules.

Times are aware UTC, money is in minor units of ``currency``, null is *unknown or not given*. Text columns carry
no length limit: what a channel writes is kept whole.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from zhanggui.foundation.vault.fields import SealedField

MINOR = models.BigIntegerField


class Article(models.Model):
    """What a line names, in the channel's own words: one row per distinct combination and shop.

    A million lines name a few thousand articles, so any fragment of a title or code, two Chinese characters
    included, is found by a plain scan of this small table.
    """

    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    #: 128 bits of the six texts, so that one lookup finds the combination.
    digest = models.CharField(max_length=22)
    title = models.TextField(null=True)
    product_no = models.TextField(null=True)
    sku_no = models.TextField(null=True)
    outer_product_code = models.TextField(null=True)
    outer_sku_code = models.TextField(null=True)
    sku_text = models.TextField(null=True)
    #: All six in small letters, one a line: what a search looks through.
    search_text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "digest"], name="orders_article_key")]


class Layer(models.Model):
    """Which file kind and moment stands behind each column of a row.

    ``spec`` is JSON ``{column: [authority, observed_at in µs]}``. Every row of one import shares one layer, so
    exact per-cell clocks cost one integer per row.
    """

    digest = models.CharField(max_length=22, unique=True)
    spec = models.TextField()


class Order(models.Model):
    """One order of one shop."""

    id = models.BigAutoField(primary_key=True)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    order_no = models.TextField()
    parent_order_no = models.TextField(null=True)
    currency = models.CharField(max_length=3)

    #: The state people see; ``header_status`` and ``lines_status`` are the two words it is made of.
    status = models.CharField(max_length=12, null=True)
    status_raw = models.TextField(null=True)
    header_status = models.CharField(max_length=12, null=True)
    header_reached = models.SmallIntegerField(default=0)
    lines_status = models.CharField(max_length=12, null=True)
    #: What the lines do not agree on: 1 partly shipped, 2 partly refunded.
    lines_partial = models.SmallIntegerField(default=0)
    #: Comma-separated, sorted, null when none: the channel's own, and all that hold for the order.
    channel_flags = models.TextField(null=True)
    flags = models.TextField(null=True)
    held = models.BooleanField(default=False)
    close_reason = models.TextField(null=True)
    sales_channel = models.TextField(null=True)

    created_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    ship_deadline_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    #: Where the order stands in lists: the creation moment, else another known moment, else the last observation.
    listed_at = models.DateTimeField()
    #: The ship deadline while goods are still owed, else null.
    due_at = models.DateTimeField(null=True)

    goods_list_amount = MINOR(null=True)
    goods_amount = MINOR(null=True)
    freight_amount = MINOR(null=True)
    tax_amount = MINOR(null=True)
    merchant_discount = MINOR(null=True)
    platform_discount = MINOR(null=True)
    creator_discount = MINOR(null=True)
    payment_discount = MINOR(null=True)
    points_amount = MINOR(null=True)
    adjust_amount = MINOR(null=True)
    buyer_paid = MINOR(null=True)
    merchant_receivable = MINOR(null=True)
    refunded_amount = MINOR(null=True)
    #: Successful refunds known from refund files.
    refunded_seen = MINOR(null=True)
    cod_amount = MINOR(null=True)
    deposit_paid = MINOR(null=True)

    qty = models.BigIntegerField(null=True)
    line_count = models.IntegerField(default=0)
    #: The title a header states; orders known by their lines carry titles there.
    article = models.ForeignKey(Article, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    seller_flag = models.TextField(null=True)
    creator_id = models.TextField(null=True)
    payment_method = models.TextField(null=True)
    receiver_country = models.TextField(null=True)
    receiver_province = models.TextField(null=True)
    receiver_city = models.TextField(null=True)
    receiver_district = models.TextField(null=True)
    #: Keyed hash of the channel's buyer id: tells buyers apart without naming them.
    buyer_key = models.CharField(max_length=64, null=True)

    layer = models.ForeignKey(Layer, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    #: The two clocks: newest observation that stated the order itself, newest that stated its lines.
    header_observed_at = models.DateTimeField(null=True)
    items_observed_at = models.DateTimeField(null=True)
    source_file_id = models.BigIntegerField()
    source_row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "order_no"], name="orders_order_key")]
        indexes = [
            models.Index(fields=["shop", "listed_at"], name="orders_order_listed"),
            models.Index(fields=["shop", "status", "listed_at"], name="orders_order_status"),
            models.Index(fields=["shop", "paid_at"], name="orders_order_paid", condition=Q(paid_at__isnull=False)),
            models.Index(fields=["shop", "buyer_paid"], name="orders_order_amount"),
            models.Index(fields=["shop", "due_at"], name="orders_order_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["shop", "ship_deadline_at", "shipped_at"],
                name="orders_order_deadline",
                condition=Q(ship_deadline_at__isnull=False),
            ),
            models.Index(
                fields=["shop", "listed_at", "flags"], name="orders_order_flags", condition=Q(flags__isnull=False)
            ),
            models.Index(fields=["buyer_key"], name="orders_order_buyer", condition=Q(buyer_key__isnull=False)),
            models.Index(fields=["article"], name="orders_order_article", condition=Q(article__isnull=False)),
        ]


class Line(models.Model):
    """One line of one order.

    ``line_no`` is unique within its order, not within its shop: some channels number sub-orders, some only know
    order and product, some number per order. A line is always met together with its order, the index grows at
    its end, and one index serves both key and lookup.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    line_no = models.TextField()
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    qty = models.BigIntegerField(null=True)
    unit_list_price = MINOR(null=True)
    unit_price = MINOR(null=True)
    line_amount = MINOR(null=True)
    line_discount_merchant = MINOR(null=True)
    line_discount_platform = MINOR(null=True)
    line_discount_creator = MINOR(null=True)
    line_discount_payment = MINOR(null=True)
    line_freight_share = MINOR(null=True)
    line_paid = MINOR(null=True)
    line_receivable = MINOR(null=True)

    status = models.CharField(max_length=12, null=True)
    status_raw = models.TextField(null=True)
    reached = models.SmallIntegerField(default=0)
    refund_state = models.TextField(null=True)
    refund_state_raw = models.TextField(null=True)
    refunded_amount = MINOR(null=True)
    refunded_qty = models.BigIntegerField(null=True)

    is_gift = models.BooleanField(null=True)
    bundle_id = models.TextField(null=True)
    package_no = models.TextField(null=True)
    carrier = models.TextField(null=True)
    waybill = models.TextField(null=True)
    warehouse_code = models.TextField(null=True)
    ship_deadline_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)

    layer = models.ForeignKey(Layer, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    observed_at = models.DateTimeField()
    source_file_id = models.BigIntegerField()
    source_row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "line_no"], name="orders_line_key")]
        indexes = [
            models.Index(fields=["line_no"], name="orders_line_no"),
            models.Index(fields=["article", "order"], name="orders_line_article"),
            models.Index(fields=["waybill"], name="orders_line_waybill", condition=Q(waybill__isnull=False)),
        ]


class Contact(models.Model):
    """The personal fields of one order: sealed, with a masked copy to show."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="contact")
    sealed = SealedField()
    #: Keyed hash of the clear fields: tells whether they changed without opening them.
    fingerprint = models.CharField(max_length=64)
    #: JSON ``{column: masked text}`` of the fields that are present.
    masked = models.TextField()


class StateChange(models.Model):
    """A state that moved after first sight, or an observation that was refused."""

    KINDS = ("normal", "jump", "refused", "raw")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    state_before = models.CharField(max_length=12, null=True)
    state_after = models.CharField(max_length=12, null=True)
    observed = models.CharField(max_length=12)
    observed_raw = models.TextField(null=True)
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source_file_id = models.BigIntegerField()
    source_row = models.BigIntegerField()


class RefundSeen(models.Model):
    """Successful refunds per order as refund files tell them, kept whether or not the order has arrived yet."""

    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    order_no = models.TextField()
    amount = MINOR()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "order_no"], name="orders_refundseen_key")]


class Hold(models.Model):
    """Somebody stopped an order, and perhaps let it go again."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="holds")
    reason = models.TextField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    placed_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(released_at__isnull=True), name="orders_hold_one_open"
            )
        ]


class Note(models.Model):
    """What somebody wrote about an order; append-only."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
