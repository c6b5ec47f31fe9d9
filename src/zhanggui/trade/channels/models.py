"""Files taken in and column mappings saved by people."""

from __future__ import annotations

from django.db import models


class ImportedFile(models.Model):
    """One file of one shop, known by its content; importing it again is another attempt, not another row."""

    RUNNING, DONE, FAILED = "running", "done", "failed"

    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    channel = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    profile = models.CharField(max_length=80, blank=True)
    container = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    header_row = models.IntegerField(null=True)
    mapping = models.JSONField(default=dict)
    exported_at = models.DateTimeField(null=True)
    observed_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10)
    attempts = models.IntegerField(default=1)
    error = models.JSONField(null=True)
    result = models.JSONField(null=True)
    rejected = models.IntegerField(default=0)
    residuals = models.IntegerField(default=0)
    imported_by_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "sha256"], name="one_row_per_file_and_shop")]
        indexes = [models.Index(fields=["-started_at"], name="imported_file_newest")]

    def __str__(self) -> str:
        return self.name


class SavedLayout(models.Model):
    """A column mapping a person made for a table no built-in layout knows."""

    name = models.CharField(max_length=80, unique=True)
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    mapping = models.JSONField()
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
