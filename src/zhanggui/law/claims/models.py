"""Tables of law/claims: columns and constraints."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AllowedTerm(models.Model):
    """A term that somebody answers for until a day. Never deleted: it is ended."""

    term = models.CharField(max_length=200)
    category = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    owner = models.CharField(max_length=80)
    reason = models.TextField()
    starts_on = models.DateField()
    expires_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "claims_allowed_term"
        ordering = ["expires_on", "id"]
        indexes = [models.Index(fields=["expires_on"], name="claims_allowed_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("starts_on")), name="claims_allowed_days"
            )
        ]
