"""Files in the store and results to fetch."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from zhanggui.foundation.vault.fields import SealedField


class StoredFile(models.Model):
    """One content in the store. Its bytes lie below HOME/files, encrypted with a key of their own."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    #: The name under which it came first.
    name = models.CharField(max_length=255)
    #: The file's key, sealed by the vault: when vault keys change, no file is written again.
    key = SealedField(null=False)
    #: Kept until somebody asks to forget it; otherwise only as long as a result needs it.
    is_kept = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]}"


class Result(models.Model):
    """A file made for somebody to fetch, for a limited time."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="results")
    name = models.CharField(max_length=255)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.name} until {self.expires_at:%Y-%m-%d}"
