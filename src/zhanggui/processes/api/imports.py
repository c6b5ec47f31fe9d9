"""Hand files in, see what became of them, follow jobs."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import BeforeValidator, Field

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.jobs import queries as jobs
from zhanggui.foundation.jobs.contracts import JobInfo, JobNotFound
from zhanggui.processes.api import paging
from zhanggui.processes.api.common import chinese, chosen_shops, shop_ids, told
from zhanggui.processes.api.fields import Cursor, Limit, id_of
from zhanggui.processes.api.idempotency import Answer, once
from zhanggui.processes.api.orders import Channel, ShopIds
from zhanggui.processes.api.problems import PROBLEMS, WRITE_PROBLEMS, Refused, not_found
from zhanggui.processes.api.schemas import ImportOut, ImportsOut, JobOut, RejectsOut, WaitingsOut
from zhanggui.processes.importing import handing, waiting
from zhanggui.processes.importing.steps import sentence_of
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.channels.contracts import ImportedFileInfo

router = Router(tags=["imports"])


#: A form cannot leave a field out: an empty one is not given.
Given = BeforeValidator(lambda value: None if value == "" else value)


class ImportIn(Schema):
    shop_id: Annotated[Annotated[str, Field(pattern=r"^[0-9]{1,18}$")] | None, Given] = Field(
        None, description="a shop you see; without it and without shop_name the file must tell"
    )
    shop_name: Annotated[
        Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*\S[^\x00]*$")] | None, Given
    ] = Field(None, description="a shop by name; with channel it is made when there is none (permission shops.manage)")
    channel: Annotated[Channel | None, Given] = None


@router.post("/imports", response={202: JobOut, **WRITE_PROBLEMS}, summary="Hand a file in")
@requires("import.run")
def create_import(
    request: HttpRequest, response: HttpResponse, file: File[UploadedFile], body: Form[ImportIn]
) -> Status[Any]:
    """The file is kept and imported in the background: follow the job. A file that cannot be given to a shop, or
    whose layout is not known, waits (`GET /waiting-files`) and changes nothing."""
    shop_name = body.shop_name
    if body.shop_id is not None:
        shop = accounts.shop(int(body.shop_id))
        if shop is None or shop.id not in shop_ids(request):
            field = {"field": "body.shop_id", "code": "unknown_shop", "detail": _("There is no such shop.")}
            raise Refused(422, "invalid", _("Some values are missing or not valid; “errors” names them."), [field])
        shop_name = shop.name
    kept = handing.keep(file)

    def act() -> Answer:
        job_id = handing.enqueue(
            user=request.user,
            sha256=kept.sha256,
            name=file.name or "file",
            shop_name=shop_name,
            channel=body.channel,
        )
        answer: Any = JobOut.model_validate(_job(jobs.job(job_id)))
        return 202, answer.model_dump(mode="json")

    answer = once(request, response, [kept.sha256, file.name, body.dict()], act)
    response["Location"] = f"/api/v1/jobs/{answer.value['id']}"
    return answer


class ImportQuery(Schema):
    shop_id: ShopIds = []
    status: Literal["running", "done", "failed"] | None = None
    trouble: Literal["yes"] | None = Field(None, description="yes: only failed ones and those with rejects")
    cursor: Cursor = ""
    limit: Limit = 50


@router.get("/imports", response={200: ImportsOut, **PROBLEMS}, summary="Files taken in, newest first")
@requires("import.view")
def list_imports(request: HttpRequest, query: Query[ImportQuery]) -> dict[str, Any]:
    rows = channels.imported_files(
        shop_ids=chosen_shops(request, query.shop_id),
        status=query.status,
        troubled=query.trouble == "yes",
        before_id=paging.read("import", query.cursor),
        limit=query.limit + 1,
    )
    shown = rows[: query.limit]
    more = paging.write("import", shown[-1].id) if len(rows) > query.limit else ""
    return {"items": [_file(request, info) for info in shown], "next_cursor": more}


def _file(request: HttpRequest, info: ImportedFileInfo) -> dict[str, Any]:
    names = [name for name in ImportOut.model_fields if name not in ("error", "result")]
    found = {name: getattr(info, name) for name in names}
    result = dict(info.result or {})
    result.pop("rejects_file", None)  # a path of the server
    error = told(info.error, sentence_of(request.user, info.error)) if info.error else None
    return found | {"result": result or None, "error": error}


def _found(request: HttpRequest, file_id: str) -> ImportedFileInfo:
    info = channels.imported_file(id_of(file_id), shop_ids=shop_ids(request))
    if info is None:
        raise not_found()
    return info


@router.get("/imports/{file_id}", response={200: ImportOut, **PROBLEMS}, summary="One file")
@requires("import.view")
def get_import(request: HttpRequest, file_id: str) -> dict[str, Any]:
    return _file(request, _found(request, file_id))


class RejectQuery(Schema):
    cursor: Cursor = ""
    limit: Limit = 50


@router.get("/imports/{file_id}/rejects", response={200: RejectsOut, **PROBLEMS}, summary="Rows refused, and why")
@requires("import.view")
def list_rejects(request: HttpRequest, file_id: str, query: Query[RejectQuery]) -> dict[str, Any]:
    info = _found(request, file_id)
    start = paging.read("reject", query.cursor) or 0
    named = (info.result or {}).get("rejects_file")
    path = Path(settings.HOME) / "rejects" / Path(named).name if isinstance(named, str) else None
    if path is None or not path.is_file():
        return {"items": [], "next_cursor": ""}
    sentence = 5 if chinese() else 6
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        found = list(islice(rows, start, start + query.limit + 1))
    items = [
        {"row": int(r[0]), "sheet": r[1], "column": r[2], "value": r[3], "code": r[4], "detail": r[sentence]}
        for r in found[: query.limit]
    ]
    more = paging.write("reject", start + query.limit) if len(found) > query.limit else ""
    return {"items": items, "next_cursor": more}


@router.get("/waiting-files", response={200: WaitingsOut, **PROBLEMS}, summary="Files that wait for a decision")
@requires("import.run")
def list_waiting(request: HttpRequest) -> dict[str, Any]:
    """Your files that could not be given to a shop yet; hand one in again with the right shop and it is gone here."""
    whose = None if accounts.can(request.user, "settings.view") else request.user.pk
    return {
        "items": [
            {
                "id": info.id,
                "name": info.name,
                "sha256": info.sha256,
                "size": info.size,
                "error": told(info.error, sentence_of(request.user, info.error)),
                "updated_at": info.updated_at,
            }
            for info in waiting.files(actor_id=whose)
        ]
    }


@router.get("/jobs/{job_id}", response={200: JobOut, **PROBLEMS}, summary="One background job", tags=["jobs"])
@requires("jobs.view")
def get_job(request: HttpRequest, job_id: str) -> dict[str, Any]:
    """Your own jobs; those who run the installation see everybody's."""
    whose = None if accounts.can(request.user, "settings.view") else request.user.pk
    try:
        return _job(jobs.job(id_of(job_id), actor_id=whose))
    except JobNotFound:
        raise not_found() from None


def _job(info: JobInfo) -> dict[str, Any]:
    found = {name: getattr(info, name) for name in JobOut.model_fields if name != "result"}
    result = dict(info.result or {})
    result.pop("rejects_file", None)
    return found | {"result": result or None}
