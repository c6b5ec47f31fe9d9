"""What the lake knows of itself: which file is current, which months wait, which files were replaced."""

from __future__ import annotations

from django.db import models


class Partition(models.Model):
    """One month of one table. The row stays when the month has become empty; ``name`` is then empty too.

    ``generation`` grows with every switch: a refresher that read before somebody else switched finds it moved on.
    """

    table = models.CharField(max_length=40)
    #: ``2026-11``, or ``undated``
    month = models.CharField(max_length=7)
    generation = models.BigIntegerField()
    #: Name of the file in the folder of its month.
    name = models.CharField(max_length=80)
    content_id = models.CharField(max_length=32)
    fingerprint = models.CharField(max_length=16)
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "month"], name="lake_partition_key")]

    def __str__(self) -> str:
        return f"{self.table} {self.month}"


class Stale(models.Model):
    """A ledger changed rows of this month; written by the change's own transaction, removed when they are in a file.

    ``shop_id`` 0: all shops.
    """

    table = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    shop_id = models.BigIntegerField()
    marked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["table", "month"], name="lake_stale_month")]


class Built(models.Model):
    """What the files were built for: the columns of a table, the zone and channel of a shop. What is not here, or
    here with another value, must be built anew."""

    #: ``table orders`` or ``shop 7``
    subject = models.CharField(max_length=60, unique=True)
    value = models.TextField()


class Replaced(models.Model):
    """A file that is no longer current and waits for its last readers."""

    table = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    name = models.CharField(max_length=80)
    replaced_at = models.DateTimeField(db_index=True)
