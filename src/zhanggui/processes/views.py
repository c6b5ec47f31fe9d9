"""Pages of the import: drop files, watch them being read, see what became of every row, take the next step."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.jobs import queries as jobs_queries
from zhanggui.foundation.jobs.contracts import JobInfo, JobNotFound
from zhanggui.processes.forms import ShopForm, UploadForm
from zhanggui.processes.importing import handing, identities, waiting
from zhanggui.processes.importing.steps import Steps, sentence_of, steps_for
from zhanggui.processes.importing.waiting import WaitingInfo
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.channels.contracts import ImportedFileInfo

PER_PAGE = 50
SHOWN_REJECTS = 100


@dataclass(frozen=True)
class FileRow:
    """A file in the list, with the name of its shop and, when it failed, the sentence in the reader's language."""

    info: ImportedFileInfo
    shop: str
    sentence: str = ""


@dataclass(frozen=True)
class WaitingRow:
    info: WaitingInfo
    steps: Steps


@dataclass(frozen=True)
class ImportsPage:
    rows: list[FileRow]
    waiting: list[WaitingRow]
    running: list[JobInfo]
    troubled: bool
    older: int | None
    form: UploadForm | None
    has_layouts: bool


@dataclass(frozen=True)
class FilePage:
    row: FileRow
    result: dict[str, Any]
    steps: Steps | None = None
    refused: list[list[str]] = field(default_factory=list)
    more_refused: int = 0
    residuals: list[identities.ResidualRow] = field(default_factory=list)
    more_residuals: int = 0
    currency: str = "CNY"
    zone: str = ""
    notice: str = ""


@dataclass(frozen=True)
class WaitingPage:
    info: WaitingInfo
    steps: Steps
    form: ShopForm | None


def _language() -> str:
    return get_language() or "zh-hans"


def _shop_choices(request: HttpRequest) -> dict[str, Any]:
    return {
        "shops": handing.shops_to_import_into(request.user),
        "language": _language(),
        "may_add": handing.may_add_shop(request.user),
    }


def _shop_ids(request: HttpRequest) -> frozenset[int]:
    return request.shop_ids  # type: ignore[attr-defined]


def _whose(request: HttpRequest) -> int | None:
    """The person whose jobs and waiting files are shown; None for those who see everybody's."""
    return None if accounts.can(request.user, "settings.view") else request.user.pk


def _sentence(request: HttpRequest, info: ImportedFileInfo) -> str:
    return sentence_of(request.user, info.error) if info.status == "failed" and info.error else ""


def _page(request: HttpRequest, form: UploadForm | None) -> ImportsPage:
    troubled = request.GET.get("show") == "trouble"
    before = request.GET.get("before", "")
    before_id = int(before) if before.isdigit() and len(before) < 19 else None
    infos = channels.imported_files(
        shop_ids=_shop_ids(request), troubled=troubled, before_id=before_id, limit=PER_PAGE + 1
    )
    names = {s.id: s.name for s in accounts.shops(include_inactive=True)}
    rows = [FileRow(i, names.get(i.shop_id, ""), _sentence(request, i)) for i in infos[:PER_PAGE]]
    waits = [] if before_id is not None else waiting.files(actor_id=_whose(request))
    running = jobs_queries.jobs(actor_id=_whose(request), active=True, kind=handing.KIND)
    return ImportsPage(
        rows=rows,
        waiting=[WaitingRow(w, steps_for(request.user, w.error)) for w in waits],
        running=running,
        troubled=troubled,
        older=infos[PER_PAGE - 1].id if len(infos) > PER_PAGE else None,
        form=form,
        has_layouts=bool(channels.layouts()),
    )


@require_GET
@requires("import.view")
def imports(request: HttpRequest) -> HttpResponse:
    fragment = bool(getattr(request, "htmx", False))
    may = accounts.can(request.user, "import.run")
    page = _page(request, UploadForm(**_shop_choices(request)) if may and not fragment else None)
    return render(request, "processes/fragments/files.html" if fragment else "processes/imports.html", {"view": page})


@require_POST
@requires("import.run")
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, **_shop_choices(request))
    if not form.is_valid():
        return render(request, "processes/imports.html", {"view": _page(request, form)}, status=422)
    shop_name, channel = form.target()
    begun = [
        handing.enqueue(
            user=request.user,
            sha256=handing.keep(given).sha256,
            name=given.name or "file",
            shop_name=shop_name,
            channel=channel,
        )
        for given in form.cleaned_data["files"]
    ]
    return redirect("import-job", begun[0]) if len(begun) == 1 else redirect("imports")


@require_GET
@requires("import.run")
def import_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One import while it runs; when it has ended, on to what became of the file."""
    try:
        job = jobs_queries.job(job_id, actor_id=_whose(request))
    except JobNotFound as missing:
        raise Http404 from missing
    if job.kind != handing.KIND:
        raise Http404
    fragment = bool(getattr(request, "htmx", False))
    url = (job.result or {}).get("url")
    if job.status == "done" and isinstance(url, str) and url.startswith("/"):
        if fragment:
            moved = HttpResponse()
            moved["HX-Redirect"] = url
            return moved
        return redirect(url)
    template = "processes/fragments/job.html" if fragment else "processes/job.html"
    return render(request, template, {"job": job})


def _file(request: HttpRequest, file_id: int) -> ImportedFileInfo:
    info = channels.imported_file(file_id, shop_ids=_shop_ids(request))
    if info is None:
        raise Http404
    return info


@require_GET
@requires("import.view")
def imported_file(request: HttpRequest, file_id: int) -> HttpResponse:
    info = _file(request, file_id)
    shop = accounts.shop(info.shop_id)
    result: dict[str, Any] = info.result or {}
    refused = _refused(info)
    residuals = result.get("residuals") or []
    notice = result.get("notice") or {}
    page = FilePage(
        row=FileRow(info, shop.name if shop else "", _sentence(request, info)),
        result=result,
        steps=steps_for(request.user, info.error, shop=shop) if info.status == "failed" and info.error else None,
        refused=refused,
        more_refused=max(0, info.rejected - len(refused)),
        residuals=[identities.row_of(item) for item in residuals],
        more_residuals=max(0, info.residuals - len(residuals)),
        currency=shop.currency if shop else "CNY",
        zone=shop.zone if shop else "",
        notice=str(notice.get("zh" if _language().startswith("zh") else "en", "")),
    )
    return render(request, "processes/file.html", {"view": page})


def _rejects_path(info: ImportedFileInfo) -> Path | None:
    named = (info.result or {}).get("rejects_file")
    if not isinstance(named, str):
        return None
    path = Path(settings.HOME) / "rejects" / Path(named).name
    return path if path.is_file() else None


def _refused(info: ImportedFileInfo) -> list[list[str]]:
    """The first refused rows: row, sheet, column, value, sentence."""
    path = _rejects_path(info)
    if path is None:
        return []
    column = 5 if _language().startswith("zh") else 6
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        return [[*row[:4], row[column]] for _i, row in zip(range(SHOWN_REJECTS), rows, strict=False)]


@require_GET
@requires("import.view")
def rejects(request: HttpRequest, file_id: int) -> FileResponse:
    info = _file(request, file_id)
    path = _rejects_path(info)
    if path is None:
        raise Http404
    stem = Path(info.name).stem
    return FileResponse(path.open("rb"), as_attachment=True, filename=_("%(name)s refused rows.csv") % {"name": stem})


@require_POST
@requires("import.run")
def again(request: HttpRequest, file_id: int) -> HttpResponse:
    """Import the kept original once more, for instance after a layout was added."""
    info = _file(request, file_id)
    shop = accounts.shop(info.shop_id)
    job_id = handing.enqueue(
        user=request.user, sha256=info.sha256, name=info.name, shop_name=shop.name if shop else None
    )
    return redirect("import-job", job_id)


def _waiting(request: HttpRequest, waiting_id: int) -> WaitingInfo:
    info = waiting.file(waiting_id, actor_id=_whose(request))
    if info is None:
        raise Http404
    return info


@require_GET
@requires("import.run")
def waiting_file(request: HttpRequest, waiting_id: int) -> HttpResponse:
    info = _waiting(request, waiting_id)
    return _render_waiting(request, info, None)


def _render_waiting(request: HttpRequest, info: WaitingInfo, form: ShopForm | None) -> HttpResponse:
    page = WaitingPage(info, steps_for(request.user, info.error), form)
    return render(request, "processes/waiting.html", {"view": page}, status=422 if form is not None else 200)


@require_POST
@requires("import.run")
def waiting_again(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """Import a waiting file into the shop that was chosen, or let the file tell once more."""
    info = _waiting(request, waiting_id)
    form = ShopForm(request.POST, **_shop_choices(request))
    if not form.is_valid():
        return _render_waiting(request, info, form)
    shop_name, channel = form.target()
    job_id = handing.enqueue(
        user=request.user, sha256=info.sha256, name=info.name, shop_name=shop_name, channel=channel
    )
    return redirect("import-job", job_id)


@require_POST
@requires("import.run")
def waiting_dismiss(request: HttpRequest, waiting_id: int) -> HttpResponse:
    waiting.dismiss(waiting_id=_waiting(request, waiting_id).id, actor_id=_whose(request))
    return redirect("imports")
