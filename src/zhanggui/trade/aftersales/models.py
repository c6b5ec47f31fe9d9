"""Table of the refund book. Columns, keys and indexes; no rules."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

MINOR = models.BigIntegerField


class Refund(models.Model):
    """One refund (or exchange, repair, resend) of one shop, known by its number.

    The order is named by its number: refunds may arrive before their order.
    """

    id = models.BigAutoField(primary_key=True)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    refund_no = models.TextField()
    #: The channel gave no number; ``refund_no`` is made from what never changes of the refund.
    numbered_here = models.BooleanField(default=False)
    order_no = models.TextField(null=True)
    line_no = models.TextField(null=True)
    kind = models.CharField(max_length=16, null=True)
    stage = models.CharField(max_length=16, null=True)
    state = models.CharField(max_length=16, null=True)
    state_raw = models.TextField(null=True)
    reason = models.TextField(null=True)
    qty = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    apply_amount = MINOR(null=True)
    refund_to_buyer = MINOR(null=True)
    refund_to_platform = MINOR(null=True)
    freight_refund = MINOR(null=True)
    applied_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    return_waybill = models.TextField(null=True)
    responsible = models.TextField(null=True)
    title = models.TextField(null=True)
    outer_sku_code = models.TextField(null=True)
    #: What went back to the buyer: null unless the refund succeeded, or while the amount is unknown.
    refunded = MINOR(null=True)

    observed_at = models.DateTimeField()
    #: Clocks of the columns, interned by the order book.
    layer_id = models.BigIntegerField()
    source_file_id = models.BigIntegerField()
    source_row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "refund_no"], name="aftersales_refund_key")]
        indexes = [
            models.Index(fields=["shop", "order_no"], name="aftersales_refund_order"),
            models.Index(fields=["shop", "finished_at"], name="aftersales_refund_done"),
            models.Index(fields=["shop", "applied_at"], name="aftersales_refund_asked"),
            models.Index(
                fields=["shop", "deadline_at"], name="aftersales_refund_due", condition=Q(deadline_at__isnull=False)
            ),
        ]
