"""The import as background work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.foundation.files import queries as files
from zhanggui.foundation.jobs import operations as jobs
from zhanggui.foundation.jobs.contracts import job
from zhanggui.processes.importing.operations import import_file


@job(restartable=True)
def import_stored_file(
    job_id: int, *, sha256: str, name: str, shop_name: str | None, channel: str | None, actor_id: int | None
) -> dict[str, Any]:
    """Import a kept original. Restartable: the same file twice is one result."""

    def show(step: str, done: int, total: int | None) -> None:
        if step == "reading":
            jobs.progress(job_id, done=done, message=_("%(rows)s rows read") % {"rows": f"{done:,}"})
        else:
            jobs.progress(job_id, done=done, total=total, message=_("Writing to the ledgers"))

    with files.materialise(sha256) as path:
        result = import_file(
            path=Path(path), name=name, shop_name=shop_name, channel=channel, actor_id=actor_id, progress=show
        )
    url = reverse("import-file", args=[result.file_id]) if result.file_id else ""
    return {**result.as_json(), "url": url}
