"""Tables of listings. Columns, keys and indexes; no rules."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

USER = settings.AUTH_USER_MODEL


class Listing(models.Model):
    """One product in one shop."""

    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    #: The channel's own id, once it is known.
    product_no = models.TextField(default="")
    state = models.CharField(max_length=10, default="draft")
    revision = models.IntegerField(default=0)
    published_revision = models.IntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "product"], name="listings_listing_key"),
        ]
        indexes = [
            models.Index(fields=["state", "changed_at"], name="listings_listing_state"),
            models.Index(fields=["shop", "product_no"], name="listings_listing_no", condition=~Q(product_no="")),
        ]


class Revision(models.Model):
    """What the listing says, one row per edit; never changed afterwards."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="revisions")
    number = models.IntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    removed = models.JSONField(default=list)
    edited_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "number"], name="listings_revision_key")]


class Check(models.Model):
    """What the checks said of one revision. ``findings``: [{verdict, area, code, numbers, text}]."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="checks")
    number = models.IntegerField()
    verdict = models.CharField(max_length=5)
    findings = models.JSONField(default=list)
    checked_at = models.DateTimeField(default=timezone.now)
    checked_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")


class Review(models.Model):
    """What another person said of a revision; the two-person proof."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="reviews")
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    editor = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    approved = models.BooleanField()
    reasons = models.JSONField(default=list)
    reviewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved=False) | Q(editor__isnull=True) | ~Q(reviewer=F("editor")),
                name="listings_review_two_people",
            )
        ]


class Event(models.Model):
    """Every step of a listing: who, when, from, command, to, why. Append-only."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    before = models.CharField(max_length=10)
    command = models.CharField(max_length=12)
    after = models.CharField(max_length=10)
    revision = models.IntegerField()
    note = models.TextField(default="")


class ReadBack(models.Model):
    """What a channel showed of a published listing. ``differences``: [[field, published, shown]]."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="read_backs")
    at = models.DateTimeField(default=timezone.now)
    source = models.TextField()
    differences = models.JSONField(default=list)


class ChannelLimit(models.Model):
    """A limit the merchant set or confirmed; it goes before the shipped one."""

    channel = models.CharField(max_length=20)
    key = models.CharField(max_length=20)
    value = models.JSONField()
    confirmed = models.BooleanField(default=False)
    source = models.TextField(default="")
    set_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="listings_channellimit_key")]


class OwnLayout(models.Model):
    """A channel's template as the merchant knows it: heads in order, each with the field it takes."""

    channel = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    format = models.CharField(max_length=4)
    columns = models.JSONField()
    set_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
