"""Pages of the import: drop files, watch them being read, see what became of every row."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.files import operations as files
from zhanggui.foundation.jobs import operations as jobs
from zhanggui.foundation.jobs import queries as jobs_queries
from zhanggui.foundation.jobs.contracts import JobInfo
from zhanggui.processes.forms import UploadForm
from zhanggui.processes.importing.tasks import import_stored_file
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
class ImportsPage:
    rows: list[FileRow]
    running: list[JobInfo]
    troubled: bool
    older: int | None
    form: UploadForm | None


@dataclass(frozen=True)
class FilePage:
    row: FileRow
    result: dict[str, Any]
    refused: list[list[str]] = field(default_factory=list)
    more_refused: int = 0
    currency: str = "CNY"
    zone: str = ""


def _form(request: HttpRequest, *args: Any) -> UploadForm:
    shops = [s for s in accounts.shops(request.user) if accounts.can(request.user, "import.run", s.id)]
    may_add = accounts.can(request.user, "shops.manage")
    return UploadForm(*args, shops=shops, language=get_language() or "zh-hans", may_add=may_add)


def _sentence(info: ImportedFileInfo) -> str:
    if info.status != "failed" or not info.error:
        return ""
    return str(info.error.get("zh" if (get_language() or "").startswith("zh") else "en", ""))


def _shop_ids(request: HttpRequest) -> frozenset[int]:
    return request.shop_ids  # type: ignore[attr-defined,no-any-return]


def _page(request: HttpRequest, form: UploadForm | None) -> ImportsPage:
    troubled = request.GET.get("show") == "trouble"
    before = request.GET.get("before", "")
    infos = channels.imported_files(
        shop_ids=_shop_ids(request),
        troubled=troubled,
        before_id=int(before) if before.isdigit() else None,
        limit=PER_PAGE + 1,
    )
    names = {s.id: s.name for s in accounts.shops(include_inactive=True)}
    rows = [FileRow(i, names.get(i.shop_id, ""), _sentence(i)) for i in infos[:PER_PAGE]]
    whose = None if accounts.can(request.user, "settings.view") else request.user.pk
    running = jobs_queries.jobs(actor_id=whose, active=True, kind="import")
    return ImportsPage(rows, running, troubled, infos[PER_PAGE - 1].id if len(infos) > PER_PAGE else None, form)


@require_GET
@requires("import.view")
def imports(request: HttpRequest) -> HttpResponse:
    fragment = bool(getattr(request, "htmx", False))
    may = accounts.can(request.user, "import.run")
    page = _page(request, _form(request) if may and not fragment else None)
    return render(request, "processes/fragments/files.html" if fragment else "processes/imports.html", {"view": page})


@require_POST
@requires("import.run")
def upload(request: HttpRequest) -> HttpResponse:
    form = _form(request, request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "processes/imports.html", {"view": _page(request, form)}, status=422)
    shop_name, channel = form.target()
    for given in form.cleaned_data["files"]:
        _enqueue(request, _keep(given), given.name or "file", shop_name, channel)
    return redirect("imports")


def _keep(given: UploadedFile) -> str:
    """The uploaded bytes into the file store; returns their SHA-256."""
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="upload-", dir=folder) as place:
        path = Path(place) / "file"
        with path.open("wb") as sink:
            for chunk in given.chunks():
                sink.write(chunk)
        return files.keep(path=path, name=given.name or "file").sha256


def _enqueue(request: HttpRequest, sha256: str, name: str, shop_name: str | None, channel: str | None) -> int:
    return jobs.enqueue(
        kind="import",
        title=name,
        task=import_stored_file,
        kwargs={
            "sha256": sha256,
            "name": name,
            "shop_name": shop_name,
            "channel": channel,
            "actor_id": request.user.pk,
        },
        actor_id=request.user.pk,
    )


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
    refused = _refused(info)
    page = FilePage(
        row=FileRow(info, shop.name if shop else "", _sentence(info)),
        result=info.result or {},
        refused=refused,
        more_refused=max(0, info.rejected - len(refused)),
        currency=shop.currency if shop else "CNY",
        zone=shop.zone if shop else "",
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
    column = 5 if (get_language() or "").startswith("zh") else 6
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
    if not accounts.can(request.user, "import.run", info.shop_id):
        raise Http404
    shop = accounts.shop(info.shop_id)
    return redirect("job", _enqueue(request, info.sha256, info.name, shop.name if shop else None, None))
