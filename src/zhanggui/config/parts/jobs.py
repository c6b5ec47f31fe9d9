"""Background jobs: the django_tasks API on huey; SQLite in the home folder by default, Redis when grown."""

from __future__ import annotations

import os

from zhanggui.config.home import home

REDIS_URL = os.environ.get("ZHANGGUI_REDIS_URL", "")

HUEY: dict[str, object] = {"name": "zhanggui", "immediate": False, "utc": True}
if REDIS_URL:
    HUEY |= {"huey_class": "huey.RedisHuey", "url": REDIS_URL}
else:
    HUEY |= {"huey_class": "huey.SqliteHuey", "filename": str(home() / "jobs.db"), "timeout": 30}

TASKS = {"default": {"BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend", "ENQUEUE_ON_COMMIT": False}}

#: A running job gives a sign of life this often, and counts as lost after so long without one.
JOBS_LOST_AFTER_SECONDS = float(os.environ.get("ZHANGGUI_JOBS_LOST_AFTER", "30"))
JOBS_BEAT_SECONDS = min(5.0, JOBS_LOST_AFTER_SECONDS / 5)
#: How long a worker that is asked to stop lets its job go on.
JOBS_STOP_SECONDS = 20.0
#: Threads of one worker. SQLite has one writer: jobs that take in files would only wait for each other.
JOBS_THREADS = int(os.environ.get("ZHANGGUI_JOBS_THREADS", "2" if os.environ.get("ZHANGGUI_DATABASE_URL") else "1"))
#: Finished jobs disappear from the list after this many days.
JOBS_KEPT_DAYS = 90
