from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from zhanggui.foundation.jobs.domain.lifecycle import ACTIVE, QUEUED, STATUSES


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> JobQuerySet:
        return self.filter(status__in=ACTIVE)


class Job(models.Model):
    """One piece of background work. Signs of life of a running one are in the queue's store (``live``)."""

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    #: Dotted path of the function, and what it is called with besides the job id.
    task = models.CharField(max_length=200)
    kwargs = models.JSONField(default=dict)
    restartable = models.BooleanField(default=False)
    #: A state of ``domain.lifecycle``.
    status = models.CharField(max_length=10, default=QUEUED)
    #: How often a worker began it; a worker changes the row only while its own attempt is the current one.
    attempt = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True, default="")
    done = models.BigIntegerField(null=True)
    total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=500, blank=True, default="")
    result = models.JSONField(null=True)
    #: Who asked for it; None: the system.
    actor_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["status", "queued_at"], name="jobs_by_status"),
            models.Index(fields=["actor_id", "-id"], name="jobs_by_actor"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(status__in=STATUSES), name="jobs_known_status"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}: {self.title}"
