"""What the queue delivers."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django_tasks import task
from django_tasks.signals import task_finished

from zhanggui.foundation.jobs import operations


@task()
def run_job(job_id: int) -> None:
    """Run one job; delivered twice it runs once."""
    operations.run(job_id)


@receiver(task_finished)
def drop_record(sender: Any, task_result: Any, **_: Any) -> None:
    """Remove the queue's own record of a delivered message: what became of the job is in its row."""
    if task_result.task.func is run_job.func:
        from huey.contrib.djhuey import HUEY
        from huey.contrib.djhuey.tasks_backend import KEY

        HUEY.delete(KEY % task_result.id)
