"""Announcements that an installation took in itself, as they were written."""

from __future__ import annotations

from django.db import models


class Announcement(models.Model):
    """A TOML document with campaign windows or days off. Never changed: a later one takes its place."""

    sha256 = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "calendar_announcement"
        ordering = ["id"]
