"""Tables of the price centre. Columns, keys and indexes; no rules. Amounts are minor units beside their currency."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

USER = settings.AUTH_USER_MODEL
SKU = "catalog.Sku"
SHOP = "accounts.Shop"


class Batch(models.Model):
    """New prices that are judged and decided together: one row of a page, a listing, or a whole file."""

    PREVIEW, WAITING, APPLIED, REJECTED, WITHDRAWN = STATES = (
        "preview", "waiting", "applied", "rejected", "withdrawn",
    )  # fmt: skip

    state = models.CharField(max_length=10, default=PREVIEW)
    #: ``page``, ``file``, ``listing``, ``api``, ``command``, ``promotion``.
    source = models.CharField(max_length=12)
    name = models.TextField(default="")
    verdict = models.CharField(max_length=5)
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["state", "proposed_at"], name="pricing_batch_state")]
        constraints = [
            # what the guard blocked stands only with the name of somebody else under it
            models.CheckConstraint(
                condition=~Q(state="applied", verdict="block", decided_by__isnull=True), name="pricing_batch_approved"
            ),
            models.CheckConstraint(
                condition=~Q(state="applied", verdict="block", decided_by=F("proposed_by")),
                name="pricing_batch_two_people",
            ),
        ]


class Wanted(models.Model):
    """One new price of a batch with what the guard said of it."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    sku = models.ForeignKey(SKU, on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(SHOP, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=6)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    before = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=5)
    #: [{verdict, code, numbers}]
    reasons = models.JSONField(default=list)
    source_row = models.IntegerField(null=True)


class Price(models.Model):
    """The history of prices: append-only. ``amount`` null ends the kind from ``starts_at`` on."""

    sku = models.ForeignKey(SKU, on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(SHOP, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=6)
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    wanted = models.ForeignKey(Wanted, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["sku", "kind", "starts_at"], name="pricing_price_sku")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="pricing_price_positive"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="pricing_price_order"
            ),
        ]


class FeeTemplate(models.Model):
    """What a channel (or one shop) takes from ``starts_date`` on; the newest start on or before a day holds."""

    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=20)
    shop = models.ForeignKey(SHOP, on_delete=models.CASCADE, null=True, related_name="+")
    starts_date = models.DateField()
    #: [{name, kind, rate, amount, base, least, most}], rates as text
    lines = models.JSONField()
    source = models.TextField(default="")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")


class CompetitorPrice(models.Model):
    """What somebody else asks for comparable goods, as seen on a day; append-only."""

    sku = models.ForeignKey(SKU, on_delete=models.CASCADE, related_name="+")
    seller = models.TextField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    seen_date = models.DateField()
    source = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["sku", "seen_date"], name="pricing_competitor_sku")]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="pricing_competitor_positive")]


class ExchangeRate(models.Model):
    """``rate`` units of ``base`` for one unit of ``currency``; only to recognise prices typed in the wrong one."""

    currency = models.CharField(max_length=3)
    base = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    seen_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "base", "seen_date"], name="pricing_exchangerate_key"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="pricing_exchangerate_positive"),
        ]


class WrongPrice(models.Model):
    """A wrong price that went live, and the list of steps that stops the loss."""

    OPEN, CLOSED = "open", "closed"

    sku = models.ForeignKey(SKU, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey(SHOP, on_delete=models.PROTECT, null=True, related_name="+")
    wrong = models.BigIntegerField()
    right = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    live_from = models.DateTimeField()
    live_to = models.DateTimeField(null=True)
    found_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=6, default=OPEN)
    #: [{code, role, shop_id, due_at, done_at, done_by, note}]
    steps = models.JSONField(default=list)
