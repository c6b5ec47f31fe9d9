"""The import as background work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhanggui.foundation.files import queries as files
from zhanggui.foundation.jobs import operations as jobs
from zhanggui.foundation.jobs.contracts import job
from zhanggui.processes.importing.contracts import ImportResult
from zhanggui.processes.importing.operations import import_file
from zhanggui.processes.importing.shops import Rights
from zhanggui.processes.lake.operations import request_refresh


@job(restartable=True)
def import_stored_file(
    job_id: int,
    *,
    sha256: str,
    name: str,
    shop_name: str | None,
    channel: str | None,
    actor_id: int | None,
    shop_ids: list[int] | None = None,
    may_add_shop: bool = True,
) -> dict[str, Any]:
    """Import a kept original, within the rights of the person who asked. Restartable: the same file twice is one
    result."""

    def show(step: str, done: int, total: int | None) -> None:
        if step == "reading":
            jobs.progress(job_id, done=done, message=_("%(rows)s rows read") % {"rows": f"{done:,}"})
        else:
            jobs.progress(job_id, done=done, total=total, message=_("Writing to the ledgers"))

    rights = Rights(None if shop_ids is None else frozenset(shop_ids), may_add_shop)
    with files.materialise(sha256) as path:
        result = import_file(
            path=Path(path),
            name=name,
            shop_name=shop_name,
            channel=channel,
            actor_id=actor_id,
            rights=rights,
            progress=show,
        )
    if result.error is None:
        request_refresh()
    return {**result.as_json(), "url": _page_of(result), "summary": _summary(result)}


def _page_of(result: ImportResult) -> str:
    if result.file_id:
        return reverse("import-file", args=[result.file_id])
    return reverse("import-waiting", args=[result.waiting_id]) if result.waiting_id else ""


def _summary(result: ImportResult) -> str:
    """One sentence in the language of the person who asked."""
    told = result.error or result.notice
    if told is not None:
        return told["zh" if (get_language() or "").startswith("zh") else "en"]
    parts = [_("%(count)s rows taken") % {"count": f"{result.accepted:,}"}]
    if result.rejected:
        parts.append(_("%(count)s refused") % {"count": f"{result.rejected:,}"})
    if result.orders_new:
        parts.append(_("%(count)s new orders") % {"count": f"{result.orders_new:,}"})
    if result.orders_updated:
        parts.append(_("%(count)s orders updated") % {"count": f"{result.orders_updated:,}"})
    return _(", ").join(parts)
