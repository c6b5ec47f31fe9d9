"""Tables of buying: suppliers, what they offer, orders to them, what arrived and what passed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhanggui.supply.purchasing.domain.ordering import DRAFT, ORDER


class Supplier(models.Model):
    code = models.TextField(unique=True)
    name = models.TextField()
    #: Days from order to arrival as promised; used until enough orders were observed.
    lead_days = models.IntegerField()
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(lead_days__gte=0), name="purchasing_supplier_lead")]


class Quote(models.Model):
    """What a supplier asks for a SKU. ``rank`` 1 is the first choice, higher ones stand by (R208)."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="quotes")
    sku = models.TextField(db_index=True)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    moq = models.BigIntegerField(default=0)
    pack = models.BigIntegerField(default=1)
    rank = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supplier", "sku"], name="purchasing_quote_key"),
            models.CheckConstraint(
                condition=Q(price_minor__gte=0) & Q(moq__gte=0) & Q(pack__gte=1) & Q(rank__gte=1),
                name="purchasing_quote_values",
            ),
        ]


class PurchaseOrder(models.Model):
    number = models.TextField(unique=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=10, default=DRAFT)
    currency = models.CharField(max_length=3)
    due_on = models.DateField()
    created_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)
    #: Why a blocked supplier was used all the same.
    override = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(ORDER.states)), name="purchasing_order_state")
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="purchasing_order_open")]


class OrderLine(models.Model):
    """``received`` arrived, ``accepted`` of it passed. ``complete_on``: the day the line was full."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    sku = models.TextField(db_index=True)
    qty = models.BigIntegerField()
    price_minor = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    complete_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "sku"], name="purchasing_line_key"),
            models.CheckConstraint(
                condition=Q(qty__gte=1) & Q(price_minor__gte=0) & Q(accepted__gte=0) & Q(accepted__lte=F("received")),
                name="purchasing_line_values",
            ),
        ]


class Receipt(models.Model):
    """One delivery. ``paper`` names the delivery note: the same one twice is one receipt."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="receipts")
    paper = models.TextField()
    fingerprint = models.TextField()
    received_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    approved = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "paper"], name="purchasing_receipt_key")]


class Inspection(models.Model):
    """What was found of one line of a delivery."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="inspections")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="inspections")
    qty = models.BigIntegerField()
    accepted = models.BigIntegerField()
    lot = models.TextField(default="")
    expires_on = models.DateField(null=True)
    note = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gte=1) & Q(accepted__gte=0) & Q(accepted__lte=F("qty")),
                name="purchasing_inspection_values",
            )
        ]
