"""Table of the settlement book. Columns, keys and indexes; no rules."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

MINOR = models.BigIntegerField


class Entry(models.Model):
    """One movement of money on a wallet or statement of one shop. ``amount`` is positive when money came in.

    ``entry_key`` is 128 bits of what makes the movement the same in every export: see ``domain/keys.py``.
    """

    id = models.BigAutoField(primary_key=True)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    entry_key = models.CharField(max_length=22)
    #: ``records.BOOKS``: a statement per order, or the movements of a wallet. The two tell the same money.
    book = models.CharField(max_length=10)
    entry_no = models.TextField(null=True)
    statement_no = models.TextField(null=True)
    order_no = models.TextField(null=True)
    line_no = models.TextField(null=True)
    refund_no = models.TextField(null=True)
    direction = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    amount = MINOR()
    subject_raw = models.TextField(null=True)
    subject = models.CharField(max_length=24)
    account = models.TextField(null=True)
    occurred_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    balance_after = MINOR(null=True)
    note = models.TextField(null=True)

    #: The file that showed this entry last, and where: tells equal entries of one file apart.
    seen_file_id = models.BigIntegerField()
    seen_row = models.BigIntegerField()
    observed_at = models.DateTimeField()
    #: Clocks of the columns, interned by the order book.
    layer_id = models.BigIntegerField()
    source_file_id = models.BigIntegerField()
    source_row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "entry_key"], name="settlement_entry_key")]
        indexes = [
            models.Index(
                fields=["shop", "order_no"], name="settlement_entry_order", condition=Q(order_no__isnull=False)
            ),
            models.Index(fields=["shop", "occurred_at"], name="settlement_entry_occurred"),
        ]
