"""Reports as they were made, and who got them by mail."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ReportRow(models.Model):
    """One version of a report. ``scope``: the ids of its shops, ascending, with commas."""

    kind = models.CharField(max_length=8)
    first = models.DateField()
    last = models.DateField()
    scope = models.TextField()
    version = models.PositiveIntegerField()
    as_of = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    #: made by the clock: its version 1 is mailed
    scheduled = models.BooleanField(default=False)
    content = models.JSONField()

    class Meta:
        db_table = "reports_report"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "first", "scope", "version"], name="reports_version_once")
        ]
        indexes: ClassVar = [models.Index(fields=["-last", "-id"], name="reports_newest")]


class Mailing(models.Model):
    """A person got a report of these days by mail; taken before sending, once."""

    kind = models.CharField(max_length=8)
    first = models.DateField()
    zone = models.CharField(max_length=64)
    person_id = models.BigIntegerField()
    report = models.ForeignKey(ReportRow, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "reports_mailing"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "first", "zone", "person_id"], name="reports_mailed_once")
        ]
