"""What the processes themselves must remember: files without a shop, filters people saved, answers already given."""

from __future__ import annotations

from django.db import models

from zhanggui.foundation.vault.fields import SealedField


class WaitingFile(models.Model):
    """A file that was handed in and belongs to no shop yet: it waits for a person's next step.

    One row per content and person; ``actor_id`` 0 is the command line. Gone once the file is in the books.
    """

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    #: ``Unreadable`` as JSON: code, zh, en, detail
    error = models.JSONField()
    actor_id = models.BigIntegerField()
    attempts = models.IntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "sha256"], name="one_waiting_file_per_person")]

    def __str__(self) -> str:
        return self.name


class SavedFilter(models.Model):
    """A filter of the order list that a person gave a name. ``query`` is the query string of the list's address."""

    user_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    query = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "name"], name="one_saved_filter_per_name")]

    def __str__(self) -> str:
        return self.name


class GivenAnswer(models.Model):
    """The answer to a write that came with an ``Idempotency-Key``: the same key gets the same answer for a day."""

    actor_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    #: SHA-256 over method, path and body
    request = models.CharField(max_length=64)
    status = models.IntegerField(null=True)
    body = SealedField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["created_at"], name="given_answer_age")]

    def __str__(self) -> str:
        return self.key
