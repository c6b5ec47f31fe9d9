"""Table of visitors and what they did. Columns, keys and indexes; no rules."""

from __future__ import annotations

from typing import Any

from django.db import models


def _text() -> Any:
    return models.TextField(null=True)


def _count() -> Any:
    return models.BigIntegerField(null=True)


class Visit(models.Model):
    """What one report says of one day (or period), level, device and source of a shop; see ``kernel.records.VISIT``."""

    id = models.BigAutoField(primary_key=True)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    #: Digest of what tells this row from others.
    row_key = models.CharField(max_length=32)
    day = models.DateField(null=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    level = models.CharField(max_length=16)
    device = models.CharField(max_length=16)
    source = models.CharField(max_length=16, null=True)
    source_raw = _text()
    source_depth = _count()
    page = _text()
    keyword = _text()
    item_no = _text()
    sku_no = _text()
    outer_code = _text()
    title = _text()
    currency = models.CharField(max_length=3)
    impressions = _count()
    impression_users = _count()
    clicks = _count()
    clickers = _count()
    visitors = _count()
    views = _count()
    visits = _count()
    bounces = _count()
    bounce_unit = models.CharField(max_length=8, null=True)
    dwell_seconds = _count()
    new_visitors = _count()
    favourite_users = _count()
    favourites = _count()
    cart_users = _count()
    cart_items = _count()
    order_buyers = _count()
    orders = _count()
    order_qty = _count()
    placed_amount = _count()
    pay_buyers = _count()
    pay_orders = _count()
    pay_qty = _count()
    paid_amount = _count()
    new_buyers = _count()
    refund_amount = _count()
    refund_amount_by_pay = _count()
    #: False for a source that is told again, in parts or as part of a whole, by other rows of its day.
    counts = models.BooleanField(default=True)

    clocks = models.TextField()
    changed_at = models.DateTimeField()
    observed_at = models.DateTimeField()
    source_file_id = models.BigIntegerField()
    source_row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "row_key"], name="visits_visit_key")]
        indexes = [
            models.Index(fields=["shop", "day", "level"], name="visits_visit_day"),
            models.Index(fields=["shop", "first_day", "last_day"], name="visits_visit_period"),
        ]
