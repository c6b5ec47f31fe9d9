"""Table of advert reports. Columns, keys and indexes; no rules."""

from __future__ import annotations

from typing import Any

from django.db import models


def _text() -> Any:
    return models.TextField(null=True)


def _count() -> Any:
    return models.BigIntegerField(null=True)


class Ad(models.Model):
    """What one report says of one day (or period) of something advertised; see ``kernel.records.AD``."""

    id = models.BigAutoField(primary_key=True)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    #: Digest of what tells this row from others.
    row_key = models.CharField(max_length=32)
    day = models.DateField(null=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    tool = models.CharField(max_length=20)
    tool_raw = _text()
    level = models.CharField(max_length=16)
    grain = models.CharField(max_length=160)
    account = _text()
    campaign_no = _text()
    campaign = _text()
    unit_no = _text()
    unit = _text()
    keyword = _text()
    creative_no = _text()
    creative = _text()
    audience = _text()
    subject_no = _text()
    item_no = _text()
    sku_no = _text()
    title = _text()
    subject_type = _text()
    window_days = models.IntegerField(null=True)
    view = models.CharField(max_length=8, null=True)
    basis = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    impressions = _count()
    clicks = _count()
    spend = _count()
    spend_credit = _count()
    carts = _count()
    favourites = _count()
    direct_orders = _count()
    indirect_orders = _count()
    orders = _count()
    direct_amount = _count()
    indirect_amount = _count()
    attributed_amount = _count()
    net_orders = _count()
    net_amount = _count()
    new_customers = _count()
    conversions = _count()
    conversion_kind = models.CharField(max_length=16, null=True)
    #: Whether this row's spend is the one that counts: see ``domain.counting``.
    counts = models.BooleanField(default=False)

    clocks = models.TextField()
    changed_at = models.DateTimeField()
    observed_at = models.DateTimeField()
    source_file_id = models.BigIntegerField()
    source_row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "row_key"], name="ads_ad_key")]
        indexes = [
            models.Index(fields=["shop", "day", "tool"], name="ads_ad_day"),
            models.Index(fields=["shop", "first_day", "last_day"], name="ads_ad_period"),
        ]
