"""The append-only table and its head.

Both tables are made, with their triggers, by migration 0001 and are unmanaged on purpose: a database that Django
"flushes" must not lose its audit log, and the triggers would refuse it anyway.
"""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One thing somebody did. Never updated, never deleted: triggers in the database refuse both."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    #: Plain number, not a foreign key: a person may go, the record stays.
    actor_id = models.BigIntegerField(null=True, db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=200, db_index=True)
    #: Canonical JSON as text, because a JSON column would reorder and reformat what the hash covers.
    detail = models.TextField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "audit_entry"

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject}"


class Head(models.Model):
    """The one row (id 1) with the last seq and hash: the lock of writers, and what a cut-off tail is noticed by."""

    id = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "audit_head"

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"
